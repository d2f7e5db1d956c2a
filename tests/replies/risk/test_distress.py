"""Distress and danger said in many ways, and what only looks like them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.domain.comment import RiskKind, RiskLevel
from replies.case import Case
from replies.desk import Desk

WRITTEN: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("distress.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", WRITTEN["求助"])
def test_who_may_need_somebody_now_is_never_answered_by_a_composed_draft(desk: Desk, text: str) -> None:
    verdict = desk.consider(Case(content=text))
    assert verdict.triage.is_crisis
    assert [variant.kind for variant in verdict.variants] == ["固定"]


@pytest.mark.parametrize("text", WRITTEN["留意"])
def test_a_weaker_sign_is_left_to_the_creator(desk: Desk, text: str) -> None:
    verdict = desk.consider(Case(content=text))
    assert not verdict.triage.is_crisis
    assert verdict.triage.decision == "话题沉重，请你亲自回"
    assert verdict.variants == ()
    assert (RiskKind.WORD, RiskLevel.LOOK) in {(risk.kind, risk.level) for risk in verdict.triage.risks}


@pytest.mark.parametrize("text", WRITTEN["平常"])
def test_figures_of_speech_quotations_and_stories_are_no_crisis(desk: Desk, text: str) -> None:
    assert not desk.consider(Case(content=text)).triage.is_crisis


@pytest.mark.parametrize("key", [f"k{n}" for n in range(8)])
@pytest.mark.parametrize(
    "text",
    [
        "老板逼我加班到十二点，最后我辞职了",
        "公司裁员把我裁了，真的很难过，熬了半年",
        "同事天天排挤我，我太失望了，最后离职了",
    ],
)
def test_nobody_in_low_spirits_is_asked_what_made_them_decide(desk: Desk, text: str, key: str) -> None:
    for variant in desk.consider(Case(content=text, key=key)).variants:
        assert "决心" not in variant.text
        assert "做决定" not in variant.text
