"""Where a reader stands: a message, the head that was found in it, and the place behind the head."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from handlers.chat.commands import Command, Ordinary, Suggestion, Unclear, Verb, Wrong
from handlers.chat.shadow import Shadow

Reading = Command | Unclear | Suggestion | Wrong | Ordinary
"""What a creator's message can turn out to be."""

ATTEMPT = Ordinary(looks_like_attempt=True)

_END = re.compile(r"[\s.!?]*\Z")
_GAP = re.compile(r"\s*:?\s*")


@dataclass(frozen=True)
class Place:
    """A message read up to `at`, the place behind the head `word` of `verb`, which begins at `begin`."""

    shadow: Shadow
    word: str
    verb: Verb
    begin: int
    at: int

    @property
    def rest(self) -> str:
        """The shadow copy behind the head."""
        return self.shadow.text[self.at :]

    @property
    def behind_gap(self) -> int:
        """The place behind an optional space or colon."""
        match = _GAP.match(self.shadow.text, self.at)
        return match.end() if match else self.at

    @property
    def is_separated(self) -> bool:
        """True when a space, colon or line break stands right behind the head."""
        return self.behind_gap > self.at

    @property
    def is_alone(self) -> bool:
        """True when nothing but end punctuation follows the head."""
        return is_end(self.shadow.text, self.at)

    def typed(self, end: int) -> str:
        """The original text from the head up to the shadow place `end`."""
        index = self.shadow.index
        return self.shadow.original[index[self.begin] : index[end - 1] + 1].strip()


Reader = Callable[[Place], Reading]


def is_end(text: str, at: int) -> bool:
    """True when only white space and end punctuation stand from `at` on."""
    return _END.match(text, at) is not None
