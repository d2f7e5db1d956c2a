"""拒绝 5 理由: no reply to a comment; the reason is kept, and like items are offered to go the same way."""

from __future__ import annotations

import msgspec
from rapidfuzz.distance import Levenshtein

from bot.domain.comment import Comment
from bot.domain.draft import UNDECIDED, Draft, DraftState
from bot.domain.order import in_order
from bot.stores.audit import Entry
from bot.wechat.text import quoted
from handlers.automatic import note_doubt
from handlers.cards import show_card
from handlers.chat.commands import Command
from handlers.context import Chat, Reply
from handlers.others import held_by_other
from handlers.queue import find, unknown_number

ALIKE = 0.6
LOOKED_AT = 60


class Alike(msgspec.Struct, frozen=True, array_like=True):
    """Items that 是 drops too, each as (draft id, version): exactly as they were when they were named."""

    items: tuple[tuple[str, int], ...]
    reason: str


def reject(chat: Chat, command: Command) -> Reply:
    """拒绝 5 [理由], several at once; what may be a cry for help is passed over unless it is the only one named."""
    reason = quoted(command.text or "", 40)
    lines: list[str] = []
    done: list[Draft] = []
    items = list(dict.fromkeys(command.items))
    for item in items:
        draft = find(chat, item.number)
        if draft is None:
            lines.append(unknown_number(chat, item.number))
        elif item.pin and item.pin != draft.pin:
            lines.append(chat.say("stale_pin", card=show_card(chat, draft)))
        elif draft.state is DraftState.REJECTED:
            lines.append(chat.say("already_rejected", n=item.number))
        elif draft.state is DraftState.SENT:
            lines.append(chat.say("reject_sent", n=item.number))
        elif draft.state in (DraftState.APPROVED, DraftState.WAITING_READER, DraftState.TO_PASTE):
            lines.append(chat.say("reject_approved", n=item.number))
        elif draft.state not in UNDECIDED:
            lines.append(chat.say("not_waiting", n=item.number, state=draft.state.value))
        elif held := held_by_other(chat, draft):
            lines.append(held)
        elif len(items) > 1 and _is_alone(chat, draft):
            lines.append(chat.say("reject_alone", n=item.number))
        else:
            done.append(draft)
    if done:
        lines = [_reject(chat, done, reason), *lines, *_offer_alike(chat, done, reason)]
    return "\n".join(lines)


def reject_alike(chat: Chat, payload: str) -> Reply:
    """是 after an offer: the items that were named; none of them if one has changed since."""
    alike = msgspec.json.decode(payload, type=Alike)
    drafts = [draft for draft_id, _ in alike.items if (draft := chat.stores.drafts.get(draft_id))]
    versions = dict(alike.items)
    changed = [
        draft
        for draft in drafts
        if draft.state not in UNDECIDED
        or draft.version != versions[draft.id]
        or held_by_other(chat, draft)
        or _is_alone(chat, draft)
    ]
    if changed or len(drafts) < len(alike.items):
        return chat.say("nothing_left")
    return _reject(chat, drafts, alike.reason)


def _is_alone(chat: Chat, draft: Draft) -> bool:
    """True for what is decided singly, by a creator who looks at it: what may be a cry for help."""
    comment = chat.stores.comments.get(draft.id)
    return comment is None or comment.triage is None or comment.triage.is_crisis


def _reject(chat: Chat, drafts: list[Draft], reason: str) -> str:
    batch = chat.new_batch()
    for draft in drafts:
        after = draft.moved(DraftState.REJECTED, chat.now, reason=reason, approved_by=chat.person.pid, batch=batch)
        chat.stores.drafts.put(after, chat.now)
        entry = Entry(chat.now, "不回复", chat.person.pid, reason, draft.version, chat.said)
        chat.stores.audit.add(draft.id, entry)
        note_doubt(chat.stores, draft, chat.say("s_why_refused", n=draft.number), chat.now, chat.say)
    chat.decided(batch, [draft.id for draft in drafts])
    numbers = " ".join(str(draft.number) for draft in drafts)
    return chat.say("rejected_why", n=numbers, reason=reason) if reason else chat.say("rejected", n=numbers)


def _offer_alike(chat: Chat, done: list[Draft], reason: str) -> list[str]:
    """Other items whose comment is nearly the same, or of the same doubtful kind: those this creator was shown."""
    first = chat.stores.comments.get(done[0].id)
    if first is None or not reason:
        return []
    gone = {draft.id for draft in done}
    queue = [waiting.id for waiting in in_order(chat.stores.drafts.queue(), chat.now)[:LOOKED_AT]]
    numbered = [draft for draft in chat.stores.drafts.peek([one for one in queue if one not in gone]) if draft.number]
    seen = chat.stores.drafts.shown_many(chat.person.pid, [draft.id for draft in numbered])
    alike = []
    for draft in numbered:
        comment = chat.stores.comments.get(draft.id) if seen[draft.id].version == draft.version else None
        if comment and _alike(first, comment) and not _is_alone(chat, draft):
            alike.append(draft)
    if not alike:
        return []
    offered = Alike(tuple((draft.id, draft.version) for draft in alike), reason)
    chat.ask("reject_alike", msgspec.json.encode(offered).decode())
    return [chat.say("alike", numbers="、".join(str(draft.number) for draft in alike))]


def _alike(one: Comment, other: Comment) -> bool:
    if Levenshtein.normalized_similarity(one.content, other.content) >= ALIKE:
        return True
    risks = {risk.kind for risk in one.triage.risks} if one.triage else set()
    others = {risk.kind for risk in other.triage.risks} if other.triage else set()
    return bool(risks & others)
