"""Answers to the bot's questions: 是, 否, digits and codes, in full-width too, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.chat.answers import Answer, Choice, Confirmation, No, Yes, read_answer


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        ("是", Yes()),
        (" 是。", Yes()),
        ("否", No()),
        ("不", No()),
        ("不要", No()),
        ("算了", No()),
        ("取消！", No()),
        ("1", Choice(1)),
        ("２", Choice(2)),
        ("①", Choice(1)),
        ("0", Choice(0)),
        ("确认 7K", Confirmation("7K")),
        ("确认7k。", Confirmation("7K")),
        ("确认：７Ｋ", Confirmation("7K")),
    ],
)
def test_an_answer_is_read(message: str, answer: Answer) -> None:
    assert read_answer(message) == answer


@pytest.mark.parametrize(
    "message",
    [
        "",
        "是吗",
        "不是我",
        "取消精选 8",
        "123",
        "1 2",
        "-1",
        "确认",
        "确认 7K 吧",
        "确认删除 4F",
        "确认 OK",
        "7K",
        "好",
    ],
)
def test_anything_else_is_no_answer(message: str) -> None:
    assert read_answer(message) is None


@settings(deadline=None)
@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert read_answer(text) is None or isinstance(read_answer(text), Yes | No | Choice | Confirmation)
