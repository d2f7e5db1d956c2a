"""The one clock of a deployment: system time, or under BOT_CLOCK=simulated system time plus an offset kept in Redis."""

from __future__ import annotations

import re
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import redis

from config.settings import Settings

OFFSET_KEY = "bot:clock"
_UNITS = {"w": 604800.0, "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0}


class Clock:
    """Tells the time of the deployment. Only the edges read it; handlers and pure code are told."""

    def __init__(self, client: redis.Redis, zone: ZoneInfo, *, is_system: bool = True) -> None:
        self._redis = client
        self.zone = zone
        self.is_system = is_system

    def now(self) -> float:
        """Seconds since the epoch. Simulated: one Redis round trip, so that a move is seen by all at once."""
        if self.is_system:
            return time.time()
        offset = self._redis.get(OFFSET_KEY)
        return time.time() + float(offset or 0)

    def local(self, now: float | None = None) -> datetime:
        """The moment `now` (default: this one) as an aware datetime in BOT_TIMEZONE."""
        return datetime.fromtimestamp(self.now() if now is None else now, self.zone)

    def advance(self, seconds: float) -> float:
        """Move a simulated clock forward for every process; returns the new time. ValueError otherwise."""
        if self.is_system:
            raise ValueError("the clock is the system's: only BOT_CLOCK=simulated can be moved")
        if seconds < 0:
            raise ValueError("time only moves forward")
        self._redis.incrbyfloat(OFFSET_KEY, seconds)
        return self.now()


def make_clock(settings: Settings, client: redis.Redis) -> Clock:
    """The clock that `settings` ask for, its offset kept behind `client`."""
    return Clock(client, settings.timezone, is_system=settings.clock == "system")


def parse_duration(text: str) -> float:
    """Seconds of `+3d2h`, `90m`, `1w`; units w d h m s in this order. ValueError if it is not one.

    >>> parse_duration("+3d2h")
    266400.0
    """
    found = re.fullmatch(r"\+?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?", text.strip())
    parts = [part for part in found.groups() if part] if found else []
    if not parts:
        raise ValueError(f"not a duration: {text!r}; write it like +3d2h (w d h m s)")
    return sum(int(part[:-1]) * _UNITS[part[-1]] for part in parts)
