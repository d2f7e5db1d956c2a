"""What readers are asked to do unasked, and how seldom: one request a person in seven days (features J4, E6)."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

BETWEEN_SECONDS = 7 * 86400.0


class Ask(StrEnum):
    """Every kind of request that the bot makes of a reader of its own accord.

    What a reader asked to see (榜, 我的, 帮助), news of their own comment, and the one question of consent that the
    receipt of a first 留言 must carry are no requests of this kind.
    """

    WHY = "why"
    """After 投 or 赞: a word why (feature E6)."""
    VOTE = "vote"
    """A line under an answer: there is a vote."""
    CONSENT = "consent"
    """To a nominee who has not agreed yet: may your words be shown?"""


class Asked(Struct, frozen=True, array_like=True):
    """When one person was last asked (epoch seconds), and what was not asked since because of it."""

    at: float = 0.0
    withheld: tuple[str, ...] = ()

    def may_be_asked(self, now: float) -> bool:
        """True when seven days have passed since the last request, of whatever kind."""
        return now - self.at >= BETWEEN_SECONDS
