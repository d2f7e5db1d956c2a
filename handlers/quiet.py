"""The quiet hours of creators: from 22:00 to 8:00 nothing is sent to them that can wait (feature D11)."""

from __future__ import annotations

from datetime import datetime, timedelta

QUIET_FROM, QUIET_TO = 22, 8


def is_quiet(local: datetime) -> bool:
    """True at night, when nothing is sent that can wait."""
    return local.hour >= QUIET_FROM or local.hour < QUIET_TO


def morning(local: datetime) -> datetime:
    """The end of the quiet hours that `local` lies in."""
    day = local if local.hour < QUIET_TO else local + timedelta(days=1)
    return day.replace(hour=QUIET_TO, minute=0, second=0, microsecond=0)
