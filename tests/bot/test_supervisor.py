"""`run` as a whole: every part dies and comes back, and nothing is left behind or lost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis as redis_py
import requests

from bot.embedded_redis import socket_path
from bot.errors import StartError
from bot.parts import Backoff
from bot.stores.connection import connect_socket
from bot.supervisor import require_free_port
from config.settings import ROOT
from tests.conftest import ENVIRONMENT
from tests.ports import free_port
from tests.waiting import wait_until


def children(pid: int) -> dict[int, str]:
    """Command lines of the living children of a process."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if int(parent) == pid and state != "Z":
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, ValueError):
            continue
    return found


def descendants(pid: int) -> set[int]:
    below = set(children(pid))
    return below.union(*(descendants(child) for child in below))


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Deployment:
    """A `run` in a process of its own, with its port and data folder."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("BOT_", "WECHAT_"))}
        env = {**clean, **ENVIRONMENT, "BOT_DATA_DIR": str(self.data_dir), "BOT_PORT": str(self.port)}
        env["BOT_WEB_WORKERS"] = "2"
        with (self.data_dir.parent / "log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"], cwd=ROOT, env=env, stdout=log, stderr=log
            )

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def part(self, name: str) -> int:
        return next(pid for pid, command in children(self.pid).items() if name in command)

    def is_ready(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/readyz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def client(self) -> redis_py.Redis:
        return connect_socket(socket_path(self.data_dir))


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    one = Deployment(tmp_path / "var")
    one.start()
    wait_until(one.is_ready, seconds=40)
    yield one
    if one.process and one.process.poll() is None:
        one.process.kill()
        one.process.wait()


@pytest.mark.timeout(180)
def test_whatever_dies_is_started_again_and_a_killed_run_leaves_nothing_behind(deployment: Deployment) -> None:
    deployment.client().set("kept", 1)
    web = deployment.part("bot web")
    victims: dict[str, Callable[[], int]] = {
        "a web process": lambda: next(iter(children(web))),
        "the web master": lambda: deployment.part("bot web"),
        "worker": lambda: deployment.part("bot worker"),
        "scheduler": lambda: deployment.part("bot scheduler"),
        "redis": lambda: deployment.part("r.sock"),
    }
    for name, find in victims.items():
        victim = find()
        os.kill(victim, signal.SIGKILL)
        wait_until(lambda victim=victim: not is_alive(victim))
        wait_until(lambda find=find, victim=victim: any_other(find, victim), seconds=10)
        wait_until(deployment.is_ready, seconds=20)
        assert deployment.client().get("kept") == b"1", name

    wait_until(lambda: len(descendants(deployment.pid)) >= 5)
    everybody = descendants(deployment.pid)
    os.kill(deployment.pid, signal.SIGKILL)
    deployment.process.wait()
    wait_until(lambda: not any(is_alive(pid) for pid in everybody), seconds=3)
    deployment.start()
    wait_until(deployment.is_ready, seconds=40)
    assert deployment.client().get("kept") == b"1"

    everybody = descendants(deployment.pid)
    deployment.process.terminate()
    assert deployment.process.wait(20) == 0
    assert not any(is_alive(pid) for pid in everybody)


def any_other(find: Callable[[], int], victim: int) -> bool:
    try:
        return find() != victim
    except StopIteration:
        return True  # the web process's master is a new one by then; readiness is asked next


def test_a_taken_port_is_told_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StartError) as caught:
            require_free_port("127.0.0.1", port)
    assert caught.value.exit_code == 2
    assert f"port {port}" in str(caught.value)
    assert "BOT_PORT" in str(caught.value)
    require_free_port("127.0.0.1", free_port())


def test_what_keeps_dying_is_started_ever_more_slowly_but_within_five_seconds() -> None:
    backoff = Backoff()
    waits = []
    for _ in range(8):
        backoff.died(lived=0.1, now=100.0)
        waits.append(backoff.wait)
    assert waits == sorted(waits)
    assert waits[0] <= 0.2
    assert waits[-1] == 5.0
    assert backoff.not_before == 105.0
    backoff.died(lived=60.0, now=200.0)
    assert backoff.wait <= 0.2
