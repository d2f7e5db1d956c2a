"""Names under readers' words: theirs only once accepted, never somebody else's office."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.credit import Credit, CreditState, display, unfit


@pytest.mark.parametrize("name", ["小王", "阿May", "老张_2号", "一二三四五六七八"])
def test_plain_names_may_be_proposed(name: str) -> None:
    assert unfit(name) == ""


@pytest.mark.parametrize(
    "name",
    [
        "王",
        "九个字的名字太长了呀",
        "小编",
        "我是作者本人",
        "官 方",
        "<b>x</b>",
        "😀😀",
        "纸上生活",
        "官_方",
        "作·者",
        "作-者",
        "Admin",
        "ＡＤＭＩＮ",
        "习近平",
        "纸 上_生活",
    ],
)
def test_other_names_are_refused_with_a_reason(name: str) -> None:
    assert unfit(name, ("纸上生活",))


def test_a_name_is_shown_only_when_accepted() -> None:
    assert display(Credit(CreditState.ACCEPTED, "小王"), "seed") == "小王"
    assert display(Credit(CreditState.PROPOSED, "小王"), "seed").startswith("读者")
    assert display(Credit(CreditState.ANONYMOUS), "seed") == "一位读者"
    assert display(None, "") == "一位读者"


@given(st.text(min_size=1))
def test_without_a_name_it_is_two_letters_that_stay_the_same(seed: str) -> None:
    shown = display(None, seed)
    assert shown == display(None, seed)
    assert len(shown) == 4
    assert shown[2:].isalpha()
    assert shown[2:].isupper()
