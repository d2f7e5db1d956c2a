"""The box's own clock, for when it is not given another one, and WeChat's calendar."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


class BoxClock:
    """System time plus an offset that only grows; call it for epoch seconds."""

    def __init__(self) -> None:
        self._offset = 0.0

    def __call__(self) -> float:
        return time.time() + self._offset

    def advance(self, seconds: float) -> None:
        """Moves the clock forward; ValueError for a negative step."""
        if seconds < 0:
            raise ValueError("the clock only goes forward")
        self._offset += seconds


def beijing(now: float) -> datetime:
    """Epoch seconds as Beijing time, the calendar of quotas and statistics."""
    return datetime.fromtimestamp(now, BEIJING)


def beijing_day(now: float) -> date:
    return beijing(now).date()
