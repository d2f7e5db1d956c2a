"""Commands with item numbers: 通过 3-6、9, 换 3, 查 3, 全部通过 除了 5, 3号过."""

from __future__ import annotations

import re

from handlers.chat.commands import Command, ItemRef, Suggestion, Unclear, Wrong, WrongReason, spell
from handlers.chat.numbers import Numbers, is_joined, read_numbers, whole_chinese_number
from handlers.chat.place import ATTEMPT, Place, Reading, is_end
from handlers.chat.shadow import Shadow
from handlers.chat.verbs import LOOKING, Verb
from handlers.chat.words import ASKS_FOR_NUMBER, BARE_MEANS_SOMETHING, SUFFIXES

HAS_VARIANTS = frozenset({Verb.APPROVE, Verb.APPROVE_AND_ELECT, Verb.SWAP, Verb.SHOW})

_PIN = re.compile(r"\.([a-z][a-z0-9]{1,3})(?![a-z0-9])")
_PARTICLE = re.compile(r"[吧哈啦呀啊哦噢哟]+")
_MARKS = re.compile(r"[\s,.:!?]*")
_LETTER = re.compile(r"\s*([a-z])稿?(?![a-z0-9])")
_TOO_LONG = re.compile(r"#?第?[0-9]{4,}[号条]?")
_SUFFIX = re.compile("|".join(sorted(SUFFIXES, key=len, reverse=True)))
_ALL = re.compile(r"(?:全部[ \t]*通过|通过[ \t]*全部)[\s,:]*")
_BUT = re.compile(r"除了?[\s:]*")
_SPARES = re.compile(
    r"(?P<alone>(?:除外|例外|不算)[\s.!?]*$)|(?P<but>除了?|不含|不包括)[\s:]*|但是?|别|"
    r"#?第?[0-9]{1,3}[号条]?[ \t]*(?:除外|例外|不算)"
)
_NUMBERS = re.compile(r"(?<![0-9])[0-9]{1,3}(?![0-9])")
_OUTSIDE = re.compile(r"\s*以?外?")
_REST = re.compile(r"[\s,]*(?:其余|其他|其它|剩下的?)?(?:都|全部|全)?[ \t]*通过")


def read_items(place: Place) -> Reading:
    """A verb with item numbers and nothing behind them."""
    text = place.shadow.text
    if place.is_alone:
        return _without_number(place)
    numbers = numbers_behind(place)
    if numbers is None:
        too_long = _TOO_LONG.match(text, place.behind_gap)
        if too_long and is_end(text, too_long.end()) and len(place.word) > 1 and place.verb not in LOOKING:
            return Wrong(WrongReason.BAD_NUMBER, place.verb, f"{place.verb.value} 3")
        return ATTEMPT
    pin = pin_behind(place.shadow, numbers)
    if pin and is_end(text, numbers.end + len(pin) + 1):
        return Command(place.verb, (ItemRef(numbers.items[0].number, pin=pin),))
    if is_end(text, numbers.end):
        return wrong_numbers(place, numbers) or _counted(place, numbers, Command(place.verb, numbers.items))
    return _with_tail(place, numbers)


def numbers_behind(place: Place) -> Numbers | None:
    """The numbers behind a head. Chinese numerals count behind heads of two and more characters only."""
    text = place.shadow.text
    is_long = len(place.word) > 1
    numbers = read_numbers(text, place.behind_gap, chinese=is_long)
    return _whole(text, place.behind_gap) if numbers is None and is_long else numbers


def pin_behind(shadow: Shadow, numbers: Numbers) -> str | None:
    """The version pin behind the only number (`通过3.k7`), None if there is none. Its dot was typed as a dot."""
    match = _PIN.match(shadow.text, numbers.end)
    if match is None or len(numbers.items) > 1 or numbers.items[0].variant or numbers.wrong:
        return None
    return match[1] if shadow.original[shadow.index[numbers.end]] == "." else None


def read_spared(place: Place, numbers: Numbers) -> Suggestion | Wrong | None:
    """通过 3-6 除了 5: the others are offered, never done with the one that was to be spared; None for other words."""
    words = _MARKS.sub("", place.shadow.text[numbers.end :], count=1)
    marked = _SPARES.match(words)
    if marked is None:
        return None
    listed = read_numbers(words, marked.end(), chinese=True, before_word=True) if marked["but"] else None
    named = {item.number for item in listed.items} if listed else {int(n) for n in _NUMBERS.findall(words)}
    left = tuple(item for item in numbers.items if item.number not in named)
    if left and len(left) < len(numbers.items):
        command = Command(place.verb, left)
        return Suggestion(command, place.typed(len(place.shadow.text)), spell(command))
    is_clear = marked["alone"] or (marked["but"] and named)
    return Wrong(WrongReason.TRAILING_WORDS, place.verb, f"{place.verb.value} 3、4") if is_clear else None


def wrong_numbers(place: Place, numbers: Numbers) -> Wrong | None:
    """What is wrong with the numbers themselves, with the right spelling."""
    if numbers.wrong is None:
        return None
    name = place.verb.value
    examples = {
        WrongReason.BAD_NUMBER: f"{name} 3",
        WrongReason.RANGE_ORDER: f"{name} 3-6",
        WrongReason.RANGE_LONG: f"{name} 3-6",
        WrongReason.TWO_VARIANTS: spell(Command(place.verb, numbers.items[:1])),
    }
    return Wrong(numbers.wrong, place.verb, examples[numbers.wrong])


