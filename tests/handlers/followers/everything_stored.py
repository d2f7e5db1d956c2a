"""A scan of all that Redis holds, keys and values of every type, for traces of a person."""

from __future__ import annotations

from collections.abc import Iterator

import redis as redis_py


def everything(client: redis_py.Redis) -> Iterator[tuple[str, bytes]]:
    """`(key, bytes)` for every key name, field, member and value there is."""
    for key in client.scan_iter(count=1000):
        name = key.decode()
        yield name, key
        for part in _parts(client, key, client.type(key)):
            yield name, part


def _parts(client: redis_py.Redis, key: bytes, kind: bytes) -> list[bytes]:
    if kind == b"string":
        return [client.get(key) or b""]
    if kind == b"hash":
        return [part for row in client.hgetall(key).items() for part in row]
    if kind == b"list":
        return client.lrange(key, 0, -1)
    if kind == b"set":
        return list(client.smembers(key))
    if kind == b"zset":
        return client.zrange(key, 0, -1)
    raise AssertionError(f"a type this scan does not read: {kind!r}")


def traces(client: redis_py.Redis, *needles: str) -> dict[str, set[str]]:
    """For each needle the keys it was found in; needles that are nowhere are left out."""
    found: dict[str, set[str]] = {}
    for name, part in everything(client):
        for needle in needles:
            if needle.encode() in part:
                found.setdefault(needle, set()).add(name)
    return found
