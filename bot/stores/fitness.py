"""Whether this program may work on what is stored: its version, whether it is whole, whose key it was made with.

Every part asks when it starts. A store that is away at that moment is asked when it comes, before anything is written.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import redis

from bot.errors import StartError
from bot.stores.connection import refuse_cluster
from bot.stores.key_mark import ensure_key
from bot.stores.schema import SCHEMA, ensure_schema, refuse_unfit, stored_schema


class Unfit(redis.RedisError):
    """It may not; or not yet, while somebody migrates the data. The text says why."""


def make_fit(client: redis.Redis, accounts: Sequence[str], secret: bytes) -> None:
    """For a part that can wait: migrates older data. Raises StartError; errors of a Redis that is away pass through."""
    with contextlib.suppress(redis.ResponseError):  # one that does not say is none
        refuse_cluster(client)
    ensure_schema(client, list(accounts))
    ensure_key(client, secret)


class Fitness:
    """For web, which answers meanwhile: asked before each message until the answer is yes."""

    def __init__(self, client: redis.Redis, secret: bytes) -> None:
        self._client = client
        self._secret = secret
        self._is_known = False

    def __call__(self) -> None:
        """Returns if the store may be worked on. Raises Unfit and errors of Redis."""
        if self._is_known:
            return
        try:
            refuse_unfit(self._client)
            if stored_schema(self._client) != SCHEMA:
                raise Unfit("the stored data are of an older version: a worker or scheduler migrates them")
            ensure_key(self._client, self._secret)
        except StartError as error:
            raise Unfit(str(error)) from None
        self._is_known = True

    def check(self) -> tuple[bool, str]:
        """The same as a part of /readyz."""
        try:
            self()
        except Unfit as error:
            return False, str(error)
        return True, "ok"
