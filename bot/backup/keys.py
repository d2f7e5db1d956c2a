"""Keys of Redis in pieces: read so that none is large, written back many in one round trip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

import redis
from msgspec import Struct

PIECE = 500
"""Entries of a key that are read, kept and written at a time."""


class ArchiveError(Exception):
    """The file is no whole backup of ours; the text says why, for people."""


class Piece(Struct, frozen=True, array_like=True):
    """A part of one key: its type, entries (fields and values in turn for hashes, members and scores for sets).

    `until` is when the key expires (epoch milliseconds), 0 for never.
    """

    key: bytes
    kind: str
    entries: tuple[Any, ...]
    until: int = 0


def pieces_of(client: redis.Redis, key: bytes) -> Iterator[Piece]:
    """One key, whatever its type; nothing if it has expired. Raises ArchiveError for a type that is not ours."""
    kind = cast("bytes", client.type(key)).decode()
    left = client.pttl(key)
    seconds, micros = client.time()
    until = int(seconds * 1000 + micros // 1000 + left) if left > 0 else 0
    for entries in _entries(client, key, kind):
        yield Piece(key, kind, tuple(entries), until)


def _entries(client: redis.Redis, key: bytes, kind: str) -> Iterator[Iterable[Any]]:
    match kind:
        case "string":
            value = client.get(key)
            if value is not None:
                yield (value,)
        case "hash":
            yield from _in_pieces(part for pair in client.hscan_iter(key, count=PIECE) for part in pair)
        case "set":
            yield from _in_pieces(client.sscan_iter(key, count=PIECE))
        case "zset":
            yield from _in_pieces(part for pair in client.zscan_iter(key, count=PIECE) for part in pair)
        case "list":
            for start in range(0, client.llen(key), PIECE):
                yield client.lrange(key, start, start + PIECE - 1)
        case "none":
            return  # it expired meanwhile
        case _:
            raise ArchiveError(f"a key of the kind {kind} is not ours")


def _in_pieces(parts: Iterator[Any]) -> Iterator[list[Any]]:
    piece: list[Any] = []
    for part in parts:
        piece.append(part)
        if len(piece) >= 2 * PIECE:
            yield piece
            piece = []
    if piece:
        yield piece


def put(client: redis.Redis, batch: list[Piece]) -> None:
    """Write pieces into Redis in one round trip."""
    pipe = client.pipeline(transaction=False)
    for piece in batch:
        key, entries = piece.key, list(piece.entries)
        match piece.kind:
            case "string":
                pipe.set(key, entries[0])
            case "hash":
                pipe.execute_command("HSET", key, *entries)
            case "set":
                pipe.sadd(key, *entries)
            case "zset":
                pipe.zadd(key, dict(zip(entries[::2], entries[1::2], strict=True)))
            case "list":
                pipe.rpush(key, *entries)
            case kind:
                raise ArchiveError(f"a key of the kind {kind} is not ours")
        if piece.until:
            pipe.pexpireat(key, piece.until)
    pipe.execute()
