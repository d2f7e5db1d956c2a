"""Standing permissions: earned by ten unedited approvals in 14 days, for the very words, and only for plain drafts."""

from __future__ import annotations

import msgspec
import pytest

from bot.domain.comment import Comment, CommentType, Risk, RiskKind, RiskLevel, Source, Triage, Variant
from bot.domain.draft import Draft, DraftState
from bot.domain.standing import ASK_ONE_IN, EARNED_BY, Kind, Standing, StandingState, is_plain, made_by, may_earn

DAY = 86400.0
KIND = Kind("经历/试过#追问1", "0123abcd", CommentType.EXPERIENCE)
TRIAGE = Triage(CommentType.EXPERIENCE, 60, "draft")
COMMENT = Comment("1_0", "3", "我试过，确实有用", 1, Source.POLL, triage=TRIAGE)
VARIANT = Variant("A", "追问", "你试的是哪一种？", KIND.template, words=KIND.words)
DRAFT = Draft(COMMENT.id, DraftState.PENDING, 1.0, (VARIANT,))


def after(times: list[float], kind: Kind = KIND) -> Standing:
    """The permission after approvals of different drafts at these times."""
    standing = Standing(7, kind)
    for at, now in enumerate(times):
        standing = standing.approved(kind, f"1_0_{at}", now)
    return standing


def test_ten_approvals_within_fourteen_days_are_offered_and_nine_are_not() -> None:
    assert after([DAY * n for n in range(EARNED_BY - 1)]).state is StandingState.EARNING
    assert after([DAY * n for n in range(EARNED_BY)]).state is StandingState.OFFERED


def test_approvals_spread_over_more_than_fourteen_days_never_come_to_an_offer() -> None:
    assert after([DAY * 1.6 * n for n in range(40)]).state is StandingState.EARNING


def test_the_same_item_approved_again_and_again_counts_once() -> None:
    standing = Standing(7, KIND)
    for now in range(30):
        standing = standing.approved(KIND, "1_0_1", float(now))
    assert len(standing.approvals) == 1


def test_other_words_begin_from_nothing_and_end_an_offer() -> None:
    other = Kind(KIND.template, "ffffffff", KIND.type)
    offered = after([float(n) for n in range(EARNED_BY)])
    begun = offered.approved(other, "1_0_99", 20.0)
    assert (begun.state, begun.kind, len(begun.approvals)) == (StandingState.EARNING, other, 1)


def test_an_approval_that_is_taken_back_counts_no_more() -> None:
    offered = after([float(n) for n in range(EARNED_BY)])
    back = offered.taken_back("1_0_4")
    assert (back.state, len(back.approvals)) == (StandingState.EARNING, EARNED_BY - 1)
    assert offered.taken_back("1_0_77") == offered


def test_after_its_end_it_is_earned_anew() -> None:
    ended = after([float(n) for n in range(EARNED_BY)]).granted("p", 20.0).ended("撤回了 3", 30.0)
    again = ended.approved(KIND, "1_0_50", 31.0)
    assert not ended.is_granted
    assert (again.state, len(again.approvals)) == (StandingState.EARNING, 1)


def test_one_in_twenty_asks_all_the_same_and_always_the_same_ones() -> None:
    standing = Standing(7, KIND)
    asked = [f"1_0_{n}" for n in range(10_000) if standing.asks_about(f"1_0_{n}")]
    assert 0.8 * 10_000 / ASK_ONE_IN < len(asked) < 1.2 * 10_000 / ASK_ONE_IN
    assert all(Standing(7, KIND).asks_about(draft) for draft in asked)
    assert {draft for draft in asked if Standing(8, KIND).asks_about(draft)} != set(asked)


def test_a_fresh_draft_without_risk_is_plain() -> None:
    assert is_plain(DRAFT, COMMENT)
    assert made_by(DRAFT, COMMENT) == KIND


@pytest.mark.parametrize("kind", [CommentType.COMPLAINT, CommentType.AD, CommentType.ABUSE])
def test_complaints_ads_and_abuse_never_earn(kind: CommentType) -> None:
    assert not may_earn(Kind(KIND.template, KIND.words, kind))
    triaged = msgspec.structs.replace(COMMENT, triage=msgspec.structs.replace(TRIAGE, type=kind))
    assert not is_plain(DRAFT, triaged)


@pytest.mark.parametrize("level", list(RiskLevel))
@pytest.mark.parametrize("kind", list(RiskKind))
def test_no_comment_with_any_risk_is_plain(kind: RiskKind, level: RiskLevel) -> None:
    risky = msgspec.structs.replace(TRIAGE, risks=(Risk(kind, level),))
    assert not is_plain(DRAFT, msgspec.structs.replace(COMMENT, triage=risky))


@pytest.mark.parametrize(
    "draft",
    [
        DRAFT.rewritten("我自己写的"),
        msgspec.structs.replace(DRAFT, variants=()),
        msgspec.structs.replace(DRAFT, state=DraftState.SNOOZED),
        msgspec.structs.replace(DRAFT, variants=(msgspec.structs.replace(VARIANT, note="重复，请改"),)),
        msgspec.structs.replace(DRAFT, variants=(msgspec.structs.replace(VARIANT, placeholder=True),)),
        msgspec.structs.replace(DRAFT, variants=(msgspec.structs.replace(VARIANT, name="B"),), chosen="A"),
    ],
)
def test_what_a_creator_touched_or_should_look_at_is_not_plain(draft: Draft) -> None:
    assert not is_plain(draft, COMMENT)


@pytest.mark.parametrize(
    "changes",
    [
        {"cid": "c12", "source": Source.CHAT},
        {"cid": "i3", "source": Source.IMPORT},
        {"reply": "已经回过"},
        {"gone": True},
        {"triage": None},
        {"triage": Triage(CommentType.EXPERIENCE, 60, "话题沉重，请你亲自回")},
    ],
)
def test_only_an_open_comment_of_wechats_own_list_is_plain(changes: dict[str, object]) -> None:
    assert not is_plain(DRAFT, msgspec.structs.replace(COMMENT, **changes))


def test_what_was_written_by_hand_or_taken_from_the_bank_has_no_template() -> None:
    assert made_by(DRAFT.rewritten("我自己写的"), COMMENT) is None
    banked = msgspec.structs.replace(DRAFT, variants=(Variant("A", "沿用问答 3", "好", "问答库/3"),))
    assert made_by(banked, COMMENT) is None
