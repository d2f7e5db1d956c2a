"""A trial of other rules on the comments of the last 30 days: how far it has come and what it has counted so far."""

from __future__ import annotations

from msgspec import Struct

DAYS = 30
EXAMPLES = 3
"""Comments named of each kind of surprise."""


class Example(Struct, frozen=True, array_like=True):
    """One comment worth a look: what it shows, its id, and what the present and the tried rules say of it."""

    shows: str
    comment: str
    before: str
    after: str


class Tally(Struct, frozen=True, omit_defaults=True):
    """What the tried rules would have done, beside what the present ones do (`_now`).

    `stopped`: comments with a risk that is 拦截. `mistaken`: those of them that a creator answered or elected.
    `missed`: comments that a creator refused as advertisement or abuse and that are not stopped. `retyped` counts by
    `观点→广告`; `served` and `refused` by rule, for rules that were added or changed.
    """

    looked: int = 0
    stopped: int = 0
    stopped_now: int = 0
    mistaken: int = 0
    mistaken_now: int = 0
    missed: int = 0
    newly: int = 0
    no_longer: int = 0
    retyped: dict[str, int] = {}
    drafted_more: int = 0
    drafted_less: int = 0
    reworded: int = 0
    served: dict[str, int] = {}
    refused: dict[str, int] = {}
    examples: tuple[Example, ...] = ()


class Trial(Struct, frozen=True, omit_defaults=True):
    """A trial that runs: of which rules, for whom (pid), since when (epoch seconds), and the comment it has come to.

    `read` of `total` stored comments were looked at, older ones included. `rules` is the mark of all files concerned:
    if one of them changes on the way the trial begins anew.
    """

    name: str
    by: str
    at: float
    rules: str = ""
    touched: float = 0.0
    article: str = ""
    cid: str = ""
    read: int = 0
    total: int = 0
    tally: Tally = Tally()
