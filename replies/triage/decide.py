"""Draft or not: the named reasons for no draft, the gravest first."""

from __future__ import annotations

from bot.domain.comment import CommentType
from replies.triage.reading import Reading
from replies.triage.type import Typed

__all__ = ["CRISIS", "DRAFT", "HEAVY", "NO_TEMPLATE", "decide"]

DRAFT = "draft"
CRISIS = "危机：请人工处理"
AD = "广告不回"
CONTACT = "含联系方式或链接，建议不回"
BLOCKED = "含敏感词，建议不回"
ABUSE = "辱骂不回"
HOSTILE = "火药味重，建议不回"
HEAVY = "话题沉重，请你亲自回"
VOTE = "投票口令，建议不回"
GREETING = "寒暄，建议不回"
LAUGHS = "连着三次只发笑，建议不回"
SHORT = "太短无从回起"
UNCLEAR = "看不出在说什么，建议不回"
PRAISE = "只是夸赞，可不回"
NO_TEMPLATE = "现成的话都不合适，请你来写"
CASUAL = "像随口一句，可不回"

_IDLE_TYPES = (CommentType.GREETING, CommentType.OTHER, CommentType.VOTE, CommentType.AD)
_SHORTEST = 3
_IDLE = 0.4  # chance of a comment nobody answers from which an opinion is taken for a casual word
_INSULT = 0.3  # chance of an insult from which a comment is better left alone


def decide(reading: Reading, typed: Typed, earlier_laughs: int, holds: bool) -> str:
    """`draft`, or why none. `earlier_laughs`: this person's last comments that were greetings;
    `holds`: the comment gives a reply something of its own to hold on to."""
    hits, kind = reading.hits, typed.type
    if hits.crisis:
        return CRISIS
    if kind is CommentType.AD:
        return AD
    if hits.contacts:
        return CONTACT
    if hits.block:
        return BLOCKED
    if hits.distress:
        return HEAVY
    if kind is CommentType.ABUSE:
        return ABUSE
    if kind is CommentType.VOTE:
        return VOTE
    if kind is CommentType.GREETING:
        return LAUGHS if earlier_laughs >= 2 else GREETING
    if hits.look:
        return HEAVY
    if kind is not CommentType.COMPLAINT and (
        hits.abuse or "火药味" in reading.features or typed.chances[CommentType.ABUSE] > _INSULT
    ):
        return HOSTILE
    if kind is CommentType.OTHER:
        return SHORT if reading.size <= _SHORTEST else UNCLEAR
    if kind is CommentType.PRAISE and not holds:
        return PRAISE
    if kind is CommentType.OPINION and sum(typed.chances[k] for k in _IDLE_TYPES) > _IDLE:
        return CASUAL
    if reading.size < 2:
        return SHORT
    return DRAFT
