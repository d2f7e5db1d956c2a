"""Word lists matched at once over the shadow of a text, with a whitelist: 麻。。。痹 is caught, 路口交通 passes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import ahocorasick

from replies import text as texts

__all__ = ["WordList", "read_words"]

# One such mark between two characters is ordinary writing (到了路口，交给他), not an attempt to hide a word.
_ORDINARY = frozenset("，。！？、；：,.!?;:\n")


def read_words(path: Path) -> tuple[str, ...]:
    """The words of a list file: one a line, `#` begins a comment, blank lines mean nothing, order kept."""
    words: dict[str, None] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        word = line.split("#", 1)[0].strip()
        if word:
            words[word] = None
    return tuple(words)


class WordList:
    """Finds listed words in a text whatever symbols, widths or cases hide them."""

    def __init__(self, words: Iterable[str], allowed: Iterable[str] = ()) -> None:
        self._hits = _automaton(words)
        self._allowed = _automaton(allowed)

    def find(self, text: str) -> tuple[str, ...]:
        """The listed words found, in order of place, each once; hits inside an allowed word do not count."""
        letters, places = texts.shadow(text)
        hits = _spans(self._hits, letters)
        if not hits:
            return ()
        allowed = _spans(self._allowed, letters)
        found: dict[str, None] = {}
        for start, end, word in sorted(hits):
            if any(a <= start and end <= b for a, b, _ in allowed):
                continue
            if _written_apart(text, places[start:end]):
                continue
            if _inside_latin(letters, start, end):
                continue
            found[word] = None
        return tuple(found)


def _automaton(words: Iterable[str]) -> ahocorasick.Automaton | None:
    """An automaton over the shadows of the words; None for an empty list. Words with no letters are dropped."""
    auto = ahocorasick.Automaton()
    for word in words:
        letters, _ = texts.shadow(word)
        if letters:
            auto.add_word(letters, (len(letters), word))
    if not len(auto):
        return None
    auto.make_automaton()
    return auto


def _spans(auto: ahocorasick.Automaton | None, letters: str) -> list[tuple[int, int, str]]:
    if auto is None or not letters:
        return []
    return [(end - size + 1, end + 1, word) for end, (size, word) in auto.iter(letters)]


def _written_apart(text: str, places: tuple[int, ...]) -> bool:
    """True when the only thing between the characters is one ordinary mark in one place."""
    gaps = [text[a + 1 : b] for a, b in pairwise(places) if b - a > 1]
    return len(gaps) == 1 and gaps[0].strip() in _ORDINARY and bool(gaps[0].strip())


def _inside_latin(letters: str, start: int, end: int) -> bool:
    """True when a latin end of the word is only part of a longer latin word (`sb` in `usb`)."""
    before = start > 0 and _latin(letters[start - 1]) and _latin(letters[start])
    after = end < len(letters) and _latin(letters[end]) and _latin(letters[end - 1])
    return before or after


def _latin(char: str) -> bool:
    return char.isascii() and char.isalpha()
