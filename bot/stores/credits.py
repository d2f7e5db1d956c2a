"""How readers want to be named in public (feature F9)."""

from __future__ import annotations

from typing import cast

import msgspec

from bot.domain.credit import Credit, CreditState, letters_of
from bot.stores.unit import Unit

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

    def is_taken(self, name: str, pid: str) -> bool:
        """True when a creator has accepted this name, or one that looks like it, for somebody else."""
        rows = cast("dict[bytes, bytes]", self._unit.redis.hgetall(self._key))
        wanted = letters_of(name)
        alike = [one.decode() for one, raw in rows.items() if letters_of(_credit.decode(raw).name) == wanted]
        others = [self.of(one) for one in alike if one != pid]
        return any(other and other.state is CreditState.ACCEPTED for other in others)
