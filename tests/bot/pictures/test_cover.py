"""The cover: always a picture of the right size, whatever stands on it, and the same for the same texts."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.pictures.cover import RIGHT, SIZE, draw_cover, drawable

WORDS = "我试过提前一天把周报写好，周五下午就不用加班了，坚持了三个月，领导也没说什么，同事后来也跟着学"


@pytest.mark.parametrize("title", ["本周最有料", "一个特别特别特别特别特别特别长的标题还有字", "OK", "", "😀"])
@pytest.mark.parametrize("words", [WORDS, "短", "", "a" * 300, "👨‍👩‍👧 一家"])
def test_a_cover_is_a_small_picture_with_nothing_beyond_its_margin(title: str, words: str) -> None:
    data = draw_cover(title, words, "2026W48")
    picture = Image.open(io.BytesIO(data))
    assert (picture.size, picture.format) == (SIZE, "PNG")
    assert len(data) < 1_000_000
    margin = picture.crop((RIGHT + 8, 0, *SIZE))
    assert margin.getcolors() == [(margin.width * margin.height, (0xF6, 0xF1, 0xE7))]


def test_what_the_font_has_no_letter_for_leaves_no_box() -> None:
    assert draw_cover("本周最有料", "한국어 好用", "读者AB") == draw_cover("本周最有料", "好用", "读者AB")


def test_the_foot_stands_as_it_is_given() -> None:
    assert draw_cover("本周最有料", WORDS, "") != draw_cover("本周最有料", WORDS, "读者AB · 第 2026W48 期")
    foot = Image.open(io.BytesIO(draw_cover("本周最有料", WORDS, ""))).crop((90, 312, 500, 360))
    assert foot.getcolors() == [(foot.width * foot.height, (0xF6, 0xF1, 0xE7))]


def test_the_same_texts_make_the_same_picture() -> None:
    assert draw_cover("本周最有料", WORDS, "2026W48") == draw_cover("本周最有料", WORDS, "2026W48")
    assert draw_cover("本周最有料", WORDS, "2026W48") != draw_cover("本周最有料", WORDS, "2026W49")


@settings(max_examples=300)
@given(st.text(max_size=40))
def test_what_is_drawn_has_nothing_invisible_and_no_double_space(text: str) -> None:
    drawn = drawable(text)
    assert "  " not in drawn
    assert all(char.isprintable() for char in drawn)
    assert drawable(drawn) == drawn
