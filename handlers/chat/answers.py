"""Reading the answer to a question of the bot: 是, 否, a digit, a one-time code."""

from __future__ import annotations

import re

from msgspec import Struct

from handlers.chat.plain_commands import SHORT_CODE
from handlers.chat.shadow import shadow


class Yes(Struct, frozen=True):
    """是."""


class No(Struct, frozen=True):
    """否, 不, 不要, 算了, 取消."""


class Choice(Struct, frozen=True):
    """A lone number 0-99; it answers only a question that printed numbered choices."""

    n: int


class Confirmation(Struct, frozen=True):
    """`确认 7K`: the code in upper case."""

    code: str


Answer = Yes | No | Choice | Confirmation

_YES = frozenset({"是", "是的"})
_NO = frozenset({"否", "不", "不是", "不要", "不用", "算了", "取消"})
_CHOICE = re.compile(r"[0-9]{1,2}")
_CONFIRM = re.compile(rf"确认{SHORT_CODE.pattern}")


def read_answer(text: str) -> Answer | None:
    """The answer a message gives, None if it gives none. Whether a question is open, and which, the caller knows."""
    words = shadow(text).text.strip(" \t\r\n.!?,")
    if words in _YES:
        return Yes()
    if words in _NO:
        return No()
    if _CHOICE.fullmatch(words):
        return Choice(int(words))
    code = _CONFIRM.fullmatch(words)
    return Confirmation(code[1].upper()) if code else None
