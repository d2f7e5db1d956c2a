"""Near misses: what may have been meant by a message that is no command. A suggestion is never executed by itself."""

from __future__ import annotations

import re
from collections.abc import Callable

from rapidfuzz.distance import OSA

from handlers.chat.commands import Command, Ordinary, Suggestion, spell
from handlers.chat.negations import is_denied
from handlers.chat.place import Reading
from handlers.chat.shadow import Shadow
from handlers.chat.verbs import Verb
from handlers.chat.words import HEADS, HEADS_BY_FIRST, SLIPS, SUFFIXES, TAKES_ITEMS, TRADITIONAL

_NEAR = re.compile(r"([^\s\d第#,.:!?]{2,5})[ \t]*((?:第[ \t]*|#)?[0-9][^\n]*)?[\s.!?]*")
_EDIT_SLIP = re.compile(r"该\s*(?=(?:第\s*)?[0-9]{1,3}[号条]?(?:[\s:]|\Z))")
_SUFFIX_SLIP = re.compile(r"第?[0-9]{1,3}[号条]?[ \t]*([^\s\d]{2})[\s.!?]*\Z")
_LONGEST = 24
_REFUSES = "拒驳禁"

_NEVER_MEANT = frozenset({"怎么用", "语气", "称呼", "口头禅", "常发"})
"""怎么了, 怎么办, 语音, 招呼, 常常 are what people say."""

_LONG_HEADS = [
    (word, verb)
    for verb, words in HEADS.items()
    for word in words
    if len(word) > 1 and not word.isascii() and word not in _NEVER_MEANT
]
"""Heads that a near miss may have meant."""

_WITH_ITEMS = [(word, verb) for word, verb in _LONG_HEADS if verb in TAKES_ITEMS or verb is Verb.REJECT]
_WITH_ITEMS.append(("恢复", Verb.REVIVE))


def suggest(copy: Shadow, begin: int, read: Callable[[str], Reading]) -> Reading | None:
    """What may have been meant, None if nothing is near enough; never a Command. `read` reads a mended message."""
    return _listed_slip(copy, begin, read) or _traditional(copy, begin, read) or _near_head(copy, begin, read)


def _listed_slip(copy: Shadow, begin: int, read: Callable[[str], Reading]) -> Reading | None:
    """Slips of the keyboard that are listed: 通国3, 3号同过, 该3 新的文字."""
    text = copy.text
    if text[begin : begin + 2] in SLIPS:
        return _mended(copy, begin, begin + 2, SLIPS[text[begin : begin + 2]], read)
    if _EDIT_SLIP.match(text, begin):
        return _mended(copy, begin, begin + 1, "改", read)
    suffix = _SUFFIX_SLIP.match(text, begin)
    if suffix and SLIPS.get(suffix[1]) in SUFFIXES:
        return _mended(copy, suffix.start(1), suffix.end(1), SLIPS[suffix[1]], read)
    return None


def _traditional(copy: Shadow, begin: int, read: Callable[[str], Reading]) -> Reading | None:
    """A command in traditional characters; free text behind it stays as it was typed."""
    folded = copy.text.translate(TRADITIONAL)
    if folded == copy.text:
        return None
    reading = read(copy.original.translate(TRADITIONAL))
    if isinstance(reading, Command) and reading.text is None:
        return Suggestion(reading, copy.original.strip(), spell(reading))
    for head in HEADS_BY_FIRST.get(folded[begin], ()):
        match = head.pattern.match(folded, begin)
        mended = _mended(copy, begin, match.end(), head.word, read) if match else None
        if mended is not None:
            return mended
    return None


def _near_head(copy: Shadow, begin: int, read: Callable[[str], Reading]) -> Reading | None:
    """One character away from one verb's head, when nothing but numbers or the end follows."""
    if len(copy.text) - begin > _LONGEST:
        return None
    near = _NEAR.fullmatch(copy.text, begin)
    if near is None:
        return None
    heads = _WITH_ITEMS if near[2] else _LONG_HEADS
    close = [
        (word, verb)
        for word, verb in heads
        if OSA.distance(near[1], word, score_cutoff=1) == 1 and _says_the_same(near[1], word)
    ]
    if len({verb for _, verb in close}) != 1:
        return None
    found = _mended(copy, near.start(1), near.end(1), close[0][0], read)
    return found if isinstance(found, Suggestion) and found.command.text is None else None


def _says_the_same(typed: str, word: str) -> bool:
    """False when one of the two says no and the other does not (不通过 and 通过, 要发 and 不发)."""
    refuses = any(char in _REFUSES for char in typed) and not any(char in _REFUSES for char in word)
    return is_denied(typed) == is_denied(word) and not refuses


def _mended(copy: Shadow, start: int, end: int, word: str, read: Callable[[str], Reading]) -> Reading | None:
    """The message with `word` put right: what would be done is suggested, what would be asked is asked."""
    first, last = copy.index[start], copy.index[end - 1] + 1
    reading = read(copy.original[:first] + word + copy.original[last:])
    if isinstance(reading, Command):
        return Suggestion(reading, copy.original[first:last], spell(reading))
    return None if isinstance(reading, Ordinary) else reading
