"""The order of the approval queue: by value, never below an equal regular for a first-time commenter (feature B7)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from msgspec import Struct

from bot.domain.comment import Comment, CommentType

HALF_LIFE = 18 * 3600.0
FRESHNESS = 20.0
UNANSWERED_AFTER = 24 * 3600.0
NEGATIVE_FROM = -0.6


class Waiting(Struct, frozen=True, omit_defaults=True, array_like=True):
    """What the order needs to know of one waiting draft; kept small, since the whole queue is read to sort it.

    `fair` is the score as it compares with those under other articles (bot.domain.spread), None if nobody asked.
    """

    id: str
    quality: int
    created_at: float
    first: bool = False
    question: bool = False
    negative: bool = False
    crisis: bool = False
    snoozed_until: float = 0.0
    fair: float | None = None


def queue_entry(comment: Comment, first: bool, fair: float | None = None) -> Waiting:
    """The queue entry for the draft of a triaged comment; `first`: its writer's first comment on the account."""
    triage = comment.triage
    if triage is None:
        return Waiting(comment.id, 0, float(comment.created_at), first)
    return Waiting(
        id=comment.id,
        quality=triage.quality,
        created_at=float(comment.created_at),
        first=first,
        question=triage.type is CommentType.QUESTION,
        negative=triage.type is CommentType.COMPLAINT or triage.polarity <= NEGATIVE_FROM,
        crisis=triage.is_crisis,
        fair=fair,
    )


def value(waiting: Waiting, now: float) -> float:
    """Comparable score + 15 first comment + 10 unanswered question (24 h) + 10 negative - decay, half-life 18 h."""
    age = max(0.0, now - waiting.created_at)
    points = float(waiting.quality) if waiting.fair is None else waiting.fair
    points += 15 if waiting.first else 0
    points += 10 if waiting.question and age >= UNANSWERED_AFTER else 0
    points += 10 if waiting.negative else 0
    return points - FRESHNESS * (1 - 0.5 ** (age / HALF_LIFE))


def in_order(queue: Iterable[Waiting], now: float) -> list[Waiting]:
    """The queue, most valuable first; crisis before all; ties by a fixed lottery that nobody can steer."""
    ready = [waiting for waiting in queue if waiting.snoozed_until <= now]

    def rank(waiting: Waiting) -> tuple[bool, float, str]:
        lottery = hashlib.sha256(waiting.id.encode()).hexdigest()
        return (not waiting.crisis, -round(value(waiting, now), 6), lottery)

    return sorted(ready, key=rank)
