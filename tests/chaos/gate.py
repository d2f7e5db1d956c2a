"""A gate that everybody's messages pass: shut while time is moved on, so that none is under way just then."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Gate:
    """Open unless somebody has shut it."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._inside = 0
        self._shut = False

    def through(self, action: Callable[[], None]) -> Callable[[], None]:
        """`action`, done inside the gate."""

        def act() -> None:
            with self._condition:
                self._condition.wait_for(lambda: not self._shut)
                self._inside += 1
            try:
                action()
            finally:
                with self._condition:
                    self._inside -= 1
                    self._condition.notify_all()

        return act

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Nobody is inside and nobody comes in."""
        with self._condition:
            self._shut = True
            self._condition.wait_for(lambda: self._inside == 0)
        try:
            yield
        finally:
            with self._condition:
                self._shut = False
                self._condition.notify_all()
