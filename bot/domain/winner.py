"""Who wins a round: by ballots where they decide, else by quality, and always said which (features F4, F5, F6)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from bot.domain.ballot import Tally
from bot.domain.nominee import Nominee, lot

Z = 1.959963984540054
"""95 % of a normal distribution lie within this many standard deviations."""


class Method(StrEnum):
    """How a winner was found; the values are what people read."""

    BALLOTS = "得票最多"
    QUALITY = "得票接近，按留言质量定"
    EDITOR = "票数不足，由作者选定"


class Result(Struct, frozen=True, omit_defaults=True):
    """The outcome of a round: the winner's number (0: nobody stands), how it was found, everybody in order."""

    tally: Tally
    winner: int
    method: Method
    order: tuple[int, ...] = ()


class WinnerRule(Struct, frozen=True, omit_defaults=True):
    """The winner rule: fewer valid ballots than `least` decide nothing; qualities within `equal` points are equal."""

    least: int = 5
    equal: int = 1


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95 % Wilson interval of a share; (0, 1) when nothing was counted."""
    if n == 0:
        return 0.0, 1.0
    share, square = hits / n, Z * Z
    middle = share + square / (2 * n)
    half = Z * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    low, high = (middle - half) / (1 + square / n), (middle + half) / (1 + square / n)
    # Exact at the ends, where rounding would leave the share itself outside.
    return low if hits else 0.0, high if hits < n else 1.0


def decide(round_id: str, nominees: Iterable[Nominee], tally: Tally, rule: WinnerRule, picked: int = 0) -> Result:
    """The result for these ballots; the same on every machine. `picked` is the editor's choice, if there were too few.

    Who rests after a win is listed and cannot win, unless everybody rests.
    """
    standing = [one for one in nominees if one.stands]
    rested = [one for one in standing if not one.resting] or standing
    if not rested:
        return Result(tally, 0, Method.EDITOR)
    votes = {one.number: tally.votes.get(one.number, 0) for one in standing}
    if tally.valid < rule.least:
        chosen = [one for one in rested if one.number == picked] or [_best(round_id, rested, rule)]
        winner, method = chosen[0], Method.EDITOR
    else:
        leader = max(rested, key=lambda one: votes[one.number])
        lowest = wilson(votes[leader.number], tally.valid)[0]
        near = [one for one in rested if votes[one.number] / tally.valid >= lowest]
        winner = _best(round_id, near, rule)
        method = Method.BALLOTS if len(near) == 1 else Method.QUALITY
    others = [one for one in standing if one.number != winner.number]
    others.sort(key=lambda one: (-votes[one.number], -one.quality, lot(round_id, one.id)))
    return Result(tally, winner.number, method, (winner.number, *(one.number for one in others)))


def _best(round_id: str, nominees: list[Nominee], rule: WinnerRule) -> Nominee:
    """The best in quality; of about equals who never won, then by the lot."""
    top = max(one.quality for one in nominees)
    equals = [one for one in nominees if top - one.quality < rule.equal]
    return min(equals, key=lambda one: (one.honoured, lot(round_id, one.id)))
