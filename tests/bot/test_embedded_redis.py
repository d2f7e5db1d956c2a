"""The embedded Redis: one server per data folder, nothing lost when it is killed, nothing left behind."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import redis as redis_py

from bot.embedded_redis import LONGEST_SOCKET_PATH, EmbeddedRedis, running, socket_path
from bot.errors import StartError
from bot.stores.connection import connect_socket
from tests.waiting import wait_until

STARTER = """
import sys, time
from pathlib import Path
from bot.embedded_redis import EmbeddedRedis
server = EmbeddedRedis(Path(sys.argv[1]))
server.start()
print(server.pid if server.owned else 0, flush=True)
time.sleep(60)
"""


def start_elsewhere(data_dir: Path) -> tuple[subprocess.Popen[str], int]:
    """A process that starts or joins the server; its handle and the pid of the server if it started it."""
    process = subprocess.Popen([sys.executable, "-c", STARTER, str(data_dir)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except FileNotFoundError:
        return True


def test_what_was_acknowledged_is_there_after_the_server_is_killed_while_writing(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path)
    assert server.start()
    acknowledged = []

    def write() -> None:
        client = connect_socket(server.socket)
        for number in range(100_000):
            try:
                client.set(f"key{number}", number)
            except redis_py.RedisError:
                return
            acknowledged.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    wait_until(lambda: len(acknowledged) > 200)
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    writer.join()
    assert server.start()
    client = connect_socket(server.socket)
    assert client.config_get("appendfsync") == {"appendfsync": "always"}
    kept = client.mget([f"key{number}" for number in acknowledged])
    assert [int(value) for value in kept] == acknowledged
    server.stop()


def test_two_starters_share_one_server_and_it_ends_with_the_one_that_started_it(tmp_path: Path) -> None:
    started = [start_elsewhere(tmp_path), start_elsewhere(tmp_path)]
    try:
        pids = [pid for _, pid in started]
        assert sorted(pid > 0 for pid in pids) == [False, True]
        owner, server_pid = max(started, key=lambda one: one[1])
        client = connect_socket(socket_path(tmp_path))
        client.set("kept", 1)
        owner.kill()
        owner.wait()
        wait_until(lambda: is_gone(server_pid))
        with running(tmp_path) as heir:
            assert heir.owned
            assert connect_socket(heir.socket).get("kept") == b"1"
        assert is_gone(heir.pid or 0) or not heir.owned
    finally:
        for process, _ in started:
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()


def test_a_left_over_server_that_hangs_is_ended_by_its_heir_only(tmp_path: Path) -> None:
    process, server_pid = start_elsewhere(tmp_path)
    connect_socket(socket_path(tmp_path)).set("kept", 1)
    os.kill(server_pid, signal.SIGSTOP)
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()
    heir = EmbeddedRedis(tmp_path)
    assert heir.start(end_silent=1.0)
    assert is_gone(server_pid)
    assert connect_socket(heir.socket).get("kept") == b"1"
    heir.stop()


def test_a_long_data_path_gets_a_private_socket_folder(tmp_path: Path) -> None:
    data_dir = tmp_path / ("long" * 20) / "var"
    with running(data_dir) as server:
        assert len(server.socket) <= LONGEST_SOCKET_PATH
        assert connect_socket(server.socket).ping()
        folder = Path(server.socket).parent
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700
    folder.rmdir()


def test_a_cut_off_last_write_does_not_keep_the_server_from_starting(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        client = connect_socket(server.socket)
        client.set("first", 1)
        client.set("last", 1)
    (log,) = (tmp_path / "redis" / "appendonlydir").glob("*.incr.aof")
    log.write_bytes(log.read_bytes()[:-7])
    with running(tmp_path) as server:
        client = connect_socket(server.socket)
        assert (client.get("first"), client.get("last")) == (b"1", None)


def test_a_server_that_cannot_start_says_why_in_one_line(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        connect_socket(server.socket).set("kept", 1)
    (log,) = (tmp_path / "redis" / "appendonlydir").glob("*.incr.aof")
    log.write_bytes(b"nonsense" + log.read_bytes())
    with pytest.raises(StartError) as caught:
        EmbeddedRedis(tmp_path).start()
    assert caught.value.exit_code == 1
    assert "Bad file format" in str(caught.value)
    assert "\n" not in str(caught.value)
