"""Numbers in chat: 3, ３, 第3条, 三号, 3B, and lists and ranges of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.chat.commands import HIGHEST_NUMBER, LONGEST_RANGE, ItemRef, WrongReason

_CHINESE = "零〇一二两三四五六七八九十百"
_ITEM = re.compile(
    r"#?(?P<th>第[ \t]*)?(?P<digits>[0-9]{1,3})(?![0-9]|\.[0-9]|:[0-9]{2}(?![0-9]))"
    r"(?P<counter>(?(th)[ \t]*)[号条])?"
    r"(?:(?P<variant>[a-c])稿?(?![a-z0-9]))?"
)
_DIGITS = {char: value for value, char in enumerate("一二三四五六七八九", start=1)} | {"两": 2}
_CHINESE_NUMERAL = re.compile(
    r"(?:([一二两三四五六七八九])百)?([零〇])?(?:([一二三四五六七八九])?(十))?([一二两三四五六七八九])?"
)
_CHINESE_ITEM = re.compile(f"(?:第(?P<a>[{_CHINESE}]+)[号条]|(?P<b>[{_CHINESE}]+)号)")
_CHINESE_WHOLE = re.compile(f"第?([{_CHINESE}]+)")
_TO = re.compile(r"[ \t]*[-到至][ \t]*")
_AND = re.compile(r"\s*[,和]\s*|\s+")


@dataclass(frozen=True)
class Numbers:
    """Items read from a place of a shadow copy.

    `end` is the place behind them. `wrong` says what is wrong with them (then `items` are what was typed, unexpanded).
    `counts` is True when a number reads like a count (3条 without 第).
    """

    items: tuple[ItemRef, ...]
    end: int
    wrong: WrongReason | None = None
    counts: bool = False


@dataclass(frozen=True)
class _Part:
    start: int
    end: int
    first: int
    last: int
    variant: str | None
    counts: bool


def chinese_value(word: str) -> int | None:
    """The value of a Chinese numeral below 1,000 (三, 十二, 两百零五), None if it is none."""
    match = _CHINESE_NUMERAL.fullmatch(word)
    if not word or not match:
        return None
    hundreds, gap, tens, ten, ones = match.groups()
    is_read_with_gap = bool(hundreds and ones and not ten)
    if bool(gap) != is_read_with_gap:
        return None
    value = 100 * _DIGITS.get(hundreds, 0) + _DIGITS.get(ones, 0)
    return value + 10 * _DIGITS.get(tens, 1) if ten else value


def read_numbers(text: str, start: int, chinese: bool, before_word: bool = False) -> Numbers | None:
    """The item numbers at `start` of a shadow copy, None if there is none.

    `chinese`: 三号 and 第三条 count as well. `before_word`: a word may follow the last of several numbers (3、5通过);
    else such a number belongs to the word (3 5个人 is one number).
    """
    parts: list[_Part] = []
    place = start
    while True:
        part = _part(text, place, chinese)
        if part is None:
            break
        parts.append(part)
        joint = _AND.match(text, part.end)
        if joint is None:
            break
        place = joint.end()
    while not before_word and len(parts) > 1 and is_joined(text, parts[-1].end):
        parts.pop()
    if not parts:
        return None
    return _expanded(parts)


def whole_chinese_number(text: str) -> int | None:
    """The value if the text is nothing but a Chinese numeral, perhaps with 第."""
    match = _CHINESE_WHOLE.fullmatch(text)
    return chinese_value(match[1]) if match else None


def is_joined(text: str, place: int) -> bool:
    """True when what stands at `place` belongs to the word or number before it."""
    return place < len(text) and (text[place].isalnum() or text[place] in "%‰°/+*=-_")


def _part(text: str, place: int, chinese: bool) -> _Part | None:
    first = _one(text, place, chinese)
    if first is None or first.variant:
        return first
    to = _TO.match(text, first.end)
    last = _one(text, to.end(), chinese) if to else None
    if last is None or last.variant:
        return first
    return _Part(place, last.end, first.first, last.last, None, first.counts or last.counts)


def _one(text: str, place: int, chinese: bool) -> _Part | None:
    match = _ITEM.match(text, place)
    if match:
        value = int(match["digits"])
        counts = not match["th"] and match["counter"] == "条"
        variant = match["variant"].upper() if match["variant"] else None
        return _Part(place, match.end(), value, value, variant, counts)
    match = _CHINESE_ITEM.match(text, place) if chinese else None
    number = chinese_value(match["a"] or match["b"]) if match else None
    if match is None or number is None:
        return None
    return _Part(place, match.end(), number, number, None, False)


def _expanded(parts: list[_Part]) -> Numbers:
    end, counts = parts[-1].end, any(part.counts for part in parts)
    typed = tuple(ItemRef(part.first, part.variant) for part in parts)
    items: dict[int, ItemRef] = {}
    for part in parts:
        if not 1 <= part.first <= HIGHEST_NUMBER or not 1 <= part.last <= HIGHEST_NUMBER:
            return Numbers(typed, end, WrongReason.BAD_NUMBER, counts)
        if part.last < part.first:
            return Numbers(typed, end, WrongReason.RANGE_ORDER, counts)
        if part.last - part.first >= LONGEST_RANGE:
            return Numbers(typed, end, WrongReason.RANGE_LONG, counts)
        for number in range(part.first, part.last + 1):
            item = ItemRef(number, part.variant)
            if items.setdefault(number, item) != item:
                return Numbers(typed, end, WrongReason.TWO_VARIANTS, counts)
    return Numbers(tuple(items.values()), end, None, counts)
