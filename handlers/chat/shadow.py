"""The shadow copy: the form of a message that is parsed, while free text is cut from the original."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_UNSEEN = frozenset(
    chr(code)
    for first, last in (
        (0xAD, 0xAD),
        (0x180B, 0x180E),
        (0x200B, 0x200F),
        (0x202A, 0x202E),
        (0x2060, 0x206F),
        (0xFE00, 0xFE0F),
        (0xFEFF, 0xFEFF),
    )
    for code in range(first, last + 1)
)
_SIGNS = str.maketrans(dict(zip("、，；;：。～~—－–−", ",,,,:.------", strict=True)))


@lru_cache(maxsize=8192)
def _fold(char: str) -> str:
    """One character as it is parsed: nothing, itself, or its compatible lower-case form (may be several characters)."""
    if char in _UNSEEN:
        return ""
    folded = unicodedata.normalize("NFKC", char.translate(_SIGNS)).lower().translate(_SIGNS)
    makes_space = len(folded) > 1 and any(part.isspace() for part in folded)
    return char if makes_space else folded


@dataclass(frozen=True)
class Shadow:
    """A message beside its shadow copy `text`; `index[i]` is the place in `original` where `text[i]` comes from."""

    original: str
    text: str
    index: tuple[int, ...]

    def cut(self, start: int) -> str:
        """The original from the character behind shadow position `start - 1` on, its ends trimmed of white space."""
        begin = self.index[start - 1] + 1 if start else 0
        return self.original[begin:].strip()


def shadow(text: str) -> Shadow:
    """The shadow copy: no zero-width characters, NFKC per character, lower case, Chinese punctuation made ASCII."""
    folded = [_fold(char) for char in text]
    index = tuple(place for place, chars in enumerate(folded) for _ in chars)
    return Shadow(text, "".join(folded), index)
