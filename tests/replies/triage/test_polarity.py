"""Polarity: negation turns a word, two negations do not make it bad again."""

from __future__ import annotations

import pytest

from replies.case import Case
from replies.desk import Desk


@pytest.mark.parametrize("text", ["太失望了，浪费时间", "难吃还贵，再也不来", "这个方法很差，没有用"])
def test_complaints_are_negative(desk: Desk, text: str) -> None:
    assert desk.consider(Case(content=text)).triage.polarity <= -0.6


@pytest.mark.parametrize("text", ["不是不好", "这本书不差", "并不难吃", "没有失望", "不觉得贵"])
def test_a_negated_bad_word_is_not_negative(desk: Desk, text: str) -> None:
    assert desk.consider(Case(content=text)).triage.polarity > -0.3


@pytest.mark.parametrize("text", ["写得真好，很温暖", "好用，推荐", "感谢分享，受益"])
def test_praise_is_positive(desk: Desk, text: str) -> None:
    assert desk.consider(Case(content=text)).triage.polarity > 0.3


def test_a_negated_good_word_is_negative(desk: Desk) -> None:
    assert desk.consider(Case(content="不好看")).triage.polarity < 0


def test_facts_have_no_polarity(desk: Desk) -> None:
    assert desk.consider(Case(content="会议改到周三下午三点")).triage.polarity == 0
