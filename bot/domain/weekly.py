"""Times of the week: when a weekly round takes its steps, and what its week is called."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

WEEK = 7 * 86400.0


class Weekly(Struct, frozen=True):
    """A moment that comes once a week: `day` 0 is Monday, `minute` counts from midnight."""

    day: int
    minute: int

    def after(self, moment: datetime) -> datetime:
        """The first such moment later than `moment`, in its time zone."""
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        for ahead in range(9):
            day = midnight + timedelta(days=ahead)
            found = day.replace(hour=self.minute // 60, minute=self.minute % 60)
            if found.weekday() == self.day and found > moment:
                return found
        raise ValueError("a week has seven days")


def week_id(moment: datetime) -> str:
    """The ISO week of a moment, as `2026W47`; sorts like time."""
    year, week, _ = moment.isocalendar()
    return f"{year}W{week:02d}"
