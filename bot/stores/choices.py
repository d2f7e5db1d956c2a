"""How often each template was kept and changed, the log these counts come from, and what it was changed to (C9)."""

from __future__ import annotations

from typing import cast

import msgspec
from msgspec import Struct

from bot.domain.choices import difference
from bot.domain.draft import HAND, Draft, DraftState
from bot.stores.unit import Unit

LOG_KEPT = 20_000
EDITS_KEPT = 400

Counts = dict[str, tuple[int, int]]
"""Template -> (kept, changed)."""


class Choice(Struct, frozen=True, array_like=True):
    """One line of the log: at `at` (epoch seconds) a template's counts changed by so much."""

    at: float
    template: str
    kept: int
    changed: int


class Edit(Struct, frozen=True, array_like=True):
    """What a creator wrote instead of a template's words."""

    template: str
    text: str
    at: float


_choice = msgspec.json.Decoder(Choice)
_edit = msgspec.json.Decoder(Edit)
_counts = msgspec.json.Decoder(tuple[int, int])
_encode = msgspec.json.encode


class Choices:
    """The learned counts of one account."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._key = unit.key("choices")
        self._log = unit.key("choice_log")
        self._edits = unit.key("edits")

    def note(self, before: Draft | None, after: Draft, now: float) -> None:
        """Count what a change of a draft says of its templates."""
        for template, (kept, changed) in difference(before, after).items():
            raw = self._unit.get(self._key, template)
            known = _counts.decode(raw) if raw else (0, 0)
            self._unit.put(self._key, template, _encode((known[0] + kept, known[1] + changed)))
            self._unit.do("RPUSH", self._log, _encode(Choice(now, template, kept, changed)))
            self._unit.do("LTRIM", self._log, -LOG_KEPT, -1)
        self._note_edit(before, after, now)

    def _note_edit(self, before: Draft | None, after: Draft, now: float) -> None:
        made = [variant for variant in after.variants if variant.name != HAND and "#" in variant.rule]
        if not made or after.chosen != HAND:
            return
        if after.state is DraftState.APPROVED:
            self._unit.do("HSET", self._edits, after.id, _encode(Edit(made[0].rule, after.text, now)))
        elif before is not None and after.state is DraftState.PENDING:
            self.forget(after.id)

    def forget(self, draft_id: str) -> None:
        """Drop what was written for one draft: taken back, or its reader asked to be forgotten."""
        self._unit.do("HDEL", self._edits, draft_id)

    def counts(self) -> Counts:
        """All counts (not watched for changes)."""
        rows = cast("dict[bytes, bytes]", self._unit.redis.hgetall(self._key))
        return {template.decode(): _counts.decode(raw) for template, raw in rows.items()}

    def log(self) -> list[Choice]:
        """Every change of the counts, oldest first."""
        return [_choice.decode(raw) for raw in self._unit.redis.lrange(self._log, 0, -1)]

    def edits(self) -> dict[str, Edit]:
        """What was written by hand instead of a template, by draft (not watched for changes)."""
        rows = cast("dict[bytes, bytes]", self._unit.redis.hgetall(self._edits))
        return {draft_id.decode(): _edit.decode(raw) for draft_id, raw in rows.items()}
