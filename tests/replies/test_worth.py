"""What reads well alone gains points, one side of a quarrel and what hangs in the air lose some."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replies.worth import LEAST, MOST, is_coarse, worth

WHOLE = "我妈住院那年我学会了一件事：医生说的话当场记下来，回家再问一遍，因为慌的时候什么都听不进去，后来少跑了很多趟。"
QUARREL = "你是不是没看文章就来喷？你们这种人急什么，先把书读完再说。"
FRAGMENT = "对啊，就是这样[doge]"


def test_a_whole_thought_goes_before_a_quarrel_and_a_quarrel_before_nothing() -> None:
    assert worth(WHOLE) > 5
    assert worth(QUARREL) < -5
    assert worth(FRAGMENT) == LEAST


def test_a_question_counts_if_it_really_asks() -> None:
    real = "请问新手第一次裱花，应该先用几号裱花嘴？买了三个都不知道从哪个练起"
    assert worth(real, asks=True) > worth(real)
    assert worth("难道这不就是谁都知道的事情吗？还用得着写一整篇文章来说？", asks=True) < 0


def test_an_essay_is_no_comment() -> None:
    assert worth(WHOLE * 8) < worth(WHOLE)


@pytest.mark.parametrize("text", ["这文章真是垃圾", "写得跟屎一样，滚", "他妈的气死我了"])
def test_coarse_language_is_seen(text: str) -> None:
    assert is_coarse(text)


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        "烤之前先醒 20 分钟更蓬松，锅要滚烫",
        "和你的看法不一样，成本没算进去，我操心的是这个",
        "我家狗晚上上床睡，脑子一片空白的时候抱抱它",
        "垃圾分类以后我每天倒垃圾多走三百米",
        "孕期前三个月恶心想吐，臭豆腐一口不能闻",
        "劳资纠纷先去仲裁，别怕",
    ],
)
def test_plain_language_is_not(text: str) -> None:
    assert not is_coarse(text)


@given(st.text(max_size=400), st.booleans())
def test_any_text_has_points_within_bounds(text: str, asks: bool) -> None:
    assert LEAST <= worth(text, asks=asks) <= MOST
