"""精选 and 取消精选: stored and answered at once, done by a worker, the result stands under 查 N."""

from __future__ import annotations

from bot.stores.audit import Entry
from handlers.approvals import no_election
from handlers.chat.commands import Command, Verb
from handlers.context import Chat, Reply
from handlers.permissions import NO_COMMENT_API
from handlers.queue import find, unknown_number


def elect(chat: Chat, command: Command) -> Reply:
    """精选 8 / 取消精选 8."""
    wanted = command.verb is Verb.ELECT
    todo, opposite = ("elect", "unelect") if wanted else ("unelect", "elect")
    planned = {member for member, _ in chat.stores.due_members(("elect", "unelect"))}
    lines = []
    for item in dict.fromkeys(command.items):
        draft = find(chat, item.number)
        comment = chat.stores.comments.get(draft.id) if draft else None
        if draft is None or comment is None:
            lines.append(unknown_number(chat, item.number))
        elif not comment.has_api_slot or chat.stores.account.fact(NO_COMMENT_API):
            lines.append(no_election(chat, item.number, comment))
        elif comment.gone:
            lines.append(chat.say("gone", n=item.number, reason=chat.say("i_deleted")))
        elif comment.elected is wanted and f"{opposite}|{draft.id}" not in planned:
            lines.append(chat.say("elected_already" if wanted else "not_elected", n=item.number))
        else:
            chat.stores.due_no_more(opposite, draft.id)
            chat.stores.due(todo, draft.id, chat.now)
            chat.stores.audit.add(draft.id, Entry(chat.now, command.verb.value, chat.person.pid, said=chat.said))
            other = Verb.UNELECT if wanted else Verb.ELECT
            chat.did(f"{command.verb.value} {item.number}", f"{other.value} {item.number}")
            lines.append(chat.say("electing" if wanted else "unelecting", n=item.number))
    return "\n".join(lines)
