"""暂停, 恢复, 状态: the kill switch and what is true of the account now."""

from __future__ import annotations

from bot.stores.account_state import Pause
from bot.stores.audit import Entry
from handlers.approvals import clock_time, who
from handlers.chat.commands import Command
from handlers.context import Chat, Reply
from handlers.permissions import what_works
from handlers.queue import next_look


def pause(chat: Chat, command: Command) -> Reply:
    """暂停: every outgoing call stops, comments are still taken in."""
    known = chat.stores.account.pause
    if known:
        return chat.say("paused_already", at=clock_time(chat, known.at), waiting=len(chat.stores.drafts.approved()))
    chat.stores.account.put_pause(Pause(chat.person.pid, chat.now))
    chat.stores.audit.note(Entry(chat.now, "暂停", chat.person.pid))
    return chat.say("paused", waiting=len(chat.stores.drafts.approved()))


def resume(chat: Chat, command: Command) -> Reply:
    """恢复: sending goes on; what waited is named."""
    if chat.person.silent:  # a creator's 退订 stops the bot's own notes; this is the one word that ends it
        chat.update(silent=False)
        if not chat.stores.account.pause:
            return chat.say("f_back")
    if not chat.stores.account.pause:
        return chat.say("not_paused")
    chat.stores.account.put_pause(None)
    chat.stores.account.put_fact("ban", "")
    chat.stores.unit.do("DEL", chat.stores.unit.key("rests"))
    chat.stores.audit.note(Entry(chat.now, "恢复", chat.person.pid))
    waiting = chat.stores.drafts.approved()
    for draft in chat.stores.drafts.many(waiting):
        chat.stores.due("send", draft.id, max(chat.now, draft.due_at))
    return chat.say("resumed", waiting=len(waiting))


def status(chat: Chat, command: Command) -> Reply:
    """状态: waiting, approved, paused, what works, the next look for comments."""
    stores = chat.stores
    lines = [chat.say("status_queue", waiting=stores.drafts.queue_length(), approved=len(stores.drafts.approved()))]
    untriaged = stores.account.inbox_length()
    if untriaged:
        lines.append(chat.say("status_inbox", n=untriaged))
    paused = stores.account.pause
    if paused:
        by = who(chat, paused.by) if paused.by else "系统"
        lines.append(chat.say("status_paused", who=by, at=clock_time(chat, paused.at)))
    article = stores.articles.newest()
    if article:
        lines.append(chat.say("status_article", n=article.n, title=article.title or article.key))
    lines.append(next_look(chat))
    lines += what_works(stores, chat.tools.phrases)
    return "\n".join(line for line in lines if line)
