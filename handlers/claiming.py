"""认领 3: one creator holds an item for a quarter of an hour; the others see who has it (feature D10)."""

from __future__ import annotations

from bot.domain.draft import UNDECIDED, Draft
from bot.stores.audit import Entry
from bot.stores.claims import Claim
from handlers.chat.commands import Command, Verb
from handlers.context import Chat, Reply
from handlers.others import clock_time, held_by_other
from handlers.queue import find, unknown_number

HOLD_SECONDS = 900.0


def claim(chat: Chat, command: Command) -> Reply:
    """认领 3 and 取消认领 3; whoever claims first has it."""
    one = _release if command.verb is Verb.UNCLAIM else _claim
    lines = []
    for item in command.items:
        draft = find(chat, item.number)
        lines.append(one(chat, draft) if draft else unknown_number(chat, item.number))
    return "\n".join(lines)


def _claim(chat: Chat, draft: Draft) -> str:
    if draft.state not in UNDECIDED:
        return chat.say("not_waiting", n=draft.number, state=draft.state.value)
    if line := held_by_other(chat, draft):
        return line
    until = chat.now + HOLD_SECONDS
    chat.stores.claims.hold(draft.id, Claim(chat.person.pid, chat.now, until))
    chat.stores.audit.add(draft.id, Entry(chat.now, "认领", chat.person.pid, said=chat.said))
    chat.did(f"认领 {draft.number}", f"取消认领 {draft.number}")
    return chat.say("d_claimed", n=draft.number, at=clock_time(chat, until))


def _release(chat: Chat, draft: Draft) -> str:
    if line := held_by_other(chat, draft):
        return line
    if chat.stores.claims.of(draft.id, chat.now) is None:
        return chat.say("d_not_claimed", n=draft.number)
    chat.stores.claims.release(draft.id)
    chat.did(f"取消认领 {draft.number}", f"认领 {draft.number}")
    return chat.say("d_released", n=draft.number)
