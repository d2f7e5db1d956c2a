"""Which creator holds which item for a while (feature D10)."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from bot.stores.unit import Unit

CLEANED_AFTER = 3600
"""Seconds after which a claim leaves the store; whether it still holds is told by its own time."""


class Claim(Struct, frozen=True, array_like=True):
    """An item held by one creator (a pid) from `since` until `until`, epoch seconds."""

    pid: str
    since: float
    until: float


_claim = msgspec.json.Decoder(Claim)


class Claims:
    """The held items of one account."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def of(self, draft_id: str, now: float) -> Claim | None:
        """Who holds an item now, None if nobody does."""
        raw = self._unit.get(self._unit.key("claim", draft_id))
        claim = _claim.decode(raw) if raw else None
        return claim if claim and claim.until > now else None

    def many(self, draft_ids: list[str], now: float) -> dict[str, Claim]:
        """Who holds which of several items now, in one round trip."""
        self._unit.prefetch((self._unit.key("claim", draft_id), "") for draft_id in draft_ids)
        found = {draft_id: self.of(draft_id, now) for draft_id in draft_ids}
        return {draft_id: claim for draft_id, claim in found.items() if claim}

    def hold(self, draft_id: str, claim: Claim) -> None:
        """Hold an item."""
        key = self._unit.key("claim", draft_id)
        self._unit.put(key, "", msgspec.json.encode(claim))
        self._unit.do("EXPIRE", key, CLEANED_AFTER)

    def release(self, draft_id: str) -> None:
        """Let go of an item."""
        self._unit.put(self._unit.key("claim", draft_id), "", None)
