"""Rings of accounts are held for review; honest crowds, early and late, are not."""

from __future__ import annotations

import random

import pytest

from bot.domain.ballot import Ballot, followed_fresh, followed_late, joined_hour, tally
from bot.domain.bursts import bursts, is_arranged
from bot.domain.nominee import Nominee
from bot.domain.winner import WinnerRule, decide

HOUR, DAY = 3600.0, 86400.0
OPENED = 1_000_000.0
ROUNDS = 200
NOMINEES = [
    Nominee(n, f"a_0_{n}", f"p{n}", quality, quality, "精选") for n, quality in enumerate((70, 64, 58, 77, 61, 55), 1)
]
STANDING = frozenset(one.number for one in NOMINEES)


def ballot(choice: int, at: float, followed: float) -> Ballot:
    """As it is kept of who followed then."""
    fresh = followed > 0 and followed_fresh(followed, OPENED)
    return Ballot(choice, at, followed_late(followed, OPENED), fresh, joined=joined_hour(followed) if fresh else 0)


def honest(dice: random.Random, voters: int) -> dict[str, Ballot]:
    """A day of honest voting: a crowd after the opening, the rest later; some favour one nominee, many do not."""
    taste = [dice.gammavariate(1.2, 1) for _ in NOMINEES]
    choices = dice.choices(sorted(STANDING), taste, k=voters)
    cast = {}
    for n, choice in enumerate(choices):
        after = dice.expovariate(1 / (2 * HOUR)) if dice.random() < 0.5 else dice.uniform(0, DAY)
        at = OPENED + HOUR / 2 + min(after, DAY)
        followed = 0.0 if dice.random() < 0.8 else OPENED - dice.uniform(0, 60 * DAY)
        cast[f"h{n}"] = ballot(choice, at, followed)
    return cast


def ring(dice: random.Random, joined: float, begins: float, members: int = 50) -> dict[str, Ballot]:
    """Accounts that join and vote within an hour, all for the same nominee."""
    choice = dice.choice(sorted(STANDING))
    cast = {}
    for n in range(members):
        followed = joined + dice.uniform(0, HOUR / 2)
        at = max(begins, followed) + dice.uniform(0, HOUR / 2)
        cast[f"r{n}"] = ballot(choice, at, followed)
    return cast


def winner(cast: dict[str, Ballot]) -> int:
    """Who wins with these ballots."""
    counted = tally(cast, STANDING, bursts(cast), count_held=False)
    return decide("2026W47", NOMINEES, counted, WinnerRule()).winner


def unchanged(joins_before: float, voters: tuple[int, int] = (40, 400), members: int = 50) -> float:
    """In which share of rounds a ring that joined that long before the opening changes nothing."""
    dice = random.Random(20261122)
    same = 0
    for _ in range(ROUNDS):
        cast = honest(dice, dice.randint(*voters))
        joined = OPENED - joins_before if joins_before else OPENED + dice.uniform(0, DAY - HOUR)
        begins = OPENED + HOUR / 2 if joins_before else joined
        same += winner({**cast, **ring(dice, joined, begins, members)}) == winner(cast)
    return same / ROUNDS


def test_a_ring_that_joins_and_votes_within_an_hour_changes_no_winner() -> None:
    assert unchanged(joins_before=0) == 1.0


@pytest.mark.parametrize("joins_before", [0.5 * HOUR, 2 * HOUR, 30 * HOUR])
def test_a_ring_that_joins_together_before_the_round_changes_no_winner(joins_before: float) -> None:
    assert unchanged(joins_before) == 1.0


def test_a_ring_in_a_round_of_hardly_anybody_changes_hardly_any_winner() -> None:
    assert unchanged(2 * HOUR, voters=(6, 12)) >= 0.98


@pytest.mark.parametrize("members", [15, 30])
@pytest.mark.parametrize("joins_before", [0.5 * HOUR, 2 * HOUR, 30 * HOUR])
def test_a_ring_beside_a_handful_of_honest_voters_changes_hardly_any_winner(joins_before: float, members: int) -> None:
    assert unchanged(joins_before, voters=(4, 12), members=members) >= 0.98


def test_a_ring_that_votes_within_minutes_is_held_beside_four_honest_voters() -> None:
    cast = {f"h{n}": ballot(2, OPENED + HOUR + n * 60, 0.0) for n in range(4)}
    together = {f"r{n}": ballot(1, OPENED + HOUR + n * 5, OPENED - HOUR + n * 10) for n in range(30)}
    assert bursts({**cast, **together}) == frozenset(together)


def test_small_honest_rounds_are_hardly_ever_held_even_if_many_followed_in_the_same_hour() -> None:
    dice = random.Random(26)
    held = 0
    for _ in range(5 * ROUNDS):
        cast = honest(dice, dice.randint(4, 30))
        joined = OPENED - dice.uniform(0, 6 * DAY)
        for key in list(cast)[: dice.randint(0, 20)]:
            cast[key] = ballot(cast[key].choice, cast[key].at, joined + dice.uniform(0, HOUR))
        held += bool(bursts(cast))
    assert held <= 5 * ROUNDS * 0.01


def test_honest_voters_who_followed_in_the_same_hour_are_not_held_for_it() -> None:
    """An article makes the round on Sunday: sixty new followers within the hour, who vote like everybody else."""
    dice = random.Random(9)
    for _ in range(ROUNDS // 4):
        cast = honest(dice, dice.randint(40, 400))
        choices = [one.choice for one in cast.values()]
        new = {
            f"n{n}": ballot(dice.choice(choices), OPENED + HOUR + n, OPENED - dice.uniform(0, HOUR)) for n in range(60)
        }
        assert bursts({**cast, **new}) == frozenset()


def test_honest_rounds_are_hardly_ever_held_for_review() -> None:
    dice = random.Random(47)
    held = [len(bursts(honest(dice, dice.randint(20, 1000)))) for _ in range(ROUNDS)]
    assert sum(count > 0 for count in held) <= ROUNDS * 0.02


def test_honest_late_voters_for_the_same_nominee_are_not_lost_to_a_ring() -> None:
    dice = random.Random(5)
    lost = []
    for _ in range(50):
        cast = honest(dice, dice.randint(100, 400))
        with_ring = {**cast, **ring(dice, OPENED - 2 * HOUR, OPENED + 20 * HOUR)}
        favoured = with_ring["r0"].choice
        before = tally(cast, STANDING, bursts(cast), count_held=False).votes[favoured]
        after = tally(with_ring, STANDING, bursts(with_ring), count_held=False).votes[favoured]
        lost.append(before - after)
    assert -5 <= sum(lost) / len(lost) <= 5


def test_a_few_friends_are_no_burst_and_without_a_yardstick_nothing_is() -> None:
    assert not is_arranged(9, 9, 0, 100)
    assert not is_arranged(50, 50, 1, 4)
    assert is_arranged(50, 52, 10, 60)
