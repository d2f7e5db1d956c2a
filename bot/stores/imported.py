"""Which texts were imported under which article, so that pasting the same comments twice makes no second ones."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bot.stores.unit import Unit


class Imported:
    """The imported texts of one account, known by their digests."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def _key(self, article: str) -> str:
        return self._unit.key("imported", article)

    def known(self, article: str, contents: Sequence[str]) -> list[bool]:
        """For each text whether it was imported under this article before."""
        return [raw is not None for raw in self._unit.get_many(self._key(article), map(_digest, contents))]

    def add(self, article: str, content: str, cid: str) -> None:
        """Remember that a text was imported as comment `cid`."""
        self._unit.put(self._key(article), _digest(content), cid.encode())

    def forget(self, article: str, content: str) -> None:
        """Drop the digest of a text whose writer asked to be forgotten."""
        self._unit.put(self._key(article), _digest(content), None)


def _digest(content: str) -> str:
    return hashlib.sha256("".join(content.split()).encode()).hexdigest()[:20]
