"""Types of comments: a set written for this test, and single cases that once went wrong."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from bot.domain.comment import CommentType
from replies.case import Case
from replies.desk import Desk

LABELLED = Path(__file__).resolve().parents[1] / "labelled_comments.yaml"


def _rows() -> list[tuple[str, CommentType]]:
    labelled = yaml.safe_load(LABELLED.read_text(encoding="utf-8"))
    return [(text, CommentType(kind)) for kind, texts in labelled.items() for text in texts]


def test_the_labelled_comments_are_enough_and_cover_every_type() -> None:
    rows = _rows()
    assert len(rows) >= 120
    assert {kind for _, kind in rows} == set(CommentType)


def test_types_of_the_labelled_comments_reach_macro_f1_of_80_percent(desk: Desk) -> None:
    right: Counter[CommentType] = Counter()
    given: Counter[CommentType] = Counter()
    wanted: Counter[CommentType] = Counter()
    wrong = []
    for text, kind in _rows():
        found = desk.consider(Case(content=text)).triage.type
        wanted[kind] += 1
        given[found] += 1
        if found is kind:
            right[kind] += 1
        else:
            wrong.append(f"{text}: {found}, not {kind}")
    f1 = {kind: 2 * right[kind] / (wanted[kind] + given[kind]) for kind in wanted}
    recall = {kind: right[kind] / wanted[kind] for kind in wanted}
    assert sum(f1.values()) / len(f1) >= 0.80, "\n".join(wrong)
    assert min(recall.values()) >= 0.65, (recall, wrong)


def test_every_type_names_the_rule_that_decided_it(desk: Desk) -> None:
    for text, _ in _rows():
        triage = desk.consider(Case(content=text)).triage
        assert triage.type_rule.startswith(f"规则:{triage.type}/"), text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n",
        "。",
        "？",
        "👍" * 300,
        "\u200b\u200b",
        "a" * 2000,
        "@用户 @用户",
        "\x00\x01",
        "{原话}",
        "%s %d {}",
    ],
)
def test_odd_texts_get_a_type_and_a_named_reason_or_a_draft(desk: Desk, text: str) -> None:
    verdict = desk.consider(Case(content=text))
    assert verdict.triage.type in CommentType
    assert verdict.triage.decision
    assert bool(verdict.variants) == (verdict.triage.decision == "draft")
