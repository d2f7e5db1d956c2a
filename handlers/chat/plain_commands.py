"""Commands without item numbers: one word, a listed word behind it, a code, a link, an article with text."""

from __future__ import annotations

import re

from handlers.chat.commands import CODE_ALPHABET, Command, ItemRef, Wrong, WrongReason
from handlers.chat.place import ATTEMPT, Place, Reading, is_end
from handlers.chat.verbs import Verb
from handlers.chat.words import HEADS, PERIODS, TONES

_CODE_CHARACTER = f"[{CODE_ALPHABET.lower()}]"
JOIN_CODE = re.compile(rf"[\s:]*({_CODE_CHARACTER}{{6}})(?![a-z0-9])")
SHORT_CODE = re.compile(rf"[\s:]*((?=[a-z]?[0-9]){_CODE_CHARACTER}{{2}})(?![a-z0-9])")

_NO_CODE = re.compile(r"[\s:]*[a-z0-9]{1,4}(?![a-z0-9])")
_WORD = re.compile(r"[\s:]*([^\s.!?]+)")
_ROLE = re.compile(r"[\s:]*(主理人|编辑|观察)员?[ \t]*([0-9]{1,2})?(?![0-9])号?")
_LINK = re.compile(r"(?:https?://|mp\.weixin\.qq\.com/)[!-~]+", re.IGNORECASE)
_ARTICLE = re.compile(r"[\s:]*文章[ \t]*([0-9]{1,4})(?![0-9])")
_OPTIONS = re.compile(r".*\ba\s*:.*\bb\s*:", re.DOTALL | re.ASCII)
BETWEEN_PHRASES = re.compile(r"[ \t、，,；;]+")
PHRASES = {Verb.SALUTATION: (1, 8), Verb.PET_PHRASES: (5, 12), Verb.BANNED_WORDS: (50, 12)}
"""How many words each may name, and how many characters each of them may have."""

_DISPUTE = re.compile(r"[\s:]*([0-9]{1,3})(?![0-9])号?(?=[\s:]|$)")
_BANK = re.compile(
    r"[\s:]*(?:(?P<act>删除?|改)[ \t]*(?P<m>[0-9]{1,4})(?![0-9])|(?P<n>[0-9]{1,4})(?![0-9])[ \t]*(?P<what>删除?|改)?)"
)
_POLL = re.compile(r"[\s:]*([0-9]{1,3})(?![0-9])")


def link_at(text: str, at: int) -> re.Match[str] | None:
    """The web address at a place of the original text."""
    return _LINK.match(text, at)


def read_word(place: Place) -> Reading:
    """A command of one word."""
    return Command(place.verb) if place.is_alone else ATTEMPT


def read_report(place: Place) -> Reading:
    """数据 本周: only listed words may follow."""
    if place.is_alone:
        return Command(place.verb)
    word = _WORD.match(place.shadow.text, place.at)
    if word and word[1] in PERIODS and is_end(place.shadow.text, word.end()):
        return Command(place.verb, argument=word[1])
    return ATTEMPT


def read_help(place: Place) -> Reading:
    """帮助, and 帮助 通过: how one command is written."""
    words = place.shadow.text[place.behind_gap :].strip(" \t\r\n.!?")
    about = next((verb for verb, heads in HEADS.items() if words in heads), None)
    if about is not None and place.is_separated and about is not Verb.JOIN:
        return Command(place.verb, argument=about.value)
    return read_word(place)


def read_tone(place: Place) -> Reading:
    """语气 俏皮: one of the listed tones, set apart; alone it shows the voice."""
    word = _WORD.match(place.shadow.text, place.at)
    if place.is_separated and word and word[1] in TONES and is_end(place.shadow.text, word.end()):
        return Command(place.verb, argument=word[1])
    return read_word(place)


def read_phrases(place: Place) -> Reading:
    """称呼 小可爱, 口头禅 慢慢来、不急, 禁用词 亲、宝宝: a few short words, set apart; a sentence is talk."""
    if place.is_alone or not place.is_separated:
        return read_word(place)
    words = place.shadow.cut(place.behind_gap)
    most, longest = PHRASES[place.verb]
    listed = [word for word in BETWEEN_PHRASES.split(words) if word]
    if not 1 <= len(listed) <= most or any(len(word) > longest or not word.isalnum() for word in listed):
        return ATTEMPT
    return Command(place.verb, text=words)


def read_bank(place: Place) -> Reading:
    """问答库, 问答库 4, 问答库 4 删, 问答库 4 改 新的回答 (or 问答库 删 4, 问答库 改 4 新的回答)."""
    text = place.shadow.text
    found = _BANK.match(text, place.at)
    if found is None:
        return read_word(place)
    number = int(found["n"] or found["m"])
    what = found["what"] or found["act"] or ""
    items = (ItemRef(number),)
    if is_end(text, found.end()) and number:
        if what.startswith("改"):
            return Wrong(WrongReason.NO_TEXT, place.verb, f"问答库 {number} 改 新的回答")
        return Command(place.verb, items, argument="删" if what else None)
    if number and what.startswith("改") and (text[found.end()].isspace() or text[found.end()] == ":"):
        return Command(place.verb, items, argument="改", text=place.shadow.cut(found.end() + 1))
    return ATTEMPT


