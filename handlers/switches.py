"""暂停, 恢复, 状态: the kill switch and what is true of the account now."""

from __future__ import annotations

import msgspec

from bot.domain.draft import Draft, DraftState
from bot.stores.account_state import Pause
from bot.stores.audit import Entry
from handlers.articles import title_of
from handlers.automatic import day_of
from handlers.chat.commands import Command
from handlers.context import Blocks, Chat, Reply
from handlers.others import clock_time, who
from handlers.permissions import NO_COMMENT_API, what_works
from handlers.queue import next_look
from handlers.rests import end_rests

NAMED = 20
"""Item numbers named in one line at most."""

WAIT_FOR_WRITES = ("withdraw", "elect", "unelect", "tell", "post")
"""Tasks that a pause or a rest holds back, beside the sending of approved replies."""


def pause(chat: Chat, command: Command) -> Reply:
    """暂停: every outgoing call stops, comments are still taken in."""
    waiting = len(chat.stores.drafts.approved())
    known = chat.stores.account.pause
    if known:
        return chat.say("paused_already", at=clock_time(chat, known.at), waiting=waiting)
    chat.stores.account.put_pause(Pause(chat.person.pid, chat.now))
    chat.stores.audit.note(Entry(chat.now, "暂停", chat.person.pid, said=chat.said))
    chat.did("暂停", "恢复")
    return chat.say("paused", waiting=waiting)


def resume(chat: Chat, command: Command) -> Reply:
    """恢复: a pause, a ban and every rest end, sending goes on; what waited is named."""
    was_silent = chat.person.silent
    if was_silent:  # a creator's 退订 stops the bot's own notes; this is the one word that ends it
        chat.update(silent=False)
    paused = chat.stores.account.pause
    rested = end_rests(chat.stores)
    if not paused and not rested:
        return chat.say("f_back" if was_silent else "not_paused")
    chat.stores.account.put_pause(None)
    chat.stores.audit.note(Entry(chat.now, "恢复", chat.person.pid, said=chat.said))
    chat.did("恢复", "暂停")
    waiting = chat.stores.drafts.many(chat.stores.drafts.approved())
    for draft in waiting:
        at = max(chat.now, draft.approved_at + chat.tools.settings.hold_seconds)
        if draft.state is DraftState.APPROVED and draft.due_at > at:
            chat.stores.drafts.put(msgspec.structs.replace(draft, due_at=at), chat.now)
        chat.stores.due("send", draft.id, at)
    for member, at in chat.stores.due_members(WAIT_FOR_WRITES):
        if at > chat.now:
            kind, _, arg = member.partition("|")
            chat.stores.due(kind, arg, chat.now)
    if rested and not chat.stores.account.fact(NO_COMMENT_API):
        for article in chat.stores.articles.all():
            if not chat.stores.articles.poll(article.key).stopped:
                chat.stores.due("pull", article.key, chat.now)
    return chat.say("resumed", waiting=len(waiting), numbers=_numbers(waiting)) if waiting else chat.say("resumed_none")


def status(chat: Chat, command: Command) -> Reply:
    """状态: what waits, what is paused, what works, the next look for comments, and what creators were told of late."""
    stores = chat.stores
    waiting = stores.drafts.ready_length(chat.now)
    lines = [chat.say("status_queue", waiting=waiting, approved=len(stores.drafts.approved()))]
    if idle := stores.no_reply.of(day_of(chat.now, chat.tools.settings.timezone)):
        lines.append(chat.say("status_no_reply", n=idle))
    to_paste = stores.drafts.peek(stores.drafts.to_paste())
    if to_paste:
        lines.append(chat.say("status_paste", n=len(to_paste), numbers=_numbers(to_paste)))
    untriaged = stores.account.inbox_length()
    if untriaged:
        lines.append(chat.say("status_inbox", n=untriaged))
    paused = stores.account.pause
    if paused:
        by = who(chat, paused.by) if paused.by else "系统"
        lines.append(chat.say("status_paused", who=by, at=clock_time(chat, paused.at)))
    granted = len(stores.standings.granted())
    if granted:
        used = len(stores.standings.today(day_of(chat.now, chat.tools.settings.timezone)))
        lines.append(chat.say("s_status", granted=granted, used=used, cap=stores.standings.cap))
    made, withheld = stores.asks.totals()
    if withheld:
        lines.append(chat.say("status_asks", made=made, withheld=withheld))
    article = stores.articles.newest()
    if article:
        title = f"《{title_of(article)}》" if article.title else title_of(article)
        lines.append(chat.say("status_article", n=article.n, title=title))
    if not stores.account.fact(NO_COMMENT_API):
        lines.append(next_look(chat))
    lines += what_works(stores, chat.tools.phrases, chat.now)
    notices = stores.account.notices()
    chat.update(told=tuple(dict.fromkeys((*chat.person.told, *notices)))[-200:])
    told = [text for name, text in notices.items() if not name.startswith(NO_COMMENT_API)]
    page = "\n".join(line for line in lines if line)
    return Blocks((page, *told)) if told else page


def _numbers(drafts: list[Draft]) -> str:
    """Item numbers in order, a few of them if there are many."""
    named = sorted(draft.number for draft in drafts if draft.number)
    return " ".join(map(str, named[:NAMED])) + (" …" if len(named) > NAMED else "")
