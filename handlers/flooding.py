"""How much one reader may change in ten minutes, and whom the bot hears without answering (feature E13)."""

from __future__ import annotations

from enum import Enum

from bot.domain.people import Person

EFFECTS = 20
WITHIN_SECONDS = 600.0
LONGEST_INPUT = 600
"""Characters of anything a reader may leave with us."""

ALWAYS = frozenset({"退订", "删除我的数据", "确认删除", "隐私"})
"""Leaving, being forgotten and knowing what is kept work for everybody at any time."""


class Hearing(Enum):
    """What becomes of a reader's command: done and answered, done without a word, or not done at all."""

    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    IGNORED = "ignored"


def hearing(person: Person, verb: str, now: float) -> Hearing:
    """How a reader's command is to be taken; `verb` is its main spelling as in chat.md.

    Blocked readers' words are kept but neither count nor get an answer, and they are not told.
    """
    if verb in ALWAYS:
        return Hearing.ANSWERED
    if len(recent(person.effects, now)) >= EFFECTS:
        return Hearing.IGNORED
    return Hearing.UNANSWERED if person.blocked else Hearing.ANSWERED


def with_effect(person: Person, now: float) -> tuple[float, ...]:
    """The times to store as `effects` after this person has changed something at `now`."""
    return (*recent(person.effects, now), now)[-EFFECTS:]


def recent(times: tuple[float, ...], now: float, seconds: float = WITHIN_SECONDS) -> tuple[float, ...]:
    """Those of the times that lie within the last `seconds`."""
    return tuple(at for at in times if now - at < seconds)


def is_too_long(text: str) -> bool:
    """True for a text longer than a reader may leave with us."""
    return len(text) > LONGEST_INPUT
