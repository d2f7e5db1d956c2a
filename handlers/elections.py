"""精选 and 取消精选: stored and answered at once, done by a worker, the result stands under 查 N."""

from __future__ import annotations

from bot.stores.audit import Entry
from handlers.chat.commands import Command, Verb
from handlers.context import Chat, Reply
from handlers.queue import find, unknown_number


def elect(chat: Chat, command: Command) -> Reply:
    """精选 8 / 取消精选 8."""
    wanted = command.verb is Verb.ELECT
    lines = []
    for item in dict.fromkeys(command.items):
        draft = find(chat, item.number)
        comment = chat.stores.comments.get(draft.id) if draft else None
        if draft is None or comment is None:
            lines.append(unknown_number(chat, item.number))
        elif not comment.has_api_slot or chat.stores.account.fact("no_comment_api"):
            lines.append(chat.say("elect_by_hand", n=item.number))
        elif comment.gone:
            lines.append(chat.say("gone", n=item.number, reason="原留言被删除"))
        elif comment.elected is wanted:
            lines.append(chat.say("elected_already" if wanted else "not_elected", n=item.number))
        else:
            chat.stores.due("elect" if wanted else "unelect", draft.id, chat.now)
            chat.stores.audit.add(draft.id, Entry(chat.now, "精选" if wanted else "取消精选", chat.person.pid))
            lines.append(chat.say("electing" if wanted else "unelecting", n=item.number))
    return "\n".join(lines)
