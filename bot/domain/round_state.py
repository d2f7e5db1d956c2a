"""The states of a week's contest, and which may follow which (design 4.4)."""

from __future__ import annotations

from enum import StrEnum


class RoundState(StrEnum):
    """States of a round; the values are what people read. The picture in README is changed together with MOVES."""

    OPEN = "征集中"
    NOMINATED = "已提名"
    VOTING = "投票中"
    COUNTING = "计票中"
    CLOSED = "已截止"
    TO_PUBLISH = "待发布"
    ANNOUNCED = "已公布"
    FINISHED = "已结束"
    SKIPPED = "本周不办"


S = RoundState
MOVES: dict[RoundState, frozenset[RoundState]] = {
    S.OPEN: frozenset({S.NOMINATED, S.SKIPPED}),
    S.NOMINATED: frozenset({S.VOTING, S.COUNTING, S.SKIPPED}),
    S.VOTING: frozenset({S.COUNTING}),
    S.COUNTING: frozenset({S.CLOSED}),
    S.CLOSED: frozenset({S.TO_PUBLISH, S.ANNOUNCED, S.FINISHED}),
    S.TO_PUBLISH: frozenset({S.CLOSED, S.ANNOUNCED}),
    S.ANNOUNCED: frozenset({S.FINISHED}),
    S.FINISHED: frozenset(),
    S.SKIPPED: frozenset(),
}
WITH_RESULT = frozenset({S.CLOSED, S.TO_PUBLISH, S.ANNOUNCED, S.FINISHED})
"""States in which there is a result to be shown."""


class IllegalMove(Exception):
    """A round was asked to go where its present state does not lead."""
