"""The file of a backup: whatever bit of it is wrong is told as a damaged file, by nothing else."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import redis as redis_py

from bot.backup import archive
from bot.backup.keys import ArchiveError
from bot.stores.schema import SCHEMA


@pytest.fixture
def file(redis: redis_py.Redis, tmp_path: Path) -> Path:
    """A backup with something of every kind."""
    redis.hset("{main}:h", mapping={"a": "b" * 20, "c": "d"})
    redis.zadd("{main}:z", {"a": 1.5, "b": 2.5})
    redis.sadd("{main}:s", "one")
    redis.rpush("{main}:l", "one", "two")
    redis.set("{main}:k", "text", ex=5_000)
    path = tmp_path / "one.backup"
    head = archive.Head(archive.FORMAT, SCHEMA, 1_790_000_000.0, ("main",), "0123456789abcdef")
    assert archive.write(path, head, redis, lambda keys: None) == 5
    return path


def read(file: Path) -> None:
    """All of it, as `restore` does before it writes."""
    archive.read_head(file)
    archive.check(file)


def test_a_bit_that_is_wrong_anywhere_is_a_damaged_file(file: Path) -> None:
    content = gzip.decompress(file.read_bytes())
    for at in range(len(content)):
        for bit in range(8):
            spoiled = bytearray(content)
            spoiled[at] ^= 1 << bit
            file.write_bytes(gzip.compress(bytes(spoiled), compresslevel=0))
            with pytest.raises(ArchiveError):
                read(file)
