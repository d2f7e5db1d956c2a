"""连审: one card at a time, decided by single digits (feature D9).

The mode is an open question to one creator: it ends after ten minutes or with any other message. Each press is bound to
the version that was displayed; if the draft has changed since, its present card is shown and nothing is done.
"""

from __future__ import annotations

import msgspec

from bot.domain.draft import UNDECIDED, Draft
from bot.domain.order import in_order
from bot.domain.people import Question
from bot.stores.drafts import NumbersUsedUp
from bot.wechat.text import PAGE_BYTES, size
from handlers import rejections
from handlers.approvals import approve_one
from handlers.cards import card, show_card
from handlers.chat.answers import Choice, No, read_answer
from handlers.chat.commands import Command, ItemRef, Verb
from handlers.chat.shadow import shadow
from handlers.context import Chat, Reply
from handlers.others import held_by_other
from handlers.queue import next_look, skip, swap, view

QUESTION = "review"
"""The kind of question that is open while the mode lasts."""

IDLE_SECONDS = 600.0
LOOKED_AT = 20
APPROVE, SWAP, REJECT, SKIP, LEAVE = 1, 2, 3, 4, 0
DIGITS = (APPROVE, SWAP, REJECT, SKIP, LEAVE)


_SAID = {"通过": APPROVE, "ok": APPROVE, "换稿": SWAP, "不回": REJECT, "跳过": SKIP, "退出": LEAVE}
"""The words beside the digits, said alone."""

_CHARACTERS = {char: value for value, char in enumerate("零一二三四五六七八九")}


class Displayed(msgspec.Struct, frozen=True, array_like=True):
    """The one card that digits decide about now, in the version displayed, and how many were decided before it."""

    id: str
    version: int
    done: int = 0


def start(chat: Chat, command: Command) -> Reply:
    """连审: the most valuable card, and what the digits do."""
    return _next(chat, "", "", 0)


def read_press(text: str) -> int | None:
    """The digit a message in the mode means (1, １, 一, 1。, 通过), a wrong one too; None for any other message."""
    answer = read_answer(text)
    if isinstance(answer, Choice):
        return answer.n
    if isinstance(answer, No):
        return LEAVE
    words = shadow(text).text.strip(" \t\r\n.!?,")
    return _SAID.get(words, _CHARACTERS.get(words))


def press(chat: Chat, question: Question, digit: int) -> Reply:
    """One digit in the mode: what it does to the card on display, then the next card."""
    at = msgspec.json.decode(question.payload, type=Displayed)
    if digit not in DIGITS:
        chat.remember(question=question)
        return chat.say("d_review_only")
    if digit == LEAVE:
        return chat.say("d_review_left", n=at.done)
    draft = chat.stores.drafts.get(at.id)
    if draft is None or not draft.number:
        return _next(chat, "", at.id, at.done)
    if draft.state not in UNDECIDED:
        return _next(chat, approve_one(chat, ItemRef(draft.number)), at.id, at.done)
    if held := held_by_other(chat, draft):
        return _next(chat, held, at.id, at.done)
    if draft.version != at.version:
        return _display(chat, draft, chat.say("d_review_changed"), at.done)
    said = _do(chat, ItemRef(draft.number, pin=draft.pin), digit)
    after = chat.stores.drafts.get(at.id)
    if digit == SWAP and after is not None:
        _keep_open(chat, after, at.done)
        both = f"{said}\n{chat.say('d_review_digits')}"
        return both if size(both) <= PAGE_BYTES else said
    if after == draft:
        return _display(chat, draft, said, at.done)
    return _next(chat, said, at.id, at.done + 1)


def lapsed(chat: Chat, digit: int) -> Reply:
    """A digit after the mode ended by itself: said, and the item of that number shown as always."""
    ended = chat.say("d_review_lapsed")
    shown = str(view(chat, Command(Verb.SHOW, (ItemRef(digit),)))) if digit else ""
    return f"{ended}\n{shown}" if size(ended) + size(shown) < PAGE_BYTES else shown


def _do(chat: Chat, item: ItemRef, digit: int) -> str:
    """One press: what the command of the same meaning would answer."""
    if digit == APPROVE:
        return approve_one(chat, item)
    if digit == SWAP:
        return str(swap(chat, Command(Verb.SWAP, (item,))))
    if digit == REJECT:
        return str(rejections.reject(chat, Command(Verb.REJECT, (item,))))
    return str(skip(chat, Command(Verb.SKIP, (item,))))


def _next(chat: Chat, said: str, after: str, done: int) -> str:
    """The next card in the order of the queue under what was said, or the end of the mode."""
    if chat.ends_in_copy:  # no card under a text to copy: the mode ends here
        both = f"{chat.say('d_review_go_on')}\n\n{said}"
        return both if size(both) <= PAGE_BYTES else said
    ids = [waiting.id for waiting in in_order(chat.stores.drafts.queue(), chat.now) if waiting.id != after]
    chat.stores.claims.many(ids[:LOOKED_AT], chat.now)
    for draft in chat.stores.drafts.many(ids[:LOOKED_AT]):
        known = chat.stores.comments.get(draft.id) is not None
        if draft.state in UNDECIDED and known and not held_by_other(chat, draft):
            return _display(chat, draft, said, done)
    end = chat.say("d_review_done", n=done) if done else chat.say("queue_empty", when=next_look(chat))
    return f"{said}\n{end}" if said else end


def _display(chat: Chat, draft: Draft, said: str, done: int) -> str:
    """What was said, a card, the meaning of the digits, in one message: only what is displayed can be decided."""
    comment = chat.stores.comments.get(draft.id)
    digits = chat.say("d_review_digits")
    wide = msgspec.structs.replace(draft, number=draft.number or 999)
    if said and comment and size(said) + size(card(chat.say, comment, wide)) + size(digits) + 2 > PAGE_BYTES:
        return f"{said}\n{chat.say('d_review_go_on')}"
    try:
        text = show_card(chat, draft)
    except NumbersUsedUp:
        return "\n".join(line for line in (said, chat.say("numbers_used_up")) if line)
    _keep_open(chat, chat.stores.drafts.get(draft.id) or draft, done)
    return "\n".join(line for line in (said, text, digits) if line)


def _keep_open(chat: Chat, draft: Draft, done: int) -> None:
    payload = msgspec.json.encode(Displayed(draft.id, draft.version, done)).decode()
    chat.ask(QUESTION, payload, seconds=IDLE_SECONDS)
