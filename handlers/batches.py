"""Approving several at once: ranges, 全部通过, and the one-time code that a large or risky batch needs (D5)."""

from __future__ import annotations

import secrets

import msgspec

from bot.domain.comment import CommentType, RiskKind
from bot.domain.draft import UNDECIDED, Draft, DraftState, digest_of
from bot.domain.order import in_order
from bot.wechat.text import quoted
from handlers.approvals import (
    approve_draft,
    approve_one,
    approve_the_one_shown,
    but_paused,
    no_election,
    was_shown,
)
from handlers.cards import is_risky
from handlers.chat.commands import Command, ItemRef, Verb
from handlers.context import Blocks, Chat, Reply
from handlers.others import held_by_other
from handlers.pasting import to_paste
from handlers.queue import exact_span, find, unknown_number, views_left
from replies.drafting.choose import REPEATED

CODE_FROM = 6
"""More items than five in one message need a one-time code (D5)."""

BATCH = "batch"
"""The kind of code that lets a batch out."""

MOST = 50
UNANSWERED = "没有回答"
"""What is said of an item whose text only promises an answer."""

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
    if unknown := [number for number in sorted(spared) if find(chat, number) is None]:
        return chat.say("all_but_unknown", line=unknown_number(chat, unknown[0]))
    drafts = chat.stores.drafts
    held = drafts.held_numbers()
    queue = [one.id for one in in_order(drafts.queue(), chat.now)]
    waiting = [draft_id for draft_id in queue if held.get(draft_id) not in spared]
    numbered = drafts.peek([draft_id for draft_id in waiting if draft_id in held])
    seen = drafts.shown_many(chat.person.pid, [draft.id for draft in numbered])
    known = [draft for draft in numbered if seen[draft.id].version == draft.version]
    written = [draft for draft in known if draft.variants]
    items: list[Draft] = []
    problems = _named_bare(chat, [draft for draft in known if not draft.variants])
    for draft in drafts.many([draft.id for draft in written[:MOST]]):
        if problem := _why_not(chat, draft, ItemRef(draft.number)):
            problems.append(problem)
        else:
            items.append(draft)
    if len(written) > MOST:
        problems.append(chat.say("batch_most", most=MOST, n=len(written) - MOST))
    if len(waiting) > len(known):
        problems.append(chat.say("batch_unseen_rest", n=len(waiting) - len(known)))
    if not items:
        return "\n".join(problems) or chat.say("nothing_shown")
    return _check_batch(chat, items, elect=False, problems=problems)


def confirm(chat: Chat, batch_json: str) -> Reply:
    """确认 7K: the batch as it was listed; if a listed draft changed meanwhile, nothing is executed."""
    batch = msgspec.json.decode(batch_json, type=Batch)
    drafts = []
    for listed in batch.items:
        draft = chat.stores.drafts.get(listed.id)
        same = draft and draft.version == listed.version and digest_of(draft.text) == listed.digest
        if draft is None or not same or draft.state not in UNDECIDED or held_by_other(chat, draft):
            chat.remember(code=None)
            return chat.say("code_stale", n=draft.number) if draft else chat.say("code_stale_gone")
        drafts.append(draft)
    chat.used_code()
    newer = chat.stores.drafts.ready_length(chat.now) - len(drafts)
    return _send_batch(chat, drafts, batch.elect, [chat.say("batch_newer", n=newer)] if newer > 0 else [])


def _approve_many(chat: Chat, items: tuple[ItemRef, ...], elect: bool) -> Reply:
    """Several named items: those that cannot be approved are listed with their reason, the rest go on."""
    able: list[Draft] = []
    bare: list[Draft] = []
    problems: list[str] = []
    for item in dict.fromkeys(items):
        draft = find(chat, item.number)
        if draft and not draft.variants and draft.state in UNDECIDED and not held_by_other(chat, draft):
            bare.append(draft)
            continue
        problem = _why_not(chat, draft, item) if draft else chat.say("batch_unknown", n=item.number)
        if draft is None or problem:
            problems.append(problem)
        else:
            able.append(draft.showing(item.variant) if item.variant else draft)
    problems += _named_bare(chat, bare)
    if not able:
        return "\n".join(problems)
    for draft in able:
        if draft != chat.stores.drafts.get(draft.id):
            chat.stores.drafts.put(draft, chat.now)
    return _check_batch(chat, able, elect, problems)


def _why_not(chat: Chat, draft: Draft, item: ItemRef) -> str:
    """Why this one cannot go with the rest, empty if it can."""
    if draft.state not in UNDECIDED:
        return chat.say("batch_state", n=draft.number, state=draft.state.value)
    if held := held_by_other(chat, draft):
        return held
    if not draft.variants:
        return chat.say("batch_bare", numbers=draft.number)
    if item.variant and item.variant not in draft.variant_names:
        return chat.say("no_variant", n=draft.number, variant=item.variant, names="、".join(draft.variant_names))
    text = draft.variant(item.variant).text if item.variant else draft.text
    unfit = _unfit(chat, draft, text)
    if unfit or was_shown(chat, draft, text, whole_card=item.variant is None):
        return unfit
    return chat.say("batch_unseen", n=draft.number)


