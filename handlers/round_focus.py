"""Which round people mean when they name none: the one that something can be done about (chat.md section 3)."""

from __future__ import annotations

from bot.domain.campaign import Campaign
from bot.domain.round import Round
from bot.domain.round_state import RoundState
from bot.stores.stores import Stores

S = RoundState
UNFINISHED = frozenset({S.COUNTING, S.CLOSED, S.TO_PUBLISH, S.ANNOUNCED})
RECENT = 6
"""Rounds looked through for an honour or a dispute; older ones are over."""


def focus(stores: Stores) -> tuple[Campaign | None, Round | None]:
    """The campaign and the round in focus: last week's while it is being finished, else the present week's."""
    campaign = stores.campaigns.get()
    if campaign is None:
        return None, None
    current, previous = stores.campaigns.round(campaign.current), stores.campaigns.round(campaign.previous)
    if current is not None and current.state is S.OPEN and previous is not None and previous.state in UNFINISHED:
        return campaign, previous
    return campaign, current


def look_for_posts(stores: Stores, now: float) -> None:
    """An article has appeared: a post that a person may have published by hand is looked for at once."""
    for round_ in with_drafts(stores):
        if round_.waits_for_hand:
            stores.due("post", round_.id, now)


def mend_drafts(stores: Stores, now: float, pid: str = "") -> None:
    """What a post may say has changed: drafts that stand in the 草稿箱 are made to say so at once.

    With `pid` only where this person stands: else any reader could use up the day's calls.
    """
    for round_ in with_drafts(stores):
        is_concerned = not pid or any(one.pid == pid for one in round_.standing)
        if is_concerned and (round_.post.draft or round_.waits_for_hand):
            stores.due("post", round_.id, now)


def with_drafts(stores: Stores) -> list[Round]:
    """Rounds whose post is not out yet and may stand in the 草稿箱."""
    campaign = stores.campaigns.get()
    ids = (campaign.current, campaign.previous) if campaign else ()
    rounds = [stores.campaigns.round(round_id) for round_id in ids if round_id]
    return [one for one in rounds if one and one.state in (S.CLOSED, S.TO_PUBLISH)]


def recent(stores: Stores) -> list[Round]:
    """The latest rounds, newest first (not watched for changes)."""
    return stores.campaigns.rounds()[: -RECENT - 1 : -1]
