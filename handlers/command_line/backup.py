"""`backup FILE` and `restore FILE`: everything stored of every account as one file, and back into an empty store."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import redis

from bot.backup import archive
from bot.backup.archive import FORMAT, Head
from bot.backup.keys import ArchiveError, put
from bot.backup.snapshot import snapshot
from bot.clock import make_clock
from bot.errors import StartError
from bot.parts import on_stop_signals
from bot.stores.key_mark import key_check, put_key
from bot.stores.schema import MIGRATIONS, RESTORING_KEY, SCHEMA, ensure_schema, put_schema, stored_schema
from config.settings import Settings, load_settings
from handlers.command_line.store import store

SHOWN_EVERY = 2.0
BATCH = 50


def add(commands: Any) -> None:
    """Add the two commands."""
    summary = "write everything stored into one file, while the program runs"
    command = commands.add_parser("backup", help=summary, description=summary)
    command.add_argument("file", type=Path, metavar="FILE", help="a new file, e.g. huixiang.backup")
    command.set_defaults(command=_backup)
    summary = "read a backup into an empty store; stop the program before"
    command = commands.add_parser("restore", help=summary, description=summary)
    command.add_argument("file", type=Path, metavar="FILE", help="a file that `backup` wrote")
    command.set_defaults(command=_restore)


class Progress:
    """A line about every two seconds."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._next = time.monotonic() + SHOWN_EVERY

    def __call__(self, done: int) -> None:
        """`done` of them so far."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + SHOWN_EVERY
            print(f"{done} {self._what} …", file=sys.stderr, flush=True)


def _backup(arguments: argparse.Namespace) -> int:
    settings = load_settings()
    path: Path = arguments.file
    if path.exists():
        raise StartError(f"{path} exists already and was left as it is: name a new file", exit_code=1)
    if not path.parent.is_dir():
        raise StartError(f"there is no folder {path.parent}: make it first", exit_code=1)
    names = tuple(account.name for account in settings.accounts)
    with store(settings) as client:
        now, schema = make_clock(settings, client).now(), stored_schema(client)
        head = Head(FORMAT, schema, now, names, key_check(_secret(settings)))
        try:
            with _stopped_well(), snapshot(settings) as copy:
                keys = archive.write(path, head, copy, Progress("keys written"))
        except OSError as error:
            raise StartError(f"{path} could not be written ({error.strerror}); nothing was left", exit_code=1) from None
    print(f"{path}: {keys} keys of {', '.join(names)}, {path.stat().st_size / 1e6:.1f} MB")
    if not keys:
        where = settings.data_dir if settings.embedded else "the Redis at REDIS_URL"
        print(f"Nothing was stored there. Is it the right place? {where}", file=sys.stderr)
    if not settings.embedded:
        print("An outside Redis was read while it worked: each value is whole, but they are not all of one moment.")
    print(
        "It holds readers' words and encrypted openids: keep it safe, and for a stated time. It does not hold "
        "BOT_SECRET_KEY: without the same key it cannot be restored."
    )
    return 0


@contextlib.contextmanager
def _stopped_well() -> Iterator[None]:
    """Whoever stops the command inside, by whatever signal but kill -9, leaves no copy of the data behind."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}

    def stop(number: int, frame: Any) -> None:
        raise KeyboardInterrupt

    on_stop_signals(stop)
    try:
        yield
    except KeyboardInterrupt:
        raise StartError("the backup was stopped; nothing was left", exit_code=1) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _restore(arguments: argparse.Namespace) -> int:
    settings = load_settings()
    path: Path = arguments.file
    try:
        head = archive.read_head(path)
        _fits(head, settings)
        total = archive.check(path)
        with store(settings, for_restore=True) as client:
            _clear_for(client, settings)
            _fill(client, path, total)
            put_schema(client, head.schema)
            put_key(client, _secret(settings))
            client.delete(RESTORING_KEY)
            ensure_schema(client, [account.name for account in settings.accounts], SCHEMA, MIGRATIONS)
    except OSError as error:
        raise StartError(f"{path} could not be read ({error.strerror}); nothing was changed", exit_code=1) from None
    except ArchiveError as error:
        raise StartError(f"{path} was not restored: {error}. Nothing was changed", exit_code=1) from None
    print(f"restored {total} pieces of {', '.join(head.accounts)}, as they were {_ago(head, settings)}")
    print("Run `erase` again for whoever asked to be forgotten since, then start the program.")
    return 0


def _secret(settings: Settings) -> bytes:
    return settings.secret_key.get_secret_value().encode()


def _fits(head: Head, settings: Settings) -> None:
    """Raise StartError if this deployment could not use the data."""
    if head.key_check != key_check(_secret(settings)):
        raise StartError(
            "the backup was made with another BOT_SECRET_KEY (the file secret_key in the old BOT_DATA_DIR): "
            "set that one; nothing was changed",
            exit_code=1,
        )
    missing = sorted(set(head.accounts) - {account.name for account in settings.accounts})
    if missing:
        raise StartError(
            f"the backup holds accounts that are not set up here: {', '.join(missing)}. Add them to accounts.yaml "
            "first; nothing was changed",
            exit_code=1,
        )


def _clear_for(client: redis.Redis, settings: Settings) -> None:
    """Make sure that nothing of ours is stored; what a restore cut short has left is taken away."""
    again = bool(client.exists(RESTORING_KEY))
    for account in settings.accounts:
        for key in client.scan_iter(match=f"{{{account.name}}}:*", count=1000):
            if again:
                client.unlink(key)
            elif key.decode().rpartition(":")[2] not in ("token", "lock"):
                raise StartError(
                    f"something is stored of {account.name} already: a backup goes into an empty store only "
                    "(a new BOT_DATA_DIR or another Redis); nothing was changed",
                    exit_code=1,
                )
    client.set(RESTORING_KEY, "1")


def _fill(client: redis.Redis, path: Path, total: int) -> None:
    progress, done, batch = Progress(f"of {total} pieces written"), 0, []
    for piece in archive.pieces(path):
        batch.append(piece)
        if len(batch) == BATCH:
            put(client, batch)
            done += len(batch)
            progress(done)
            batch = []
    put(client, batch)


def _ago(head: Head, settings: Settings) -> str:
    return f"at {datetime.fromtimestamp(head.made_at, settings.timezone):%Y-%m-%d %H:%M}"
