"""The winner rule: ballots where they decide, quality where they do not, honours spread."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ballot import Ballot, Tally, tally
from bot.domain.bursts import bursts
from bot.domain.nominee import Nominee, lot
from bot.domain.winner import Method, Result, WinnerRule, decide, wilson

RULE = WinnerRule()
WEEK = "2026W47"


def nominees(*qualities: int, **more: object) -> list[Nominee]:
    """Nominees 1, 2 … of these qualities."""
    return [Nominee(n, f"a_0_{n}", f"p{n}", quality, quality, "精选") for n, quality in enumerate(qualities, 1)]


def votes(**counts: int) -> Tally:
    """`votes(n1=3, n2=2)`."""
    return Tally({int(name[1:]): count for name, count in counts.items()})


@pytest.mark.parametrize(("hits", "n", "low"), [(2, 2, 0.342), (100, 101, 0.946)])
def test_the_lower_bounds_are_wilsons(hits: int, n: int, low: float) -> None:
    assert round(wilson(hits, n)[0], 3) == low


def test_a_clear_lead_wins_by_ballots() -> None:
    result = decide(WEEK, nominees(60, 90, 70), votes(n1=40, n2=9, n3=8), RULE)
    assert (result.winner, result.method, result.order) == (1, Method.BALLOTS, (1, 2, 3))


def test_a_lead_within_chance_is_decided_by_quality() -> None:
    result = decide(WEEK, nominees(60, 90, 70), votes(n1=20, n2=19, n3=1), RULE)
    assert (result.winner, result.method) == (2, Method.QUALITY)


def test_a_tie_of_equals_goes_to_who_never_won_then_to_the_lot() -> None:
    both = nominees(80, 80)
    first_by_lot = min(both, key=lambda one: lot(WEEK, one.id)).number
    assert decide(WEEK, both, votes(n1=10, n2=10), RULE).winner == first_by_lot
    honoured = [msgspec.structs.replace(one, honoured=one.number == first_by_lot) for one in both]
    assert decide(WEEK, honoured, votes(n1=10, n2=10), RULE).winner == 3 - first_by_lot


def test_fewer_than_five_valid_ballots_are_the_editors_choice() -> None:
    few = votes(n1=4, n2=0)
    assert decide(WEEK, nominees(60, 90), few, RULE) == Result(few, 2, Method.EDITOR, (2, 1))
    assert decide(WEEK, nominees(60, 90), few, RULE, picked=1).winner == 1
    assert decide(WEEK, nominees(60, 90), votes(n1=5, n2=0), RULE, picked=2).method is Method.BALLOTS


def test_a_resting_winner_is_listed_and_does_not_win_again() -> None:
    again = [msgspec.structs.replace(one, resting=one.number == 1) for one in nominees(90, 60, 70)]
    result = decide(WEEK, again, votes(n1=50, n2=20, n3=2), RULE)
    assert result.winner == 2
    assert 1 in result.order
    assert decide(WEEK, again[:1], votes(n1=50), RULE).winner == 1


@given(st.integers(1, 500), st.data())
def test_a_share_lies_within_its_own_interval(n: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, n))
    low, high = wilson(hits, n)
    assert 0 <= low <= hits / n <= high <= 1


def test_if_all_votes_went_to_who_rests_quality_decides_among_the_others() -> None:
    again = [msgspec.structs.replace(one, resting=one.number == 1) for one in nominees(90, 60, 70)]
    result = decide(WEEK, again, votes(n1=7, n2=0, n3=0), RULE)
    assert (result.winner, result.method) == (3, Method.QUALITY)


def test_who_does_not_stand_cannot_win() -> None:
    gone = [msgspec.structs.replace(one, out="换下" if one.number == 1 else "") for one in nominees(90, 60)]
    assert decide(WEEK, gone, votes(n2=9), RULE).winner == 2
    assert decide(WEEK, [], Tally({}), RULE).winner == 0


flags = st.booleans()
seldom = st.integers(0, 9).map(lambda n: n == 0)
one_ballot = st.builds(Ballot, st.integers(1, 8), st.floats(1e9, 2e9), flags, flags, seldom)
ballots = st.dictionaries(st.text("abcdef0123456789", min_size=6, max_size=6), one_ballot, max_size=60)


@given(ballots, st.integers(1, 8), st.randoms())
def test_a_count_is_the_same_in_any_order_and_taking_somebody_out_is_counting_without_them(
    cast: dict[str, Ballot], leaving: int, dice: random.Random
) -> None:
    held = bursts(cast)
    everybody = frozenset(range(1, 9))
    counted = tally(cast, everybody, held, False)
    shuffled = list(cast.items())
    dice.shuffle(shuffled)
    assert tally(dict(shuffled), everybody, bursts(dict(shuffled)), False) == counted
    assert counted.total == len(cast)
    assert counted.without(leaving) == tally(cast, everybody - {leaving}, held, False)
    assert counted.with_held() == tally(cast, everybody, held, True)


@given(ballots.filter(bool), st.randoms())
def test_one_changed_ballot_changes_the_digest(cast: dict[str, Ballot], dice: random.Random) -> None:
    everybody = frozenset(range(1, 9))
    key = dice.choice(sorted(cast))
    other = {**cast, key: msgspec.structs.replace(cast[key], choice=cast[key].choice % 8 + 1)}
    assert tally(other, everybody, frozenset(), False).digest != tally(cast, everybody, frozenset(), False).digest
