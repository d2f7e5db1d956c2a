"""Versions of stored data: migrated once in order by whoever comes first, newer ones refused."""

from __future__ import annotations

import threading

import pytest
import redis as redis_py

from bot.errors import StartError
from bot.stores.schema import SCHEMA, SCHEMA_KEY, ensure_schema, put_schema, stored_schema


def test_an_empty_store_and_todays_data_need_nothing(redis: redis_py.Redis) -> None:
    ensure_schema(redis, ["main"])
    assert stored_schema(redis) == SCHEMA


def test_newer_data_are_refused_in_one_line(redis: redis_py.Redis) -> None:
    put_schema(redis, SCHEMA + 1)
    with pytest.raises(StartError, match="install the newer program") as caught:
        ensure_schema(redis, ["main"])
    assert caught.value.exit_code == 2
    assert len(str(caught.value).splitlines()) == 1


def test_old_data_go_through_every_step_once_however_many_processes_start(redis: redis_py.Redis) -> None:
    redis.set("{main}:words", "a")
    redis.set("{food}:words", "b")

    def step(mark: str) -> object:
        def run(client: redis_py.Redis, account: str) -> None:
            client.append(f"{{{account}}}:words", mark)

        return run

    steps = {1: step("2"), 2: step("3")}
    starts = [threading.Thread(target=ensure_schema, args=(redis, ["main", "food"], 3, steps)) for _ in range(8)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert (redis.get("{main}:words"), redis.get("{food}:words")) == (b"a23", b"b23")
    assert stored_schema(redis) == 3


def test_a_migration_that_dies_is_run_again(redis: redis_py.Redis) -> None:
    tries: list[str] = []

    def dies_once(client: redis_py.Redis, account: str) -> None:
        tries.append(account)
        if len(tries) == 1:
            raise redis_py.ConnectionError("gone")

    with pytest.raises(redis_py.ConnectionError):
        ensure_schema(redis, ["main"], 2, {1: dies_once})
    assert redis.get(SCHEMA_KEY) is None
    ensure_schema(redis, ["main"], 2, {1: dies_once})
    assert (tries, stored_schema(redis)) == (["main", "main"], 2)
