"""What decisions say of templates: kept, changed, and nothing at all once a decision is taken back."""

from __future__ import annotations

import random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.choices import UNTOLD, Verdicts, difference, verdicts
from bot.domain.comment import Variant
from bot.domain.draft import MOVES, UNDECIDED, Draft, DraftState

S = DraftState
VARIANTS = (
    Variant("A", "追问", "哪一种方法？", "经历#追问1"),
    Variant("B", "共情", "真不容易。", "经历#共情2"),
    Variant("C", "补充", "还可以早点睡。", "经历#补充1"),
)


def draft(state: DraftState = S.APPROVED, chosen: str = "A") -> Draft:
    """A draft of three templates."""
    return Draft("1_0_1", state, 1.0, VARIANTS, chosen)


def test_what_went_out_as_displayed_first_was_kept() -> None:
    assert verdicts(draft()) == {"经历#追问1": (1, 0)}
    assert verdicts(draft(S.SENT)) == {"经历#追问1": (1, 0)}


def test_a_swap_changes_the_first_and_keeps_the_one_taken() -> None:
    assert verdicts(draft(chosen="B")) == {"经历#追问1": (0, 1), "经历#共情2": (1, 0)}


def test_an_edit_and_a_refusal_change_the_first() -> None:
    edited = draft(S.PENDING).rewritten("我自己的话。")
    assert verdicts(msgspec.structs.replace(edited, state=S.APPROVED)) == {"经历#追问1": (0, 1)}
    assert verdicts(draft(S.REJECTED)) == {"经历#追问1": (0, 1)}


def test_the_same_words_typed_by_hand_are_kept_words() -> None:
    typed = draft(S.PENDING).rewritten("哪一种方法？")
    assert verdicts(msgspec.structs.replace(typed, state=S.APPROVED)) == {"经历#追问1": (1, 0)}


def test_what_waits_and_fixed_sentences_say_nothing() -> None:
    assert verdicts(draft(S.PENDING)) == {}
    fixed = Draft("1_0_1", S.APPROVED, 1.0, (Variant("A", "固定", "请打电话。", "固定/危机"),))
    assert verdicts(fixed) == {}


@given(st.integers(0, 10_000))
def test_however_often_a_draft_is_decided_and_taken_back_its_last_decision_counts_once(seed: int) -> None:
    rng = random.Random(seed)
    now: Draft = draft(S.PENDING)
    total: Verdicts = dict.fromkeys((variant.rule for variant in VARIANTS), (0, 0))
    told = now
    for _ in range(rng.randrange(1, 14)):
        before = now
        if now.state in UNDECIDED and rng.random() < 0.4:
            now = now.rewritten("改过的话。") if rng.random() < 0.5 else now.showing(rng.choice("ABC"))
        elif MOVES[now.state]:
            now = now.moved(rng.choice(sorted(MOVES[now.state])), 2.0)
        for template, (kept, changed) in difference(before, now).items():
            total[template] = (total[template][0] + kept, total[template][1] + changed)
        if now.state in UNTOLD:
            return
        told = now
    expected = {**dict.fromkeys(total, (0, 0)), **verdicts(told)}
    assert total == expected
