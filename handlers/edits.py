"""Rewriting a draft: 改 3 文本 (shown back, still needs 通过) and 改并发 3 文本."""

from __future__ import annotations

from bot.domain.draft import HAND, UNDECIDED, Draft
from bot.domain.people import Step
from bot.stores.audit import Entry
from bot.wechat.text import quoted
from handlers.approvals import approve_one
from handlers.automatic import note_doubt
from handlers.cards import REPLY_SHOWN, show_card, shown
from handlers.chat.commands import Command, ItemRef, Verb
from handlers.context import Chat, Reply
from handlers.others import held_by_other
from handlers.queue import find, show_variant, unknown_number

LONGEST = 300
"""Characters of a hand-written reply; WeChat's own limit is undocumented and only known by 88007 (reference 5.2)."""


def edit(chat: Chat, command: Command) -> Reply:
    """改 3 文本: the creator's own words, byte for byte; 改 3 B takes a variant."""
    item = command.items[0]
    draft = find(chat, item.number)
    if draft is None:
        return unknown_number(chat, item.number)
    if draft.state not in UNDECIDED:
        return chat.say("not_editable", n=item.number, state=draft.state.value)
    if held := held_by_other(chat, draft):
        return held
    if item.pin and item.pin != draft.pin:
        return chat.say("stale_pin", card=show_card(chat, draft))
    if command.text is None:
        return _take_variant(chat, draft, item.variant or "", command.verb is Verb.EDIT_AND_SEND)
    text = command.text
    limit = int(chat.stores.account.fact("reply_limit") or LONGEST)
    if len(text) > limit:
        return chat.say("edit_too_long", n=item.number, limit=limit, surplus=len(text) - limit)
    changed = draft.rewritten(text)
    chat.stores.drafts.put(changed, chat.now)
    entry = Entry(chat.now, "改", chat.person.pid, quoted(text, REPLY_SHOWN), changed.version)
    chat.stores.audit.add(draft.id, entry)
    note_doubt(chat.stores, draft, chat.say("s_why_edited", n=draft.number), chat.now, chat.say)
    by_hand = draft.variant(HAND).text if HAND in draft.variant_names else ""
    step = Step(f"改 {draft.number}", "", draft.id, changed.version, draft.chosen, True, by_hand)
    chat.remember(batch="", step=step)
    findings = chat.check_outgoing(text)
    if findings:
        return chat.say("edit_kept", n=item.number, word=quoted(findings[0].word, 20), why=findings[0].why)
    shown(chat, changed)
    if command.verb is Verb.EDIT_AND_SEND:
        return approve_one(chat, ItemRef(item.number))
    return chat.say("edited", n=item.number, text=quoted(text, REPLY_SHOWN))


def _take_variant(chat: Chat, draft: Draft, name: str, and_send: bool) -> str:
    if not draft.variants:
        return chat.say("no_text", n=draft.number)
    if name not in draft.variant_names:
        return chat.say("no_variant", n=draft.number, variant=name, names="、".join(draft.variant_names))
    if and_send:
        return approve_one(chat, ItemRef(draft.number, name))
    return show_variant(chat, draft, name)