def _named_bare(chat: Chat, drafts: list[Draft]) -> list[str]:
    """One line that names the items without a draft, none if there are none."""
    numbers = "、".join(str(number) for number in dict.fromkeys(draft.number for draft in drafts))
    return [chat.say("batch_bare", numbers=numbers)] if drafts else []


def _unfit(chat: Chat, draft: Draft, text: str) -> str:
    """Why a text may not go out in a batch, whoever was shown it; empty if it may."""
    comment = chat.stores.comments.get(draft.id)
    if comment is None:
        return chat.say("batch_unknown", n=draft.number)
    if comment.triage is None or comment.triage.is_crisis:
        return chat.say("batch_crisis", n=draft.number)
    findings = chat.check_outgoing(text)
    return chat.say("batch_gate", n=draft.number, word=quoted(findings[0].word, 20)) if findings else ""


def _check_batch(chat: Chat, drafts: list[Draft], elect: bool, problems: list[str]) -> Reply:
    """Queue the batch, or ask for a code if it is large or holds something risky."""
    risky = [draft for draft in drafts if _is_risky(chat, draft)]
    problems = [*_to_be_seen(chat, drafts), *problems]
    if len(drafts) < CODE_FROM and not risky:
        return _send_batch(chat, drafts, elect, problems)
    code = secrets.choice("23456789") + secrets.choice(CODE_ALPHABET)
    listed = tuple(Listed(draft.id, draft.version, digest_of(draft.text)) for draft in drafts)
    chat.ask_code(BATCH, msgspec.json.encode(Batch(listed, elect)).decode(), code)
    named = "、".join(f"{draft.number} {_risk_of(chat, draft)}" for draft in risky)
    warning = chat.say("batch_risky", n=len(risky), named=named) if risky else ""
    numbers = " ".join(str(draft.number) for draft in drafts)
    asked = chat.say("batch_code", n=len(drafts), numbers=numbers, warning=warning, code=code)
    return "\n".join([asked, *problems])


def _is_risky(chat: Chat, draft: Draft) -> bool:
    comment = chat.stores.comments.get(draft.id)
    return comment is None or is_risky(comment)


def _to_be_seen(chat: Chat, drafts: list[Draft]) -> list[str]:
    """One line that names drafts which only promise an answer or repeat one; they are no risk and need no code."""
    weak = [draft for draft in drafts if draft.is_placeholder or _is_repeated(draft)]
    named = "、".join(f"{draft.number} {UNANSWERED if draft.is_placeholder else '重复'}" for draft in weak)
    return [chat.say("batch_weak", named=named)] if weak else []


def _is_repeated(draft: Draft) -> bool:
    """True when the present text is marked to be rewritten, for it was said before."""
    return any(variant.name == draft.chosen and variant.note == REPEATED for variant in draft.variants)


def _risk_of(chat: Chat, draft: Draft) -> str:
    """What makes an item risky, in a word."""
    comment = chat.stores.comments.get(draft.id)
    triage = comment.triage if comment else None
    if triage is None:
        return "待看"
    kinds = [risk.kind for risk in triage.risks if risk.kind is not RiskKind.COMPLAINT]
    return CommentType.COMPLAINT.value if triage.type is CommentType.COMPLAINT else kinds[0].value if kinds else "负面"


def _send_batch(chat: Chat, drafts: list[Draft], elect: bool, problems: list[str]) -> Reply:
    batch = chat.new_batch()
    done: list[Draft] = []
    by_hand: list[str] = []
    for draft in drafts:
        comment = chat.stores.comments.get(draft.id)
        if comment is None:
            problems.append(chat.say("batch_unknown", n=draft.number))
            continue
        done.append(approve_draft(chat, draft, comment, elect, batch))
        if elect and not comment.elected and done[-1].state is DraftState.TO_PASTE:
            by_hand.append(no_election(chat, draft.number, comment))
    chat.decided(batch, [draft.id for draft in done])
    queued = [draft for draft in done if draft.state is DraftState.APPROVED]
    lines = []
    if queued:
        numbers = " ".join(str(draft.number) for draft in queued)
        held = exact_span(chat.tools.settings.hold_seconds)
        lines.append(chat.say("batch_queued", n=len(queued), numbers=numbers, span=held) + but_paused(chat))
    pasted = [draft for draft in done if draft.state is DraftState.TO_PASTE]
    if not pasted:
        return "\n".join([*lines, *problems, *by_hand])
    # One text a message, last and alone: whoever copies it must find it whole.
    more = views_left(chat, [draft.number for draft in pasted[1:]], "paste_more")
    head = "\n".join([*lines, *problems, *by_hand, *more])
    item = to_paste(chat, pasted[0])
    return Blocks((head, item)) if head else item
