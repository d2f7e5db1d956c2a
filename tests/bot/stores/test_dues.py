"""The due set: what is due is run once at a time, ends well or badly, and is never lost in between."""

from __future__ import annotations

import pytest
import redis as redis_py
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.stores.dues import BACKOFF, KILLED, MAX_STARTS, RESTS, Dues

NOW = 1_790_000_000.0


@pytest.fixture
def dues(redis: redis_py.Redis) -> Dues:
    return Dues(redis, "main")


def score(redis: redis_py.Redis, member: str) -> float | None:
    return redis.zscore("{main}:due", member)


def start(dues: Dues, member: str, token: str, now: float) -> int | None:
    dues.take_due(now)
    return dues.claim(member, token, now)


def test_add_keeps_the_earlier_time(dues: Dues, redis: redis_py.Redis) -> None:
    dues.add("pull|1", NOW)
    dues.add("pull|1", NOW + 5)
    assert score(redis, "pull|1") == NOW
    dues.add("pull|1", NOW - 5)
    assert score(redis, "pull|1") == NOW - 5


def test_only_what_is_due_is_taken_and_only_once_per_lease(dues: Dues) -> None:
    dues.add("pull|1", NOW)
    dues.add("pull|2", NOW + 100)
    assert dues.take_due(NOW, lease=30) == ["pull|1"]
    assert dues.take_due(NOW + 29, lease=30) == []
    assert dues.take_due(NOW + 30, lease=30) == ["pull|1"]


def test_a_member_runs_once_at_a_time(dues: Dues) -> None:
    dues.add("send|7", NOW)
    assert start(dues, "send|7", "first", NOW) == 1
    assert dues.claim("send|7", "second", NOW) is None
    assert dues.take_due(NOW + 60) == []


def test_a_finished_member_is_gone_and_a_late_message_for_it_is_refused(dues: Dues, redis: redis_py.Redis) -> None:
    dues.add("send|7", NOW)
    start(dues, "send|7", "first", NOW)
    assert dues.finish("send|7", "first")
    assert score(redis, "send|7") is None
    assert dues.claim("send|7", "second", NOW) is None


def test_a_member_finished_with_a_next_time_is_due_then(dues: Dues, redis: redis_py.Redis) -> None:
    dues.add("pull|1", NOW)
    start(dues, "pull|1", "first", NOW)
    dues.finish("pull|1", "first", NOW + 180)
    assert score(redis, "pull|1") == NOW + 180
    assert dues.claim("pull|1", "late message", NOW + 1) is None


@pytest.mark.parametrize("wished", [NOW + 3, NOW + 9000])
def test_a_time_set_by_somebody_else_during_the_run_stands(dues: Dues, redis: redis_py.Redis, wished: float) -> None:
    dues.add("pull|1", NOW)
    start(dues, "pull|1", "first", NOW)
    redis.zadd("{main}:due", {"pull|1": wished})
    dues.finish("pull|1", "first")
    assert score(redis, "pull|1") == wished


def test_the_handlers_own_commit_may_remove_the_member(dues: Dues, redis: redis_py.Redis) -> None:
    dues.add("pull|1", NOW)
    start(dues, "pull|1", "first", NOW)
    redis.zrem("{main}:due", "pull|1")
    assert dues.finish("pull|1", "first")
    assert score(redis, "pull|1") is None


def test_a_wish_during_the_run_is_not_swallowed_by_a_sweep(dues: Dues, redis: redis_py.Redis) -> None:
    dues.add("pull|1", NOW)
    start(dues, "pull|1", "first", NOW)
    redis.zadd("{main}:due", {"pull|1": NOW})
    assert dues.take_due(NOW + 1) == []
    dues.finish("pull|1", "first")
    assert dues.take_due(NOW + 2) == ["pull|1"]


def test_a_run_that_lost_its_lock_changes_nothing(dues: Dues, redis: redis_py.Redis) -> None:
    dues.add("send|7", NOW)
    start(dues, "send|7", "slow", NOW)
    redis.delete("{main}:run:send|7")
    assert dues.claim("send|7", "second", NOW) == 2
    assert not dues.finish("send|7", "slow")
    assert not dues.renew("send|7", "slow")
    assert dues.renew("send|7", "second")
    assert score(redis, "send|7") is not None


def test_failures_wait_longer_and_longer_and_end_among_the_failed(dues: Dues, redis: redis_py.Redis) -> None:
    dues.add("send|7", NOW)
    now = NOW
    for wait in BACKOFF:
        assert start(dues, "send|7", "t", now) == 1
        assert not dues.fail("send|7", "t", "boom", now)
        assert score(redis, "send|7") == now + wait
        assert dues.claim("send|7", "early", now) is None
        now += wait
    start(dues, "send|7", "t", now)
    assert dues.fail("send|7", "t", "boom", now)
    assert score(redis, "send|7") is None
    assert [(one.member, one.reason, one.at) for one in dues.failed()] == [("send|7", "boom", now)]


