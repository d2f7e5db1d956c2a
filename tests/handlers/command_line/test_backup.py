"""backup and restore: what is stored, as it was at one moment, and all of it or nothing."""

from __future__ import annotations

import contextlib
import gzip
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis as redis_py

from bot.embedded_redis import EmbeddedRedis
from bot.stores.connection import connect_socket
from bot.stores.schema import RESTORING_KEY
from config.settings import ROOT
from handlers.command_line import main
from tests.conftest import ENVIRONMENT
from tests.waiting import wait_until

Bot = Callable[..., tuple[int, str]]


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Bot:
    """Runs a command over the embedded server of a data folder; its exit code and everything it printed."""

    def run(folder: Path, *arguments: str, **env: str) -> tuple[int, str]:
        with monkeypatch.context() as patch:
            for name in list(os.environ):
                if name.startswith(("BOT_", "WECHAT_", "REDIS_")):
                    patch.delenv(name)
            for name, value in {**ENVIRONMENT, "BOT_DATA_DIR": str(folder), **env}.items():
                patch.setenv(name, value)
            capsys.readouterr()
            code = main(arguments)
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "a"


@pytest.fixture
def stored(folder: Path) -> Iterator[redis_py.Redis]:
    """A server with something of every kind."""
    server = EmbeddedRedis(folder, fsync="no")
    server.start()
    client = connect_socket(server.socket)
    client.hset("{main}:comments:1_0", mapping={str(n): f"留言 {n}".encode() * 3 for n in range(3_000)})
    client.zadd("{main}:due", {f"send|{n}": 1_790_000_000.123456 + n for n in range(1_500)})
    client.zadd("{main}:due", {"never": float("inf")})
    client.sadd("{main}:acts:p", *[f"d{n}" for n in range(2_500)])
    client.rpush("{main}:trail", *[f"entry {n}" for n in range(1_200)])
    client.set("{main}:plain", bytes(range(256)))
    client.set("{main}:short", "lived", ex=5_000)
    client.set("{main}:token", "THE-SECRET-TOKEN")
    client.set("dramatiq:default", "no business of ours")
    yield client
    client.close()
    server.stop()


def dump(client: redis_py.Redis) -> dict[bytes, Any]:
    """Every key of the account with its whole value."""
    read: dict[str, Callable[[bytes], Any]] = {
        "string": client.get,
        "hash": client.hgetall,
        "set": client.smembers,
        "list": lambda key: client.lrange(key, 0, -1),
        "zset": lambda key: client.zrange(key, 0, -1, withscores=True),
    }
    return {
        key: read[client.type(key).decode()](key)
        for key in client.scan_iter(match="{main}:*")
        if key != b"{main}:token"
    }


def dump_of(folder: Path) -> dict[bytes, Any]:
    server = EmbeddedRedis(folder, fsync="no")
    server.start()
    client = connect_socket(server.socket)
    try:
        return dump(client)
    finally:
        client.close()
        server.stop()


