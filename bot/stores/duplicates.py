"""Where copies of a comment are found: its bands lead to the first of each kind, a group counts who said it again.

Six entries of about 30 bytes a comment, in small hashes (`dup:<4 hex>`, field: the rest of the band's name) that Redis
keeps as packed lists. Only the first comment of a group stands there; its copies are counted in `copies`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

import msgspec
from msgspec import Struct

from bot.stores.unit import Place, Unit

SHARD = 4
"""Hex digits of a band that name the hash it stands in: 65,536 hashes, about 90 entries each at a million comments."""

HELD = 8
"""Comments one band leads to at most; more texts than that in one band are not alike but common."""

RECENT = 40
"""Copies of a group that are remembered one by one."""


class Copies(Struct, frozen=True, array_like=True):
    """Who said again what one comment says: how many copies there are, and the latest as (pid, created_at)."""

    count: int = 0
    latest: tuple[tuple[str, float], ...] = ()


_copies = msgspec.json.Decoder(Copies)
_encode = msgspec.json.encode


class Duplicates:
    """The bands and groups of one account."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._groups = unit.key("copies")

    def _place(self, band: str) -> Place:
        return self._unit.key("dup", band[:SHARD]), band[SHARD:]

    def prefetch(self, bands: Iterable[str]) -> None:
        """Read many bands in one round trip."""
        self._unit.prefetch(self._place(band) for band in bands)

    def candidates(self, bands: Sequence[str]) -> list[str]:
        """Ids of the comments that share a band, those that share most first."""
        shared: dict[str, int] = {}
        for band in bands:
            for comment_id in self._ids(band):
                shared[comment_id] = shared.get(comment_id, 0) + 1
        return sorted(shared, key=lambda comment_id: (-shared[comment_id], comment_id))

    def _ids(self, band: str) -> list[str]:
        raw = self._unit.get(*self._place(band))
        return raw.decode().split(" ") if raw else []

    def add(self, bands: Sequence[str], comment_id: str) -> None:
        """Let a comment be found by its bands."""
        for band in bands:
            ids = [known for known in self._ids(band) if known != comment_id]
            self._unit.put(*self._place(band), " ".join([*ids, comment_id][-HELD:]).encode())

    def remove(self, bands: Sequence[str], comment_id: str) -> None:
        """A comment whose writer asked to be forgotten is not found any more, nor who copied it."""
        for band in bands:
            ids = self._ids(band)
            if comment_id in ids:
                left = " ".join(known for known in ids if known != comment_id)
                self._unit.put(*self._place(band), left.encode() or None)
        self._unit.put(self._groups, comment_id, None)

    def copies(self, comment_id: str) -> Copies:
        """The copies of a comment."""
        raw = self._unit.get(self._groups, comment_id)
        return _copies.decode(raw) if raw else Copies()

    def copied(self, comment_id: str, pid: str, created_at: float) -> Copies:
        """One more copy of a comment; the group as it is then."""
        before = self.copies(comment_id)
        latest = tuple(sorted((*before.latest, (pid, created_at)), key=lambda one: one[1]))[-RECENT:]
        after = Copies(before.count + 1, latest)
        self._unit.put(self._groups, comment_id, _encode(after))
        return after

    def forget(self, pid: str) -> None:
        """Take a person's pseudonym out of all groups (not watched: groups are read whole)."""
        groups = cast("dict[bytes, bytes]", self._unit.redis.hgetall(self._groups))
        for field, raw in groups.items():
            group = _copies.decode(raw)
            if any(who == pid for who, _ in group.latest):
                latest = tuple(("" if who == pid else who, at) for who, at in group.latest)
                self._unit.get(self._groups, field.decode())
                self._unit.put(self._groups, field.decode(), _encode(Copies(group.count, latest)))
