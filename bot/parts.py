"""Child processes that are started again when they die, and stopped when their time has come."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from types import FrameType

import structlog

from bot.die_with_parent import ending_with_us
from bot.errors import StartError
from config.settings import Settings

log = structlog.get_logger(__name__)

LONGEST_BACKOFF = 5.0  # seconds
LIVED_WELL = 10.0  # seconds after which a death counts as the first one again
LOOK_SECONDS = 0.2
"""How often whoever keeps parts should look after them."""


@dataclass
class Backoff:
    """How long to wait before the next start of something that keeps dying."""

    wait: float = 0.0
    not_before: float = 0.0

    def died(self, lived: float, now: float) -> None:
        """Note a death after `lived` seconds at `now` (monotonic)."""
        self.wait = 0.2 if lived > LIVED_WELL or not self.wait else min(self.wait * 2, LONGEST_BACKOFF)
        self.not_before = now + self.wait


@dataclass
class Part:
    """One child process, the command `python -m bot ARGUMENTS`, which gets `drain` seconds to stop."""

    name: str
    arguments: tuple[str, ...]
    drain: float
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    backoff: Backoff = field(default_factory=Backoff)

    def keep(self, settings: Settings) -> None:
        """Start it if it does not run and may be started. Raises StartError if it never could start."""
        now = time.monotonic()
        if self.process is not None:
            code = self.process.poll()
            if code is None:
                return
            if code == 2 and not self.backoff.wait and now - self.began < LIVED_WELL:
                raise StartError(f"{self.name} cannot start: its lines above say why")
            self.process = None
            self.backoff.died(now - self.began, now)
            log.error("part_died", part=self.name, exit_code=code, restart_in=self.backoff.wait)
        if now >= self.backoff.not_before:
            self.process = spawn([sys.executable, "-m", "bot", *self.arguments], settings)
            self.began = now


def stop_parts(parts: Iterable[Part], hurry: threading.Event) -> None:
    """End them one after the other; whoever takes too long, or all once `hurry` is set, are killed."""
    for part in parts:
        if part.process is None:
            continue
        part.process.terminate()
        deadline = time.monotonic() + part.drain
        while part.process.poll() is None:
            if hurry.is_set() or time.monotonic() > deadline:
                part.process.kill()
                part.process.wait()
            time.sleep(0.02)


def on_stop_signals(handler: Callable[[int, FrameType | None], None]) -> None:
    """Have `handler` called on SIGTERM and SIGINT, and on SIGHUP unless started by nohup."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def spawn(command: Sequence[str], settings: Settings) -> subprocess.Popen[bytes]:
    """Start a child in the folder of wsgi.py that is killed when this process ends, in a session of its own.

    Everything of ours survives a kill, and a child that took its time to stop would keep the port from our heir.
    """
    whole = [*ending_with_us(signal.SIGKILL), *command]
    return subprocess.Popen(whole, cwd=settings.root, stdin=subprocess.DEVNULL, start_new_session=True)


def say(line: str) -> None:
    """One line for the person at the terminal."""
    print(line, flush=True)
