"""What follows a result: the winner's claim, and disputes that freeze it (features F6, F8)."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Reward(StrEnum):
    """What a winner can choose; nothing of it costs money."""

    CREDIT = "署名权"
    INVITATION = "社群邀请"
    WALL = "上墙"


class Honour(Struct, frozen=True, omit_defaults=True):
    """Whose honour it is to claim: a nominee's number, until when (epoch seconds), and what was chosen.

    `reward` is empty until claimed; `code` is the single-use code of an invitation. `lapsed`: nobody claimed in time.
    """

    number: int
    until: float
    reward: str = ""
    claimed_at: float = 0.0
    code: str = ""
    lapsed: bool = False

    @property
    def is_open(self) -> bool:
        """True while it can still be claimed."""
        return not self.reward and not self.lapsed


class Dispute(Struct, frozen=True, omit_defaults=True):
    """One objection (异议) to a result, by a voter or nominee of the round.

    `by` is the same kind of key as a ballot's. `settled` says how it ended: by the recount, or by the owner with a
    reason; empty while it freezes the honour.
    """

    number: int
    by: str
    at: float
    text: str = ""
    settled: str = ""

    @property
    def is_open(self) -> bool:
        """True while it freezes the honour."""
        return not self.settled
