"""Answers kept for repeats: WeChat delivers a message up to three times and must read the same each time (A3)."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from bot.stores.unit import Place, Unit

KEPT_SECONDS = 24 * 3600
TRIPLE_KEPT_SECONDS = 900


class Answer(Struct, frozen=True, array_like=True):
    """What was answered to one delivery; an empty text is `success`. `created_at` is the reply's CreateTime."""

    text: str
    created_at: int


_answer = msgspec.json.Decoder(Answer)


class Answers:
    """Answers of one account by delivery key, and the plain-mode signatures seen (which do not cover the body)."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def key(self, delivery: str) -> str:
        """Where the answer to a delivery stands, written in one step with all it causes."""
        return self._unit.key("answered", delivery)

    def places(self, delivery: str, triple: str | None) -> list[Place]:
        """What must be read before anything is done about a delivery."""
        places = [(self.key(delivery), "")]
        return [*places, (self._unit.key("triple", triple), "")] if triple else places

    def get(self, delivery: str) -> Answer | None:
        """The answer given before, None if this delivery is new."""
        raw = self._unit.get(self.key(delivery))
        return _answer.decode(raw) if raw else None

    def keep(self, delivery: str, answer: Answer, pid: str) -> None:
        """Keep an answer for a day; it can be found by its reader's pseudonym so that it can be erased."""
        self._unit.do("SET", self.key(delivery), msgspec.json.encode(answer), "EX", KEPT_SECONDS)
        if pid and answer.text:
            index = self._unit.key("answers_of", pid)
            self._unit.do("SADD", index, self.key(delivery))
            self._unit.do("EXPIRE", index, KEPT_SECONDS)

    def blank(self, delivery: str) -> None:
        """Empty a kept answer, which says what must not be kept any more; a repeat still finds that it was answered."""
        known = self._unit.redis.get(self.key(delivery))
        if known:
            blank = Answer("", _answer.decode(known).created_at)
            self._unit.do("SET", self.key(delivery), msgspec.json.encode(blank), "XX", "KEEPTTL")

    def is_forged(self, triple: str, digest: str) -> bool:
        """True when this plain-mode signature was seen before with another message."""
        seen = self._unit.get(self._unit.key("triple", triple))
        return seen is not None and seen != digest.encode()

    def keep_triple(self, triple: str, digest: str) -> None:
        """Remember which message a plain-mode signature came with."""
        self._unit.do("SET", self._unit.key("triple", triple), digest, "EX", TRIPLE_KEPT_SECONDS)
