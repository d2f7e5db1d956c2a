"""Scores compared between articles: the same text differs by three points at most, few comments say little."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.order import Waiting, in_order, value
from bot.domain.spread import MOST, Spread, comparable

scores = st.lists(st.integers(0, 100), max_size=60)


def spread(of: list[int]) -> Spread:
    """The spread of these scores."""
    return Spread(len(of), sum(of), sum(one * one for one in of))


@given(st.integers(0, 100), scores, scores, scores)
def test_the_same_text_differs_by_three_points_at_most(
    quality: int, one: list[int], other: list[int], all_: list[int]
) -> None:
    account = spread([*one, *other, *all_])
    both = [comparable(quality, spread(article), account) for article in (one, other)]
    assert abs(both[0] - both[1]) <= 3


def test_a_small_and_a_large_article_of_the_same_readers_hardly_differ() -> None:
    lot = random.Random(8)
    account = [min(100, max(0, round(lot.gauss(45, 14)))) for _ in range(3_000)]
    large, small = spread(account[:1_500]), spread(account[1_500:1_509])
    differences = [
        abs(comparable(q, large, spread(account)) - comparable(q, small, spread(account))) for q in range(101)
    ]
    assert max(differences) <= 3
    assert sum(differences) / len(differences) < 1.6


def test_among_many_poor_comments_a_good_one_gains_and_a_few_poor_ones_say_less() -> None:
    account = spread([30, 40, 45, 50, 60] * 40)
    poor = [28, 30, 32]
    gains = [comparable(45, spread(poor * times), account) - 45 for times in (1, 4, 40)]
    assert 0 <= gains[0] <= gains[1] <= gains[2] == MOST
    assert comparable(45, spread([70, 75, 80] * 40), account) < 45


def test_an_account_with_hardly_any_comment_compares_nothing() -> None:
    assert comparable(45, spread([10] * 5), spread([10] * 5 + [90] * 5)) == 45
    assert comparable(45, spread([50] * 30), spread([50] * 30)) == 45


@given(scores, scores)
def test_the_order_inside_one_article_is_that_of_the_scores(article: list[int], all_: list[int]) -> None:
    account = spread([*article, *all_])
    fair = [comparable(quality, spread(article), account) for quality in range(0, 101, 5)]
    assert fair == sorted(fair)


def test_the_queue_goes_by_the_comparable_score() -> None:
    ahead, behind = Waiting("a", 50, 0.0, fair=51.5), Waiting("b", 51, 0.0, fair=51.0)
    assert value(ahead, 0.0) == 51.5
    assert [waiting.id for waiting in in_order([behind, ahead], 0.0)] == ["a", "b"]
    assert value(Waiting("c", 50, 0.0), 0.0) == 50
