"""The time of a demo: what the program and the sandbox beside it both live by, and what moves it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import redis

from bot.clock import Clock, make_clock
from bot.stores.connection import connect
from config.settings import load_settings


class DemoTime:
    """System time plus what this object has moved it by; nobody else moves the program's simulated clock."""

    def __init__(self) -> None:
        self._offset = 0.0
        self._clock: Clock | None = None
        self._moving = threading.Lock()

    def follow(self, environment: dict[str, str]) -> None:
        """From now on move the clock of the program that runs under `environment`."""
        settings = load_settings(environment)
        client: redis.Redis = connect(settings, "worker")
        self._clock = make_clock(settings, client)

    def now(self) -> float:
        """Epoch seconds."""
        return time.time() + self._offset

    def advance(self, seconds: float) -> None:
        """Move everybody's clock forward. RuntimeError before `follow`, redis.RedisError if the program is away."""
        if self._clock is None:
            raise RuntimeError("there is no program yet whose clock could be moved")
        with self._moving:
            self._clock.advance(seconds)
            self._offset += seconds


PassTime = Callable[[float], object]
"""Moves everybody's clock forward by so many seconds."""
