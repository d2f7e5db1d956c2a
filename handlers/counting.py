"""Counting a round: read its ballots once, and come to the same result as anybody else would (features F4, F6)."""

from __future__ import annotations

import msgspec

from bot.domain.ballot import tally
from bot.domain.bursts import bursts
from bot.domain.nominee import Nominee
from bot.domain.round import Round
from bot.domain.winner import Result
from bot.stores.stores import Stores
from handlers.candidates import is_quotable

SUBSTITUTED, GONE, BLOCKED, OURS = "作者换下", "原留言已删除", "已屏蔽这位读者", "已成为作者自己人"
"""Why a nominee does not stand any more; only the first is for good, whatever becomes of the comment."""

DATA_SECONDS = 7 * 86400.0
"""Bursts are looked for once the account has this much of a past to compare with (feature E4)."""

AT_ONCE = 20_000
"""Up to this many ballots are counted while somebody waits for the answer."""


def count(stores: Stores, round_: Round) -> Result:
    """The result by the ballots as they are stored now."""
    ballots = stores.ballots.all(round_.id)
    held = bursts(ballots) if round_.watched else frozenset()
    standing = frozenset(one.number for one in round_.standing)
    return round_.decided(tally(ballots, standing, held, round_.count_held))


def is_watched(stores: Stores, now: float) -> bool:
    """True when the bot has known the account for a week, so that bursts can be told from beginnings."""
    since = [person.first_seen for person in stores.people.creators() if person.first_seen]
    return bool(since) and now - min(since) >= DATA_SECONDS


def as_they_are(stores: Stores, nominees: tuple[Nominee, ...]) -> tuple[Nominee, ...]:
    """The nominees with what has become of their comments and of their writers' consent."""
    people = stores.people.many([one.pid for one in nominees if one.pid])
    known = {person.pid: person for person in people if person}
    changed = []
    for one, comment in zip(nominees, stores.comments.many([one.id for one in nominees]), strict=True):
        person = known.get(one.pid)
        gone = comment is None or comment.gone or not comment.content
        blocked = person is not None and person.blocked
        ours = person is not None and person.is_creator
        now_out = GONE if gone else BLOCKED if blocked else OURS if ours else ""
        out = SUBSTITUTED if one.out == SUBSTITUTED else now_out
        pid = one.pid if comment and comment.pid else ""
        changed.append(msgspec.structs.replace(one, out=out, pid=pid, quotable=is_quotable(comment, person)))
    return tuple(changed)
