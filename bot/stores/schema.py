"""The version of the stored data: checked at every start, older data are migrated once, newer are refused."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import redis
import structlog

from bot.errors import StartError

log = structlog.get_logger(__name__)

SCHEMA = 1
"""The version this program reads and writes. A change of what is stored raises it and adds a step to MIGRATIONS."""

SCHEMA_KEY = "bot:schema"
RESTORING_KEY = "bot:restoring"
_LOCK_KEY = "bot:schema:lock"
_LOCK_SECONDS = 60
_WAIT_SECONDS = 600.0

Migration = Callable[[redis.Redis, str], None]
"""Brings one account's data from one version to the next. Cut short, it is run again: it must be repeatable."""

MIGRATIONS: Mapping[int, Migration] = {}
"""The step that leads away from each version."""


def ensure_schema(
    client: redis.Redis,
    accounts: list[str],
    wanted: int = SCHEMA,
    migrations: Mapping[int, Migration] = MIGRATIONS,
) -> None:
    """Bring the stored data to `wanted`; one process does it, the others wait.

    Raises StartError if a restore was cut short, the data are newer, or another process migrates for ten minutes.
    Errors of Redis pass through.
    """
    refuse_unfit(client, wanted)
    deadline = time.monotonic() + _WAIT_SECONDS
    while stored_schema(client) != wanted:
        refuse_unfit(client, wanted)
        if client.set(_LOCK_KEY, "1", nx=True, ex=_LOCK_SECONDS):
            try:
                # Asked again under the lock: who held it before may have done it meanwhile.
                _migrate(client, accounts, stored_schema(client), wanted, migrations)
            finally:
                client.delete(_LOCK_KEY)
        elif time.monotonic() > deadline:
            raise StartError(
                "another process has been migrating the data for ten minutes: look at its log", exit_code=1
            )
        else:
            time.sleep(0.2)


def refuse_unfit(client: redis.Redis, wanted: int = SCHEMA) -> None:
    """Raise StartError if what is stored is half restored or of a newer version: no command may touch it."""
    if client.exists(RESTORING_KEY):
        raise StartError("a `restore` was cut short and the data are not whole: run `python -m bot restore FILE` again")
    if (found := stored_schema(client)) > wanted:
        raise StartError(
            f"the stored data are of version {found}, this program knows {wanted}: install the newer program again"
        )


def stored_schema(client: redis.Redis) -> int:
    """The version of what is stored; data without a mark are of version 1, and so is an empty store."""
    raw = client.get(SCHEMA_KEY)
    return int(raw) if raw else 1


def put_schema(client: redis.Redis, version: int) -> None:
    """Mark the version of what is stored."""
    client.set(SCHEMA_KEY, version)


def _migrate(
    client: redis.Redis, accounts: list[str], found: int, wanted: int, migrations: Mapping[int, Migration]
) -> None:
    for version in range(found, wanted):
        for account in accounts:
            log.info("migrating", account=account, from_version=version, to_version=version + 1)
            client.expire(_LOCK_KEY, _LOCK_SECONDS)
            migrations[version](client, account)
        put_schema(client, version + 1)
