"""One ledger of requests: whatever is asked in whatever order, nobody is asked twice within seven days."""

from __future__ import annotations

import itertools

import redis as redis_py
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.asks import BETWEEN_SECONDS, Ask
from bot.stores.asks import Asks
from bot.stores.unit import transact

DAY = 86400.0


def spend(client: redis_py.Redis, pid: str, ask: Ask, now: float, about: str = "") -> bool:
    """One request in a step of its own."""
    return transact(client, "main", lambda unit: Asks(unit).spend(pid, ask, now, about))


def totals(client: redis_py.Redis) -> tuple[int, int]:
    """Made and withheld."""
    return transact(client, "main", lambda unit: Asks(unit).totals())


requests = st.tuples(
    st.sampled_from(["a", "b"]), st.sampled_from(list(Ask)), st.floats(0, 5 * DAY), st.sampled_from("xy")
)


@given(st.lists(requests, max_size=25))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nobody_is_asked_twice_within_seven_days(
    redis: redis_py.Redis, wishes: list[tuple[str, Ask, float, str]]
) -> None:
    redis.delete("{main}:asked", "{main}:asked_counts")
    now, made = 1_800_000_000.0, []
    for pid, ask, later, about in wishes:
        now += later
        if spend(redis, pid, ask, now, about):
            made.append((pid, now))
    for pid in "ab":
        times = [at for one, at in made if one == pid]
        assert all(after - before >= BETWEEN_SECONDS for before, after in itertools.pairwise(times))
    assert totals(redis)[0] == len(made)
    assert bool(made) == bool(wishes)


def test_what_is_withheld_is_counted_once_until_the_next_request(redis: redis_py.Redis) -> None:
    assert spend(redis, "a", Ask.WHY, 0.0 + 10 * DAY)
    for hour in range(5):
        assert not spend(redis, "a", Ask.VOTE, 10 * DAY + hour * 3600, "2026W47")
    assert not spend(redis, "a", Ask.VOTE, 12 * DAY, "2026W48")
    assert not spend(redis, "a", Ask.CONSENT, 12 * DAY, "2026W48")
    assert totals(redis) == (1, 3)
    assert spend(redis, "a", Ask.VOTE, 17 * DAY, "2026W48")
    assert not spend(redis, "a", Ask.VOTE, 17 * DAY + 1, "2026W48")
    assert totals(redis) == (2, 4)
    assert spend(redis, "b", Ask.VOTE, 17 * DAY, "2026W48"), "another reader has a budget of their own"


def test_who_is_forgotten_leaves_only_counts(redis: redis_py.Redis) -> None:
    spend(redis, "a", Ask.WHY, 10 * DAY)
    transact(redis, "main", lambda unit: Asks(unit).forget("a"))
    assert redis.hgetall("{main}:asked") == {}
    assert totals(redis) == (1, 0)
