"""The one ledger of what readers are asked to do: who was asked when, how often, and what was withheld (feature J4)."""

from __future__ import annotations

from typing import cast

import msgspec

from bot.domain.asks import Ask, Asked
from bot.stores.unit import Place, Unit

_asked = msgspec.json.Decoder(Asked)
_MADE, _WITHHELD, _ANSWERED = "made|", "withheld|", "answered"


class Asks:
    """Whoever wants to ask a reader for something has to be allowed here, in the step that does it."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._key = unit.key("asked")
        self._counts = unit.key("asked_counts")

    def place(self, pid: str) -> Place:
        """Where a reader's record stands, for reading it together with others."""
        return self._key, pid

    def of(self, pid: str) -> Asked:
        """When this reader was last asked."""
        raw = self._unit.get(self._key, pid)
        return _asked.decode(raw) if raw else Asked()

    def spend(self, pid: str, ask: Ask, now: float, about: str = "") -> bool:
        """True when this reader may be asked now, which is noted; else the request is counted as withheld.

        The same request (`about` tells those of one kind apart) is counted once until the next one is made.
        """
        before = self.of(pid)
        if before.may_be_asked(now):
            self._unit.put(self._key, pid, msgspec.json.encode(Asked(now)))
            self._count(_MADE + ask)
            return True
        name = f"{ask}|{about}"
        if name not in before.withheld:
            kept = (*before.withheld, name)[-20:]
            self._unit.put(self._key, pid, msgspec.json.encode(Asked(before.at, kept)))
            self._count(_WITHHELD + ask)
        return False

    def answered(self) -> None:
        """One of those who were asked why said something."""
        self._count(_ANSWERED)

    def _count(self, name: str) -> None:
        self._unit.do("HINCRBY", self._counts, name, 1)

    def whys(self) -> tuple[int, int]:
        """`(answered, asked)` of the question why, over all time (not watched for changes)."""
        counts = self._all()
        return counts.get(_ANSWERED, 0), counts.get(_MADE + Ask.WHY, 0)

    def totals(self) -> tuple[int, int]:
        """`(made, withheld)` of all kinds, over all time (not watched for changes)."""
        counts = self._all()
        made, withheld = ([n for name, n in counts.items() if name.startswith(head)] for head in (_MADE, _WITHHELD))
        return sum(made), sum(withheld)

    def _all(self) -> dict[str, int]:
        rows = cast("dict[bytes, bytes]", self._unit.redis.hgetall(self._counts))
        return {name.decode(): int(n) for name, n in rows.items()}

    def forget(self, pid: str) -> None:
        """Drop the record of a person who asked to be forgotten; the counts stay."""
        self._unit.put(self._key, pid, None)
