"""The stored data as they are at one moment, to be read at leisure while the program goes on."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import redis

from bot.die_with_parent import ending_with_us
from bot.embedded_redis import find_server, server_folder
from bot.errors import StartError
from bot.stores.connection import connect, connect_socket
from config.settings import Settings

SAVE_SECONDS = 3600.0
LOAD_SECONDS = 600.0
_LOOK = 0.05
_DUMP = "dump.rdb"


@contextlib.contextmanager
def snapshot(settings: Settings) -> Iterator[redis.Redis]:
    """A client for reading what is stored. Raises StartError (exit code 1) if no copy can be made.

    The embedded server writes a copy of itself beside its files (a fork, so that nobody waits), which a second server
    of ours loads. An outside server is read as it stands: its keys are whole, but not all of one moment.
    """
    if not settings.embedded:
        client = connect(settings, "worker")
        try:
            yield client
        finally:
            client.close()
        return
    with tempfile.TemporaryDirectory(prefix="hx-", dir=_short_folder()) as name:
        folder = Path(name)
        _save_a_copy(settings, folder)
        with _serving(folder) as client:
            yield client


def _short_folder() -> str:
    """A folder whose paths are short enough for a socket."""
    return tempfile.gettempdir() if len(tempfile.gettempdir()) < 60 else "/tmp"


def _save_a_copy(settings: Settings, folder: Path) -> None:
    client = connect(settings, "worker")
    written = server_folder(settings.data_dir.absolute()) / _DUMP
    try:
        before = client.lastsave()
        # Two saves within one second could not be told apart.
        while int(client.time()[0]) <= int(before.timestamp()):
            time.sleep(_LOOK)
        client.bgsave()
        deadline = time.monotonic() + SAVE_SECONDS
        while client.lastsave() == before:
            state = client.info("persistence")
            if not state["rdb_bgsave_in_progress"] and state["rdb_last_bgsave_status"] != "ok":
                raise StartError("Redis could not write a copy of its data: is the disk full?", exit_code=1)
            if time.monotonic() > deadline:
                raise StartError("Redis did not finish a copy of its data within an hour", exit_code=1)
            time.sleep(_LOOK)
    except KeyboardInterrupt:  # else the server would finish the copy, and it would stay there
        with contextlib.suppress(redis.RedisError):  # Redis itself, and Valkey before 8.1, cannot
            client.execute_command("BGSAVE", "CANCEL")
        written.unlink(missing_ok=True)
        raise
    finally:
        client.close()
    shutil.move(written, folder / _DUMP)


@contextlib.contextmanager
def _serving(folder: Path) -> Iterator[redis.Redis]:
    # fmt: off
    command = [
        *ending_with_us(signal.SIGKILL),
        find_server(), "--port", "0", "--unixsocket", str(folder / "r.sock"), "--dir", str(folder),
        "--dbfilename", _DUMP, "--appendonly", "no", "--save", "", "--daemonize", "no",
    ]
    # fmt: on
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    client = connect_socket(str(folder / "r.sock"))
    try:
        deadline = time.monotonic() + LOAD_SECONDS
        while True:
            try:
                client.ping()
                break
            except redis.RedisError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise StartError("the copy of the data could not be read", exit_code=1) from None
                time.sleep(_LOOK)
        yield client
    finally:
        client.close()
        process.kill()
        process.wait()
