"""Commands with an item number and free text: 改 3 …, 改并发 3 …, 拒绝 5 理由. Free text is cut from the original."""

from __future__ import annotations

import re

from handlers.chat.commands import Command, ItemRef, Suggestion, Wrong, WrongReason, spell
from handlers.chat.item_commands import numbers_behind, pin_behind, read_spared, wrong_numbers
from handlers.chat.numbers import Numbers, is_joined, read_numbers
from handlers.chat.place import ATTEMPT, Place, Reading, is_end
from handlers.chat.verbs import Verb
from handlers.chat.words import ASKS_FOR_NUMBER, EVERYDAY_REJECTS, MEASURES

YOUR_WORDS = "你的话"

ALIKE = ("重复", "一样", "雷同", "差不多", "相同", "类似")
"""拒绝 3 和 5 重复 may mean that 5 stays: asked about."""

_NUMBER = re.compile(r"(?:第[ \t]*(?P<th>[0-9]{1,3})[ \t]*[号条]?|#?(?P<plain>[0-9]{1,3})[号条]?)(?![0-9])")
_TIME = re.compile(r":[0-9]{2}(?![0-9])")
_LETTER = re.compile(r"[a-c](?![a-z0-9])")
_VARIANTS = {letter: letter.upper() for letter in "abc"} | dict(zip("ABCＡＢＣａｂｃ", "ABCABCABC", strict=True))


def read_edit(place: Place) -> Reading:
    """改 3 文本: exactly one number, then a space, colon or line break, then everything to the end of the message."""
    text = place.shadow.text
    item = _item(place)
    if item is None:
        return ATTEMPT
    number, at = item
    name = place.verb.value
    if number == 0:
        return Wrong(WrongReason.BAD_NUMBER, place.verb, f"{name} 3 {YOUR_WORDS}")
    if at < len(text) and (text[at].isspace() or text[at] == ":"):
        return _edited(place, number, at)
    if is_end(text, at):
        return Wrong(WrongReason.NO_TEXT, place.verb, f"{name} {number} {YOUR_WORDS}")
    letter = _LETTER.match(text, at)
    if letter and is_end(text, letter.end()):
        return Command(place.verb, (ItemRef(number, letter[0].upper()),))
    return _without_space(place, number, at)


def read_reject(place: Place) -> Reading:
    """拒绝 5 理由: numbers, then perhaps a space, colon or line break and the reason."""
    text = place.shadow.text
    if place.is_alone:
        missing = Wrong(WrongReason.NO_NUMBER, place.verb, f"{place.verb.value} 5")
        return missing if place.word in ASKS_FOR_NUMBER else ATTEMPT
    numbers = numbers_behind(place)
    if numbers is None:
        return ATTEMPT
    pin = pin_behind(place.shadow, numbers)
    if pin and is_end(text, numbers.end + len(pin) + 1):
        return Command(place.verb, (ItemRef(numbers.items[0].number, pin=pin),))
    if is_end(text, numbers.end):
        return wrong_numbers(place, numbers) or _asked_if_count(place, numbers)
    return _with_reason(place, numbers)


def _item(place: Place) -> tuple[int, int] | None:
    """The one number behind the head of 改 and the place behind it."""
    match = _NUMBER.match(place.shadow.text, place.behind_gap)
    if match:
        return int(match["th"] or match["plain"]), match.end()
    numbers = read_numbers(place.shadow.text, place.behind_gap, chinese=len(place.word) > 1)
    if numbers is None or len(numbers.items) > 1 or numbers.wrong:
        return None
    return numbers.items[0].number, numbers.end


def _edited(place: Place, number: int, at: int) -> Reading:
    shadow = place.shadow
    words = shadow.cut(at + 1)
    if words in _VARIANTS:
        return Command(place.verb, (ItemRef(number, _VARIANTS[words]),))
    if not words:
        return Wrong(WrongReason.NO_TEXT, place.verb, f"{place.verb.value} {number} {YOUR_WORDS}")
    command = Command(place.verb, (ItemRef(number),), text=words)
    is_time = _TIME.match(shadow.text, at) is not None and number <= 24
    is_measure = place.word in ("修改", "改成", "改为") and (words[0] in MEASURES or words[0] in "号日时")
    if is_time or is_measure:
        return Suggestion(command, place.typed(len(shadow.text)), spell(command))
    return command


def _without_space(place: Place, number: int, at: int) -> Reading:
    """Words right behind the number: 改3次了还不行 is talk, 改3个地方 and the like are asked about."""
    text = place.shadow.text
    more = read_numbers(text, place.behind_gap, chinese=False)
    if more and len(more.items) > 1:
        if is_joined(text, more.end):
            return ATTEMPT
        return Wrong(WrongReason.ONE_NUMBER, place.verb, f"{place.verb.value} {number} {YOUR_WORDS}")
    is_sign = is_joined(text, at) and not text[at].isalnum()
    if text[at] != "个" and (text[at] in MEASURES or is_sign):
        return ATTEMPT
    words = place.shadow.cut(at)
    command = Command(place.verb, (ItemRef(number),), text=words)
    return Wrong(WrongReason.NEEDS_SPACE, place.verb, spell(command), command)


def _with_reason(place: Place, numbers: Numbers) -> Reading:
    text, at = place.shadow.text, numbers.end
    is_everyday = place.word in EVERYDAY_REJECTS
    if is_joined(text, at) and (text[at] in MEASURES or is_everyday or not text[at].isalnum()):
        return ATTEMPT
    if numbers.wrong:
        return wrong_numbers(place, numbers) or ATTEMPT
    if spared := read_spared(place, numbers):
        return spared
    is_apart = text[at].isspace() or text[at] == ":"
    words = place.shadow.cut(at + 1 if is_apart else at)
    command = Command(place.verb, numbers.items, text=words)
    if not is_apart:
        return Wrong(WrongReason.NEEDS_SPACE, place.verb, spell(command), command)
    is_measure = words[0] in MEASURES and (is_everyday or not words.startswith(("人身", "个人")))
    is_other = len(numbers.items) > 1 and words.startswith(ALIKE)
    return Suggestion(command, place.typed(len(text)), spell(command)) if is_measure or is_other else command


def _asked_if_count(place: Place, numbers: Numbers) -> Reading:
    command = Command(Verb.REJECT, numbers.items)
    if numbers.counts and place.word in EVERYDAY_REJECTS:
        return Suggestion(command, place.typed(numbers.end), spell(command))
    return command
