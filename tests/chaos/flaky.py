"""A Redis client that dies now and then: what a worker killed at any moment leaves behind."""

from __future__ import annotations

import random
from typing import Any

import redis as redis_py


class Flaky(redis_py.Redis):
    """A client that loses a command, or its answer, now and then: what a dying worker leaves behind.

    Long lists are read undisturbed: whoever dies over them has done nothing yet.
    """

    dice = random.Random(4)
    often = 0.0

    def execute_command(self, *args: Any, **options: Any) -> Any:
        if args[0] in ("HSCAN", "HGETALL", "HVALS"):
            return super().execute_command(*args, **options)
        if self.dice.random() < self.often:
            raise redis_py.ConnectionError("died before it was sent")
        answer = super().execute_command(*args, **options)
        if self.dice.random() < self.often:
            raise redis_py.ConnectionError("died before the answer was read")
        return answer
