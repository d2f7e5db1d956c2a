"""The serving process: it ends well when asked, by itself when it is stuck, and with its master when that is killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from bot.embedded_redis import EmbeddedRedis
from config.settings import ROOT
from tests.chaos.program import descendants
from tests.conftest import ENVIRONMENT
from tests.ports import free_port
from tests.waiting import wait_until


class Web:
    """`python -m bot web` with so many processes."""

    def __init__(self, folder: Path, redis_socket: str, workers: int) -> None:
        self.port = free_port()
        env = {name: value for name, value in os.environ.items() if not name.startswith(("BOT_", "WECHAT_"))}
        env |= {**ENVIRONMENT, "REDIS_URL": f"unix://{redis_socket}", "BOT_DATA_DIR": str(folder / "var")}
        env |= {"BOT_PORT": str(self.port), "BOT_WEB_WORKERS": str(workers)}
        self.log = folder / "log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "web"], cwd=ROOT, env=env, stdout=log, stderr=log
            )

    def answers(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/healthz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def stop(self, seconds: float = 10) -> int:
        self.process.terminate()
        return self.process.wait(seconds)


@pytest.fixture
def web(tmp_path: Path, redis_server: EmbeddedRedis, request: pytest.FixtureRequest) -> Iterator[Web]:
    web = Web(tmp_path, redis_server.socket, request.param)
    wait_until(web.answers, 30)
    yield web
    web.process.kill()
    web.process.wait()


@pytest.mark.parametrize("web", [1], indirect=True)
def test_a_request_that_runs_is_finished_and_idle_connections_are_closed(web: Web) -> None:
    with socket.create_connection(("127.0.0.1", web.port)) as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        told = b""
        while not told.endswith(b"ok\n"):  # head and body may come apart
            told += idle.recv(1000)
        with socket.create_connection(("127.0.0.1", web.port)) as slow:
            slow.sendall(b"POST /wechat HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhel")
            wait_until(lambda: web.answers())
            web.process.terminate()
            assert idle.recv(1000) == b""
            slow.sendall(b"lo")
            assert slow.recv(1000).startswith(b"HTTP/1.1 403 ")  # not signed
    assert web.process.wait(10) == 0


@pytest.mark.parametrize("web", [2], indirect=True)
def test_a_stuck_process_keeps_nobody_from_stopping_and_no_process_outlives_its_master(web: Web) -> None:
    processes = descendants(web.process.pid)
    wait_until(lambda: len(descendants(web.process.pid)) == 2)
    os.kill(min(descendants(web.process.pid)), signal.SIGSTOP)
    web.process.terminate()
    wait_until(lambda: len(descendants(web.process.pid)) == 1)  # the other one has ended well
    assert web.stop(5) == 0  # who asks twice does not wait for the one that is stuck
    assert not any(Path(f"/proc/{pid}").exists() for pid in processes)


@pytest.mark.parametrize("web", [2], indirect=True)
def test_a_master_that_is_killed_while_it_starts_a_process_leaves_none_behind(web: Web) -> None:
    wait_until(lambda: len(descendants(web.process.pid)) == 2)
    victim = min(descendants(web.process.pid))
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: "part_died" in web.log.read_text())
    wait_until(lambda: len(descendants(web.process.pid)) == 2 and victim not in descendants(web.process.pid))
    left = descendants(web.process.pid)
    os.kill(web.process.pid, signal.SIGKILL)
    web.process.wait()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in left))
    assert not web.answers()


@pytest.mark.parametrize("web", [2], indirect=True)
def test_connections_that_come_at_once_are_shared_by_the_processes(web: Web) -> None:
    wait_until(lambda: web.log.read_text().count("web ready") == 2)
    before = {pid: _connections(pid) for pid in descendants(web.process.pid)}
    everybody = [socket.create_connection(("127.0.0.1", web.port)) for _ in range(100)]
    for one in everybody:
        one.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
    assert all(one.recv(1000).startswith(b"HTTP/1.1 200") for one in everybody)
    taken = [_connections(pid) - count for pid, count in before.items()]
    for one in everybody:
        one.close()
    assert sum(taken) >= 100
    assert min(taken) >= 20  # chance gives less once in a thousand million times


def _connections(pid: int) -> int:
    """Sockets that a process holds."""
    return sum(1 for file in Path(f"/proc/{pid}/fd").iterdir() if os.readlink(file).startswith("socket:"))


STUCK = """
import socket, sys, time
from uvicorn import Config
from bot.http_protocol import BoundedProtocol
from bot.web import Serving

async def application(scope, receive, send):
    time.sleep(60)

config = Config(application, http=BoundedProtocol, ws="none", lifespan="off", log_config=None)
Serving(config, "ready", stuck_seconds=2).run([socket.socket(fileno=int(sys.argv[1]))])
"""


def test_a_process_whose_loop_does_not_turn_says_where_it_stands_and_ends() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        command = [sys.executable, "-c", STUCK, str(listening.fileno())]
        pipe, fds = subprocess.PIPE, (listening.fileno(),)
        with subprocess.Popen(command, cwd=ROOT, pass_fds=fds, stdout=pipe, stderr=pipe, text=True) as process:
            assert process.stdout
            assert process.stderr
            assert process.stdout.readline() == "ready\n"
            with socket.create_connection(listening.getsockname()) as caller:
                caller.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
                assert process.wait(20) == 1
            assert "in application" in process.stderr.read()
