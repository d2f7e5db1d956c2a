"""赞12 and 取消赞12: likes given in chat, each counted once and for little (feature E5)."""

from __future__ import annotations

from datetime import datetime

from bot.domain.comment import Comment
from bot.domain.weekly import week_id
from bot.stores.likes import Like
from handlers import whys
from handlers.chat.commands import FollowerCommand
from handlers.context import Chat, Reply

A_DAY = 20
UNDO_SECONDS = 600.0
WEEK = 7 * 86400.0


def like(chat: Chat, command: FollowerCommand) -> Reply:
    """赞12: at most twenty a day, not one's own; one a week from the same reader counts for a writer's standing."""
    number = command.number or 0
    comment = _numbered(chat, number)
    if comment is None:
        return chat.say("w_like_unknown", n=number)
    if comment.pid and comment.pid == chat.person.pid:
        return chat.say("w_like_own", n=number)
    pid, stores = chat.person.pid, chat.stores
    stores.unit.prefetch([stores.likes.place(pid, comment.id), stores.asks.place(pid)])
    if stores.likes.get(pid, comment.id):
        return chat.say("w_liked_already", n=number)
    given = stores.likes.given(pid)
    midnight = _midnight(chat)
    if sum(one.at >= midnight for one in given.values()) >= A_DAY:
        return chat.say("w_like_often", most=A_DAY)
    counted = not chat.person.blocked
    week = _week(chat) if counted and comment.pid and not _liked_lately(chat, comment.pid, given) else ""
    stores.likes.add(pid, comment.id, Like(chat.now, counted, week), comment.pid)
    return whys.with_question(chat, chat.say("w_liked", n=number), comment.id)


def unlike(chat: Chat, command: FollowerCommand) -> Reply:
    """取消赞12: within ten minutes, as if it had not been."""
    number = command.number or 0
    comment = _numbered(chat, number)
    known = chat.stores.likes.get(chat.person.pid, comment.id) if comment else None
    if comment is None or known is None:
        return chat.say("w_not_liked", n=number)
    if chat.now - known.at > UNDO_SECONDS:
        return chat.say("w_like_stays", n=number, minutes=round(UNDO_SECONDS / 60))
    chat.stores.likes.remove(chat.person.pid, comment.id, known, comment.pid)
    return chat.say("w_unliked", n=number)


def _numbered(chat: Chat, number: int) -> Comment | None:
    """The comment with this number, triaged or waiting for it; None if there is none any more."""
    comment_id = chat.stores.comments.id_of(number)
    if not comment_id:
        return None
    comment = chat.stores.comments.get(comment_id) or chat.stores.account.inbox_entries([comment_id])[0]
    return comment if comment and comment.content and not comment.gone else None


def _liked_lately(chat: Chat, author: str, given: dict[str, Like]) -> bool:
    """True when this reader has liked the same writer within the week."""
    lately = [comment_id for comment_id, one in given.items() if one.week and chat.now - one.at < WEEK]
    return any(comment and comment.pid == author for comment in chat.stores.comments.many(lately))


def _midnight(chat: Chat) -> float:
    local = datetime.fromtimestamp(chat.now, chat.tools.settings.timezone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


def _week(chat: Chat) -> str:
    return week_id(datetime.fromtimestamp(chat.now, chat.tools.settings.timezone))
