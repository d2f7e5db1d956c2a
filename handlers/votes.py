"""投N: one ballot a person and round, to be changed until the vote closes; totals are told only then (E3, E4)."""

from __future__ import annotations

import msgspec

from bot.domain.asks import Ask
from bot.domain.ballot import Ballot, ballot_key, followed_fresh, followed_late, joined_hour
from bot.domain.round_state import RoundState
from bot.stores.asks import Asks
from bot.stores.ballots import Ballots
from bot.stores.campaigns import Box
from bot.stores.stores import Stores
from bot.stores.unit import Place, Unit
from handlers import whys
from handlers.chat.commands import FollowerCommand, FollowerVerb
from handlers.context import Chat, Reply
from handlers.round_focus import focus
from handlers.round_texts import moment

VOTES = "投"
"""In the text of nearly every vote."""


def vote_places(unit: Unit, box: Box, pid: str) -> list[Place]:
    """What a vote reads, for reading it together with others."""
    return [Ballots(unit).place(box.round, ballot_key(box.key, pid)), Asks(unit).place(pid)]


def vote(chat: Chat, command: FollowerCommand) -> Reply:
    """投3: casts or changes this person's ballot, and says so if it has no weight."""
    box = _open_box(chat)
    if box is None:
        return _closed(chat)
    number = command.number or 0
    chosen = dict(box.choices).get(number)
    if chosen is None:
        return _unknown(chat, box, number)
    key = ballot_key(box.key, chat.person.pid)
    chat.stores.unit.prefetch([chat.stores.ballots.place(box.round, key), chat.stores.asks.place(chat.person.pid)])
    before = chat.stores.ballots.get(box.round, key)
    written_at = chat.event.created_at
    if chat.is_kept and (written_at < box.opened_at or (before and before.at > written_at)):
        return unsure(chat, command)  # meant for an earlier round, or they have said another since
    # Who left and came back has followed late, but their ballot is the one they cast before.
    late = before.late if before else followed_late(chat.person.followed_at, box.opened_at)
    fresh = before.fresh if before else _is_fresh(chat, box)
    joined = before.joined if before else joined_hour(chat.person.followed_at) if fresh else 0
    # Nobody remembers of who was forgotten that a creator had blocked them; the ballot does.
    blocked = chat.person.blocked or bool(before and before.blocked)
    chat.stores.ballots.put(box.round, key, Ballot(number, chat.now, late, fresh, blocked, joined))
    chat.update(told=_with(chat.person.told, told_name(box)))
    if late:
        return chat.say("w_vote_late", n=number)
    name = "w_voted" if before is None else "w_vote_same" if before.choice == number else "w_vote_changed"
    said = _say_of(chat, box, name, number)
    if number in box.honorary:
        return f"{said}\n{chat.say('w_vote_honorary', n=number)}"
    return whys.with_question(chat, said, chosen)


def choose(chat: Chat, command: FollowerCommand) -> Reply:
    """选3 while there is a vote; None for what only a poll would understand, or while there is none."""
    if command.nominee is None or _open_box(chat) is None:
        return None
    return vote(chat, FollowerCommand(FollowerVerb.VOTE, number=command.nominee))


def unsure(chat: Chat, command: FollowerCommand) -> Reply:
    """投3和4, 我投了3号: what may be meant is said, nothing is done; None while there is no vote."""
    box = _open_box(chat)
    number = command.number or 0
    if box is None:
        return None
    if number not in dict(box.choices):
        return _unknown(chat, box, number)
    ballot = _own_ballot(chat, box)
    if ballot is None:
        return chat.say("w_vote_unsure", n=number)
    return _say_of(chat, box, "w_vote_same" if ballot.choice == number else "w_vote_unsure_change", number)


def how(chat: Chat, command: FollowerCommand) -> Reply:
    """怎么改票: how to vote or to vote for another; None while there is no vote."""
    box = _open_box(chat)
    if box is None:
        return None
    ballot = _own_ballot(chat, box)
    return _say_of(chat, box, "w_vote_how_change" if ballot else "w_vote_how", ballot.choice if ballot else 0)


def totals(chat: Chat, command: FollowerCommand) -> Reply:
    """现在多少票: nobody is told before the end, so that nobody follows the crowd; None if there is no round."""
    box = _open_box(chat)
    if box is not None:
        return chat.say("w_vote_totals", until=moment(chat.tools, box.close_at, chat.now))
    _, round_ = focus(chat.stores)
    return _closed(chat) if round_ is not None and round_.nominees else None


def _open_box(chat: Chat) -> Box | None:
    box = chat.stores.campaigns.box()
    return box if box is not None and chat.now < box.close_at else None


def _own_ballot(chat: Chat, box: Box) -> Ballot | None:
    return chat.stores.ballots.get(box.round, ballot_key(box.key, chat.person.pid))


def _say_of(chat: Chat, box: Box, name: str, number: int) -> str:
    """A sentence about one's ballot for `number`, with another number as an example of how to change it."""
    other = next((one for one, _ in sorted(box.choices) if one != number), number)
    return chat.say(name, n=number, other=other, until=moment(chat.tools, box.close_at, chat.now))


def _unknown(chat: Chat, box: Box, number: int) -> str:
    return chat.say("w_vote_unknown", n=number, numbers=" ".join(str(one) for one, _ in sorted(box.choices)))


def _is_fresh(chat: Chat, box: Box) -> bool:
    return chat.person.followed_at > 0 and followed_fresh(chat.person.followed_at, box.opened_at)


def _closed(chat: Chat) -> str:
    campaign, round_ = focus(chat.stores)
    if campaign is not None and campaign.is_paused:
        return chat.say("w_vote_paused")
    return chat.say("w_vote_closed" if round_ is not None and round_.nominees else "w_vote_none")


def invitation(chat: Chat) -> str:
    """One line at the end of an answer, once a round: there is a vote.

    Empty for who knows, does not want to, or was asked for something else within the week. Whoever calls this must say
    what it returns.
    """
    box = chat.stores.campaigns.box()
    if box is None or chat.now >= box.close_at or chat.person.is_creator or chat.person.silent or chat.person.blocked:
        return ""
    if told_name(box) in chat.person.told or not chat.stores.asks.spend(chat.person.pid, Ask.VOTE, chat.now, box.round):
        return ""
    return chat.say("w_vote_open", until=moment(chat.tools, box.close_at, chat.now))


def told_name(box: Box) -> str:
    """Under which name it is noted that a person knows of this vote."""
    return f"vote|{box.round}"


def mark_told(chat: Chat) -> None:
    """This person knows of the open vote."""
    box = chat.stores.campaigns.box()
    if box is not None:
        chat.update(told=_with(chat.person.told, told_name(box)))


def mark_blocked(stores: Stores, pid: str, blocked: bool) -> None:
    """A creator has blocked a person, or not any more: their ballot of the open round has weight accordingly (E13).

    The round is asked, not the box: while 暂停周榜 holds there is none.
    """
    campaign = stores.campaigns.get()
    round_ = stores.campaigns.round(campaign.current) if campaign else None
    if round_ is None or round_.state is not RoundState.VOTING:
        return
    key = ballot_key(stores.campaigns.key(round_.id), pid)
    ballot = stores.ballots.get(round_.id, key)
    if ballot is not None:
        stores.ballots.put(round_.id, key, msgspec.structs.replace(ballot, blocked=blocked))


def _with(told: tuple[str, ...], name: str) -> tuple[str, ...]:
    return told if name in told else (*told, name)[-200:]
