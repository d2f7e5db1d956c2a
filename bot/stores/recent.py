"""What was drafted lately: reply texts under each article and the templates that rest, so that nothing sounds alike."""

from __future__ import annotations

from collections.abc import Iterable

from bot.stores.unit import Unit

TEXTS_KEPT = 40
"""Reply texts remembered per article; enough that no reader scrolls past two alike."""

TEMPLATES_RESTING = 20
"""A template rests for this many uses (feature C6)."""

KEPT_SECONDS = 60 * 86400


class Recent:
    """Recent reply texts and templates of one account. Nothing read here is watched for changes: it is advice."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._resting = unit.key("resting")

    def _key(self, article: str) -> str:
        return self._unit.key("recent", article)

    def read(self, article: str) -> tuple[list[str], list[str]]:
        """`(texts, templates)`: reply texts under this article and templates used account-wide, the latest first."""
        pipe = self._unit.redis.pipeline(transaction=False)
        pipe.lrange(self._key(article), 0, TEXTS_KEPT - 1)
        pipe.lrange(self._resting, 0, TEMPLATES_RESTING - 1)
        texts, templates = pipe.execute()
        return [raw.decode() for raw in texts], [raw.decode() for raw in templates]

    def add(self, article: str, texts: Iterable[str], templates: Iterable[str] = ()) -> None:
        """Remember texts sent or pending under an article (oldest first) and the templates they came from."""
        for key, values, kept in (
            (self._key(article), [text for text in texts if text], TEXTS_KEPT),
            (self._resting, [name for name in templates if name], TEMPLATES_RESTING),
        ):
            if values:
                self._unit.do("LPUSH", key, *values)
                self._unit.do("LTRIM", key, 0, kept - 1)
                self._unit.do("EXPIRE", key, KEPT_SECONDS)

    def forget(self, article: str) -> None:
        """Drop the texts of an article, since some of them may quote a reader who asked to be forgotten."""
        self._unit.do("DEL", self._key(article))
