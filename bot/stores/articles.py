"""Articles, how far each has been polled, and links that wait for a match."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from bot.domain.article import Article, FoundBy, PollState
from bot.stores.unit import Unit

_article = msgspec.json.Decoder(Article)
_poll = msgspec.json.Decoder(PollState)
_encode = msgspec.json.encode


class WaitingLink(Struct, frozen=True, array_like=True):
    """A short link that does not tell its article, the title given with it, and since when it waits (epoch seconds)."""

    url: str
    title: str
    at: float


_link = msgspec.json.Decoder(WaitingLink)


class Articles:
    """The articles of one account."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._articles = unit.key("articles")
        self._numbers = unit.key("article_numbers")
        self._polls = unit.key("polls")
        self._links = unit.key("links")

    def get(self, key: str) -> Article | None:
        """The article with this key."""
        raw = self._unit.get(self._articles, key)
        return _article.decode(raw) if raw else None

    def numbered(self, n: int) -> Article | None:
        """文章 n."""
        raw = self._unit.get(self._numbers, str(n))
        return self.get(raw.decode()) if raw else None

    def all(self) -> list[Article]:
        """Every article, oldest number first (not watched for changes)."""
        found = [_article.decode(raw) for raw in self._unit.redis.hvals(self._articles)]
        return sorted(found, key=lambda article: article.n)

    def newest(self) -> Article | None:
        """The most recently published article known."""
        raw = self._unit.get(self._unit.key("state"), "newest_article")
        return self.get(raw.decode()) if raw else None

    def put(self, article: Article) -> None:
        """Keep an article."""
        self._unit.put(self._articles, article.key, _encode(article))
        self._unit.put(self._numbers, str(article.n), article.key.encode())
        newest = self.newest()
        if newest is None or article.born_at >= newest.born_at:
            self._unit.put(self._unit.key("state"), "newest_article", article.key.encode())

    def found(
        self, key: str, how: FoundBy, now: float, title: str = "", url: str = "", published: float = 0.0
    ) -> Article:
        """The article with this key, added if it is new; what was not known of it is filled in."""
        known = self.get(key)
        if known is None:
            article = Article(key, self._unit.next("article"), how, now, title, url, published)
            self.put(article)
            return article
        better = msgspec.structs.replace(
            known,
            title=known.title or title,
            url=known.url or url,
            published_at=known.published_at or published,
        )
        if better != known:
            self.put(better)
        return better

    def poll(self, key: str) -> PollState:
        """How far this article has been polled."""
        raw = self._unit.get(self._polls, key)
        return _poll.decode(raw) if raw else PollState()

    def put_poll(self, key: str, state: PollState) -> None:
        """Keep how far an article has been polled."""
        self._unit.put(self._polls, key, _encode(state))

    def keep_link(self, url: str, title: str, now: float) -> None:
        """Keep a short link until statistics tell which article it is; the same link again changes nothing."""
        if self._unit.get(self._links, url) is None:
            self._unit.put(self._links, url, _encode(WaitingLink(url, title, now)))

    def drop_link(self, url: str) -> None:
        """A link that has been matched."""
        self._unit.put(self._links, url, None)

    def links(self) -> list[WaitingLink]:
        """Links waiting for a match, the oldest first (not watched for changes)."""
        rows = [_link.decode(raw) for raw in self._unit.redis.hvals(self._links)]
        return sorted(rows, key=lambda link: (link.at, link.url))
