"""How the scores of each article and of the whole account are spread: counts and sums, no comment among them."""

from __future__ import annotations

from typing import cast

from bot.domain.spread import Spread, comparable
from bot.stores.unit import Unit

_FIELDS = ("count", "total", "squares")
ACCOUNT = "all"


class Scores:
    """The spreads of one account. They are added to blindly, so that intakes never wait for each other."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._key = unit.key("scores")

    def add(self, article: str, quality: int) -> None:
        """One more comment with a score."""
        for name in (article, ACCOUNT):
            for field, amount in zip(_FIELDS, (1, quality, quality * quality), strict=True):
                self._unit.do("HINCRBY", self._key, f"{field}|{name}", amount)

    def of(self, article: str) -> tuple[Spread, Spread]:
        """`(of the article, of the account)` (not watched for changes)."""
        names = [f"{field}|{name}" for name in (article, ACCOUNT) for field in _FIELDS]
        rows = cast("list[bytes | None]", self._unit.redis.hmget(self._key, names))
        figures = [int(raw or 0) for raw in rows]
        return Spread(*figures[:3]), Spread(*figures[3:])

    def comparable(self, article: str, quality: int) -> float:
        """A score as the queue compares it with those under other articles."""
        return comparable(quality, *self.of(article))
