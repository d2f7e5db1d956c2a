"""Errcodes in human words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.wechat.reactions import KNOWN_CODES, Advice, Reaction, advise

REFERENCE = Path(__file__).parents[4] / "shared" / "reference" / "wechat-platform.md"
ADVICE = ("请", "不用", "稍后", "再对我说")


@pytest.mark.skipif(not REFERENCE.exists(), reason="the platform reference is not part of this repository")
def test_every_code_of_the_platform_reference_is_known() -> None:
    section = REFERENCE.read_text(encoding="utf-8").split("## 12.")[1].split("## 13.")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if re.match(r"\| *-?\d", line)]
    wanted: set[int] = set()
    for cell in cells:
        for first, last in re.findall(r"(\d{5})[–-](\d{5})", cell):
            wanted |= set(range(int(first), int(last) + 1))
        wanted |= {int(code) for code in re.findall(r"(?<![\d–-])-?\d+", re.sub(r"\(.*?\)", "", cell))}
    assert len(wanted) > 100
    assert wanted - {0} - KNOWN_CODES == set()


def test_every_sentence_says_what_happened_and_what_to_do() -> None:
    odd = [code for code in KNOWN_CODES if not any(word in advise(code).sentence for word in ADVICE)]
    assert odd == []


def test_sentences_are_chinese_and_show_no_code() -> None:
    for code in KNOWN_CODES:
        sentence = advise(code).sentence
        assert sentence.endswith("。")
        assert str(code) not in sentence
        assert re.search(r"[,;?!]|(?<!\d):", sentence) is None


@pytest.mark.parametrize(
    ("code", "reaction"),
    [
        (-1, Reaction.RETRY),
        (40001, Reaction.REFRESH),
        (42001, Reaction.REFRESH),
        (45009, Reaction.TOMORROW),
        (45011, Reaction.WAIT_MINUTE),
        (45015, Reaction.STOP_ITEM),
        (48001, Reaction.STOP_FEATURE),
        (48004, Reaction.HALT_WRITES),
        (88000, Reaction.STOP_FEATURE),
        (88001, Reaction.HOURLY),
        (88005, Reaction.DONE),
        (88008, Reaction.STOP_ITEM),
        (47001, Reaction.BUG),
    ],
)
def test_codes_have_their_reaction(code: int, reaction: Reaction) -> None:
    assert advise(code).reaction is reaction


def test_the_two_ways_to_lack_comments_read_differently() -> None:
    assert advise(48001).sentence != advise(88000).sentence


def test_the_same_code_at_the_token_call_blames_the_secret() -> None:
    advice = advise(40001, at_token=True)
    assert advice.reaction is Reaction.STOP_FEATURE
    assert "AppSecret" in advice.sentence


@pytest.mark.parametrize(
    "errmsg",
    [
        "invalid ip 203.0.113.7, not in whitelist rid: 64449407-4c4c6550-08a4ca2c",
        "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 6444-4c4c",
    ],
)
def test_the_address_to_whitelist_is_shown(errmsg: str) -> None:
    assert "203.0.113.7" in advise(40164, errmsg).sentence


def test_an_unknown_code_stops_the_item_and_says_where_to_look() -> None:
    advice = advise(12345)
    assert advice == Advice(Reaction.STOP_ITEM, advice.sentence)
    assert "12345" in advice.sentence
    assert "developers.weixin.qq.com/doc/oplatform/developers/errCode" in advice.sentence
