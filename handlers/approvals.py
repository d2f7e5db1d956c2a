"""Approving one draft: only what this creator was shown, and only while it is as it was shown."""

from __future__ import annotations

import secrets
from datetime import datetime

from bot.domain.comment import Comment
from bot.domain.draft import Draft, DraftState, digest_of
from bot.stores.audit import Entry
from bot.wechat.text import quoted
from handlers.cards import BARE_SECONDS, show_card
from handlers.chat.commands import ItemRef
from handlers.context import Chat, Reply
from handlers.queue import find, unknown_number

ABLE = (DraftState.PENDING, DraftState.SNOOZED, DraftState.FAILED)


def was_shown(chat: Chat, draft: Draft, text: str, whole_card: bool) -> bool:
    """True when exactly this text was displayed to this creator, and (for a plain 通过) on a card of this version."""
    seen = chat.stores.drafts.shown(chat.person.pid, draft.id)
    return digest_of(text) in seen.digests and (seen.version == draft.version or not whole_card)


def clock_time(chat: Chat, at: float) -> str:
    """HH:MM in the account's time zone, with the date if it is not today."""
    then = datetime.fromtimestamp(at, chat.tools.settings.timezone)
    today = datetime.fromtimestamp(chat.now, chat.tools.settings.timezone).date()
    return then.strftime("%H:%M") if then.date() == today else f"{then.month} 月 {then.day} 日 {then:%H:%M}"


def who(chat: Chat, pid: str) -> str:
    """How a creator reads of another creator."""
    if pid == chat.person.pid:
        return "你"
    other = chat.stores.people.get(pid)
    return other.title if other else "另一位作者"


def new_batch() -> str:
    """A name for what one message decides."""
    return secrets.token_hex(6)


def approve_the_one_shown(chat: Chat, elect: bool) -> Reply:
    """A bare 通过: works only if exactly one card was shown in the last three minutes."""
    session = chat.session
    if len(session.cards) != 1 or chat.now - session.cards_at > BARE_SECONDS:
        return chat.say("which_one")
    draft = chat.stores.drafts.get(session.cards[0])
    if draft is None or not draft.number:
        return chat.say("which_one")
    return approve_one(chat, ItemRef(draft.number), elect)


def approve_one(chat: Chat, item: ItemRef, elect: bool = False) -> str:
    """One item, or why not."""
    batch = new_batch()
    draft = find(chat, item.number)
    comment = chat.stores.comments.get(draft.id) if draft else None
    if draft is None or comment is None:
        return unknown_number(chat, item.number)
    refusal = _why_not(chat, draft, item)
    if refusal:
        return refusal
    if item.variant:
        draft = draft.showing(item.variant)
    approved = approve_draft(chat, draft, comment, elect, batch)
    chat.stores.drafts.put_batch(batch, [draft.id])
    chat.remember(batch=batch)
    return _said(chat, approved, comment, item.variant, elect)


def _why_not(chat: Chat, draft: Draft, item: ItemRef) -> str | None:
    """Why this item cannot be approved as asked, None if it can. May show the present card instead."""
    if draft.state not in ABLE:
        return _not_able(chat, draft)
    if item.pin and item.pin != draft.pin:
        return chat.say("stale_pin", card=show_card(chat, draft))
    if item.variant and item.variant not in draft.variant_names:
        names = "、".join(draft.variant_names) or "—"
        return chat.say("no_variant", n=draft.number, variant=item.variant, names=names)
    if not draft.variants:
        return chat.say("no_text", n=draft.number)
    text = draft.variant(item.variant).text if item.variant else draft.text
    if not was_shown(chat, draft, text, whole_card=item.variant is None):
        present = draft.showing(item.variant) if item.variant else draft
        if present is not draft:
            chat.stores.drafts.put(present, chat.now)
        key = "variant_unseen" if item.variant else "draft_changed"
        return chat.say(key, n=draft.number, card=show_card(chat, present))
    findings = chat.tools.gate.check_outgoing(text)
    if findings:
        return chat.say("gate_stops", n=draft.number, word=quoted(findings[0].word, 20), why=findings[0].why)
    return None


def _not_able(chat: Chat, draft: Draft) -> str:
    """What a second 通过 hears: what is true of the item now."""
    n, state = draft.number, draft.state
    if state is DraftState.SENT:
        return chat.say("already_sent", n=n, at=clock_time(chat, draft.sent_at))
    if state in (DraftState.APPROVED, DraftState.SENDING):
        if draft.approved_by == chat.person.pid:
            seconds = max(0, round(draft.due_at - chat.now))
            return chat.say("already_approved", n=n, seconds=seconds)
        by, at = who(chat, draft.approved_by), clock_time(chat, draft.approved_at)
        return chat.say("approved_by_other", n=n, who=by, at=at)
    if state is DraftState.OUTSIDE:
        return chat.say("replied_outside", n=n)
    if state is DraftState.GONE:
        return chat.say("gone", n=n, reason=draft.reason or "原留言被删除")
    if state is DraftState.EXPIRED:
        return chat.say("expired", n=n)
    if state is DraftState.REJECTED:
        return chat.say("rejected_before", n=n, who=who(chat, draft.approved_by) if draft.approved_by else "已")
    if state is DraftState.TO_PASTE:
        return chat.say("to_paste_again", n=n, text=quoted(draft.approved_text, 400))
    return chat.say("not_waiting", n=n, state=state.value)


def approve_draft(chat: Chat, draft: Draft, comment: Comment, elect: bool, batch: str) -> Draft:
    """Move one draft to 已通过 and make its sending due after the hold; what cannot be sent by API is to be pasted."""
    now, stores = chat.now, chat.stores
    held = chat.tools.settings.hold_seconds
    approved = draft.moved(
        DraftState.APPROVED,
        now,
        approved_by=chat.person.pid,
        approved_at=now,
        approved_text=draft.text,
        batch=batch,
        due_at=now + held,
        elect=elect or draft.elect,
        tries=0,
        reason="",
    )
    if needs_pasting(chat, comment):
        approved = approved.moved(DraftState.TO_PASTE, now)
    else:
        stores.due("send", draft.id, approved.due_at)
    stores.drafts.put(approved, now)
    stores.drafts.forget_shown(chat.person.pid, draft.id)
    stores.audit.add(
        draft.id, Entry(now, "通过并精选" if elect else "通过", chat.person.pid, quoted(draft.text, 400), draft.version)
    )
    return approved


def needs_pasting(chat: Chat, comment: Comment) -> bool:
    """True when no API can carry the reply: imported comments, and all but chat ones without comment permission."""
    if comment.by_chat:
        return False
    return not comment.has_api_slot or bool(chat.stores.account.fact("no_comment_api"))


def _said(chat: Chat, draft: Draft, comment: Comment, variant: str | None, elect: bool) -> str:
    n = draft.number
    if draft.state is DraftState.TO_PASTE:
        return chat.say("to_paste", n=n, text=quoted(draft.approved_text, 400))
    seconds = chat.tools.settings.hold_seconds
    label = f"{n}（{variant} 稿）" if variant else f"{n} "
    if comment.by_chat:
        return chat.say("approved_chat", label=label, seconds=seconds)
    paused = chat.say("but_paused") if chat.stores.account.pause else ""
    return chat.say("approved_elect" if elect else "approved", label=label, seconds=seconds) + paused
