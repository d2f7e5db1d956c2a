"""A nominee: a comment that stands for election in one round. Its words are read from the comment, never copied."""

from __future__ import annotations

import hashlib

from msgspec import Struct

MOST = 8
"""Nominee numbers are 1-8, fixed for their round."""


class Nominee(Struct, frozen=True, omit_defaults=True):
    """One nominee of a round.

    `number` is what people type, `id` the comment, `pid` its writer (empty if unknown or erased), `kept` how a creator
    kept it (精选, 已回复, 作者提名, 上墙). `score` is `quality` with the points of the round's category. `quotable` is
    False while the words may not be shown (chat and imported words need their writer's consent, feature N3).
    `out` says why it does not stand any more. `put_by` is the title of the creator by whose word it took this number
    after the nominees were chosen. `resting`: won within the rest time; `honoured`: has won before.
    """

    number: int
    id: str
    pid: str
    quality: int
    score: float
    kept: str
    kind: str = ""
    first: bool = False
    resting: bool = False
    honoured: bool = False
    quotable: bool = True
    out: str = ""
    comment_number: int = 0
    put_by: str = ""

    @property
    def stands(self) -> bool:
        """True while readers may see and elect it."""
        return self.quotable and not self.out


def lot(round_id: str, comment_id: str) -> str:
    """The tie-breaker that nobody can steer and everybody can recompute: SHA-256(round|id), the smaller one first."""
    return hashlib.sha256(f"{round_id}|{comment_id}".encode()).hexdigest()
