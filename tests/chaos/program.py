"""`python -m bot run` beside a sandbox: started, watched line by line, killed part by part, started again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import redis as redis_py
import requests

from bot.embedded_redis import socket_path
from bot.sandbox import Sandbox
from bot.stores.connection import connect_socket
from config.settings import ROOT
from tests.ports import free_port

PARTS = ("web process", "web master", "worker", "scheduler", "redis")
EVERYTHING = "everything"
SUPERVISOR = "supervisor"
READY_LINES = {"worker": "worker ready", "scheduler": "scheduler ready", "web master": "web ready"}


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
    """Everybody below a process."""
    below = set(children(pid))
    return below.union(*(descendants(child) for child in below))


def is_alive(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def proportional_set_size(pid: int) -> int:
    """Bytes of memory of a process, shared pages counted by share; 0 if it has ended."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used; 0 if it has ended."""
    try:
        user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    except OSError:
        return 0.0
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _runs(command: str, mark: str) -> bool:
    """Whether a command line is the marked part itself and not yet its wrapper."""
    return mark in command and "die_with_parent" not in command


class Program:
    """One deployment over the box's account; `lines` are what it printed, each with the moment (monotonic seconds)."""

    def __init__(self, box: Sandbox, folder: Path, **settings: str) -> None:
        self.port = free_port()
        self.data_dir = folder / "var"
        self.lines: list[tuple[float, str]] = []
        self._box = box
        self._settings = settings
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        box.webhook_url = f"{self.url}/wechat"

    @property
    def url(self) -> str:
        """Where its web listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Its settings; nothing of the caller's own account reaches it."""
        clean = {name: text for name, text in os.environ.items() if not name.startswith(("BOT_", "WECHAT_", "REDIS_"))}
        return {
            **clean,
            "WECHAT_APPID": self._box.appid,
            "WECHAT_SECRET": self._box.secret,
            "WECHAT_TOKEN": self._box.token,
            "WECHAT_AES_KEY": self._box.aes_key,
            "WECHAT_API_BASE": self._box.api_base,
            "WECHAT_API_TIMEOUT": "2",
            "BOT_DATA_DIR": str(self.data_dir),
            "BOT_PORT": str(self.port),
            "BOT_LOG_FORMAT": "json",
            "PYTHONUNBUFFERED": "1",
            **self._settings,
        }

    def start(self) -> None:
        """Start `run`; returns at once."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.lines.append((time.monotonic(), line.rstrip("\n")))
        process.stdout.close()

    def stop(self) -> None:
        """End it in order, by force after half a minute."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill_everything()
        self._process.wait()
        if self._reader is not None:
            self._reader.join(5)

    @property
    def pid(self) -> int:
        """Of the supervisor."""
        assert self._process is not None
        return self._process.pid

    def find(self, part: str) -> int | None:
        """The process of a part, None while it has none."""
        if part == "web process":
            master = self.find("web master")
            below = [pid for pid, command in children(master or 0).items() if _runs(command, "bot web")]
            return below[0] if below else master  # one that is alone has nobody above it
        marks = {"web master": "bot web", "worker": "bot worker", "scheduler": "bot scheduler", "redis": "r.sock"}
        return next((pid for pid, command in children(self.pid).items() if _runs(command, marks[part])), None)

    def kill(self, part: str) -> bool:
        """SIGKILL one part; False if it is not there just now."""
        pid = self.find(part)
        if pid is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not is_alive(pid), 5)
        return True

    def kill_everything(self) -> None:
        """SIGKILL the whole tree at one moment."""
        assert self._process is not None
        for pid in [self.pid, *descendants(self.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()

    def kill_supervisor(self) -> None:
        """SIGKILL the supervisor alone; its children are to end with it."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def is_ready(self) -> bool:
        """Whether all parts are at work (GET /readyz)."""
        try:
            return requests.get(f"{self.url}/readyz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def is_back(self, part: str, since: float) -> bool:
        """Whether a part killed at `since` (monotonic) does its work again."""
        if part in READY_LINES:
            return self._has_said(READY_LINES[part], since)
        if part in (EVERYTHING, SUPERVISOR):
            return all(self._has_said(line, since) for line in READY_LINES.values())
        if part == "redis":
            try:
                return bool(self.redis().ping())
            except redis_py.RedisError:
                return False
        try:
            return requests.get(f"{self.url}/healthz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def _has_said(self, beginning: str, since: float) -> bool:
        return any(at > since and line.startswith(beginning) for at, line in self.lines[-400:])

    def redis(self) -> redis_py.Redis:
        """A client of its embedded server."""
        return connect_socket(socket_path(self.data_dir))

    def owner_code(self) -> str:
        """`加入 XXXXXX`."""
        command = [sys.executable, "-m", "bot", "owner-code"]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=60, check=True
        )
        return done.stdout.strip().splitlines()[-1]


def wait_for(condition, seconds: float, pause: float = 0.05) -> bool:
    """Whether `condition()` became true within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
