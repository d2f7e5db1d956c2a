"""The queue goes by value: first-time writers before equal regulars, questions rise after a day, ties by lottery."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.order import Waiting, in_order, value

NOW = 1_790_000_000.0
HOUR = 3600.0

waitings = st.builds(
    Waiting,
    id=st.text("abcdef", min_size=1, max_size=6),
    quality=st.integers(0, 100),
    created_at=st.floats(NOW - 90 * HOUR, NOW),
    first=st.booleans(),
    question=st.booleans(),
    negative=st.booleans(),
    crisis=st.booleans(),
)


def test_a_question_rises_when_nobody_answered_for_a_day() -> None:
    fresh = Waiting("q", 50, NOW - 23 * HOUR, question=True)
    old = Waiting("q", 50, NOW - 24 * HOUR, question=True)
    other = Waiting("o", 50, NOW - 24 * HOUR)
    assert value(fresh, NOW) < value(old, NOW)
    assert value(old, NOW) == value(other, NOW) + 10


def test_a_complaint_rises_at_once_and_age_costs_half_in_eighteen_hours() -> None:
    assert value(Waiting("a", 50, NOW, negative=True), NOW) == 60
    assert value(Waiting("a", 50, NOW - 18 * HOUR), NOW) == 40
    assert value(Waiting("a", 50, NOW - 1e9), NOW) >= 30


@given(waitings)
def test_a_first_comment_is_never_below_an_equal_regular(waiting: Waiting) -> None:
    def one(name: str, first: bool) -> Waiting:
        fields = {name: getattr(waiting, name) for name in Waiting.__struct_fields__}
        return Waiting(**{**fields, "id": name, "first": first})

    assert [each.id for each in in_order([one("b", False), one("a", True)], NOW)] == ["a", "b"]


@given(st.lists(waitings, max_size=12, unique_by=lambda one: one.id), st.randoms())
def test_the_order_does_not_depend_on_how_the_queue_was_read(queue: list[Waiting], rng) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(queue)
    rng.shuffle(shuffled)
    assert in_order(shuffled, NOW) == in_order(queue, NOW)
    crises = [one.crisis for one in in_order(queue, NOW)]
    assert crises == sorted(crises, reverse=True)


def test_what_was_put_off_comes_back_at_its_time() -> None:
    off = Waiting("a", 50, NOW, snoozed_until=NOW + HOUR)
    assert in_order([off], NOW) == []
    assert in_order([off], NOW + HOUR) == [off]
