"""The one-time code a creator was asked for (确认 7K): it lives until it lapses, is used, or a listed item changes."""

from __future__ import annotations

import secrets

from bot.domain.people import Question
from handlers.chat.answers import Answer, Confirmation, No, Yes
from handlers.context import Chat


def open_code(chat: Chat) -> Question | None:
    """The code that would do something now."""
    code = chat.session.code
    return code if code is not None and not code.used and chat.now <= code.until else None


def why_not(chat: Chat, typed: Confirmation, what: str) -> str | None:
    """Why a typed code does nothing, None if it is the open one, which does `what`."""
    code = chat.session.code
    if code is None:
        return chat.say("code_wrong")
    if not secrets.compare_digest(typed.code.upper(), code.code.upper()):
        return chat.say("code_other", what=what, code=code.code) if open_code(chat) else chat.say("code_wrong")
    if code.used:
        return chat.say("code_used", code=code.code)
    return None if open_code(chat) else chat.say("code_expired", code=code.code)


def without_code(chat: Chat) -> str:
    """确认 alone, or with what is no code."""
    code = open_code(chat)
    return chat.say("code_needed", code=code.code) if code else chat.say("code_none")


def answered_in_words(chat: Chat, answer: Answer | None) -> str | None:
    """是 is no code, 否 closes it; None if no code is open or it is neither."""
    code = open_code(chat)
    if code is None or not isinstance(answer, Yes | No):
        return None
    if isinstance(answer, Yes):
        return chat.say("code_needed", code=code.code)
    chat.remember(code=None)
    return chat.say("cancelled")
