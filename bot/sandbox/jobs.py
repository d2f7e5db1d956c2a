"""What WeChat finishes later (publishing, mass sends), by the box's clock, in a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

BEAT = 0.03


class Jobs:
    """Runs callables once their time has come. Thread-safe."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._guard = threading.Lock()
        self._waiting: list[tuple[float, Callable[[], None]]] = []
        self._running = 0
        self._wake = threading.Event()
        self._end = threading.Event()
        self._thread: threading.Thread | None = None

    def later(self, delay: float, job: Callable[[], None]) -> None:
        """Runs `job` `delay` seconds of box time from now."""
        with self._guard:
            self._waiting.append((self._now() + delay, job))
        self._wake.set()

    def run_due(self) -> int:
        """Runs in this thread what is due now; the number run."""
        with self._guard:
            now = self._now()
            due = [entry for entry in self._waiting if entry[0] <= now]
            self._waiting = [entry for entry in self._waiting if entry[0] > now]
            self._running += len(due)
        for _, job in due:
            try:
                job()
            finally:
                with self._guard:
                    self._running -= 1
        return len(due)

    def settle(self, timeout: float = 10.0) -> bool:
        """Waits until nothing that is due waits or runs; False after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            self.run_due()
            with self._guard:
                if not self._running and not any(due <= self._now() for due, _ in self._waiting):
                    return True
            self._end.wait(BEAT)
        return False

    def start(self) -> None:
        self._end.clear()
        self._thread = threading.Thread(target=self._loop, name="sandbox-jobs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._end.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(20)
            self._thread = None

    def _loop(self) -> None:
        while not self._end.is_set():
            with self._guard:
                idle = not self._waiting
            if idle:
                self._wake.wait()
            self._wake.clear()
            self.run_due()
            self._end.wait(BEAT)
