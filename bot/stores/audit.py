"""The append-only trail of what happened to each item and who did it (feature D14)."""

from __future__ import annotations

from typing import cast

import msgspec
from msgspec import Struct

from bot.stores.unit import Unit

KEPT_SECONDS = 200 * 86400
"""Longer than any comment is kept; the key of an item that is not touched any more cleans itself up."""

SEEN = "看过"
"""What is noted when a creator is shown an item for the first time: no decision, unlike all else with a `who`."""

_encode = msgspec.json.encode


class Entry(Struct, frozen=True, omit_defaults=True):
    """One thing that happened: `at` epoch seconds, `who` (a pid, empty for the bot itself), `what` in plain Chinese.

    `said` is the message that asked for it, `detail` the text or reason, `version` that of the draft.
    """

    at: float
    what: str
    who: str = ""
    detail: str = ""
    version: int = 0
    said: str = ""


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
        if entry.who:
            self._unit.do("SADD", self._acts(entry.who), draft_id)
            self._unit.do("EXPIRE", self._acts(entry.who), KEPT_SECONDS)

    def _acts(self, pid: str) -> str:
        return self._unit.key("acts", pid)

    def acted_on(self, pid: str) -> list[str]:
        """Ids of the items in whose trails this person stands (not watched for changes)."""
        found = cast("set[bytes]", self._unit.redis.smembers(self._acts(pid)))
        return sorted(raw.decode() for raw in found)

    def forget(self, pid: str) -> None:
        """Take a person's pseudonym out of all trails; what was done stays."""
        trails = [self._unit.key("audit", draft_id) for draft_id in self.acted_on(pid)]
        name = pid.encode()
        for trail in [*trails, self._unit.key("trail")]:
            for raw in cast("list[bytes]", self._unit.redis.lrange(trail, 0, -1)):
                if name in raw:
                    # By value, not by place: entries may be added or trimmed between this reading and the commit.
                    self._unit.do("LINSERT", trail, "BEFORE", raw, raw.replace(name, b""))
                    self._unit.do("LREM", trail, 1, raw)
        self._unit.do("DEL", self._acts(pid))

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

    def trim(self, before: float) -> int:
        """Drop the entries of the account's trail made before a moment (epoch seconds); how many."""
        trail = self._unit.key("trail")
        old = 0
        for raw in cast("list[bytes]", self._unit.redis.lrange(trail, 0, -1)):
            if _entry.decode(raw).at >= before:
                break
            # By value: another process may trim or append between this reading and the commit.
            self._unit.do("LREM", trail, 1, raw)
            old += 1
        return old

    def notes(self, newest: int = 50) -> list[Entry]:
        """The newest entries of the account's trail, oldest first."""
        return [_entry.decode(raw) for raw in self._unit.redis.lrange(self._unit.key("trail"), -newest, -1)]
