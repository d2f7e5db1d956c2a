"""What is kept of a person by likes, names and votes, for 我的数据 (feature N2)."""

from __future__ import annotations

from bot.domain.ballot import ballot_key
from handlers.context import Chat


def my_vote(chat: Chat) -> list[str]:
    """One line for 我的 while a vote is open: what this reader voted for, if anything."""
    box = chat.stores.campaigns.box()
    ballot = chat.stores.ballots.get(box.round, ballot_key(box.key, chat.person.pid)) if box else None
    if box is None or ballot is None:
        return []
    stands = ballot.choice in dict(box.choices)
    return [chat.say("w_mine_vote" if stands else "w_vote_void", n=ballot.choice)]


def lost_vote(chat: Chat) -> list[str]:
    """One line for 榜 if what this reader voted for does not stand any more."""
    box = chat.stores.campaigns.box()
    ballot = chat.stores.ballots.get(box.round, ballot_key(box.key, chat.person.pid)) if box else None
    lost = box is not None and ballot is not None and ballot.choice not in dict(box.choices)
    return my_vote(chat) if lost else []


def kept_of_rounds(chat: Chat) -> list[str]:
    """One line for each kind of thing that is kept; nothing for what is not."""
    stores, pid = chat.stores, chat.person.pid
    lines = []
    credit = stores.credits.of(pid)
    if credit:
        lines.append(chat.say("w_data_credit", wanted=credit.name or "匿名", state=credit.state.value))
    given = stores.likes.given(pid)
    if given:
        lines.append(chat.say("w_data_likes", n=len(given)))
    standing = sum(stores.likes.standing(pid).values())
    if standing:
        lines.append(chat.say("w_data_liked", n=standing))
    for round_id in stores.campaigns.keyed_rounds():
        ballot = stores.ballots.get(round_id, ballot_key(stores.campaigns.key(round_id), pid))
        if ballot:
            lines.append(chat.say("w_data_ballot", round=round_id, n=ballot.choice))
    wins = stores.campaigns.wins([pid])[pid]
    if wins:
        lines.append(chat.say("w_data_wins", rounds="、".join(win.round for win in wins)))
    if stores.asks.of(pid).at:
        lines.append(chat.say("w_data_asked"))
    nominated = [one.id for one in stores.campaigns.rounds() if any(each.pid == pid for each in one.nominees)]
    if nominated:
        lines.append(chat.say("w_data_nominated", rounds="、".join(nominated)))
    return lines
