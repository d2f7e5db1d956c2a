"""Reading a follower's message: which command it is, if any (chat.md section 4); creators' verbs are talk."""

from __future__ import annotations

import re

from handlers.chat.commands import FollowerCommand, FollowerVerb, Ordinary
from handlers.chat.numbers import chinese_value
from handlers.chat.plain_commands import JOIN_CODE, SHORT_CODE
from handlers.chat.shadow import Shadow, shadow
from handlers.chat.vote_words import read_vote
from handlers.chat.words import MEASURES

V = FollowerVerb

_WORDS: dict[str, FollowerVerb] = {
    "pk": V.DUEL,
    "榜": V.RANKING,
    "排行": V.RANKING,
    "墙": V.WALL,
    "金句": V.WALL,
    "我的": V.MINE,
    "匿名": V.ANONYMOUS,
    "领奖": V.CLAIM,
    "验票": V.VERIFY,
    "退订": V.STOP,
    "td": V.STOP,
    "恢复": V.COME_BACK,
    "别提我": V.DO_NOT_MENTION,
    "我的数据": V.MY_DATA,
    "删除我的数据": V.DELETE_DATA,
    "同意展示": V.ALLOW_SHOWING,
    "不展示": V.REFUSE_SHOWING,
    "隐私": V.PRIVACY,
    "更多": V.MORE,
    "帮助": V.HELP,
    "怎么用": V.HELP,
    "菜单": V.HELP,
    "留言": V.COMMENT,
    "投稿": V.COMMENT,
    "打卡": V.CHECK_IN,
    "签到": V.CHECK_IN,
    "署名": V.SIGN,
}
"""Whole messages. 留言, 打卡 and 署名 alone have no text yet: their writer is told how to go on."""

_WITH_TEXT: dict[str, FollowerVerb] = {
    "留言": V.COMMENT,
    "投稿": V.COMMENT,
    "打卡": V.CHECK_IN,
    "签到": V.CHECK_IN,
    "署名": V.SIGN,
    "异议": V.DISPUTE,
    "种子": V.SEED,
}
"""Heads of free text, which begins behind a space, colon or line break."""

_CHINESE = "[零〇一二两三四五六七八九十]+"
_NUMBERED: tuple[tuple[re.Pattern[str], FollowerVerb], ...] = tuple(
    (re.compile(rf"(?:{head})[ \t]*(?:第|#)?[ \t]*(?P<n>[0-9]{{1,6}})[号条]?"), verb)
    for head, verb in (
        ("投票?", V.VOTE),
        ("点?赞", V.LIKE),
        ("取消点?赞", V.UNLIKE),
        ("下墙", V.WALL_OFF),
        ("回复?", V.ANSWER),
    )
)
_VOTE = re.compile(rf"(?:投票?[ \t]*)?第?(?P<digits>[0-9]{{1,3}}|{_CHINESE})号|投票?[ \t]*第?(?P<whole>{_CHINESE})")
_CHOICE = re.compile(
    r"(?:扣|支持|选)?[ \t]*(?P<option>[1-4一二三四a-d])|(?P<poll>[0-9]{1,4})[ \t]*(?P<of>[a-d])|(?P<draw>平)"
)
_PLAIN_CHOICE = re.compile(rf"(?:选择?|支持)[ \t]*(?:[0-9]{{1,3}}|{_CHINESE})")
_OPTIONS = {char: "ABCD"[place % 4] for place, char in enumerate("1234一二三四abcd")}
_JOIN = re.compile(rf"加入{JOIN_CODE.pattern}")
_DELETION = re.compile(rf"确认[ \t]*删除{SHORT_CODE.pattern}")
_VERIFY = re.compile(r"验票[\s:]*(方法|[0-9]{4}w[0-9]{2})")
_HEAD_OF_TEXT = re.compile(rf"({'|'.join(_WITH_TEXT)})[\s:]")
_ANSWER = re.compile(r"回复?[ \t]*#?([0-9]{1,6})号?[\s:]")
_ARTICLE = re.compile(r"\s*(?:文章[ \t]*)?([0-9]{1,4})[\s:]+(?=\S)")
_LEAD = re.compile(r"\s*[/#!]?\s*")


def read_follower(text: str) -> FollowerCommand | Ordinary:
    """What a follower's message asks for. Never raises."""
    copy = shadow(text)
    lead = _LEAD.match(copy.text)
    begin = lead.end() if lead else 0
    words = copy.text[begin:].rstrip(" \t\r\n.!?")
    if not words:
        return FollowerCommand(V.HELP) if copy.text.strip() == "?" else Ordinary()
    found = _short(words) if len(words) <= 24 else None
    return found or _with_text(copy, begin) or read_vote(copy.text[begin:].strip()) or Ordinary()


def _short(words: str) -> FollowerCommand | None:
    verb = _WORDS.get(words.replace(" ", ""))
    if verb:
        return FollowerCommand(verb)
    for pattern, numbered in _NUMBERED:
        match = pattern.fullmatch(words)
        if match and int(match["n"]):
            return FollowerCommand(numbered, number=int(match["n"]))
    if plain := _PLAIN_CHOICE.fullmatch(words):
        return read_vote(plain[0])
    vote = _VOTE.fullmatch(words)
    if vote:
        typed = vote["digits"] or vote["whole"]
        number = int(typed) if typed.isdigit() else chinese_value(typed)
        return FollowerCommand(V.VOTE, number=number) if number else None
    return _choice(words) or _coded(words)


def _choice(words: str) -> FollowerCommand | None:
    match = _CHOICE.fullmatch(words)
    if match is None:
        return None
    if match["draw"]:
        return FollowerCommand(V.CHOOSE, text="平")
    poll = int(match["poll"]) if match["poll"] else None
    return FollowerCommand(V.CHOOSE, number=poll, text=_OPTIONS[match["option"] or match["of"]])


def _coded(words: str) -> FollowerCommand | None:
    for pattern, verb in ((_JOIN, V.JOIN), (_DELETION, V.CONFIRM_DELETION), (_VERIFY, V.VERIFY)):
        match = pattern.fullmatch(words)
        if match:
            return FollowerCommand(verb, text=match[1].upper())
    return None


def _with_text(copy: Shadow, begin: int) -> FollowerCommand | None:
    answer = _ANSWER.match(copy.text, begin)
    if answer and int(answer[1]):
        words = copy.cut(answer.end())
        return FollowerCommand(V.ANSWER, number=int(answer[1]), text=words) if words else None
    head = _HEAD_OF_TEXT.match(copy.text, begin)
    words = copy.cut(head.end()) if head else ""
    if head is None or not words:
        return None
    verb = _WITH_TEXT[head[1]]
    if verb is V.COMMENT:
        article = _ARTICLE.match(copy.text, head.end())
        if article and int(article[1]) and copy.text[article.end()] not in MEASURES:
            return FollowerCommand(verb, number=int(article[1]), text=copy.cut(article.end()))
    return FollowerCommand(verb, text=words)
