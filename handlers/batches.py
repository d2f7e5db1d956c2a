"""Approving several at once: ranges, 全部通过, and the one-time code that a large or risky batch needs (D5)."""

from __future__ import annotations

import secrets

import msgspec

from bot.domain.draft import Draft, DraftState, digest_of
from bot.domain.order import in_order
from bot.wechat.text import quoted
from handlers.approvals import ABLE, approve_draft, approve_one, approve_the_one_shown, new_batch, was_shown
from handlers.cards import is_risky
from handlers.chat.commands import Command, ItemRef, Verb
from handlers.context import Chat, Reply
from handlers.queue import find

CODE_FROM = 6
"""More items than five in one message need a one-time code (D5)."""

CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ"


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
    """通过 3, 通过 3B, 通过 3-6、9, a bare 通过 after one card; 通过并精选 likewise."""
    elect = command.verb is Verb.APPROVE_AND_ELECT
    if not command.items:
        return approve_the_one_shown(chat, elect)
    if len(command.items) == 1:
        return approve_one(chat, command.items[0], elect)
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
    batch = new_batch()
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
        done = approve_draft(chat, draft, comment, elect, batch)
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
