"""投N: one ballot a person and round, to be changed until the vote closes; totals are told only then (E3, E4)."""

from __future__ import annotations

import msgspec

from bot.domain.asks import Ask
from bot.domain.ballot import Ballot, ballot_key, followed_fresh, followed_late, joined_hour
from bot.stores.asks import Asks
from bot.stores.ballots import Ballots
from bot.stores.campaigns import Box
from bot.stores.stores import Stores
from bot.stores.unit import Place, Unit
from handlers import whys
from handlers.chat.commands import FollowerCommand
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
    box = chat.stores.campaigns.box()
    if box is None or chat.now >= box.close_at:
        return _closed(chat)
    number = command.number or 0
    chosen = dict(box.choices).get(number)
    if chosen is None:
        numbers = " ".join(str(one) for one, _ in sorted(box.choices))
        return chat.say("w_vote_unknown", n=number, numbers=numbers)
    key = ballot_key(box.key, chat.person.pid)
    chat.stores.unit.prefetch([chat.stores.ballots.place(box.round, key), chat.stores.asks.place(chat.person.pid)])
    before = chat.stores.ballots.get(box.round, key)
    # Who left and came back has followed late, but their ballot is the one they cast before.
    late = before.late if before else followed_late(chat.person.followed_at, box.opened_at)
    fresh = before.fresh if before else _is_fresh(chat, box)
    joined = before.joined if before else joined_hour(chat.person.followed_at) if fresh else 0
    chat.stores.ballots.put(box.round, key, Ballot(number, chat.now, late, fresh, chat.person.blocked, joined))
    chat.update(told=_with(chat.person.told, told_name(box)))
    until = moment(chat.tools, box.close_at, chat.now)
    if late:
        return chat.say("w_vote_late", n=number)
    name = "w_voted" if before is None else "w_vote_same" if before.choice == number else "w_vote_changed"
    said = chat.say(name, n=number, until=until)
    if number in box.honorary:
        return f"{said}\n{chat.say('w_vote_honorary', n=number)}"
    return whys.with_question(chat, said, chosen)


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
    """A creator has blocked a person, or not any more: their ballot of the open round has weight accordingly (E13)."""
    box = stores.campaigns.box()
    if box is None:
        return
    key = ballot_key(box.key, pid)
    ballot = stores.ballots.get(box.round, key)
    if ballot is not None:
        stores.ballots.put(box.round, key, msgspec.structs.replace(ballot, blocked=blocked))


def _with(told: tuple[str, ...], name: str) -> tuple[str, ...]:
    return told if name in told else (*told, name)[-200:]
