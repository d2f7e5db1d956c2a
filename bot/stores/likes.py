"""Likes (赞) given in chat: how many each comment has, who gave which, and what counts for a writer's standing (E5)."""

from __future__ import annotations

from typing import cast

import msgspec
from msgspec import Struct

from bot.stores.unit import Place, Unit

_encode = msgspec.json.encode


class Like(Struct, frozen=True, array_like=True):
    """One like: when (epoch seconds), whether it was counted, and under which week of the writer's standing if it was.

    A blocked person's like is kept without being counted; of one person's likes for the same writer one a week counts
    for the standing.
    """

    at: float
    counted: bool = True
    week: str = ""


_like = msgspec.json.Decoder(Like)


class Likes:
    """The likes of one account."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._counts = unit.key("likes")

    def _by(self, pid: str) -> str:
        return self._unit.key("likes_by", pid)

    def _standing(self, pid: str) -> str:
        return self._unit.key("standing", pid)

    def place(self, pid: str, comment_id: str) -> Place:
        """Where one like stands."""
        return self._by(pid), comment_id

    def get(self, pid: str, comment_id: str) -> Like | None:
        """One person's like of one comment."""
        raw = self._unit.get(self._by(pid), comment_id)
        return _like.decode(raw) if raw else None

    def given(self, pid: str) -> dict[str, Like]:
        """A person's likes by comment (not watched for changes)."""
        rows = cast("dict[bytes, bytes]", self._unit.redis.hgetall(self._by(pid)))
        return {comment_id.decode(): _like.decode(raw) for comment_id, raw in rows.items()}

    def count(self, comment_id: str) -> int:
        """How many counted likes a comment has (not watched for changes)."""
        return int(self._unit.redis.hget(self._counts, comment_id) or 0)

    def add(self, pid: str, comment_id: str, like: Like, author: str) -> None:
        """Keep a like and count it, where it counts."""
        self._unit.put(self._by(pid), comment_id, _encode(like))
        self._count(comment_id, like, author, 1)

    def remove(self, pid: str, comment_id: str, like: Like, author: str) -> None:
        """Take a like back with everything it counted for."""
        self._unit.put(self._by(pid), comment_id, None)
        self._count(comment_id, like, author, -1)

    def _count(self, comment_id: str, like: Like, author: str, by: int) -> None:
        if like.counted:
            self._unit.do("HINCRBY", self._counts, comment_id, by)
        if like.counted and like.week and author:
            self._unit.do("HINCRBY", self._standing(author), like.week, by)

    def standing(self, pid: str) -> dict[str, int]:
        """Likes that count for a writer's standing, by week (not watched for changes)."""
        rows = cast("dict[bytes, bytes]", self._unit.redis.hgetall(self._standing(pid)))
        return {week.decode(): int(count) for week, count in rows.items()}

    def forget(self, pid: str, comment_ids: list[str]) -> None:
        """Forget who gave a person's likes, which stay as numbers, and everything their own comments got."""
        self._unit.do("DEL", self._by(pid), self._standing(pid))
        if comment_ids:
            self._unit.do("HDEL", self._counts, *comment_ids)
