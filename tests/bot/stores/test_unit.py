"""A unit of work commits everything or nothing, and never over a change it has not seen."""

from __future__ import annotations

import threading

import pytest
import redis as redis_py

from bot.stores.unit import Busy, Conflict, Unit, transact


def test_all_writes_of_a_unit_appear_together(redis: redis_py.Redis) -> None:
    unit = Unit(redis, "main")
    unit.put(unit.key("a"), "", b"1")
    unit.put(unit.key("h"), "f", b"2")
    unit.do("ZADD", unit.key("z"), 5, "m")
    assert not redis.keys("*")
    unit.commit()
    assert redis.get("{main}:a") == b"1"
    assert redis.hget("{main}:h", "f") == b"2"
    assert redis.zscore("{main}:z", "m") == 5


def test_a_changed_value_stops_the_whole_commit(redis: redis_py.Redis) -> None:
    unit = Unit(redis, "main")
    unit.get(unit.key("h"), "f")
    unit.put(unit.key("other"), "", b"x")
    redis.hset("{main}:h", "f", "somebody else")
    with pytest.raises(Conflict):
        unit.commit()
    assert redis.get("{main}:other") is None


def test_a_value_that_appeared_or_vanished_is_a_change(redis: redis_py.Redis) -> None:
    redis.set("{main}:a", "1")
    unit = Unit(redis, "main")
    assert unit.get(unit.key("a")) == b"1"
    unit.put(unit.key("b"), "", b"2")
    redis.delete("{main}:a")
    with pytest.raises(Conflict):
        unit.commit()
    assert redis.get("{main}:b") is None


def test_a_unit_reads_its_own_writes(redis: redis_py.Redis) -> None:
    unit = Unit(redis, "main")
    unit.put(unit.key("h"), "f", b"new")
    assert unit.get(unit.key("h"), "f") == b"new"
    unit.put(unit.key("h"), "f", None)
    assert unit.get(unit.key("h"), "f") is None


def test_binary_values_and_empty_ones_survive_the_comparison(redis: redis_py.Redis) -> None:
    odd = bytes(range(256))
    redis.hset("{main}:h", "f", odd)
    redis.set("{main}:empty", b"")
    unit = Unit(redis, "main")
    assert unit.get(unit.key("h"), "f") == odd
    assert unit.get(unit.key("empty")) == b""
    unit.put(unit.key("h"), "f", odd + b"!")
    unit.commit()
    assert redis.hget("{main}:h", "f") == odd + b"!"


def test_a_hundred_increments_by_ten_threads_are_all_there(redis: redis_py.Redis) -> None:
    def add(unit: Unit) -> None:
        now = int(unit.get(unit.key("n")) or 0)
        unit.put(unit.key("n"), "", str(now + 1).encode())

    def run() -> None:
        for _ in range(10):
            transact(redis, "main", add, tries=1000)

    threads = [threading.Thread(target=run) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert redis.get("{main}:n") == b"100"


def test_endless_conflict_ends_as_busy(redis: redis_py.Redis) -> None:
    def work(unit: Unit) -> None:
        unit.get(unit.key("n"))
        redis.incr("{main}:n")
        unit.put(unit.key("n"), "", b"mine")

    with pytest.raises(Busy):
        transact(redis, "main", work, tries=3)
    assert redis.get("{main}:n") == b"3"


def test_counters_never_repeat_a_number(redis: redis_py.Redis) -> None:
    numbers = [Unit(redis, "main").next("comment") for _ in range(5)]
    assert numbers == [1, 2, 3, 4, 5]
