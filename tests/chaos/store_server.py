"""The one Redis of a deployment, outside of it: started, killed, frozen, moved away, its disk filled.

Its files lie on a small disk of memory where mounting is allowed, else the size of its files is limited instead.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import time
from pathlib import Path

import redis as redis_py

from bot.die_with_parent import ending_with_us
from bot.embedded_redis import find_server
from bot.stores.connection import PATIENCE
from tests.chaos.program import wait_for
from tests.ports import free_port

DISK_BYTES = 256 * 2**20
STARTS_AGAIN_AFTER = 1.0
"""Seconds after which whoever supervises the server tries to start it again while its disk is full."""


class StoreServer:
    """A server with an append-only file synced on every write. `notes` tells what was done to it and when."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.folder = folder / "store"
        self.folder.mkdir()
        self.mounted = _mount(self.folder)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """What REDIS_URL says."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        """Of the server."""
        assert self._process is not None
        return self._process.pid

    def client(self) -> redis_py.Redis:
        """A client of our own."""
        patience = PATIENCE["worker"]
        return redis_py.Redis(
            port=self.port, socket_connect_timeout=patience.connect, socket_timeout=patience.answer, protocol=2
        )

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._launch()
        assert wait_for(self.answers, 30, 0.01), "the store does not start"

    def answers(self) -> bool:
        """Whether it answers and has its data."""
        client = self.client()
        try:
            return bool(client.ping())
        except redis_py.RedisError:
            return False
        finally:
            client.close()

    def end(self, number: int) -> None:
        """Send it a signal and wait until it has ended."""
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """It hangs: connections are taken and nothing is answered."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def run_out_of_disk(self, seconds: float) -> bool:
        """Nothing can be written for so long, and whoever supervises it tries to start it; whether it noticed.

        It is started again when there is room.
        """
        ballast = self.folder / "ballast"
        self._fill(ballast)
        deadline = time.monotonic() + seconds
        noticed = False
        try:
            while time.monotonic() < deadline:
                if self._process is None or self._process.poll() is not None:
                    noticed = True
                    time.sleep(STARTS_AGAIN_AFTER)
                    self._launch(limited=not self.mounted)
                time.sleep(0.1)
        finally:
            ballast.unlink(missing_ok=True)
        self.end(signal.SIGKILL)
        return noticed

    def close(self) -> None:
        """End it and give the disk back."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
        self.end(signal.SIGKILL)
        if self.mounted:
            subprocess.run(["umount", str(self.folder)], check=False, capture_output=True)

    # ---- the server's process and its disk

    def _launch(self, limited: bool = False) -> None:
        wrapper = ending_with_us(signal.SIGKILL)
        command = [
            find_server(), "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder),
            "--appendonly", "yes", "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction",
            "--logfile", str(self.folder.parent / "store.log"), "--daemonize", "no",
        ]  # fmt: skip
        # restore_signals=False: SIGXFSZ stays ignored, so that a limit on its files reads as an error, not as a death.
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen([*wrapper, *command], stdout=quiet, stderr=quiet, restore_signals=False)
        if limited:
            self._limit()

    def _fill(self, ballast: Path) -> None:
        if not self.mounted:
            self._limit()
            return
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"\0" * 2**20)
        with ballast.open("ab", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"\0" * 512)

    def _limit(self) -> None:
        assert self._process is not None
        size = max((path.stat().st_size for path in self.folder.rglob("*.aof")), default=0)
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (size, size))


def _mount(folder: Path) -> bool:
    """Whether a small disk of memory stands at `folder` now; mounting needs root."""
    if os.geteuid() != 0:
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=0700", "tmpfs", str(folder)]
    with contextlib.suppress(OSError):
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    return False
