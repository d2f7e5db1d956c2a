"""Comments by article, the inbox of comments not yet triaged, and who wrote which."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import msgspec

from bot.domain.comment import Comment
from bot.stores.unit import Unit

ELECTED_KEPT_SECONDS = 30 * 86400.0

_comment = msgspec.json.Decoder(Comment)
_encode = msgspec.json.encode


def split_id(comment_id: str) -> tuple[str, str]:
    """`(article key, cid)` of a comment id."""
    article, _, cid = comment_id.rpartition("_")
    return article, cid


class Comments:
    """The comments of one account: one hash per article, so that a page is read in one trip and memory stays small."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def _key(self, article: str) -> str:
        return self._unit.key("comments", article)

    def get(self, comment_id: str) -> Comment | None:
        """The comment, None if unknown."""
        article, cid = split_id(comment_id)
        raw = self._unit.get(self._key(article), cid)
        return _comment.decode(raw) if raw else None

    def page(self, article: str, cids: list[str]) -> list[Comment | None]:
        """Several comments of one article in one round trip."""
        return [_comment.decode(raw) if raw else None for raw in self._unit.get_many(self._key(article), cids)]

    def put(self, comment: Comment) -> None:
        """Keep a comment and, if its writer is known, that it is theirs."""
        self._unit.put(self._key(comment.article), comment.cid, _encode(comment))
        if comment.pid:
            self._unit.do("ZADD", self._unit.key("by", comment.pid), comment.created_at, comment.id)

    def remove(self, comment: Comment) -> None:
        """Remove a comment and its mark at its writer."""
        self._unit.put(self._key(comment.article), comment.cid, None)
        self._unit.do("ZREM", self._unit.key("elected"), comment.id)
        if comment.pid:
            self._unit.do("ZREM", self._unit.key("by", comment.pid), comment.id)

    def cids(self, article: str) -> set[str]:
        """All known comment numbers of an article (not watched for changes)."""
        return {cid.decode() for cid in cast("list[bytes]", self._unit.redis.hkeys(self._key(article)))}

    def scan(self, article: str) -> Iterator[Comment]:
        """Every comment of an article, a few at a time; one may come twice (not watched for changes)."""
        for _, raw in self._unit.redis.hscan_iter(self._key(article), count=500):
            yield _comment.decode(raw)

    def firsts(self, pids: list[str]) -> dict[str, tuple[str, float]]:
        """The first comment of each of these people: `(comment id, created_at)`, in one round trip."""
        pipe = self._unit.redis.pipeline(transaction=False)
        for pid in pids:
            pipe.zrange(self._unit.key("by", pid), 0, 0, withscores=True)
        rows = pipe.execute() if pids else []
        return {pid: (row[0][0].decode(), float(row[0][1])) for pid, row in zip(pids, rows, strict=True) if row}

    def written_by(self, pid: str, newest: int = 0) -> list[str]:
        """Ids of a person's comments, newest first; all of them if `newest` is 0."""
        end = newest - 1 if newest else -1
        rows = cast("list[bytes]", self._unit.redis.zrevrange(self._unit.key("by", pid), 0, end))
        return [raw.decode() for raw in rows]

    def histories(self, pids: list[str], newest: int) -> dict[str, list[tuple[str, float]]]:
        """For each person `(comment id, created_at)` of their newest comments, newest first, in one round trip."""
        pipe = self._unit.redis.pipeline(transaction=False)
        for pid in pids:
            pipe.zrevrange(self._unit.key("by", pid), 0, newest - 1, withscores=True)
        return {
            pid: [(raw.decode(), float(at)) for raw, at in rows]
            for pid, rows in zip(pids, pipe.execute() if pids else [], strict=True)
        }

    def many(self, ids: list[str]) -> list[Comment | None]:
        """Comments of any articles in one round trip."""
        self._unit.prefetch((self._key(article), cid) for article, cid in map(split_id, ids))
        return [self.get(comment_id) for comment_id in ids]

    def forget_writer(self, pid: str) -> None:
        """Drop the list of who wrote what for one person."""
        self._unit.do("DEL", self._unit.key("by", pid))

    def note_elected(self, comment_id: str, elected: bool, now: float) -> None:
        """Remember for a while when a comment was elected by us, or that it is not any more."""
        key = self._unit.key("elected")
        if elected:
            self._unit.do("ZADD", key, now, comment_id)
            self._unit.do("ZREMRANGEBYSCORE", key, "-inf", now - ELECTED_KEPT_SECONDS)
        else:
            self._unit.do("ZREM", key, comment_id)

    def elected_since(self, since: float) -> list[str]:
        """Ids of the comments that were elected by us after `since` and still are (not watched for changes)."""
        rows = cast("list[bytes]", self._unit.redis.zrangebyscore(self._unit.key("elected"), since, "+inf"))
        return [raw.decode() for raw in rows]

    def number(self, comment: Comment) -> None:
        """Let followers name this comment by its public number."""
        self._unit.put(self._unit.key("comment_numbers"), str(comment.number), comment.id.encode())

    def numbered(self, number: int) -> Comment | None:
        """The comment with this public number."""
        comment_id = self.id_of(number)
        return self.get(comment_id) if comment_id else None

    def id_of(self, number: int) -> str:
        """The id of the comment with this public number, triaged or not; empty if there is none."""
        raw = self._unit.get(self._unit.key("comment_numbers"), str(number))
        return raw.decode() if raw else ""
