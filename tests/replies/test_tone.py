"""语气: with a tone the same comment is answered audibly otherwise; without, nothing changes."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from replies import text as texts
from replies.case import Case, Voice
from replies.desk import Desk
from replies.tone import TONES, Tone, in_tone

LABELLED: dict[str, list[str]] = yaml.safe_load(
    Path(__file__).with_name("labelled_comments.yaml").read_text(encoding="utf-8")
)
COMMENTS = [text for kind in ("经历", "提问", "观点", "补充", "抱怨", "赞美") for text in LABELLED[kind]]
LIGHT = re.compile(r"[～]|小板凳|小红花|小本本|揭晓|偷偷|好奇一下|呀？")
COMMENT_WORDS = re.compile(r"「[^」]*」")


def _said(desk: Desk, comment: str, tone: str) -> list[str]:
    case = Case(content=comment, key=comment, voice=Voice(tone=tone))
    return [COMMENT_WORDS.sub("「」", variant.text) for variant in desk.consider(case).variants]


def test_any_two_tones_differ_for_most_comments(desk: Desk) -> None:
    drafts = {tone: [said for comment in COMMENTS if (said := _said(desk, comment, tone))] for tone in TONES}
    for one, other in combinations(TONES, 2):
        different = sum(a != b for a, b in zip(drafts[one], drafts[other], strict=True))
        first = sum(a[0] != b[0] for a, b in zip(drafts[one], drafts[other], strict=True))
        assert min(different, first) >= 0.6 * len(drafts[one]), (one, other)


def test_every_tone_keeps_the_rules_of_drafts(desk: Desk) -> None:
    for tone in TONES:
        for comment in COMMENTS:
            said = _said(desk, comment, tone)
            for text in said:
                assert len(text) <= 100
                assert desk.check_outgoing(text) == ()
                assert not re.search(r"[,?!;]|感谢支持|您|粉丝|[呢呀吗]{2}|，，|。。|[，。？！]～", text), text
            for one, other in combinations(said, 2):
                assert texts.likeness(texts.grams(one), texts.grams(other)) <= 0.5, (one, other)


def test_the_professional_tone_is_plain(desk: Desk) -> None:
    for comment in COMMENTS:
        for text in _said(desk, comment, "专业"):
            assert not re.search(r"[！～]|[呀呢]？$", text), text


@pytest.mark.parametrize(
    "comment",
    [
        "等了两小时还是冷的，客服也不理人，太失望了",
        "去年考研失败那天，我在操场上哭了一晚上",
        "公司裁员把我裁了，真的很难过，熬了半年",
        "孩子三岁还不会说话要紧吗？",
        "我妈糖尿病，照着你的食谱吃了半年，人精神多了",
        "奶奶走的那年冬天我刚上大学，到现在还舍不得删她的电话",
    ],
)
def test_the_light_tone_is_never_taken_for_what_is_heavy(desk: Desk, comment: str) -> None:
    assert _said(desk, comment, "俏皮") == _said(desk, comment, "")
    assert not any(LIGHT.search(text) for text in _said(desk, comment, "俏皮"))


def test_the_mark_of_a_templates_words_changes_with_the_tone(desk: Desk) -> None:
    comment = "我觉得沟通就该先听完对方的话"
    marks = {
        desk.consider(Case(content=comment, key="a", voice=Voice(tone=tone))).variants[0].words for tone in ("", *TONES)
    }
    assert len(marks) == 4


@pytest.mark.parametrize(
    ("tone", "text", "said"),
    [
        (Tone(particle="呢"), "「是什么？」，你想到了什么？", "「是什么？」，你想到了什么呢？"),
        (Tone(particle="呢"), "他们怎么说？", "他们怎么说？"),
        (Tone(particle="呢"), "你身边的人呢？", "你身边的人呢？"),
        (Tone(particle="呢"), "能再展开说说吗？", "能再展开说说吗？"),
        (Tone(leads=("请问",)), "很好。你试的是第几种？有没有新发现？", "很好。请问你试的是第几种？有没有新发现？"),
        (Tone(leads=("请问",)), "「{原话}」，最打动你的是哪一处？", "「{原话}」，请问最打动你的是哪一处？"),
        (Tone(leads=("请问",)), "要是再来，你会换哪一步？", "要是再来，你会换哪一步？"),
        (Tone(leads=("偷偷问一句，",)), "我很好奇：是哪一处？", "我很好奇：是哪一处？"),
        (Tone(stop="～", shout="。"), "记下了！我去查。", "记下了。我去查～"),
        (Tone(instead={"谢谢你": "感谢你", "感谢": "多谢"}), "谢谢你，「谢谢你」。", "感谢你，「谢谢你」。"),
    ],
)
def test_a_tone_keeps_quotes_and_finds_its_place(tone: Tone, text: str, said: str) -> None:
    assert in_tone(text, tone, low=False, lot=0.1) == said


def test_a_lead_after_low_spirits_is_another_one() -> None:
    tone = Tone(leads=("请问",), leads_low=("想了解一下，",))
    assert in_tone("你想起了谁？", tone, low=True, lot=0.0) == "想了解一下，你想起了谁？"
