"""When no ready sentence will do: irony, quarrels between readers, questions that only the creator can answer."""

from __future__ import annotations

import re

from bot.domain.comment import CommentType
from replies.drafting.harmless import about_health
from replies.drafting.person import speaks_to_author
from replies.triage.decide import HEAVY, NO_TEMPLATE
from replies.triage.reading import Reading

__all__ = ["ASKED", "BY_HAND", "IRONY", "QUARREL", "checks_health", "quarrels", "why_not"]

IRONY = "像反话或玩笑，建议不回"
QUARREL = "像在和别的读者争，建议不回"
ASKED = "在问你，请你亲自答"

BY_HAND = frozenset({HEAVY, NO_TEMPLATE, ASKED})
"""Reasons for no draft that ask the creator for words of their own; all others say that no reply is needed."""

_WRY = re.compile(
    r"\[(?:doge|狗头|滑稽|微笑|白眼|鄙视|吃瓜|呵呵|阴险|斜眼|抠鼻|右哼哼|左哼哼|怒骂|怪笑|撇嘴|吐|妙啊|tv_白眼|doge_金箍)r?\]|[🙂😏🙄😒🤡🐶]|"
    r"呵呵|(?:^|[,。.])呵[,，]|笑死|笑话|好笑|呦呵|哎哟|啧|好家伙|乐子|典中典|绷不住|难绷|赢麻|真服|也是醉|醉了|狗头|doge|手动|"
    r"我谢谢|谢谢您|膜拜|牛[啊逼批]|坐等"
)
_CHECKS = re.compile(
    r"谣|查证|查核|不实|假的|错误|误导|澄清|证实|证据|根据|表示|指出|研究|说明|报导|报道|没有.{0,6}关系|未必|不会|并非|并不|不能|正确|夸大"
)
_GRAVE = re.compile(r"自杀|轻生|性侵|强奸|猥亵|虐|杀|尸|去世|过世|病逝|往生|我(?:妈|爸|家|的|得|患)|家人|遗")
_YOU = re.compile(r"(?<![谢爱祝])[你您](?!好|们好)|楼主|层主|楼上")
_CHALLENGE = re.compile(r"(?<!谢)[你您][^。!！?？]*[?？]\W*$")
_GIGGLE = re.compile(
    r"\[(?:偷笑|笑哭|笑cry|捂脸|微笑|允悲|二哈|黑薯问号|派对|赞|抠鼻|害羞)r?\]|[😂🤣😅🤭]|哈哈|嘿嘿|嘻嘻|hhh"
)
_OTHERS = re.compile(r"[他她]|人家|某|这种|那种|有些人|有的人|质疑|支持者|学生|姜|老师|家长|女的|男的|网友|专家")
_SURPRISE = re.compile(
    r"怎么(?:还)?(?:没有?|少了)|为什么没有|漏了|居然|竟然|难道|凭什么|凭啥|为什么(?:要|不|还|没|会|就)|这么.{1,6}[?？]|怎么(?:能|会|可能|可以|还|不)"
)
_RHETORIC = re.compile(
    r"不是.{0,14}吗|不会.{1,8}[吗?？]|[是叫](?:啥|什么)[?？]\W*(?:就|不)|不就|这么.{0,8}[?？吗]|谁不|还(?:叫|用|要).{0,8}[?？吗]|至于|好吗|好吧|是吗|对吗|好不好|[你您]|[?？].*[?？]|然后|莫非|不会是|就这"
)
_REAL_QUESTION = re.compile(
    r"请问|请教|想问|问一下|求|哪里(?!有|会|能|是)|哪儿|在哪|哪个|哪位|哪种|哪款|哪些|哪首|哪部|哪年|哪家|多少|几[个岁年月点号次分天首]|多久|多大|多高|"
    r"什么时候|要紧吗|什么名|叫什么|(?:需|要).{0,6}什么|什么歌|什么字|什么意思|什么牌|什么软件|什么专业|什么版本|什么地方|啥时候|啥歌|啥名|怎么(?!能|会|可能|没|还|可以|这么|那么|就)|为什么(?!不|没|要|还|会|就)|后来呢|然后呢|后续|下一[篇期集]|更新|"
    r"如何|怎样|有没有(?!搞错)|谁(?:知道|唱|写|有|是)|有人知道|能不能|可以.{1,10}吗|(?<![低可只功才])能.{1,10}(?<!是)吗|会不会|是不是真|真的吗|是真的"
)


def why_not(reading: Reading, kind: CommentType) -> str:
    """The named reason for which a comment that is worth an answer gets no draft; empty when one may be tried."""
    norm = reading.norm
    if kind is CommentType.QUESTION and not _waits(reading):
        return ASKED
    if kind is CommentType.OPINION and (_CHALLENGE.search(norm) or _at_odds(reading)):
        return QUARREL
    bitter = kind is CommentType.OPINION and _GIGGLE.search(norm) and _OTHERS.search(norm)
    if bitter or _WRY.search(norm):
        return IRONY
    return ""


def quarrels(reading: Reading, kind: CommentType) -> bool:
    """True for an opinion that speaks to another reader: answered only if a part of it stands clear of that."""
    return kind is CommentType.OPINION and bool(_YOU.search(reading.norm)) and not speaks_to_author(reading.norm)


def _at_odds(reading: Reading) -> bool:
    """True for somebody who keeps on addressing another reader."""
    return len(re.findall(r"(?<![谢爱祝])[你您]", reading.norm)) > (
        2 if reading.size > 24 else 0
    ) and not speaks_to_author(reading.norm)


def _waits(reading: Reading) -> bool:
    """True when somebody who asks may be told that an answer is coming, or asked back what puzzles them."""
    norm = reading.norm
    if re.search(r"[?？].+[?？]|[哪谁].{1,12}不|[是叫](?:啥|什么)[?？]\W*(?:就|不)", norm) and not re.search(
        r"请问|请教|想问|求", norm
    ):
        return False
    if _REAL_QUESTION.search(norm) or _SURPRISE.search(norm):
        return True
    return reading.size >= 8 and bool(re.search(r"[吗?？]\W*$", norm)) and not _RHETORIC.search(norm)


def checks_health(reading: Reading, kind: CommentType) -> bool:
    """True for somebody who sets a claim about health right: may be thanked in plain words that repeat none of it."""
    return (
        kind in (CommentType.ADDITION, CommentType.OPINION)
        and not (kind is CommentType.OPINION and re.search(r"[我你您他她]", reading.norm))
        and about_health(reading.norm)
        and bool(_CHECKS.search(reading.norm))
        and not (_GRAVE.search(reading.norm) or reading.hits.abuse)
    )
