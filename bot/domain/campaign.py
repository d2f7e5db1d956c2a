"""The campaign that runs week after week, and which step of a round is due: pure, it is told the time (design 4.4)."""

from __future__ import annotations

from enum import StrEnum

import msgspec
from msgspec import Struct

from bot.domain.honours import Honour
from bot.domain.round import Round
from bot.domain.round_state import RoundState

S = RoundState
FEWEST = 3
"""Fewer nominees than this are no contest: the week goes without one (feature F1)."""

UNPUBLISHED_SECONDS = 5 * 86400.0
"""A result that nobody lets out for this long ends quietly, so that the next week's can come."""

NEVER = float("inf")


class Campaign(Struct, frozen=True, omit_defaults=True):
    """Whether rounds run, by whose word, and which they are. Times in epoch seconds, people by pseudonym.

    `permitted_by` gave the standing permission for `publish: auto` by a confirmed 开启周榜; empty when that owner is
    gone. `made` counts the rounds that took place: categories rotate by it. `current` is the round of the coming or
    present week, `previous` the one before, which may still be publishing or giving its honour.
    """

    permitted_by: str = ""
    permitted_at: float = 0.0
    paused_by: str = ""
    paused_at: float = 0.0
    made: int = 0
    current: str = ""
    previous: str = ""

    @property
    def is_paused(self) -> bool:
        """True while nothing goes on by itself."""
        return bool(self.paused_at)

    def having(self, **changes: object) -> Campaign:
        """This campaign with these changes."""
        return msgspec.structs.replace(self, **changes)


class Step(StrEnum):
    """What the clock makes of a round next; each is one atomic change."""

    MISS = "miss"
    NOMINATE = "nominate"
    OPEN_VOTE = "open vote"
    CLOSE = "close"
    COUNT = "count"
    PUBLISH = "publish"
    GIVE_UP = "give up"
    SEAL = "seal"
    LAPSE = "lapse"
    FINISH = "finish"


HALTED_BY_PAUSE = frozenset({Step.MISS, Step.NOMINATE, Step.OPEN_VOTE, Step.CLOSE, Step.PUBLISH, Step.GIVE_UP})
"""Steps that 暂停周榜 holds back; counting what is closed and ending what was announced go on."""


def advance(round_: Round, now: float) -> Step | None:
    """The step that is due now, None if none is. Ask again after each step: several may be due at once."""
    at, step = next_step(round_)
    if step is None or now < at:
        return None
    if step in (Step.NOMINATE, Step.OPEN_VOTE) and now - at > round_.terms.grace:
        return Step.MISS
    return step


def next_step(round_: Round) -> tuple[float, Step | None]:
    """When which step is due; (infinity, None) when a round waits for a person or is over."""
    match round_.state:
        case S.OPEN:
            return round_.nominate_at, Step.NOMINATE
        case S.NOMINATED:
            return round_.vote_at, Step.OPEN_VOTE
        case S.VOTING:
            return round_.close_at, Step.CLOSE
        case S.COUNTING:
            return round_.closed_at, Step.COUNT
        case S.CLOSED if round_.publish_at:
            return round_.publish_at, Step.PUBLISH
        case S.CLOSED:
            return max(round_.closed_at, round_.post.since) + UNPUBLISHED_SECONDS, Step.GIVE_UP
        case S.ANNOUNCED:
            return _after_announcement(round_)
    return NEVER, None


def _after_announcement(round_: Round) -> tuple[float, Step | None]:
    """Disputes end, the claim lapses, then the round is over; a dispute that is open holds all of it back."""
    if round_.is_frozen:
        return NEVER, None
    coming: list[tuple[float, Step | None]] = []
    if not round_.sealed:
        coming.append((round_.disputes_until, Step.SEAL))
    if round_.honour and round_.honour.is_open:
        coming.append((round_.honour.until, Step.LAPSE))
    return min(coming, default=(round_.announced_at, Step.FINISH))


def next_honour(round_: Round, now: float) -> Honour:
    """What becomes of a claim that nobody made: the next in line if the rule said so, else it lapses."""
    honour, result = round_.honour, round_.result
    assert honour is not None
    assert result is not None
    line = result.order[result.order.index(honour.number) + 1 :] if round_.terms.pass_on else ()
    for number in line:
        heir = round_.nominee(number)
        if heir and heir.stands and not heir.resting and heir.pid:
            return Honour(number, now + round_.terms.claim)
    return msgspec.structs.replace(honour, lapsed=True)
