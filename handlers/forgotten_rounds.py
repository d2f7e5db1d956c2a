"""What an erasure takes out of the weekly rounds; the erased person's ballots stay as numbers (features E3, E11)."""

from __future__ import annotations

import msgspec

from bot.domain.ballot import ballot_key
from bot.domain.honours import Dispute
from bot.domain.nominee import Nominee
from bot.domain.round import Round
from bot.domain.round_state import RoundState
from bot.stores.answers import Answers
from bot.stores.stores import Stores
from handlers.counting import GONE

S = RoundState
BEFORE_COUNT = frozenset({S.OPEN, S.NOMINATED, S.VOTING, S.COUNTING})


def forget_in_rounds(stores: Stores, pid: str, ids: set[str]) -> bool:
    """Take a person and their comments out of all rounds; True if any of it was nominated.

    Before the post is out their words do not stand any more; after it what was counted stays as it was counted,
    without leading to anybody.
    """
    was_nominee = False
    for listed in stores.campaigns.rounds():
        round_ = stores.campaigns.round(listed.id)
        if round_ is None:
            continue
        was_nominee = was_nominee or any(one.pid == pid or one.id in ids for one in round_.nominees)
        changed = _without(stores, round_, pid, ids)
        if changed != round_:
            stores.campaigns.put_round(changed)
    campaign = stores.campaigns.get()
    if campaign and pid in (campaign.permitted_by, campaign.paused_by):
        permitted = "" if campaign.permitted_by == pid else campaign.permitted_by
        paused = "" if campaign.paused_by == pid else campaign.paused_by
        stores.campaigns.put(campaign.having(permitted_by=permitted, paused_by=paused))
    stores.campaigns.forget(pid)
    if was_nominee:
        answers = Answers(stores.unit)
        for delivery in stores.campaigns.quoting():
            answers.blank(delivery)
    return was_nominee


def _without(stores: Stores, round_: Round, pid: str, ids: set[str]) -> Round:
    wishes = tuple(comment_id for comment_id in round_.wishes if comment_id not in ids)
    reserve = tuple(one for one in round_.reserve if one.pid != pid and one.id not in ids)
    dropped = tuple(comment_id for comment_id in round_.dropped if comment_id not in ids)
    changed = round_.having(wishes=wishes, dropped=dropped, reserve=reserve, disputes=_disputes(stores, round_, pid))
    for one in round_.nominees:
        if one.pid == pid or one.id in ids:
            changed = _without_nominee(changed, one)
    return changed


def _without_nominee(round_: Round, one: Nominee) -> Round:
    nameless = msgspec.structs.replace(one, pid="")
    if round_.state in BEFORE_COUNT or (round_.state is S.CLOSED and len(round_.standing) > 1):
        return round_.with_nominee(msgspec.structs.replace(nameless, out=one.out or GONE))
    nominees = tuple(nameless if other.number == one.number else other for other in round_.nominees)
    return round_.having(nominees=nominees)


def _disputes(stores: Stores, round_: Round, pid: str) -> tuple[Dispute, ...]:
    """The disputes without this person's words; once the round's key is gone there are no words left."""
    secret = stores.campaigns.key(round_.id)
    if not secret:
        return round_.disputes
    key = ballot_key(secret, pid)
    return tuple(msgspec.structs.replace(one, text="") if one.by == key else one for one in round_.disputes)
