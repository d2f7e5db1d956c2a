"""How a recognised head is written, where what stands behind it is missing or wrong. Nothing here can be done."""

from __future__ import annotations

import re

from handlers.chat.commands import Command, ItemRef, Wrong, WrongReason, spell
from handlers.chat.numbers import chinese_value
from handlers.chat.place import Place
from handlers.chat.plain_commands import link_at
from handlers.chat.shadow import Shadow
from handlers.chat.verbs import Verb
from handlers.chat.words import HEADS_BY_FIRST, TAKES_ITEMS, TONES

_NAMES_ITEMS = TAKES_ITEMS | {Verb.REJECT, Verb.EDIT, Verb.EDIT_AND_SEND}
_UNTOLD = frozenset({Verb.JOIN, Verb.CONFIRM})
"""A code that is not open is ordinary text; codes to confirm are answered by whoever asked for one."""

_LONGEST = 8
"""Characters behind a head and a space: more is talk."""

_TALK = re.compile(r"[\n,.!?]")
_CHINESE = "[一二两三四五六七八九十百零〇]+"
_CHINESE_LIST = re.compile(rf"第?{_CHINESE}[号条]?(?:[\s,和]+第?{_CHINESE}[号条]?)*")

EXAMPLES: dict[Verb, str] = {
    Verb.EDIT: "改 3 你的话",
    Verb.EDIT_AND_SEND: "改并发 3 你的话",
    Verb.REJECT: "拒绝 5",
    Verb.REVIVE: "恢复 3",
    Verb.APPROVE_ALL: "全部通过 除了 5",
    Verb.TONE: "语气 亲切（或 专业、俏皮）",
    Verb.SALUTATION: "称呼 朋友们",
    Verb.PET_PHRASES: "口头禅 慢慢来",
    Verb.BANNED_WORDS: "禁用词 亲、宝宝",
    Verb.BANK: "问答库 4",
    Verb.STANDING: "常发 模板7",
    Verb.STANDING_OFF: "取消常发 7",
    Verb.GRANT: "授权 编辑",
    Verb.REMOVE: "移除 编辑2",
    Verb.REGISTER: "登记 文章长链接",
    Verb.IMPORT: "导入 文章12 一条留言",
    Verb.GAP: "留白 文章12 裱花嘴角度",
    Verb.CHECKUP: "体检 要发的正文",
    Verb.OPEN_POLL: "开投票 加班算福报吗 A:算 B:不算",
    Verb.CLOSE_POLL: "截止 6",
    Verb.DATA: "数据 本周",
    Verb.WEEKLY: "周报 上周",
    Verb.DAILY: "日报 昨天",
    Verb.ROUND: "周榜 历史",
    Verb.SETTLE: "了结异议 1 重新数过，结果一样",
    Verb.CONFIRM: "确认 7K",
    Verb.JOIN: "加入 8KQ2MD",
}


def example_of(verb: Verb) -> str:
    """One spelling of a command that can be typed as it stands."""
    return EXAMPLES.get(verb) or (f"{verb.value} 3" if verb in _NAMES_ITEMS else verb.value)


def teach(copy: Shadow, begin: int) -> Wrong | None:
    """What is wrong with a message that begins with a head and is no command; None for ordinary talk."""
    link = link_at(copy.original, copy.index[begin])
    if link and "mp.weixin.qq.com/" in link[0]:
        title = copy.original[link.end() :].strip()
        meant = Command(Verb.REGISTER, argument=link[0], text=title or None)
        return Wrong(WrongReason.BARE_LINK, Verb.REGISTER, spell(meant), meant)
    for head in HEADS_BY_FIRST.get(copy.text[begin], ()):
        match = head.pattern.match(copy.text, begin)
        if match is None or head.verb in _UNTOLD:
            continue
        wrong = _teach(Place(copy, head.word, head.verb, begin, match.end()))
        if wrong is not None:
            return wrong
    return None


def _teach(place: Place) -> Wrong | None:
    verb = place.verb
    if place.is_alone:
        return Wrong(WrongReason.NO_NUMBER, verb, example_of(verb)) if verb in _NAMES_ITEMS else None
    words = place.shadow.text[place.behind_gap :].strip(" \t\r\n.!?")
    is_long = len(place.word) > 1
    if verb in TAKES_ITEMS and (is_long or place.is_separated) and (items := _in_characters(words)):
        meant = Command(verb, items)
        return Wrong(WrongReason.NOT_IN_DIGITS, verb, spell(meant), meant)
    if verb is Verb.TONE and words in TONES:
        meant = Command(verb, argument=words)
        return Wrong(WrongReason.NEEDS_SPACE, verb, spell(meant), meant)
    if not is_long or not place.is_separated or not words or len(words) > _LONGEST or _TALK.search(words):
        return None
    if verb in _NAMES_ITEMS and not any(char.isdigit() for char in words):
        return Wrong(WrongReason.NO_NUMBER, verb, example_of(verb))
    is_word = example_of(verb) == verb.value
    return Wrong(WrongReason.TRAILING_WORDS if is_word else WrongReason.BAD_WORDS, verb, example_of(verb))


def _in_characters(words: str) -> tuple[ItemRef, ...]:
    """The items of 三、四: a list of Chinese numerals, and nothing else."""
    if not _CHINESE_LIST.fullmatch(words):
        return ()
    values = [chinese_value(word) for word in re.findall(_CHINESE, words)]
    return tuple(ItemRef(value) for value in dict.fromkeys(values) if value) if all(values) else ()
