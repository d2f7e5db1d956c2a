"""拒绝 5 理由: no reply to a comment; the reason is kept, and like items are offered to go the same way."""

from __future__ import annotations

import secrets

import msgspec
from rapidfuzz.distance import Levenshtein

from bot.domain.comment import Comment
from bot.domain.draft import Draft, DraftState
from bot.domain.order import in_order
from bot.stores.audit import Entry
from bot.wechat.text import quoted
from handlers.approvals import ABLE
from handlers.cards import show_card
from handlers.chat.commands import Command
from handlers.context import Chat, Reply
from handlers.queue import find, unknown_number

ALIKE = 0.6
LOOKED_AT = 60


def reject(chat: Chat, command: Command) -> Reply:
    """拒绝 5 [理由], several at once."""
    reason = quoted(command.text or "", 40)
    lines: list[str] = []
    done: list[Draft] = []
    for item in dict.fromkeys(command.items):
        draft = find(chat, item.number)
        if draft is None:
            lines.append(unknown_number(chat, item.number))
        elif item.pin and item.pin != draft.pin:
            lines.append(chat.say("stale_pin", card=show_card(chat, draft)))
        elif draft.state is DraftState.REJECTED:
            lines.append(chat.say("already_rejected", n=item.number))
        elif draft.state is DraftState.SENT:
            lines.append(chat.say("reject_sent", n=item.number))
        elif draft.state is DraftState.APPROVED:
            lines.append(chat.say("reject_approved", n=item.number))
        elif draft.state not in ABLE:
            lines.append(chat.say("not_waiting", n=item.number, state=draft.state.value))
        else:
            done.append(draft)
    if done:
        _reject(chat, done, reason)
        numbers = " ".join(str(draft.number) for draft in done)
        lines.insert(
            0, chat.say("rejected_why", n=numbers, reason=reason) if reason else chat.say("rejected", n=numbers)
        )
        lines += _offer_alike(chat, done, reason)
    return "\n".join(lines)


def reject_alike(chat: Chat, payload: str) -> Reply:
    """是 after an offer: the items that were named, as far as they still wait."""
    ids, reason = msgspec.json.decode(payload, type=tuple[list[str], str])
    drafts = [draft for draft in chat.stores.drafts.many(ids) if draft.state in ABLE]
    if not drafts:
        return chat.say("nothing_left")
    _reject(chat, drafts, reason)
    numbers = " ".join(str(draft.number) for draft in drafts)
    return chat.say("rejected_why", n=numbers, reason=reason) if reason else chat.say("rejected", n=numbers)


def _reject(chat: Chat, drafts: list[Draft], reason: str) -> None:
    batch = secrets.token_hex(6)
    for draft in drafts:
        after = draft.moved(DraftState.REJECTED, chat.now, reason=reason, approved_by=chat.person.pid, batch=batch)
        chat.stores.drafts.put(after, chat.now)
        chat.stores.audit.add(draft.id, Entry(chat.now, "不回复", chat.person.pid, reason, draft.version))
    chat.stores.drafts.put_batch(batch, [draft.id for draft in drafts])
    chat.remember(batch=batch)


def _offer_alike(chat: Chat, done: list[Draft], reason: str) -> list[str]:
    """Other numbered items whose comment is nearly the same, or of the same doubtful kind."""
    first = chat.stores.comments.get(done[0].id)
    if first is None or not reason:
        return []
    gone = {draft.id for draft in done}
    queue = [waiting.id for waiting in in_order(chat.stores.drafts.queue(), chat.now)[:LOOKED_AT]]
    alike = []
    for draft in chat.stores.drafts.many([draft_id for draft_id in queue if draft_id not in gone]):
        comment = chat.stores.comments.get(draft.id)
        if comment and draft.number and _alike(first, comment):
            alike.append(draft)
    if not alike:
        return []
    chat.ask("reject_alike", msgspec.json.encode(([draft.id for draft in alike], reason)).decode())
    return [chat.say("alike", numbers="、".join(str(draft.number) for draft in alike))]


def _alike(one: Comment, other: Comment) -> bool:
    if Levenshtein.normalized_similarity(one.content, other.content) >= ALIKE:
        return True
    risks = {risk.kind for risk in one.triage.risks} if one.triage else set()
    others = {risk.kind for risk in other.triage.risks} if other.triage else set()
    return bool(risks & others)