def test_a_task_begun_three_times_without_an_end_is_set_aside_ever_longer_and_then_for_good(
    dues: Dues, redis: redis_py.Redis
) -> None:
    dues.add("draw|1", NOW)
    now = NOW
    for number in range(1, MAX_STARTS + 1):
        now += 40
        assert start(dues, "draw|1", f"t{number}", now) == number
        redis.delete("{main}:run:draw|1")  # its worker was killed: the lock ran out
    for number, rest in enumerate(RESTS, MAX_STARTS + 1):
        now += 40
        assert start(dues, "draw|1", "early", now) is None
        assert score(redis, "draw|1") == now + rest
        assert dues.failed() == []
        now += rest
        assert start(dues, "draw|1", f"t{number}", now) == number
        redis.delete("{main}:run:draw|1")
    assert start(dues, "draw|1", "t", now + 40) is None
    assert score(redis, "draw|1") is None
    assert [(one.member, one.reason) for one in dues.failed()] == [("draw|1", KILLED)]


def test_a_bystander_of_three_killed_workers_is_run_after_a_rest(dues: Dues, redis: redis_py.Redis) -> None:
    dues.add("send|7", NOW)
    for number in range(MAX_STARTS):
        start(dues, "send|7", f"t{number}", NOW + 40 * number)
        redis.delete("{main}:run:send|7")
    assert start(dues, "send|7", "early", NOW + 200) is None
    assert start(dues, "send|7", "t", NOW + 200 + RESTS[0]) == MAX_STARTS + 1
    assert dues.finish("send|7", "t")
    assert score(redis, "send|7") is None
    assert dues.failed() == []


def test_a_run_without_a_store_counts_neither_as_start_nor_as_failure(dues: Dues, redis: redis_py.Redis) -> None:
    dues.add("send|7", NOW)
    for number in range(MAX_STARTS * 2):
        now = NOW + 10 * number
        assert start(dues, "send|7", "t", now) == 1
        assert dues.postpone("send|7", "t", now + 1)
    assert dues.failed() == []


def test_a_failed_task_can_be_retried_with_a_clean_slate(dues: Dues, redis: redis_py.Redis) -> None:
    redis.hset("{main}:failed", "send|7", '{"reason":"boom","at":1.0}')
    assert dues.retry("send|7", NOW)
    assert dues.failed() == []
    assert start(dues, "send|7", "t", NOW) == 1
    assert not dues.retry("send|8", NOW)


def test_a_slot_is_claimed_once_and_never_goes_back(dues: Dues, redis: redis_py.Redis) -> None:
    assert dues.last_slot("sweep", NOW) == NOW
    assert dues.claim_slot("sweep", NOW + 60, "sweep|1")
    assert not dues.claim_slot("sweep", NOW + 60, "sweep|1")
    assert not dues.claim_slot("sweep", NOW + 30, "sweep|0")
    assert dues.last_slot("sweep", NOW + 900) == NOW + 60
    assert redis.zrange("{main}:due", 0, -1) == [b"sweep|1"]


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "take", "claim", "finish", "again", "fail", "crash", "wait"]), st.integers(0, 2)),
    max_size=60,
)


@given(STEPS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_lost_and_nothing_runs_twice_at_once(redis: redis_py.Redis, steps: list[tuple[str, int]]) -> None:
    redis.flushall()
    dues, now = Dues(redis, "main"), NOW
    wished: set[str] = set()  # asked for and not finished since
    running: dict[str, str] = {}
    for number, (step, which) in enumerate(steps):
        member, token = f"kind|{which}", f"t{number}"
        if step == "add":
            dues.add(member, now)
            wished.add(member)
        elif step == "take":
            assert not set(dues.take_due(now)) & set(running)
        elif step == "claim":
            if dues.claim(member, token, now) is not None:
                assert member not in running
                running[member] = token
        elif step == "crash" and member in running:
            redis.delete(f"{{main}}:run:{member}")
            del running[member]
        elif step in ("finish", "again", "fail") and member in running:
            token = running.pop(member)
            if step == "fail":
                dues.fail(member, token, "boom", now)
            else:
                assert dues.finish(member, token, now + 60 if step == "again" else None)
                if step == "finish" and redis.zscore("{main}:due", member) is None:
                    wished.discard(member)
        elif step == "wait":
            now += 7
        waiting = {name.decode() for name in redis.zrange("{main}:due", 0, -1)}
        assert wished <= waiting | {one.member for one in dues.failed()}
