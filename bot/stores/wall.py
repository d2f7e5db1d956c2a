"""The wall 金句墙: sentences of readers that a creator put up, and which reader has been shown which (feature G1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import msgspec
from msgspec import Struct

from bot.stores.answers import KEPT_SECONDS, Answers
from bot.stores.unit import Unit

MOST = 300
"""Sentences kept; the oldest makes room."""


class Saying(Struct, frozen=True, omit_defaults=True):
    """One sentence on the wall: the comment it was cut from, when (epoch seconds) and by whom it was put up."""

    comment: str
    text: str
    at: float
    by: str = ""


_saying = msgspec.json.Decoder(Saying)
_seen = msgspec.json.Decoder(dict[str, int])


class Wall:
    """The wall of one account."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._key = unit.key("wall")
        self._seen = unit.key("wall_seen")

    def all(self) -> list[Saying]:
        """Every sentence, newest first (not watched for changes)."""
        rows = cast("list[bytes]", self._unit.redis.hvals(self._key))
        return sorted((_saying.decode(raw) for raw in rows), key=lambda one: (-one.at, one.comment))

    def get(self, comment_id: str) -> Saying | None:
        """The sentence of a comment, None if it has none on the wall."""
        raw = self._unit.get(self._key, comment_id)
        return _saying.decode(raw) if raw else None

    def put(self, saying: Saying) -> None:
        """Put a sentence up, in place of another of the same comment."""
        for old in self.all()[MOST - 1 :]:
            self._unit.put(self._key, old.comment, None)
        self._unit.put(self._key, saying.comment, msgspec.json.encode(saying))

    def remove(self, comment_id: str) -> None:
        """Take a comment's sentence down."""
        self._unit.put(self._key, comment_id, None)

    def seen(self, pid: str) -> dict[str, int]:
        """Which comments' sentences a reader was shown, with the day (since 1970) of each."""
        raw = self._unit.get(self._seen, pid)
        return _seen.decode(raw) if raw else {}

    def put_seen(self, pid: str, seen: dict[str, int]) -> None:
        """Keep what a reader was shown."""
        self._unit.put(self._seen, pid, msgspec.json.encode(seen) if seen else None)

    def quoted_in(self, comment_ids: Iterable[str], delivery: str) -> None:
        """Remember that the answer kept for this delivery quotes these sentences, so that it can be blanked."""
        for comment_id in comment_ids:
            key = self._quoting(comment_id)
            self._unit.do("SADD", key, delivery)
            self._unit.do("EXPIRE", key, KEPT_SECONDS)

    def forget(self, pid: str, comment_ids: list[str]) -> None:
        """Take down everything a person wrote, also where it was read, and what they were shown."""
        answers = Answers(self._unit)
        for comment_id in comment_ids:
            self.remove(comment_id)
            for raw in sorted(cast("set[bytes]", self._unit.redis.smembers(self._quoting(comment_id)))):
                answers.blank(raw.decode())
            self._unit.do("DEL", self._quoting(comment_id))
        self._unit.put(self._seen, pid, None)

    def _quoting(self, comment_id: str) -> str:
        return self._unit.key("walled_in", comment_id)
