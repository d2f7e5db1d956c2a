"""屏蔽 N and 解除屏蔽 N: a person's words are kept but neither count nor get answers, and they are not told (E13)."""

from __future__ import annotations

import msgspec

from bot.domain.people import Person
from bot.stores.audit import Entry
from handlers.chat.commands import Command, Verb
from handlers.context import Chat, Reply
from handlers.nominations import reconsider
from handlers.queue import find, unknown_number
from handlers.votes import mark_blocked


def block(chat: Chat, command: Command) -> Reply:
    """屏蔽 3 / 解除屏蔽 3: the writer of that comment."""
    blocked = command.verb is Verb.BLOCK
    lines = []
    for item in command.items:
        draft = find(chat, item.number)
        comment = chat.stores.comments.get(draft.id) if draft else None
        if draft is None or comment is None:
            lines.append(unknown_number(chat, item.number))
            continue
        if not comment.pid:
            lines.append(chat.say("block_unknown", n=item.number))
            continue
        person = chat.stores.people.get(comment.pid) or Person(comment.pid, first_seen=chat.now)
        if person.is_creator:
            lines.append(chat.say("block_creator", n=item.number))
            continue
        chat.stores.people.put(msgspec.structs.replace(person, blocked=blocked))
        mark_blocked(chat.stores, person.pid, blocked)
        reconsider(chat.stores, person.pid, chat.now)
        entry = Entry(chat.now, command.verb.value, chat.person.pid, said=chat.said)
        chat.stores.audit.add(draft.id, entry)
        other = Verb.UNBLOCK if blocked else Verb.BLOCK
        chat.did(f"{command.verb.value} {item.number}", f"{other.value} {item.number}")
        lines.append(chat.say("blocked" if blocked else "unblocked", n=item.number))
    return "\n".join(lines)
