"""The mark of the secret key: set once, and another key is refused before it does harm."""

from __future__ import annotations

import pytest
import redis as redis_py

from bot.errors import StartError
from bot.stores.key_mark import KEY_MARK, ensure_key, put_key


def test_the_same_key_is_let_in_and_another_is_refused_in_one_line(redis: redis_py.Redis) -> None:
    ensure_key(redis, b"one key of somebody")
    ensure_key(redis, b"one key of somebody")
    with pytest.raises(StartError, match="BOT_SECRET_KEY") as caught:
        ensure_key(redis, b"another key")
    assert len(str(caught.value).splitlines()) == 1
    assert b"one key" not in (redis.get(KEY_MARK) or b"")
    ensure_key(redis, b"one key of somebody")


def test_restored_data_are_those_of_the_key_they_were_restored_with(redis: redis_py.Redis) -> None:
    ensure_key(redis, b"made on the way")
    put_key(redis, b"the old one")
    ensure_key(redis, b"the old one")
    with pytest.raises(StartError):
        ensure_key(redis, b"made on the way")
