"""Word segmentation: the only module that knows jieba, which it imports when it is loaded and not before."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from replies.risk.wordlist import read_words

__all__ = ["Words", "cosine", "read_traditional"]

_WORD = re.compile(r"[\u4e00-\u9fffa-z0-9]+")
_UNKNOWN_RARITY = 12.0


def read_traditional(config_dir: Path) -> dict[int, str]:
    """The table from traditional to simplified characters of words/traditional.txt, for str.translate."""
    pairs = (line.split() for line in read_words(config_dir / "words" / "traditional.txt"))
    return {ord(pair[0]): pair[1] for pair in pairs if len(pair) == 2 and len(pair[0]) == 1}


_LOADED: dict[tuple[tuple[str, ...], frozenset[str]], Words] = {}
"""The words loaded last, by our own lists: rules read anew need no second dictionary of 100 MB."""


class Words:
    """Cuts Chinese text into words, says which carry a topic, how rare they are and what part of speech."""

    def __init__(self, tokenizer: Any, tags: dict[str, str], stop: frozenset[str]) -> None:
        self._tokenizer = tokenizer
        self._tags = tags
        self.stop = stop
        self._log_total = math.log(max(tokenizer.total, 1))

    @classmethod
    def load(cls, config_dir: Path | str, cache_dir: Path | str) -> Words:
        """Load jieba's dictionary (0.6 s, about 100 MB) with our own words; its cache goes to `cache_dir`."""
        folder, cache = Path(config_dir), Path(cache_dir)
        own = tuple(read_words(folder / "words" / "user.txt"))
        stop = frozenset(read_words(folder / "words" / "stop.txt"))
        if (own, stop) not in _LOADED:
            _LOADED.clear()
            _LOADED[own, stop] = cls._load(own, stop, cache)
        return _LOADED[own, stop]

    @classmethod
    def _load(cls, own: tuple[str, ...], stop: frozenset[str], cache: Path) -> Words:
        import jieba

        cache.mkdir(parents=True, exist_ok=True)
        jieba.setLogLevel(60)
        tokenizer = jieba.Tokenizer()
        tokenizer.tmp_dir = str(cache)
        jieba.dt.tmp_dir = str(cache)
        tokenizer.initialize()
        tags = _read_tags(tokenizer)
        for line in own:
            word, *rest = line.split()
            tokenizer.add_word(word, int(rest[0]) if rest else None)
            tags[word] = rest[1] if len(rest) > 1 else "n"
        return cls(tokenizer, tags, stop)

    def cut(self, text: str) -> list[str]:
        """The words of a normalised text, in order, marks and spaces included."""
        return self._tokenizer.lcut(text, HMM=False) if text else []

    def tag(self, word: str) -> str:
        """jieba's part of speech of a word (n, v, a, …; first one listed), empty if unknown."""
        return self._tags.get(word, "")

    def content(self, words: Iterable[str]) -> list[str]:
        """The words that carry a topic: two characters or more, no stop word, no bare number."""
        return [w for w in words if len(w) >= 2 and w not in self.stop and _WORD.fullmatch(w) and not w.isdigit()]

    def rarity(self, word: str) -> float:
        """How rare a word is in general Chinese: log(all ÷ its count), 0 for the commonest to about 17."""
        count = self._tokenizer.FREQ.get(word) or 0
        return self._log_total - math.log(count) if count else _UNKNOWN_RARITY

    def vector(self, words: Iterable[str]) -> dict[str, float]:
        """TF-IDF weights of content words, of length 1 (empty for no words)."""
        counts = Counter(self.content(words))
        raw = {w: (1 + math.log(n)) * self.rarity(w) for w, n in sorted(counts.items())}
        norm = math.sqrt(math.fsum(v * v for v in raw.values()))
        return {w: v / norm for w, v in raw.items()} if norm else {}


def _read_tags(tokenizer: Any) -> dict[str, str]:
    """Part of speech of each dictionary word of two characters or more, sharing the tokenizer's own strings."""
    tags: dict[str, str] = {}
    known: dict[str, str] = {}
    with tokenizer.get_dict_file() as lines:
        for line in lines:
            word, count, tag = line.decode("utf-8").rstrip("\n").split(" ")
            if int(count) >= 3:
                tags[word] = known.setdefault(tag, tag)
    return {word: tags[word] for word in tokenizer.FREQ if word in tags}


def cosine(a: dict[str, float], b: dict[str, float]) -> float:
    """Cosine of two vectors of length 1."""
    if len(a) > len(b):
        a, b = b, a
    return math.fsum(weight * b[word] for word, weight in a.items() if word in b)
