"""The standing permissions of an account, what was sent by them today, and how much may be."""

from __future__ import annotations

from typing import cast

import msgspec
from msgspec import Struct

from bot.domain.standing import CAP, Kind, Standing
from bot.stores.unit import Unit


class Today(Struct, frozen=True, array_like=True):
    """What went out on one day (ISO date): draft ids, in order."""

    day: str
    drafts: tuple[str, ...] = ()


_standing = msgspec.json.Decoder(Standing)
_numbers = msgspec.json.Decoder(tuple[int, ...])
_today = msgspec.json.Decoder(Today)
_encode = msgspec.json.encode


class Standings:
    """The permissions of one account in one hash: each by its number, the number by template and type."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._key = unit.key("standing")

    def all(self) -> tuple[Standing, ...]:
        """Every permission, ended ones and those in the making included, by number (not watched for changes)."""
        rows = cast("dict[bytes, bytes]", self._unit.redis.hgetall(self._key))
        found = [_standing.decode(raw) for name, raw in rows.items() if name.startswith(b"n|")]
        return tuple(sorted(found, key=lambda one: one.n))

    def granted(self) -> tuple[Standing, ...]:
        """The permissions by which drafts go out now."""
        raw = self._unit.get(self._key, "granted")
        found = [self.get(n) for n in (_numbers.decode(raw) if raw else ())]
        return tuple(one for one in found if one and one.is_granted)

    def get(self, n: int) -> Standing | None:
        """The permission of this number."""
        raw = self._unit.get(self._key, f"n|{n}")
        return _standing.decode(raw) if raw else None

    def of(self, kind: Kind) -> Standing | None:
        """The permission of a template and type, whatever its words."""
        raw = self._unit.get(self._key, _place(kind))
        return self.get(int(raw)) if raw else None

    def begin(self, kind: Kind) -> Standing:
        """A new one in the making."""
        return Standing(self._unit.next("standing"), kind)

    def put(self, standing: Standing) -> None:
        """Keep a permission."""
        before = {one.n for one in self.granted()}
        self._unit.put(self._key, f"n|{standing.n}", _encode(standing))
        self._unit.put(self._key, _place(standing.kind), str(standing.n).encode())
        after = before | {standing.n} if standing.is_granted else before - {standing.n}
        if after != before:
            self._unit.put(self._key, "granted", _encode(sorted(after)) if after else None)

    def today(self, day: str) -> tuple[str, ...]:
        """The drafts that went out by permissions on this day."""
        raw = self._unit.get(self._key, "today")
        known = _today.decode(raw) if raw else Today(day)
        return known.drafts if known.day == day else ()

    def used(self, day: str, draft_id: str) -> None:
        """One more went out today."""
        self._unit.put(self._key, "today", _encode(Today(day, (*self.today(day), draft_id))))

    @property
    def cap(self) -> int:
        """How many may go out a day."""
        return int(self._unit.get(self._key, "cap") or CAP)

    def put_cap(self, cap: int) -> None:
        """Set how many may go out a day."""
        self._unit.put(self._key, "cap", str(cap).encode())


def _place(kind: Kind) -> str:
    return f"k|{kind.template}|{kind.type.value}"
