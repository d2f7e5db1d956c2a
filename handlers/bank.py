"""问答库: answers to questions that come again. The third reader who asks the same is drafted the earlier answer."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bot.domain.comment import Comment, CommentType, Variant
from bot.domain.draft import Draft
from bot.stores.bank import BankEntry
from bot.stores.comments import split_id
from bot.stores.stores import Stores
from bot.wechat.text import quoted
from handlers.chat.commands import Command
from handlers.context import Blocks, Chat, Reply, Work
from replies.case import Voice
from replies.drafting.choose import REPEATED
from replies.risk.contact import mask

EARLIER = 2
"""Answered questions alike that there must be: the third one gets the answer drafted."""

LONGEST = 300
RULE = "问答库/"
KEPT_QUESTION = 200


def bank(chat: Chat, command: Command) -> Reply:
    """问答库, 问答库 4 删, 问答库 4 改 新的回答."""
    if not command.items:
        return _listed(chat)
    n = command.items[0].number
    entry = chat.stores.bank.get(n)
    if entry is None:
        return chat.say("d_bank_unknown", n=n)
    if command.argument == "删":
        chat.stores.bank.remove(n)
        chat.did(f"问答库 {n} 删")
        return chat.say("d_bank_removed", n=n)
    if command.text is None:
        return _line(chat, entry)
    if len(command.text) > LONGEST:
        return chat.say("edit_too_long", n=n, limit=LONGEST, surplus=len(command.text) - LONGEST)
    if findings := chat.check_outgoing(command.text):
        return chat.say("d_bank_stopped", n=n, word=quoted(findings[0].word, 20), why=findings[0].why)
    chat.stores.bank.put(msgspec.structs.replace(entry, answer=command.text))
    chat.did(f"问答库 {n} 改", f"问答库 {n} 改 {entry.answer}")
    return chat.say("d_bank_changed", n=n, text=quoted(command.text, 400))


def _listed(chat: Chat) -> Reply:
    entries = chat.stores.bank.all()
    if not entries:
        return chat.say("d_bank_empty")
    lines = [_line(chat, entry) for entry in sorted(entries, key=lambda entry: (-entry.uses, -entry.at))]
    return Blocks((chat.say("d_bank_head", n=len(entries)), *lines))


def _line(chat: Chat, entry: BankEntry) -> str:
    question, answer = quoted(entry.question, 60), quoted(entry.answer, 300)
    return chat.say("d_bank_line", n=entry.n, question=question, answer=answer, uses=entry.uses)


def remember_answer(stores: Stores, draft: Draft, comment: Comment, now: float) -> None:
    """A creator let an answer out: kept if it answers a question, counted if it came from the bank."""
    if comment.triage is None or comment.triage.type is not CommentType.QUESTION:
        return
    used = next((variant.rule for variant in draft.variants if variant.text == draft.text), "")
    entry = stores.bank.get(int(used.removeprefix(RULE))) if used.startswith(RULE) else None
    if entry is not None:
        stores.bank.put(msgspec.structs.replace(entry, uses=entry.uses + 1))
    else:
        stores.bank.add(quoted(mask(comment.content), KEPT_QUESTION), draft.text, comment.id, now)


def with_earlier_answer(
    work: Work, entries: Sequence[BankEntry], comment: Comment, variants: tuple[Variant, ...], voice: Voice
) -> tuple[Variant, ...]:
    """The variants of a question, the creator's earlier answer before them if it was asked twice before."""
    alike = [entry for entry in entries if work.desk.same_question(comment.content, entry.question)]
    asked = len(alike) + sum(entry.uses for entry in alike)
    fit = [entry for entry in alike if not work.desk.check_outgoing(entry.answer, voice)]
    if not variants or asked < EARLIER or not fit:
        return variants
    best = max(fit, key=lambda entry: (entry.uses, entry.at))
    here = any(split_id(entry.comment)[0] == comment.article for entry in alike if entry.answer == best.answer)
    first = Variant("A", f"沿用问答 {best.n}", best.answer, f"{RULE}{best.n}", REPEATED if here else "")
    return (first, *(variant for variant in variants if variant.name != "A"))