def read_all(shadow: Shadow, begin: int) -> Reading | None:
    """全部通过 [除了 5], 通过全部 …, 除了 5 其余通过; None if the message is none of these."""
    text = shadow.text
    head = _ALL.match(text, begin)
    if head and is_end(text, head.end()):
        return Command(Verb.APPROVE_ALL, all_items=True)
    but = _BUT.match(text, head.end() if head else begin)
    spared = _spared(text, but.end(), is_last=head is not None) if but else None
    if spared is None:
        return ATTEMPT if head else None
    outside = _OUTSIDE.match(text, spared.end)
    rest = outside if head else _REST.match(text, outside.end() if outside else spared.end)
    if rest is None or not is_end(text, rest.end()):
        return ATTEMPT if head else None
    if spared.wrong:
        return Wrong(spared.wrong, Verb.APPROVE_ALL, "全部通过 除了 5")
    return Command(Verb.APPROVE_ALL, all_items=True, except_items=spared.items)


def read_suffix(shadow: Shadow, begin: int) -> Reading | None:
    """Exactly a number and a verb: 3号过, 第三条通过, 3B通过; or a number alone, which shows the item. Else None.

    Several numbers before a verb are only suggested.
    """
    text = shadow.text
    numbers = read_numbers(text, begin, chinese=True, before_word=True)
    if numbers is None or numbers.wrong:
        return None
    is_one = len(numbers.items) == 1
    if is_end(text, numbers.end):
        is_number = is_one and not numbers.counts and numbers.items[0].variant is None
        return Command(Verb.SHOW, numbers.items) if is_number else None
    at = numbers.end
    while at < len(text) and text[at] in " \t":
        at += 1
    word = _SUFFIX.match(text, at)
    if word is None or not is_end(text, word.end()):
        return None
    command = Command(SUFFIXES[word[0]], numbers.items)
    return command if is_one else Suggestion(command, shadow.original.strip(), spell(command))


def _spared(text: str, at: int, is_last: bool) -> Numbers | None:
    numbers = read_numbers(text, at, chinese=True, before_word=not is_last)
    return _whole(text, at) if numbers is None and is_last else numbers


def _whole(text: str, at: int) -> Numbers | None:
    """A Chinese numeral that is all that remains of the message (通过三)."""
    value = whole_chinese_number(text[at:].rstrip(" \t\r\n.!?"))
    return Numbers((ItemRef(value),), len(text)) if value else None


def _without_number(place: Place) -> Reading:
    if place.word in BARE_MEANS_SOMETHING:
        return Command(place.verb)
    if place.word in ASKS_FOR_NUMBER:
        name = "恢复" if place.verb is Verb.REVIVE else place.verb.value
        return Wrong(WrongReason.NO_NUMBER, place.verb, f"{name} 3")
    return ATTEMPT


def _counted(place: Place, numbers: Numbers, command: Command) -> Reading:
    """发3条 is how people say that they post three: behind a short head that executes, ask."""
    if numbers.counts and len(place.word) == 1 and place.verb not in LOOKING:
        return Suggestion(command, place.typed(numbers.end), spell(command))
    return command


def _with_tail(place: Place, numbers: Numbers) -> Reading:
    """Something stands behind the numbers: a lone letter, a particle, or words that do not belong to this command."""
    text, command = place.shadow.text, Command(place.verb, numbers.items)
    one = len(numbers.items) == 1 and numbers.items[0].variant is None
    letter = _LETTER.match(text, numbers.end)
    if letter and one and is_end(text, letter.end()) and place.verb in HAS_VARIANTS:
        return _with_variant(place, numbers, letter[1].upper())
    if is_joined(text, numbers.end):
        particle = _PARTICLE.match(text, numbers.end)
        if particle and is_end(text, particle.end()) and place.verb not in LOOKING and not numbers.wrong:
            return Suggestion(command, place.typed(particle.end()), spell(command))
        return ATTEMPT
    if place.verb in LOOKING:
        return ATTEMPT
    if numbers.wrong:
        return wrong_numbers(place, numbers) or ATTEMPT
    if spared := read_spared(place, numbers):
        return spared
    tail = _MARKS.match(text, numbers.end)
    words = place.shadow.cut(tail.end() if tail else numbers.end)
    says_something = any(char.isalnum() for char in words)
    if place.verb is Verb.APPROVE and len(numbers.items) == 1 and says_something:
        return Unclear(command, words)
    return Wrong(WrongReason.TRAILING_WORDS, place.verb, spell(command), command)


def _with_variant(place: Place, numbers: Numbers, letter: str) -> Reading:
    if numbers.wrong:
        return wrong_numbers(place, numbers) or ATTEMPT
    number = numbers.items[0].number
    if letter not in "ABC":
        if len(place.word) == 1 or place.verb in LOOKING:
            return ATTEMPT
        return Wrong(WrongReason.NO_SUCH_VARIANT, place.verb, f"{place.verb.value} {number}B")
    return Command(place.verb, (ItemRef(number, letter),))
