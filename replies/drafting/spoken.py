"""What the creator's voice puts around a sentence: a salutation before it, a catchphrase where it reads well."""

from __future__ import annotations

import re

from replies.case import Voice

__all__ = ["spoken"]

_MARKS = "。！？～…，"
_PARTICLES = frozenset("呀呢吧哦啊啦嘛哈哟诶")
_BEFORE_QUESTIONS = re.compile(r"^.*[。！](?=[^。！]+？$)")


def spoken(text: str, voice: Voice, catchphrase: str) -> tuple[str, ...]:
    """The ways to say a sentence in a voice, the fullest first, the bare sentence last; `catchphrase` may be empty."""
    greeting = f"{voice.salutation}，" if voice.salutation else ""
    full = _with_catchphrase(text, catchphrase) if catchphrase else text
    return tuple(dict.fromkeys((greeting + full, greeting + text, text)))


def _with_catchphrase(text: str, phrase: str) -> str:
    """The catchphrase behind a statement or before the last question, never behind one; where neither fits, none."""
    if phrase in _PARTICLES:
        return text
    closed = phrase[-1] in _MARKS
    if not text.endswith("？"):
        return text + phrase + ("" if closed else "。")
    found = _BEFORE_QUESTIONS.match(text)
    if not found:
        return text
    return found.group() + phrase + ("" if closed else "，") + text[found.end() :]
