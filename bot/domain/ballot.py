"""Ballots: one per person and round, kept under a key that leads back to nobody once the round's key is destroyed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

import msgspec
from msgspec import Struct

FRESH_SECONDS = 7 * 86400.0
"""Who followed within this time before a round opened is a fresh follower: nothing bad, but rings are made of them."""


class Ballot(Struct, frozen=True, array_like=True, omit_defaults=True, gc=False):
    """One person's choice: the nominee's number, and when it was last changed (epoch seconds).

    `late`: followed after the round opened, so it has no weight. `fresh`: followed shortly before, in the hour `joined`
    (counted from the epoch, 0 for everybody else). `blocked`: kept, but a creator has blocked this person.
    """

    choice: int
    at: float
    late: bool = False
    fresh: bool = False
    blocked: bool = False
    joined: int = 0

    @property
    def counts(self) -> bool:
        """True for a ballot with weight."""
        return not self.late and not self.blocked


class Tally(Struct, frozen=True, omit_defaults=True):
    """What the ballots of a round come to.

    `votes` maps nominee numbers to valid ballots, `held` to ballots held for review (features E4, F6). `late`,
    `blocked` and `void` (for somebody who does not stand any more) have no weight. `digest` stands for exactly these
    ballots.
    """

    votes: dict[int, int]
    held: dict[int, int] = {}
    late: int = 0
    blocked: int = 0
    void: int = 0
    digest: str = ""

    @property
    def valid(self) -> int:
        """Ballots with weight."""
        return sum(self.votes.values())

    @property
    def total(self) -> int:
        """All ballots there are."""
        return self.valid + sum(self.held.values()) + self.late + self.blocked + self.void

    def without(self, number: int) -> Tally:
        """The count when a nominee does not stand any more: the ballots for it become void."""
        votes = {other: count for other, count in self.votes.items() if other != number}
        held = {other: count for other, count in self.held.items() if other != number}
        void = self.void + self.votes.get(number, 0) + self.held.get(number, 0)
        return msgspec.structs.replace(self, votes=votes, held=held, void=void)

    def with_held(self) -> Tally:
        """The count when the ballots held for review are let in."""
        votes = {number: count + self.held.get(number, 0) for number, count in self.votes.items()}
        return msgspec.structs.replace(self, votes=votes, held={})


def ballot_key(round_key: str, pid: str) -> str:
    """Under which key a person's ballot of a round stands; the same again after unfollowing and coming back."""
    return hmac.digest(round_key.encode(), pid.encode(), "sha256").hex()[:32]


def followed_late(followed_at: float, opened_at: float) -> bool:
    """True for who followed after the round opened; 0 means before the bot came, which is early enough."""
    return followed_at > opened_at


def joined_hour(followed_at: float) -> int:
    """The hour somebody followed in, counted from the epoch: rings join together, readers do not."""
    return int(followed_at // 3600)


def followed_fresh(followed_at: float, opened_at: float) -> bool:
    """True for who followed in the week before the round opened."""
    return opened_at - FRESH_SECONDS < followed_at <= opened_at


_MARKS = {
    (late, fresh, blocked): f"{late:d}{fresh:d}{blocked:d}"
    for late in (False, True)
    for fresh in (False, True)
    for blocked in (False, True)
}


def digest(ballots: Mapping[str, Ballot]) -> str:
    """SHA-256 over all ballots in the order of their keys: one changed ballot, and it is another."""
    lines = [
        f"{key} {one.choice} {one.at!r} {_MARKS[one.late, one.fresh, one.blocked]}{one.joined or ''}"
        for key, one in ballots.items()
    ]
    lines.sort()
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def tally(ballots: Mapping[str, Ballot], standing: frozenset[int], held: frozenset[str], count_held: bool) -> Tally:
    """Count the ballots of a round; `held` are the keys of those to be reviewed, counted only if `count_held`."""
    votes = dict.fromkeys(sorted(standing), 0)
    aside = dict.fromkeys(sorted(standing), 0)
    late = blocked = void = 0
    set_aside = frozenset() if count_held else held
    for key, ballot in ballots.items():
        if ballot.blocked:
            blocked += 1
        elif ballot.late:
            late += 1
        elif ballot.choice not in standing:
            void += 1
        elif key in set_aside:
            aside[ballot.choice] += 1
        else:
            votes[ballot.choice] += 1
    aside = {number: count for number, count in aside.items() if count}
    return Tally(votes, aside, late, blocked, void, digest(ballots))
