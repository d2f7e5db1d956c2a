"""Cards: a waiting draft in a creator's chat. What is shown is remembered, for only that can be approved."""

from __future__ import annotations

from bot.domain.comment import Comment, RiskKind, Source
from bot.domain.draft import HAND, Draft, DraftState
from bot.domain.order import Waiting, queue_entry
from bot.stores.stores import Stores
from bot.wechat.text import quoted, tap
from handlers.context import Chat

BARE_SECONDS = 180.0
"""How long a bare 通过 may mean the one card just shown."""

CARD_CHARACTERS = 48
"""Of the comment on a card, so that three cards usually fit one message; 看 N shows all of it."""

REPLY_SHOWN = 400
"""Longer than any reply may be: what is approved is always displayed whole."""


def waiting_for(stores: Stores, comment: Comment) -> Waiting:
    """The queue entry of a draft, from what is stored of its comment."""
    mine = stores.comments.written_by(comment.pid)[-1:] if comment.pid else []
    return queue_entry(comment, first=mine == [comment.id])


def is_risky(comment: Comment) -> bool:
    """True when a draft must not go out in a batch without a second look."""
    triage = comment.triage
    return triage is None or bool(triage.risks) or triage.type == "抱怨"


def card(comment: Comment, draft: Draft, elected: bool = False) -> str:
    """The card of one item: comment, present draft, buttons pinned to this version."""
    n, pin = draft.number, draft.pin
    triage = comment.triage
    kind = triage.type.value if triage else "其他"
    marks = [kind]
    if triage and triage.is_crisis:
        marks.insert(0, "⚠危机")
    elif triage and any(risk.kind is not RiskKind.COMPLAINT for risk in triage.risks):
        marks.append("待看")
    if comment.source is Source.CHAT:
        marks.append("聊天")
    if draft.state is not DraftState.PENDING:
        marks.append(draft.state.value)
    first = f"{n} ★{triage.quality if triage else 0} {'·'.join(marks)}｜「{quoted(comment.content, CARD_CHARACTERS)}」"
    second = f"→ {quoted(draft.text, REPLY_SHOWN) or '（没有草稿，可回「改 ' + str(n) + ' 你的话」）'}"
    buttons = f"{tap('通过', f'通过{n}.{pin}')} {tap('换', f'换{n}.{pin}')} {tap('不回', f'不回{n}.{pin}')}"
    return f"{first}\n{second}\n{buttons}"


def shown(chat: Chat, draft: Draft, every_variant: bool = False) -> None:
    """Remember that this creator has now seen this draft (all variants or the present one)."""
    texts = [variant.text for variant in draft.variants] if every_variant else [draft.text]
    chat.stores.drafts.show(chat.person.pid, draft, texts)
    session = chat.session
    recent = session.cards if chat.now - session.cards_at <= BARE_SECONDS else ()
    cards = (*(other for other in recent if other != draft.id), draft.id)
    chat.remember(cards=cards[-20:], cards_at=chat.now)


def with_number(chat: Chat, draft: Draft) -> Draft:
    """The draft with an item number, given now if it has none."""
    return chat.stores.drafts.give_numbers([draft], chat.now)[0]


def show_card(chat: Chat, draft: Draft) -> str:
    """The card of a draft, remembered as shown; empty if its comment is not there any more."""
    comment = chat.stores.comments.get(draft.id)
    if comment is None:
        return ""
    draft = with_number(chat, draft)
    shown(chat, draft)
    return card(comment, draft)


def full_view(comment: Comment, draft: Draft, author_line: str) -> str:
    """The long form of an item: the whole comment, all variants, the score."""
    n = draft.number
    triage = comment.triage
    lines = [f"{n} ★{triage.quality if triage else 0} {triage.type if triage else '其他'}｜{draft.state.value}"]
    lines.append(f"「{quoted(comment.content, 300)}」")
    if author_line:
        lines.append(author_line)
    for variant in draft.variants:
        mark = "→" if variant.name == draft.chosen else "·"
        label = "手改" if variant.name == HAND else f"{variant.name} {variant.kind}"
        lines.append(f"{mark} {label}：{quoted(variant.text, REPLY_SHOWN)}")
    if not draft.variants:
        lines.append(f"→ （没有草稿，可回「改 {n} 你的话」）")
    pin = draft.pin
    lines.append(f"{tap('通过', f'通过{n}.{pin}')} {tap('换', f'换{n}.{pin}')} {tap('不回', f'不回{n}.{pin}')}")
    return "\n".join(lines)
