"""Normalised and shadow copies of a text, clauses, 3-grams: the plain string work shared by all of replies/."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
BRACKET_EMOTICON = re.compile(r"\[[^\[\]\s]{1,8}\]|\([^()\s]{1,3}_[^()\s]{1,3}\)")
EMOJI = re.compile("[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\u3030\u303d\U0001f000-\U0001faff\ue000-\uf8ff]")
MENTION = re.compile(r"@[^\s@,，。:：!！?？]{0,20}")
CLAUSE_END = re.compile(r"[,，。.!！?？;；~～…\n\r\t]+|—{1,}|(?<![a-zA-Z0-9])\s+|\s+(?![a-zA-Z0-9])")
REPEATED = re.compile(r"([^\d]{1,4}?)\1{3,}", re.DOTALL)
SENTENCE_END = re.compile(r"(?<=[。！？!?;；\n])")


class Clause(Struct, frozen=True):
    """A clause of a comment: its words, the mark that ended it, and its place."""

    text: str
    end: str
    index: int


def visible(text: str) -> str:
    """The text without zero-width, bidi and control characters; line breaks stay."""
    text = INVISIBLE.sub("", text)
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Cn"))


def normal(text: str, to_simple: dict[int, str] | None = None) -> str:
    """The text as the rules read it: NFKC, lower case, invisible characters dropped, runs of space made one.

    `to_simple` maps traditional characters to simplified ones (see words.Lists.simple).
    """
    text = unicodedata.normalize("NFKC", visible(text)).lower()
    if to_simple:
        text = text.translate(to_simple)
    return re.sub(r"[ \t\u3000]+", " ", text).strip()


def squeezed(text: str) -> str:
    """The text with anything of up to four characters said over and over cut to once (顶顶顶顶 → 顶); digits stay."""
    return REPEATED.sub(r"\1", text)


def plain(text: str) -> str:
    """The words alone: without @names, bracket emoticons and emoji."""
    return EMOJI.sub(" ", BRACKET_EMOTICON.sub(" ", MENTION.sub(" ", text))).strip()


@lru_cache(maxsize=2048)
def shadow(text: str) -> tuple[str, tuple[int, ...]]:
    """Letters, digits and Han alone, normalised, with the index of each in the text it came from.

    Symbols put between characters (麻。。。痹, 微*信, ｖ信) vanish, so a word list finds the word all the same.
    """
    kept: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        if char.isascii():
            if char.isalnum():
                kept.append(char.lower())
                places.append(place)
            continue
        for part in unicodedata.normalize("NFKC", char).lower():
            if part.isalnum():
                kept.append(part)
                places.append(place)
    return "".join(kept), tuple(places)


def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a text in order, empty ones left out."""
    found: list[Clause] = []
    start = 0
    for mark in CLAUSE_END.finditer(text):
        piece = text[start : mark.start()].strip()
        if piece:
            found.append(Clause(piece, mark.group().strip()[:1], len(found)))
        start = mark.end()
    piece = text[start:].strip()
    if piece:
        found.append(Clause(piece, "", len(found)))
    return tuple(found)


def sentences(text: str) -> list[str]:
    """The sentences of a text, each with its end mark."""
    return [s.strip() for s in SENTENCE_END.split(text) if s.strip()]


def han_count(text: str) -> int:
    """How many Han characters the text holds."""
    return len(HAN.findall(text))


@lru_cache(maxsize=2048)
def grams(text: str, size: int = 3) -> frozenset[str]:
    """The set of character n-grams of the letters, digits and Han of a text (shorter texts: the text itself)."""
    letters, _ = shadow(text)
    if len(letters) <= size:
        return frozenset([letters]) if letters else frozenset()
    return frozenset(letters[i : i + size] for i in range(len(letters) - size + 1))


def likeness(a: frozenset[str], b: frozenset[str]) -> float:
    """Jaccard similarity of two gram sets, 0 to 1."""
    if not a or not b:
        return 0.0
    return len(a & b) / len(a | b)


def shared(a: frozenset[str], b: frozenset[str]) -> float:
    """Share of the smaller gram set found in the other, 0 to 1: how much two replies sound alike."""
    if not a or not b:
        return 0.0
    return len(a & b) / min(len(a), len(b))


def same_reply(one: str, other: str) -> bool:
    """True when two replies are one: WeChat may give a text back with other white space or character widths."""
    return one == other or "".join(normal(one).split()) == "".join(normal(other).split())


def longest_run(text: str) -> int:
    """Length of the longest run of one repeated character."""
    best = run = 0
    last = ""
    for char in text:
        run = run + 1 if char == last else 1
        last = char
        best = max(best, run)
    return best


def distinct_share(items: Iterable[str]) -> float:
    """Distinct items over all items, 0 to 1."""
    listed = list(items)
    return len(set(listed)) / len(listed) if listed else 0.0


def word_set(listed: str) -> frozenset[str]:
    """The words of a list written with white space between them."""
    return frozenset(listed.split())
