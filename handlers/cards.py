"""Cards: a waiting draft in a creator's chat. What is shown is remembered, for only that can be approved."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.domain.comment import Comment, RiskKind, Source
from bot.domain.draft import HAND, UNDECIDED, Draft, DraftState
from bot.domain.order import Waiting, queue_entry
from bot.stores.audit import SEEN, Entry
from bot.stores.stores import Stores
from bot.wechat.text import quoted, size, tap
from handlers.considering import is_by_hand
from handlers.context import Chat
from handlers.others import held_by_other
from replies.risk.contact import mask

Say = Callable[..., str]

BARE_SECONDS = 180.0
"""How long a bare 通过 may mean the one card just shown."""

CARD_CHARACTERS = 48
"""Of the comment on a card, so that three cards usually fit one message; 看 N shows all of it."""

VIEW_LENGTHS = (300, 120, 48, 16)
"""Characters of the comment in a full view: as many as there is room for."""

REPLY_SHOWN = 400
"""Longer than any reply may be: what is approved is always displayed whole."""

REUSED = "沿用"
"""How the kind of a variant begins that is an earlier answer."""

LARGEST = 1500
"""Bytes of a card or full view. It is never split over pages: on a page that nobody asks for, a text would count as
shown and never be."""


def waiting_for(stores: Stores, comment: Comment) -> Waiting:
    """The queue entry of a draft, from what is stored of its comment."""
    mine = stores.comments.written_by(comment.pid)[-1:] if comment.pid else []
    quality = comment.triage.quality if comment.triage else 0
    return queue_entry(comment, mine == [comment.id], stores.scores.comparable(comment.article, quality))


def is_risky(comment: Comment) -> bool:
    """True when a draft must not go out in a batch without a second look."""
    triage = comment.triage
    return triage is None or bool(triage.risks) or triage.type == "抱怨"


def as_text(reply: str) -> str:
    """A reply as it stands, lines and all, for copying: only what could become a link is made harmless."""
    return reply.replace("<", "＜").replace(">", "＞")


def card(say: Say, comment: Comment, draft: Draft, held: str = "", buttons: bool = True) -> str:
    """The card of one item: comment, present draft, buttons pinned to this version, or who else has it."""
    n = draft.number
    triage = comment.triage
    kind = triage.type.value if triage else "其他"
    marks = [kind]
    if triage and triage.is_crisis:
        marks.insert(0, "⚠危机")
    elif triage and any(risk.kind is not RiskKind.COMPLAINT for risk in triage.risks):
        marks.append("待看")
    if comment.source is Source.CHAT:
        marks.append("聊天")
    if draft.state not in (DraftState.PENDING, DraftState.SNOOZED):
        marks.append(draft.state.value)
    marks += _marks_of_text(draft)
    head = f"{n} ★{triage.quality if triage else 0} {'·'.join(marks)}｜"
    second = f"→ {quoted(draft.text, REPLY_SHOWN) or _no_draft(say, comment, draft)}"
    third = held or ("　".join(part for part in (_buttons(draft), _hint(say, draft)) if part) if buttons else "")
    rest = "\n".join(line for line in (second, third) if line)
    length, words = CARD_CHARACTERS, mask(comment.content)
    while length > 8 and size(f"{head}「{quoted(words, length)}」\n{rest}") > LARGEST:
        length -= 8
    return f"{head}「{quoted(words, length)}」\n{rest}"


def _no_draft(say: Say, comment: Comment, draft: Draft) -> str:
    """What stands in the place of a draft that there is not: why, and what to type."""
    if comment.triage is not None and is_by_hand(comment):
        return say("card_by_hand", n=draft.number, reason=comment.triage.decision)
    return say("card_no_draft", n=draft.number)


def _hint(say: Say, draft: Draft) -> str:
    """What is to be known before a text is let out that answers nothing; empty for all others."""
    waits = draft.state in UNDECIDED and draft.is_placeholder
    return say("card_placeholder", n=draft.number) if waits else ""


def _marks_of_text(draft: Draft) -> list[str]:
    """What is to be known of the present text: that it was said before, and where."""
    present = [variant for variant in draft.variants if variant.name == draft.chosen]
    reused = [variant.kind for variant in present if variant.kind.startswith(REUSED)]
    return [*reused, *(variant.note for variant in present if variant.note)]


def _buttons(draft: Draft) -> str:
    """The links that decide about exactly this version; none for what is decided, only a refusal without a draft."""
    if draft.state not in UNDECIDED:
        return ""
    n, pin = draft.number, draft.pin
    return " ".join(tap(word, f"{word}{n}.{pin}") for word in (("通过", "换", "不回") if draft.variants else ("不回",)))


def shown(chat: Chat, draft: Draft, texts: Sequence[str] = ()) -> None:
    """Remember that this creator has been shown this draft: these texts of it, the present one if none are named."""
    before = chat.stores.drafts.shown(chat.person.pid, draft.id)
    chat.stores.drafts.show(chat.person.pid, draft, list(texts) or [draft.text])
    if not before.version:
        chat.stores.audit.add(draft.id, Entry(chat.now, SEEN, chat.person.pid, "", draft.version))
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
    return card(chat.say, comment, draft, held_by_other(chat, draft), chat.person.decides)


def full_view(
    say: Say, comment: Comment, draft: Draft, author_line: str, buttons: bool = True
) -> tuple[str, list[str]]:
    """The long form of an item and the reply texts that stand in it: the comment, the variants, the score.

    What is too long for one message gives way: the end of the comment first, then the variants that are not present.
    """
    n, triage = draft.number, comment.triage
    head = f"{n} ★{triage.quality if triage else 0} {triage.type if triage else '其他'}｜{draft.state.value}"
    others = [variant for variant in draft.variants if variant.name != draft.chosen]
    lengths = list(VIEW_LENGTHS)
    while True:
        lines = [head, f"「{quoted(mask(comment.content), lengths[0])}」", author_line]
        displayed = [variant for variant in draft.variants if variant.name == draft.chosen or variant in others]
        for variant in displayed:
            mark = "→" if variant.name == draft.chosen else "·"
            label = "手改" if variant.name == HAND else f"{variant.name} {variant.kind}"
            lines.append(f"{mark} {label}：{quoted(variant.text, REPLY_SHOWN)}")
        if not displayed:
            lines.append(f"→ {_no_draft(say, comment, draft)}")
        below = (_hint(say, draft), _buttons(draft)) if buttons else ()
        text = "\n".join(line for line in (*lines, *below) if line)
        if size(text) <= LARGEST or (len(lengths) == 1 and not others):
            return text, [variant.text for variant in displayed]
        if len(lengths) > 1 and (lengths[0] > CARD_CHARACTERS or not others):
            lengths.pop(0)
        else:
            others.pop()
