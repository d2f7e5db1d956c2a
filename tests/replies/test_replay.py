"""The tally of a trial: what is stopped, stopped by mistake, missed, and what differs."""

from __future__ import annotations

from bot.domain.comment import CommentType, Risk, RiskKind, RiskLevel, Triage, Variant
from bot.domain.trial import EXAMPLES, Tally
from replies.case import Verdict
from replies.replay import Mark, Seen, add

AD = Verdict(Triage(CommentType.AD, 10, "广告不回", risks=(Risk(RiskKind.AD, RiskLevel.BLOCK, "加微信"),)))
LOOK = Verdict(Triage(CommentType.OPINION, 50, "draft", risks=(Risk(RiskKind.CONTACT, RiskLevel.LOOK),)))


def drafted(text: str, rule: str = "观点/一般#追问1") -> Verdict:
    """An opinion with one draft."""
    return Verdict(Triage(CommentType.OPINION, 50, "draft"), (Variant("A", "追问", text, rule),))


def tally(*seen: tuple[Verdict, Verdict, Mark], changed: frozenset[str] = frozenset()) -> Tally:
    """All of them counted."""
    total = Tally()
    for at, (now, then, mark) in enumerate(seen):
        total = add(total, Seen(f"1_0_{at}", now, then, mark), changed)
    return total


def test_what_is_newly_stopped_and_what_no_longer() -> None:
    found = tally((drafted("好"), AD, Mark()), (AD, drafted("好"), Mark()), (AD, AD, Mark()), (LOOK, LOOK, Mark()))
    assert (found.looked, found.stopped, found.stopped_now) == (4, 2, 2)
    assert (found.newly, found.no_longer) == (1, 1)
    assert found.retyped == {"观点→广告": 1, "广告→观点": 1}
    assert (found.drafted_less, found.drafted_more) == (1, 1)
    assert [(one.shows, one.before, one.after) for one in found.examples] == [
        ("新拦", "观点", "广告"),
        ("不再拦", "广告", "观点"),
    ]


def test_a_stopped_comment_that_a_creator_kept_is_a_mistake_and_one_refused_as_ad_that_passes_is_missed() -> None:
    found = tally(
        (drafted("好"), AD, Mark(kept=True)),
        (AD, AD, Mark(kept=True)),
        (drafted("好"), drafted("好"), Mark(refused=True, as_bad=True)),
        (drafted("好"), AD, Mark(refused=True, as_bad=True)),
    )
    assert (found.mistaken, found.mistaken_now, found.missed) == (2, 1, 1)
    assert [one.shows for one in found.examples] == ["误伤", "误伤", "新拦"]


def test_changed_rules_are_counted_by_name_and_others_are_not() -> None:
    mine = drafted("你试的是哪一种？", "经历/我们的#追问1")
    found = tally(
        (drafted("好"), mine, Mark()),
        (drafted("好"), mine, Mark(refused=True)),
        (drafted("好"), drafted("好"), Mark()),
        changed=frozenset({"经历/我们的"}),
    )
    assert found.served == {"经历/我们的": 2}
    assert found.refused == {"经历/我们的": 1}
    assert found.reworded == 2


def test_only_a_few_examples_of_a_kind_are_kept() -> None:
    assert len(tally(*[(drafted("好"), AD, Mark())] * (EXAMPLES + 4)).examples) == EXAMPLES