def listens(path: Path) -> bool:
    """Whether a server, were it a stopped one, holds the socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def test_what_is_stored_comes_back_the_same_elsewhere(
    bot: Bot, folder: Path, stored: redis_py.Redis, tmp_path: Path
) -> None:
    file = tmp_path / "one.backup"
    code, said = bot(folder, "backup", str(file))
    assert code == 0, said
    assert "BOT_SECRET_KEY" in said
    content = gzip.decompress(file.read_bytes())
    assert b"THE-SECRET-TOKEN" not in content
    assert ENVIRONMENT["BOT_SECRET_KEY"].encode() not in content
    code, said = bot(tmp_path / "b", "restore", str(file))
    assert code == 0, said
    there = dump_of(tmp_path / "b")
    assert there == dump(stored)
    assert b"{main}:due" in there


def test_a_backup_is_of_one_moment_while_others_write(
    bot: Bot, folder: Path, stored: redis_py.Redis, tmp_path: Path
) -> None:
    stop = threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            pipe = stored.pipeline(transaction=True)
            pipe.set("{main}:left", n)
            pipe.hset("{main}:right", "n", n)
            pipe.execute()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        code, said = bot(folder, "backup", str(tmp_path / "one.backup"))
    finally:
        stop.set()
        writer.join()
    assert code == 0, said
    assert bot(tmp_path / "b", "restore", str(tmp_path / "one.backup"))[0] == 0
    there = dump_of(tmp_path / "b")
    assert there[b"{main}:left"] == there[b"{main}:right"][b"n"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["stopped", "killed"])
def test_a_backup_that_is_ended_leaves_no_server_and_if_it_can_no_copy(
    folder: Path, stored: redis_py.Redis, tmp_path: Path, number: signal.Signals
) -> None:
    for part in range(100):
        stored.hset(f"{{main}}:many:{part}", mapping={str(n): os.urandom(200) for n in range(1_000)})
    with tempfile.TemporaryDirectory(prefix="t", dir="/tmp") as name:
        short = Path(name)
        env = {**os.environ, **ENVIRONMENT, "BOT_DATA_DIR": str(folder), "TMPDIR": name}
        backup = subprocess.Popen(
            [sys.executable, "-m", "bot", "backup", str(tmp_path / "b.backup")], cwd=ROOT, env=env
        )
        wait_until(lambda: any(tmp_path.glob("b.backup*")))
        [path] = short.glob("*/r.sock")
        copy = connect_socket(str(path))
        server = int(copy.info("server")["process_id"])
        copy.close()
        os.kill(server, signal.SIGSTOP)  # so that the backup is still at work
        try:
            backup.send_signal(number)
            assert backup.wait(10) == (1 if number == signal.SIGTERM else -number)
            wait_until(lambda: not listens(path))
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(server, signal.SIGKILL)
        if number == signal.SIGTERM:
            assert not list(short.iterdir())
            assert not list(tmp_path.glob("b.backup*"))


def test_a_backup_that_is_stopped_while_the_server_writes_the_copy_takes_it_back(
    folder: Path, stored: redis_py.Redis, tmp_path: Path
) -> None:
    stored.config_set("rdb-key-save-delay", 500_000)  # microseconds
    env = {**os.environ, **ENVIRONMENT, "BOT_DATA_DIR": str(folder)}
    backup = subprocess.Popen([sys.executable, "-m", "bot", "backup", str(tmp_path / "b.backup")], cwd=ROOT, env=env)
    wait_until(lambda: bool(stored.info("persistence")["rdb_bgsave_in_progress"]))
    backup.send_signal(signal.SIGTERM)
    assert backup.wait(10) == 1
    wait_until(lambda: not stored.info("persistence")["rdb_bgsave_in_progress"])
    assert not list((folder / "redis").glob("*.rdb"))
    assert not list(tmp_path.glob("b.backup*"))


def test_nothing_is_overwritten(bot: Bot, folder: Path, stored: redis_py.Redis, tmp_path: Path) -> None:
    file = tmp_path / "one.backup"
    file.write_text("mine")
    code, said = bot(folder, "backup", str(file))
    assert (code, file.read_text()) == (1, "mine")
    assert "exists" in said
    file.unlink()
    assert bot(folder, "backup", str(file))[0] == 0
    before = dump(stored)
    code, said = bot(folder, "restore", str(file))
    assert code == 1
    assert "empty store" in said
    assert dump(stored) == before
    assert not stored.exists(RESTORING_KEY)


@pytest.mark.parametrize("damage", ["cut", "cut frames", "bit", "text", "empty"])
def test_a_damaged_file_is_refused_and_leaves_the_store_empty(
    bot: Bot, folder: Path, stored: redis_py.Redis, tmp_path: Path, damage: str
) -> None:
    file = tmp_path / "one.backup"
    assert bot(folder, "backup", str(file))[0] == 0
    whole = file.read_bytes()
    content = gzip.decompress(whole)
    middle = len(content) // 2
    spoiled = {
        "cut": whole[: len(whole) // 2],
        "cut frames": gzip.compress(content[: middle * 2 - 200]),
        "bit": gzip.compress(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]),
        "text": b"not a backup at all",
        "empty": b"",
    }[damage]
    file.write_bytes(spoiled)
    code, said = bot(tmp_path / "b", "restore", str(file))
    assert code == 1, said
    assert "Nothing was changed" in said
    assert "Traceback" not in said
    assert dump_of(tmp_path / "b") == {}


def test_another_secret_key_or_account_is_told_before_anything_is_written(
    bot: Bot, folder: Path, stored: redis_py.Redis, tmp_path: Path
) -> None:
    file = tmp_path / "one.backup"
    assert bot(folder, "backup", str(file))[0] == 0
    code, said = bot(tmp_path / "b", "restore", str(file), BOT_SECRET_KEY="quite another key of somebody")
    assert code == 1
    assert "another BOT_SECRET_KEY" in said
    assert dump_of(tmp_path / "b") == {}
    assert bot(tmp_path / "b", "restore", str(tmp_path / "none"))[0] == 1


def test_a_restore_cut_short_stops_the_program_and_can_be_run_again(
    bot: Bot, folder: Path, stored: redis_py.Redis, tmp_path: Path
) -> None:
    file = tmp_path / "one.backup"
    assert bot(folder, "backup", str(file))[0] == 0
    server = EmbeddedRedis(tmp_path / "b", fsync="no")
    server.start()
    client = connect_socket(server.socket)
    try:
        client.set(RESTORING_KEY, "1")
        client.hset("{main}:comments:9_0", "left", "over")
        code, said = bot(tmp_path / "b", "worker")
        assert code == 2
        assert "restore" in said
        assert bot(tmp_path / "b", "restore", str(file))[0] == 0
        assert dump(client) == dump(stored)
        assert not client.exists(RESTORING_KEY)
    finally:
        client.close()
        server.stop()
