"""The shadow copy: what is parsed, and the way back to what was typed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.chat.shadow import shadow


@pytest.mark.parametrize(
    ("typed", "parsed"),
    [
        ("通过３。", "通过3."),
        ("ＯＫ　３", "ok 3"),
        ("3、5，7；9", "3,5,7,9"),
        ("3～6—9－12", "3-6-9-12"),
        ("改：！？", "改:!?"),
        ("通\u200b过\ufeff", "通过"),
        ("①㎏", "1kg"),
    ],
)
def test_signs_are_made_alike(typed: str, parsed: str) -> None:
    assert shadow(typed).text == parsed


def test_the_original_is_cut_behind_a_place_of_the_copy() -> None:
    copy = shadow("改\u200b３　㎏太好了！ ")
    assert copy.cut(copy.text.index("3") + 1) == "㎏太好了！"
    assert copy.cut(0) == "改\u200b３　㎏太好了！"


@settings(deadline=None)
@given(st.text(max_size=60))
def test_every_place_of_the_copy_leads_back_to_the_original(text: str) -> None:
    copy = shadow(text)
    assert len(copy.index) == len(copy.text)
    assert list(copy.index) == sorted(copy.index)
    assert all(0 <= place < len(text) for place in copy.index)
