"""Saying no with the word for yes: 不通过 3, 先别发 3, 3不同意. What is denied is never offered, its refusal is."""

from __future__ import annotations

import re

from handlers.chat.commands import Command, ItemRef, Suggestion, Wrong, WrongReason, spell
from handlers.chat.item_commands import numbers_behind, wrong_numbers
from handlers.chat.numbers import Numbers, read_numbers
from handlers.chat.place import Place, Reading, is_end
from handlers.chat.shadow import Shadow
from handlers.chat.verbs import LOOKING, Verb
from handlers.chat.words import HEADS, MEASURES, NEGATIONS, TRADITIONAL

_NOT = re.compile(
    rf"[先暂请都就也还千万我]{{0,3}}(?:[{NEGATIONS}]|禁止)(?P<wish>[先要想用能可以必该应会再让给得是 \t]{{0,3}})"
)
_PARTICLE = re.compile(r"[ \t]*[吧哈啦呀啊哦噢哟了]*")
_BETWEEN = re.compile(r"[\s,:]*")

_LETS_OUT = frozenset({Verb.APPROVE, Verb.APPROVE_AND_ELECT, Verb.EDIT_AND_SEND})

_DENIABLE: tuple[tuple[str, Verb], ...] = tuple(
    sorted(
        [
            *((word, verb) for verb, words in HEADS.items() if verb not in LOOKING for word in words),
            ("回复", Verb.APPROVE),
            ("回", Verb.APPROVE),
            ("发出", Verb.APPROVE),
        ],
        key=lambda pair: -len(pair[0]),
    )
)
"""Words that execute something, longest first: to answer is to let out as well."""


def read_denial(copy: Shadow, begin: int) -> Reading | None:
    """不通过 3, 3不通过: the refusal of the item, offered; None if nothing is denied. Never a Command."""
    folded = Shadow(copy.original, copy.text.translate(TRADITIONAL), copy.index)
    return _before(folded, begin) or _behind(folded, begin)


def is_denied(words: str) -> bool:
    """True when a word says no: it can mean no word that does not."""
    return any(char in NEGATIONS for char in words)


def _before(copy: Shadow, begin: int) -> Reading | None:
    """不通过 3, 先不发 3、5, 别回 3 广告."""
    text = copy.text
    denied = _NOT.match(text, begin)
    if denied is None:
        return None
    for word, verb in _DENIABLE:
        if not text.startswith(word, denied.end()):
            continue
        place = Place(copy, word, verb, begin, denied.end() + len(word))
        if place.is_alone:
            return Wrong(WrongReason.NO_NUMBER, Verb.REJECT, "拒绝 3") if word == "通过" else None
        numbers = numbers_behind(place)
        if numbers is None:
            continue
        return _refusal(place, numbers)
    return None


def _behind(copy: Shadow, begin: int) -> Reading | None:
    """3不通过, 第三条先别发, 3不要."""
    text = copy.text
    numbers = read_numbers(text, begin, chinese=True, before_word=True)
    if numbers is None or numbers.wrong:
        return None
    between = _BETWEEN.match(text, numbers.end)
    denied = _NOT.match(text, between.end() if between else numbers.end)
    if denied is None:
        return None
    if "要" in denied["wish"] and _ends(text, denied.end()):
        return _offered(copy, Verb.APPROVE, numbers)
    for word, verb in _DENIABLE:
        if text.startswith(word, denied.end()) and _ends(text, denied.end() + len(word)):
            return _offered(copy, verb, numbers)
    return None


def _refusal(place: Place, numbers: Numbers) -> Reading | None:
    """What stands behind the numbers: the end, or the reason."""
    text = place.shadow.text
    if numbers.wrong:
        refused = Place(place.shadow, place.word, Verb.REJECT, place.begin, place.at)
        return wrong_numbers(refused, numbers) if is_end(text, numbers.end) else None
    if _ends(text, numbers.end):
        return _offered(place.shadow, place.verb, numbers)
    is_apart = text[numbers.end].isspace() or text[numbers.end] in ",:"
    reason = place.shadow.cut(numbers.end + 1)
    if len(place.word) < 2 or place.verb not in _LETS_OUT or not is_apart or not reason or reason[0] in MEASURES:
        return None
    return _offered(place.shadow, place.verb, numbers, reason)


def _offered(copy: Shadow, verb: Verb, numbers: Numbers, reason: str | None = None) -> Suggestion:
    """拒绝 N for what should not go out; of anything else that is denied the item is shown."""
    items = tuple(dict.fromkeys(ItemRef(item.number) for item in numbers.items))
    command = Command(Verb.REJECT if verb in _LETS_OUT else Verb.SHOW, items, text=reason)
    return Suggestion(command, copy.original.strip(), spell(command))


def _ends(text: str, at: int) -> bool:
    particle = _PARTICLE.match(text, at)
    return is_end(text, particle.end() if particle else at)