def read_round(place: Place) -> Reading:
    """周榜 and 周榜 历史."""
    word = _WORD.match(place.shadow.text, place.at)
    if word and word[1] == "历史" and is_end(place.shadow.text, word.end()):
        return Command(Verb.ROUND_HISTORY)
    return read_word(place)


def read_grant(place: Place) -> Reading:
    """授权 编辑."""
    return _role(place, "授权 编辑", takes_seat=False)


def read_remove(place: Place) -> Reading:
    """移除 编辑2."""
    return _role(place, "移除 编辑2", takes_seat=True)


def read_join(place: Place) -> Reading:
    """加入 8KQ2MD; anything else is ordinary text, which does not tell that such codes exist."""
    code = JOIN_CODE.match(place.shadow.text, place.at)
    if code and is_end(place.shadow.text, code.end()):
        return Command(place.verb, argument=code[1].upper())
    return ATTEMPT


def read_confirm(place: Place) -> Reading:
    """确认 7K; alone, or with what looks like a code and is none, it is wrong."""
    code = SHORT_CODE.match(place.shadow.text, place.at)
    if code and is_end(place.shadow.text, code.end()):
        return Command(place.verb, argument=code[1].upper())
    other = _NO_CODE.match(place.shadow.text, place.at)
    if place.is_alone or (other and is_end(place.shadow.text, other.end())):
        return Wrong(WrongReason.BAD_CODE, place.verb, "确认 7K")
    return ATTEMPT


def read_register(place: Place) -> Reading:
    """登记 链接 [标题]."""
    original = place.shadow.original
    begin = place.shadow.index[place.behind_gap] if place.behind_gap < len(place.shadow.text) else len(original)
    link = link_at(original, begin)
    if link:
        title = original[link.end() :].strip()
        return Command(place.verb, argument=link[0], text=title or None)
    if place.is_alone or place.is_separated:
        return Wrong(WrongReason.NO_LINK, place.verb, "登记 https://mp.weixin.qq.com/s?__biz=… 标题")
    return ATTEMPT


def read_for_article(place: Place) -> Reading:
    """导入 文章12 …, 留白 文章12 …."""
    text, name = place.shadow.text, place.verb.value
    words = "一条留言" if place.verb is Verb.IMPORT else "裱花嘴角度"
    article = _ARTICLE.match(text, place.at)
    if article is None:
        if place.is_alone or place.is_separated:
            return Wrong(WrongReason.NO_ARTICLE, place.verb, f"{name} 文章12 {words}")
        return ATTEMPT
    number, at = int(article[1]), article.end()
    example = f"{name} 文章{number} {words}"
    if is_end(text, at):
        return Wrong(WrongReason.NO_TEXT, place.verb, example)
    if not (text[at].isspace() or text[at] == ":"):
        return Wrong(WrongReason.NEEDS_SPACE, place.verb, example)
    given = place.shadow.cut(at + 1)
    return Command(place.verb, text=given, article=number) if given else Wrong(WrongReason.NO_TEXT, place.verb, example)


def read_checkup(place: Place) -> Reading:
    """体检 正文."""
    if place.is_alone:
        return Wrong(WrongReason.NO_TEXT, place.verb, "体检 要发的正文")
    return Command(place.verb, text=place.shadow.cut(place.at + 1)) if place.is_separated else ATTEMPT


def read_poll(place: Place) -> Reading:
    """开投票 题目 A:… B:…."""
    if not place.is_alone and not place.is_separated:
        return ATTEMPT
    if place.is_alone or not _OPTIONS.match(place.shadow.text, place.at):
        return Wrong(WrongReason.NO_OPTIONS, place.verb, "开投票 加班算福报吗 A:算 B:不算")
    return Command(place.verb, text=place.shadow.cut(place.at + 1))


def read_close_poll(place: Place) -> Reading:
    """截止 and 截止 6."""
    poll = _POLL.match(place.shadow.text, place.at)
    if poll and is_end(place.shadow.text, poll.end()) and int(poll[1]):
        return Command(place.verb, (ItemRef(int(poll[1])),))
    return read_word(place)


def read_settle(place: Place) -> Reading:
    """了结异议 1 理由: a reason is needed, for it is kept."""
    example = f"{place.verb.value} 1 重新数过，结果一样"
    number = _DISPUTE.match(place.shadow.text, place.at)
    if number is None or not int(number[1]):
        return Wrong(WrongReason.NO_NUMBER, place.verb, example) if place.is_alone or place.is_separated else ATTEMPT
    reason = place.shadow.cut(number.end()).lstrip("：: ")
    if not reason:
        return Wrong(WrongReason.NO_TEXT, place.verb, example)
    return Command(place.verb, (ItemRef(int(number[1])),), text=reason)


def _role(place: Place, example: str, takes_seat: bool) -> Reading:
    role = _ROLE.match(place.shadow.text, place.at)
    if role and is_end(place.shadow.text, role.end()) and (takes_seat or not role[2]):
        return Command(place.verb, argument=role[1] + (role[2] or ""))
    if place.is_alone or place.is_separated:
        return Wrong(WrongReason.BAD_ROLE, place.verb, example)
    return ATTEMPT
