"""Outside text is never markup, and long answers are cut where nothing breaks."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.text import PAGE_BYTES, clip, for_html, pages, quoted, size, tap

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAG = "\U0001f1e8\U0001f1f3"


def test_a_quoted_link_is_no_link_any_more() -> None:
    text = quoted('<a href="weixin://bizmsgmenu?msgmenucontent=通过1">领奖</a>')
    assert not set(text) & set("<>")


def test_a_quoted_comment_stays_on_its_line() -> None:
    assert quoted("第一行\n4 ★99 假卡片\r\n→ 假草稿") == "第一行⏎4 ★99 假卡片⏎→ 假草稿"


def test_hidden_and_turning_characters_are_dropped() -> None:
    assert quoted("a\u202eb\u200bc\u2066d\x00e\x1b") == "abcde"


def test_an_emoji_family_and_a_flag_stay_whole() -> None:
    assert quoted(FAMILY) == FAMILY
    assert clip(f"ab{FAMILY}", 4) == "ab"
    assert clip(f"a{FLAG}{FLAG}", 4) == f"a{FLAG}"


def test_html_text_cannot_leave_an_attribute() -> None:
    assert for_html("\"><script>'&") == "&quot;&gt;&lt;script&gt;&#x27;&amp;"


def test_a_tap_sends_its_words_encoded_and_carries_the_pin() -> None:
    link = tap("通过", "通过3.k7")
    assert link == '<a href="weixin://bizmsgmenu?msgmenucontent=%E9%80%9A%E8%BF%873.k7&msgmenuid=3.k7">通过</a>'


@given(st.text(max_size=400))
def test_no_outside_text_makes_a_link_or_a_new_line(text: str) -> None:
    shown = quoted(text, 80)
    assert not set(shown) & set("<>")
    assert len(shown.splitlines()) <= 1
    assert len(shown) <= 80


signs = st.sampled_from(["字", "a", "\n", FAMILY, FLAG, "👍🏽", "é", tap("通过", "通过3.k7"), "。"])


@given(st.lists(st.lists(signs, max_size=900).map("".join), min_size=1, max_size=4))
def test_pages_fit_lose_nothing_and_break_no_sign(blocks: list[str]) -> None:
    done = pages(blocks)
    for page in done:
        assert size(page) <= PAGE_BYTES
        assert page.count("<a ") == page.count("</a>")
        assert len(re.findall(r'<a href="[^"]*">[^<]*</a>', page)) == page.count("<a ")
        assert not page.startswith("\u200d")
    joined = re.sub(r"\s+", "", "".join(done).replace("（还有，回「更多」）", ""))
    assert joined == re.sub(r"\s+", "", "".join(blocks))


def test_a_card_is_not_split_over_pages() -> None:
    cards = [f"{n} " + "字" * 200 + "\n→ 稿" for n in range(8)]
    for page in pages(cards, most=5):
        assert page.count("→ 稿") == sum(page.count(f"{n} 字") for n in range(8))
