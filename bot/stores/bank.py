"""The answer bank 问答库: questions that creators answered, and what they answered (feature C10)."""

from __future__ import annotations

from enum import IntEnum
from typing import cast

import msgspec
from msgspec import Struct

from bot.stores.unit import Unit

MOST = 300
"""Answers kept; the oldest of those never used again makes room, those in a creator's own words last."""


class Words(IntEnum):
    """Whose words an answer is; the greater one is preferred."""

    DRAFTED = 0
    WRITTEN = 1
    EDITED = 2


class BankEntry(Struct, frozen=True, omit_defaults=True):
    """An answered question: its number, the reader's question, the creator's answer, the comment it was given to.

    `at` is epoch seconds; `uses` counts the later questions that got the same answer. `words`: let out as drafted,
    written by a creator, or edited in the bank. Entries of one `group` ask the same and are shown as one; 0 until a
    worker has compared the question with the others.
    """

    n: int
    question: str
    answer: str
    comment: str
    at: float
    uses: int = 0
    words: Words = Words.DRAFTED
    group: int = 0

    @property
    def rank(self) -> tuple[int, int, float]:
        """Of several answers to the same question the one with the highest rank is offered."""
        return self.words, self.uses, self.at


_entry = msgspec.json.Decoder(BankEntry)


class Bank:
    """The answer bank of one account."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._key = unit.key("bank")

    def all(self) -> list[BankEntry]:
        """Every entry, oldest first (not watched for changes)."""
        rows = cast("list[bytes]", self._unit.redis.hvals(self._key))
        return sorted((_entry.decode(raw) for raw in rows), key=lambda entry: entry.n)

    def get(self, n: int) -> BankEntry | None:
        """The entry with this number."""
        raw = self._unit.get(self._key, str(n))
        return _entry.decode(raw) if raw else None

    def put(self, entry: BankEntry) -> None:
        """Keep an entry."""
        self._unit.put(self._key, str(entry.n), msgspec.json.encode(entry))

    def remove(self, n: int) -> None:
        """Drop an entry."""
        self._unit.put(self._key, str(n), None)

    def add(self, question: str, answer: str, comment: str, now: float, words: Words = Words.DRAFTED) -> None:
        """Keep a new answer; an earlier one to the same comment is replaced."""
        known = self.all()
        for entry in known:
            if entry.comment == comment:
                self.remove(entry.n)
        if len(known) >= MOST:
            self.remove(min(known, key=lambda entry: entry.rank).n)
        n = self._unit.next("bank")
        self.put(BankEntry(n, question, answer, comment, now, words=words))

    def forget(self, comment: str) -> None:
        """Drop what was answered to one comment: taken back, or its writer asked to be forgotten."""
        for entry in self.all():
            if entry.comment == comment:
                self.remove(entry.n)
