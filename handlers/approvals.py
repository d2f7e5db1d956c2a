"""Approving: 通过, 通过并精选, ranges, 全部通过 and its code. Only what this creator was shown can be approved."""

from __future__ import annotations

import secrets
from datetime import datetime

import msgspec

from bot.domain.comment import Comment
from bot.domain.draft import Draft, DraftState, digest_of
from bot.domain.order import in_order
from bot.stores.audit import Entry
from bot.wechat.text import quoted
from handlers.cards import BARE_SECONDS, is_risky, show_card
from handlers.chat.commands import Command, ItemRef, Verb
from handlers.context import Chat, Reply
from handlers.queue import find, unknown_number

CODE_FROM = 6
"""More items than five in one message need a one-time code (D5)."""

CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ"
ABLE = (DraftState.PENDING, DraftState.SNOOZED, DraftState.FAILED)


class Listed(msgspec.Struct, frozen=True, array_like=True):
    """One item of a batch that waits for its code: exactly this version of exactly this text."""

    id: str
    version: int
    digest: str


class Batch(msgspec.Struct, frozen=True, array_like=True):
    """A batch that waits for its code."""

    items: tuple[Listed, ...]
    elect: bool = False


def approve(chat: Chat, command: Command) -> Reply:
    """通过 3, 通过 3B, 通过 3-6、9, a bare 通过 after one card."""
    elect = command.verb is Verb.APPROVE_AND_ELECT
    if not command.items:
        return _approve_the_one_shown(chat, elect)
    if len(command.items) == 1:
        return _approve_one(chat, command.items[0], elect, _batch_id())
    return _approve_many(chat, command.items, elect)


def approve_all(chat: Chat, command: Command) -> Reply:
    """全部通过 [除了 5]: every waiting item whose present draft this creator has been shown."""
    spared = {item.number for item in command.except_items}
    drafts = chat.stores.drafts
    queue = in_order(drafts.queue(), chat.now)
    known = [
        draft for draft in drafts.many([waiting.id for waiting in queue]) if draft.number and draft.number not in spared
    ]
    items = [draft for draft in known if draft.text and was_shown(chat, draft, draft.text, whole_card=True)]
    items = [draft for draft in items if not _is_crisis(chat, draft)][:50]
    if not items:
        return chat.say("nothing_shown")
    return _check_batch(chat, items, elect=False)


def confirm(chat: Chat, batch_json: str) -> Reply:
    """确认 7K: the batch as it was listed; if a listed draft changed meanwhile, nothing is executed."""
    batch = msgspec.json.decode(batch_json, type=Batch)
    drafts = []
    for listed in batch.items:
        draft = chat.stores.drafts.get(listed.id)
        same = draft and draft.version == listed.version and digest_of(draft.text) == listed.digest
        if draft is None or not same or draft.state not in ABLE:
            n = draft.number if draft else "?"
            return chat.say("code_stale", n=n)
        drafts.append(draft)
    newer = chat.stores.drafts.queue_length() - len(drafts)
    return _send_batch(chat, drafts, batch.elect, newer)


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


def _batch_id() -> str:
    return secrets.token_hex(6)


def _approve_the_one_shown(chat: Chat, elect: bool) -> Reply:
    session = chat.session
    if len(session.cards) != 1 or chat.now - session.cards_at > BARE_SECONDS:
        return chat.say("which_one")
    draft = chat.stores.drafts.get(session.cards[0])
    if draft is None or not draft.number:
        return chat.say("which_one")
    return _approve_one(chat, ItemRef(draft.number), elect, _batch_id())


def _approve_one(chat: Chat, item: ItemRef, elect: bool, batch: str) -> str:
    draft = find(chat, item.number)
    comment = chat.stores.comments.get(draft.id) if draft else None
    if draft is None or comment is None:
        return unknown_number(chat, item.number)
    refusal = _why_not(chat, draft, item)
    if refusal:
        return refusal
    if item.variant:
        draft = draft.showing(item.variant)
    approved = _approve(chat, draft, comment, elect, batch)
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


def _approve(chat: Chat, draft: Draft, comment: Comment, elect: bool, batch: str) -> Draft:
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
    label = f"{n}（{variant} 稿）" if variant else str(n)
    if comment.by_chat:
        return chat.say("approved_chat", label=label, seconds=seconds)
    paused = chat.say("but_paused") if chat.stores.account.pause else ""
    return chat.say("approved_elect" if elect else "approved", label=label, seconds=seconds) + paused


