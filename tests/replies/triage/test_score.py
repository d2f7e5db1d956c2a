"""Quality: six visible parts that add up, length and padding that do not pay, relevance to the article."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replies.case import Case
from replies.desk import Desk

RICH = "我照着第二种方法跟领导谈了三次，因为每次都先写好数据，第三次他才同意把例会从一小时改成二十分钟。"
ARTICLE = "加班不是福报，而是管理的问题。例会太长，汇报太多，员工只好晚上加班补进度。领导如果肯砍掉例会，加班会少一半。"


def _quality(desk: Desk, text: str, **more: str) -> int:
    return desk.consider(Case(content=text, **more)).triage.quality


def test_the_parts_are_shown_and_add_up_to_the_score(desk: Desk) -> None:
    triage = desk.consider(Case(content=RICH, article_text=ARTICLE)).triage
    assert [(p.name, p.of) for p in triage.parts] == [
        ("相关", 20),
        ("具体", 25),
        ("论证", 20),
        ("新信息", 15),
        ("回应他人", 10),
        ("可读", 10),
    ]
    assert all(0 <= p.points <= p.of and p.reason for p in triage.parts)
    assert triage.quality == round(sum(p.points for p in triage.parts))


def test_without_an_article_relevance_is_absent_and_the_rest_is_scaled(desk: Desk) -> None:
    triage = desk.consider(Case(content=RICH)).triage
    assert "相关" not in [p.name for p in triage.parts]
    assert triage.quality == round(sum(p.points for p in triage.parts) * 100 / 80)


@pytest.mark.parametrize(
    ("more", "source"),
    [
        ({"article_text": ARTICLE, "article_title": "加班"}, "正文"),
        ({"article_title": "加班是福报吗"}, "标题"),
        ({"article_words": ("加班", "领导", "例会")}, "读者常用词"),
    ],
)
def test_relevance_names_what_it_was_measured_by(desk: Desk, more: dict[str, object], source: str) -> None:
    part = desk.consider(Case(content="领导不砍例会，加班就不会少", **more)).triage.parts[0]  # type: ignore[arg-type]
    assert part.name == "相关"
    assert source in part.reason
    assert part.points > 5


def test_passing_by_is_irrelevant_to_an_article_on_overtime(desk: Desk) -> None:
    part = desk.consider(Case(content="路过", article_text=ARTICLE)).triage.parts[0]
    assert part.points == 0


def test_a_comment_with_steps_and_numbers_scores_25_above_thanks(desk: Desk) -> None:
    assert _quality(desk, RICH, article_text=ARTICLE) >= _quality(desk, "学到了", article_text=ARTICLE) + 25


@pytest.mark.parametrize(
    "filler", ["哈" * 200, "的" * 200, "水" * 200, "。" * 200, "啊啊" * 100, "👍" * 200, " " * 200, "顶" * 200]
)
@pytest.mark.parametrize("text", [RICH, "学到了", "我试过，确实有用", "不同意，成本没算进去"])
def test_padding_never_raises_the_score(desk: Desk, text: str, filler: str) -> None:
    assert _quality(desk, text + filler) <= _quality(desk, text)
    assert _quality(desk, text + filler, article_text=ARTICLE) <= _quality(desk, text, article_text=ARTICLE)


def test_saying_the_same_twice_gains_nothing_much(desk: Desk) -> None:
    assert abs(_quality(desk, RICH + RICH) - _quality(desk, RICH)) <= 10


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text_scores_between_0_and_100_and_the_same_each_time(desk: Desk, text: str) -> None:
    first = _quality(desk, text)
    assert 0 <= first <= 100
    assert first == _quality(desk, text)
