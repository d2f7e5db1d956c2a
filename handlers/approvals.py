"""Approving one draft: only what this creator was shown, and only while it is as it was shown."""

from __future__ import annotations

from bot.domain.comment import Comment
from bot.domain.draft import HAND, UNDECIDED, Draft, DraftState, digest_of
from bot.wechat.text import quoted
from handlers.automatic import note_approval
from handlers.bank import remember_answer
from handlers.cards import BARE_SECONDS, show_card
from handlers.chat.commands import ItemRef
from handlers.context import Chat, Reply
from handlers.others import clock_time, held_by_other, who
from handlers.pasting import to_paste, to_paste_again
from handlers.queue import exact_span, find, show_variant, unknown_number
from handlers.releasing import approval, needs_pasting, release

S = DraftState
SOON_SECONDS = 120.0
_OTHER_VARIANT = {
    S.APPROVED: "waiting_variant",
    S.SENDING: "waiting_variant",
    S.WAITING_READER: "waiting_variant",
    S.SENT: "sent_variant",
}
"""What is said to 通过 3B while another variant is on its way, or stands already."""


def was_shown(chat: Chat, draft: Draft, text: str, whole_card: bool) -> bool:
    """True when exactly this text was displayed to this creator, and (for a plain 通过) on a card of this version."""
    seen = chat.stores.drafts.shown(chat.person.pid, draft.id)
    return digest_of(text) in seen.digests and (seen.version == draft.version or not whole_card)


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
    draft = find(chat, item.number)
    comment = chat.stores.comments.get(draft.id) if draft else None
    if draft is None or comment is None:
        return unknown_number(chat, item.number)
    refusal = _why_not(chat, draft, item)
    if refusal:
        return refusal
    if item.variant:
        draft = draft.showing(item.variant)
    batch = chat.new_batch()
    approved = approve_draft(chat, draft, comment, elect, batch)
    chat.decided(batch, [draft.id])
    return _said(chat, approved, comment, item.variant, elect)


def _why_not(chat: Chat, draft: Draft, item: ItemRef) -> str | None:
    """Why this item cannot be approved as asked, None if it can. May show the present card instead."""
    n = draft.number
    if draft.state not in UNDECIDED:
        return _decided_before(chat, draft, item.variant)
    if held := held_by_other(chat, draft):
        return held
    if item.pin and item.pin != draft.pin:
        return chat.say("stale_pin", card=show_card(chat, draft))
    if not draft.variants:
        return chat.say("no_text", n=n)
    if item.variant and item.variant not in draft.variant_names:
        return chat.say("no_variant", n=n, variant=item.variant, names="、".join(draft.variant_names))
    text = draft.variant(item.variant).text if item.variant else draft.text
    findings = chat.check_outgoing(text)
    if findings:
        return chat.say("gate_stops", n=n, word=quoted(findings[0].word, 20), why=findings[0].why)
    if was_shown(chat, draft, text, whole_card=item.variant is None):
        return None
    if item.variant and item.variant != draft.chosen:
        return chat.say("draft_unseen", n=n, card=show_variant(chat, draft, item.variant))
    name = "draft_changed" if chat.stores.drafts.shown(chat.person.pid, draft.id).version else "draft_unseen"
    return chat.say(name, n=n, card=show_card(chat, draft))


def _decided_before(chat: Chat, draft: Draft, wanted: str | None) -> str:
    """What a second 通过 hears: what is true of the item now, and who decided it if somebody else did."""
    n, state = draft.number, draft.state
    mine = draft.approved_by == chat.person.pid
    by = f"常发 模板{draft.standing}" if draft.standing else who(chat, draft.approved_by)
    if wanted in draft.variant_names and draft.variant(wanted or "").text != draft.approved_text:
        name = _OTHER_VARIANT.get(state)
        what = "手改的一稿" if draft.chosen == HAND else f" {draft.chosen} 稿"
        if name is not None:
            return chat.say(name, n=n, what=what if mine else f"{by}通过的{what}", variant=wanted)
    at = clock_time(chat, draft.approved_at)
    if state is S.SENT:
        sent_at = clock_time(chat, draft.sent_at)
        if mine:
            return chat.say("already_sent", n=n, at=sent_at)
        return chat.say("sent_by_other", n=n, who=by, at=sent_at)
    if state in (S.APPROVED, S.SENDING):
        if mine:
            return chat.say("already_approved", n=n, when=_when(chat, draft))
        return chat.say("approved_by_other", n=n, who=by, at=at)
    if state is S.WAITING_READER:
        return chat.say("already_in_mailbox", n=n, who=by, at=at)
    if state is S.TO_PASTE:
        return to_paste_again(chat, draft)
    if state is S.OUTSIDE:
        return chat.say("replied_outside", n=n)
    if state is S.GONE:
        return chat.say("gone", n=n, reason=draft.reason or chat.say("i_deleted"))
    if state is S.EXPIRED:
        return chat.say("expired", n=n)
    if state is S.REJECTED:
        return chat.say("rejected_before", n=n, who=by, at=clock_time(chat, draft.changed_at))
    return chat.say("not_waiting", n=n, state=state.value)


def _when(chat: Chat, draft: Draft) -> str:
    """When an approved reply goes out: soon, at a time, or not before 恢复."""
    if chat.stores.account.pause:
        return chat.say("when_resumed")
    left = draft.due_at - chat.now
    if draft.state is S.SENDING or left <= 0:
        return chat.say("when_now")
    if left <= SOON_SECONDS:
        return chat.say("when_seconds", seconds=round(left))
    return chat.say("when_at", at=clock_time(chat, draft.due_at))


def approve_draft(chat: Chat, draft: Draft, comment: Comment, elect: bool, batch: str) -> Draft:
    """Move one draft to 已通过 and make its sending due after the hold; what cannot be sent by API is to be pasted."""
    stores = chat.stores
    entry = approval(chat.now, "通过并精选" if elect else "通过", chat.person.pid, draft, chat.said)
    hold, paste = chat.tools.settings.hold_seconds, needs_pasting(stores, comment)
    approved = release(stores, draft, entry, hold, elect=elect, batch=batch, paste=paste)
    remember_answer(stores, approved, comment, chat.now)
    note_approval(stores, approved, comment, chat.now, chat.say)
    return approved


def but_paused(chat: Chat) -> str:
    """What has to be added to `将发出` while sending is paused."""
    return "\n" + chat.say("but_paused") if chat.stores.account.pause else ""


def _said(chat: Chat, draft: Draft, comment: Comment, variant: str | None, elect: bool) -> str:
    n = draft.number
    by_hand = "\n" + no_election(chat, n, comment) if elect and not comment.elected else ""
    if draft.state is S.TO_PASTE:
        return f"{by_hand}\n{to_paste(chat, draft)}".lstrip()
    held = exact_span(chat.tools.settings.hold_seconds)
    label = f"{n}（{variant} 稿）" if variant else f"{n} "
    if comment.by_chat:
        return chat.say("approved_chat", label=label, span=held) + but_paused(chat) + by_hand
    return chat.say("approved_elect" if elect else "approved", label=label, span=held) + but_paused(chat)


def no_election(chat: Chat, n: int, comment: Comment) -> str:
    """Why 精选 cannot be done by API here, and what to do instead."""
    return chat.say("elect_chat" if comment.by_chat else "elect_by_hand", n=n)
