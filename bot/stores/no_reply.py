"""How many comments of a day were found to need no reply: a number, nothing of the comments (feature C12)."""

from __future__ import annotations

from typing import cast

from bot.stores.unit import Unit

KEPT_SECONDS = 3 * 86400
"""Only today's number is ever asked for; the key of a day that is over cleans itself up."""


class NoReply:
    """The counts of one account, by day. They are added to blindly, so that intakes never wait for each other."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def _key(self, day: str) -> str:
        return self._unit.key("no_reply", day)

    def add(self, day: str, n: int) -> None:
        """So many more on this day (ISO date)."""
        self._unit.do("INCRBY", self._key(day), n)
        self._unit.do("EXPIRE", self._key(day), KEPT_SECONDS)

    def of(self, day: str) -> int:
        """How many there were on a day (not watched for changes)."""
        return int(cast("bytes | None", self._unit.redis.get(self._key(day))) or 0)
