"""Templates that creators keep come more often; those surely changed more often than kept do not come any more."""

from __future__ import annotations

import random

import pytest

from replies.case import Case
from replies.desk import Desk
from replies.learning import Learned, alike_edits, is_retired, learned

TEXT = "我试过,确实有用!"


def chance_below_half(kept: int, changed: int, rng: random.Random) -> float:
    """P(Beta(1 + kept, 1 + changed) < 1/2) by drawing."""
    draws = 20_000
    return sum(rng.betavariate(1 + kept, 1 + changed) < 0.5 for _ in range(draws)) / draws


@pytest.mark.parametrize(
    ("kept", "changed"), [(0, 20), (5, 15), (6, 14), (7, 13), (10, 10), (20, 0), (18, 30), (40, 60)]
)
def test_the_bound_is_that_of_the_beta_distribution(kept: int, changed: int) -> None:
    chance = chance_below_half(kept, changed, random.Random(3))
    if abs(chance - 0.95) > 0.01:
        assert is_retired(kept, changed) == (chance > 0.95)
    else:
        assert is_retired(kept, changed) in (True, False)


def test_nothing_is_retired_before_twenty_uses() -> None:
    assert not is_retired(0, 19)
    assert is_retired(0, 20)


def test_a_retired_template_is_not_offered_any_more(desk: Desk) -> None:
    first = desk.consider(Case(content=TEXT, key="k")).variants[0]
    taught = learned({first.rule: (0, 25)})
    again = desk.consider(Case(content=TEXT, key="k", learned=taught)).variants
    assert again
    assert first.rule not in {variant.rule for variant in again}


def test_a_template_that_is_kept_comes_more_often(desk: Desk) -> None:
    def often(taught: Learned) -> int:
        chosen = [desk.consider(Case(content=TEXT, key=f"k{n}", learned=taught)).variants for n in range(60)]
        return sum(favourite in {variant.rule for variant in variants} for variants in chosen)

    favourite = desk.consider(Case(content=TEXT, key="k0")).variants[0].rule
    assert often(learned({favourite: (30, 0)})) > often(Learned()) > often(learned({favourite: (2, 12)}))


def test_equal_counts_teach_the_same(desk: Desk) -> None:
    counts = {"a#追问1": (3, 1), "b#共情2": (0, 25)}
    turned = dict(reversed(counts.items()))
    assert learned(counts) == learned(turned)


def test_the_words_of_a_template_can_be_named(desk: Desk) -> None:
    name = desk.consider(Case(content=TEXT, key="k")).variants[0].rule
    assert len(desk.template_text(name)) >= 4
    assert desk.template_text("没有这条#追问1") == ""
    assert desk.template_text("没有") == ""


def test_edits_written_three_times_nearly_alike_are_found() -> None:
    edits = [
        "谢谢你来，下次说说过程好吗？",
        "谢谢你来，下次说说过程好吗",
        "谢谢你来！下次说说过程好吗？",
        "哪一步最难？",
    ]
    [(text, count)] = alike_edits(edits)
    assert count == 3
    assert "下次说说过程" in text
