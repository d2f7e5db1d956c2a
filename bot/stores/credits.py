"""How readers want to be named in public, and how often they were asked why they chose what they chose (F9, E6)."""

from __future__ import annotations

import msgspec

from bot.domain.credit import Credit
from bot.stores.unit import Place, Unit

_credit = msgspec.json.Decoder(Credit)


class Credits:
    """The names of one account's readers."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._key = unit.key("credits")

    def of(self, pid: str) -> Credit | None:
        """A reader's choice, None if they made none."""
        raw = self._unit.get(self._key, pid) if pid else None
        return _credit.decode(raw) if raw else None

    def many(self, pids: list[str]) -> dict[str, Credit | None]:
        """The choices of several readers in one round trip."""
        self._unit.prefetch((self._key, pid) for pid in pids if pid)
        return {pid: self.of(pid) for pid in pids}

    def put(self, pid: str, credit: Credit) -> None:
        """Keep a reader's choice."""
        self._unit.put(self._key, pid, msgspec.json.encode(credit))

    def forget(self, pid: str) -> None:
        """Drop the choice of a person who asked to be forgotten."""
        self._unit.put(self._key, pid, None)


class Asked:
    """When each reader was last asked for a word, and how many were asked and answered."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._key = unit.key("asked")

    def place(self, pid: str) -> Place:
        """Where a reader's time stands, for reading it together with others."""
        return self._key, pid

    def at(self, pid: str) -> float:
        """When this reader was last asked (epoch seconds), 0 for never."""
        raw = self._unit.get(self._key, pid)
        return float(raw) if raw else 0.0

    def ask(self, pid: str, now: float) -> None:
        """Remember that this reader was asked now."""
        self._unit.put(self._key, pid, repr(now).encode())
        self._unit.do("HINCRBY", self._unit.key("asked_counts"), "asked", 1)

    def answered(self) -> None:
        """One of those who were asked said something."""
        self._unit.do("HINCRBY", self._unit.key("asked_counts"), "answered", 1)

    def counts(self) -> tuple[int, int]:
        """(answered, asked) over all time (not watched for changes)."""
        rows = self._unit.redis.hgetall(self._unit.key("asked_counts"))
        return int(rows.get(b"answered", 0)), int(rows.get(b"asked", 0))

    def forget(self, pid: str) -> None:
        """Drop the time of a person who asked to be forgotten; the counts stay."""
        self._unit.put(self._key, pid, None)
