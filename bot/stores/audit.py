"""The append-only trail of what happened to each item and who did it (feature D14)."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from bot.stores.unit import Unit

KEPT_SECONDS = 200 * 86400
"""Longer than any comment is kept; the key of an item that is not touched any more cleans itself up."""

_encode = msgspec.json.encode


class Entry(Struct, frozen=True, omit_defaults=True):
    """One thing that happened: `at` epoch seconds, `who` (a pid, or empty for the bot itself), `what` in plain Chinese."""

    at: float
    what: str
    who: str = ""
    detail: str = ""
    version: int = 0


_entry = msgspec.json.Decoder(Entry)


class Audit:
    """The trail of one account."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(self, draft_id: str, entry: Entry) -> None:
        """Append to the trail of one item."""
        key = self._unit.key("audit", draft_id)
        self._unit.do("RPUSH", key, _encode(entry))
        self._unit.do("EXPIRE", key, KEPT_SECONDS)

    def of(self, draft_id: str) -> list[Entry]:
        """The trail of one item, oldest first."""
        return [_entry.decode(raw) for raw in self._unit.redis.lrange(self._unit.key("audit", draft_id), 0, -1)]

    def remove(self, draft_id: str) -> None:
        """Drop the trail of an item whose writer asked to be forgotten."""
        self._unit.do("DEL", self._unit.key("audit", draft_id))

    def note(self, entry: Entry) -> None:
        """Append to the trail of the account: roles, pause, settings."""
        self._unit.do("RPUSH", self._unit.key("trail"), _encode(entry))
        self._unit.do("LTRIM", self._unit.key("trail"), -5000, -1)

    def notes(self, newest: int = 50) -> list[Entry]:
        """The newest entries of the account's trail, oldest first."""
        return [_entry.decode(raw) for raw in self._unit.redis.lrange(self._unit.key("trail"), -newest, -1)]