def _approve_many(chat: Chat, items: tuple[ItemRef, ...], elect: bool) -> Reply:
    """Several named items: those that cannot be approved are listed with their reason, the rest go on."""
    able: list[Draft] = []
    problems: list[str] = []
    for item in dict.fromkeys(items):
        draft = find(chat, item.number)
        comment = chat.stores.comments.get(draft.id) if draft else None
        if draft is None or comment is None:
            problems.append(chat.say("batch_unknown", n=item.number))
        elif _is_crisis(chat, draft):
            problems.append(chat.say("batch_crisis", n=item.number))
        elif draft.state not in ABLE:
            problems.append(chat.say("batch_state", n=item.number, state=draft.state.value))
        else:
            problem = _unfit_for_batch(chat, draft, item)
            if problem:
                problems.append(problem)
            else:
                able.append(draft.showing(item.variant) if item.variant else draft)
    if not able:
        return "\n".join(problems) if problems else chat.say("nothing_shown")
    for draft in able:
        if draft != chat.stores.drafts.get(draft.id):
            chat.stores.drafts.put(draft, chat.now)
    return "\n".join([str(_check_batch(chat, able, elect)), *problems])


def _unfit_for_batch(chat: Chat, draft: Draft, item: ItemRef) -> str | None:
    if item.variant and item.variant not in draft.variant_names:
        return chat.say("no_variant", n=draft.number, variant=item.variant, names="、".join(draft.variant_names))
    if not draft.variants:
        return chat.say("no_text", n=draft.number)
    text = draft.variant(item.variant).text if item.variant else draft.text
    if (item.pin and item.pin != draft.pin) or not was_shown(chat, draft, text, whole_card=item.variant is None):
        return chat.say("batch_unseen", n=draft.number)
    findings = chat.tools.gate.check_outgoing(text)
    return chat.say("batch_gate", n=draft.number, word=quoted(findings[0].word, 20)) if findings else None


def _is_crisis(chat: Chat, draft: Draft) -> bool:
    comment = chat.stores.comments.get(draft.id)
    return comment is None or comment.triage is None or comment.triage.is_crisis


def _check_batch(chat: Chat, drafts: list[Draft], elect: bool) -> Reply:
    """Queue the batch, or ask for a code if it is large or holds something risky."""
    risky = [draft for draft in drafts if _is_risky(chat, draft)]
    if len(drafts) < CODE_FROM and not risky:
        return _send_batch(chat, drafts, elect, 0)
    code = secrets.choice("23456789") + secrets.choice(CODE_ALPHABET)
    listed = tuple(Listed(draft.id, draft.version, digest_of(draft.text)) for draft in drafts)
    chat.ask("batch", msgspec.json.encode(Batch(listed, elect)).decode(), code)
    warning = chat.say("batch_risky", n=len(risky), numbers=" ".join(str(d.number) for d in risky)) if risky else ""
    numbers = " ".join(str(draft.number) for draft in drafts)
    return chat.say("batch_code", n=len(drafts), numbers=numbers, warning=warning, code=code)


def _is_risky(chat: Chat, draft: Draft) -> bool:
    comment = chat.stores.comments.get(draft.id)
    return comment is None or is_risky(comment)


def _send_batch(chat: Chat, drafts: list[Draft], elect: bool, newer: int) -> Reply:
    batch = _batch_id()
    queued: list[Draft] = []
    pasted: list[Draft] = []
    problems: list[str] = []
    for draft in drafts:
        comment = chat.stores.comments.get(draft.id)
        findings = chat.tools.gate.check_outgoing(draft.text)
        if comment is None or findings:
            word = quoted(findings[0].word, 20) if findings else "—"
            problems.append(chat.say("batch_gate", n=draft.number, word=word))
            continue
        done = _approve(chat, draft, comment, elect, batch)
        (pasted if done.state is DraftState.TO_PASTE else queued).append(done)
    chat.stores.drafts.put_batch(batch, [draft.id for draft in (*queued, *pasted)])
    chat.remember(batch=batch)
    lines = []
    if queued:
        numbers = " ".join(str(draft.number) for draft in queued)
        lines.append(chat.say("batch_queued", n=len(queued), numbers=numbers, seconds=chat.tools.settings.hold_seconds))
    if newer > 0:
        lines.append(chat.say("batch_newer", n=newer))
    lines += [chat.say("to_paste", n=draft.number, text=quoted(draft.approved_text, 400)) for draft in pasted]
    return "\n".join([*lines, *problems]) or chat.say("nothing_shown")
