"""The standing permissions of an account, what was sent by them today, and how much may be."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from bot.domain.standing import CAP, Kind, Standing
from bot.stores.unit import Unit

KEPT = 300
"""Permissions in the making that are kept; the one used longest ago makes room."""


class Today(Struct, frozen=True, array_like=True):
    """What went out on one day (ISO date): draft ids, in order."""

    day: str
    drafts: tuple[str, ...] = ()


_all = msgspec.json.Decoder(tuple[Standing, ...])
_today = msgspec.json.Decoder(Today)
_encode = msgspec.json.encode


class Standings:
    """All permissions of one account stand in one value, read by everybody who may use or end one."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._key = unit.key("standing")

    def all(self) -> tuple[Standing, ...]:
        """Every permission, ended ones and those in the making included, by number."""
        raw = self._unit.get(self._key, "all")
        return _all.decode(raw) if raw else ()

    def get(self, n: int) -> Standing | None:
        """The permission of this number."""
        return next((one for one in self.all() if one.n == n), None)

    def of(self, kind: Kind) -> Standing | None:
        """The permission of a template and type, whatever its words."""
        return next((one for one in self.all() if _place(one.kind) == _place(kind)), None)

    def begin(self, kind: Kind) -> Standing:
        """A new one in the making."""
        return Standing(self._unit.next("standing"), kind)

    def put(self, standing: Standing) -> None:
        """Keep a permission."""
        rest = [one for one in self.all() if one.n != standing.n]
        idle = [one for one in rest if not one.granted_at]
        if len(rest) >= KEPT and idle:
            rest.remove(min(idle, key=lambda one: max((at for _, at in one.approvals), default=0.0)))
        whole = tuple(sorted((*rest, standing), key=lambda one: one.n))
        self._unit.put(self._key, "all", _encode(whole))

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


def _place(kind: Kind) -> tuple[str, str]:
    return kind.template, kind.type.value
