"""问答库: answers to questions that come again. The third reader who asks the same is drafted the earlier answer."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bot.domain.comment import Comment, CommentType, Variant
from bot.domain.draft import HAND, Draft
from bot.stores.bank import BankEntry, Words
from bot.stores.comments import split_id
from bot.stores.stores import Stores
from bot.wechat.text import quoted
from handlers.chat.commands import Command
from handlers.context import Blocks, Chat, Reply, Work
from replies.case import Voice
from replies.drafting.choose import REPEATED
from replies.drafting.refuse import ASKED
from replies.risk.contact import mask
from replies.triage.decide import DRAFT, NO_TEMPLATE

EARLIER = 2
"""Answered questions alike that there must be: the third one gets the answer drafted."""

LONGEST = 300
RULE = "问答库/"
KEPT_QUESTION = 200
TOGETHER = 20
"""Entries that one run of the task compares with all others."""

_REPEATABLE = frozenset({DRAFT, ASKED, NO_TEMPLATE})
"""Questions with these decisions may be answered in words that were another reader's; one on a heavy topic may not."""


def bank(chat: Chat, command: Command) -> Reply:
    """问答库, 问答库 4 删, 问答库 4 改 新的回答."""
    if not command.items:
        return _listed(chat)
    n = command.items[0].number
    entry = chat.stores.bank.get(n)
    if entry is None:
        return chat.say("d_bank_unknown", n=n)
    if command.argument == "删":
        for other in chat.stores.bank.all():
            if other.n == n or (entry.group and other.group == entry.group):
                chat.stores.bank.remove(other.n)
        chat.did(f"问答库 {n} 删")
        return chat.say("d_bank_removed", n=n)
    if command.text is None:
        return _line(chat, entry)
    if len(command.text) > LONGEST:
        return chat.say("edit_too_long", n=n, limit=LONGEST, surplus=len(command.text) - LONGEST)
    if findings := chat.check_outgoing(command.text):
        return chat.say("d_bank_stopped", n=n, word=quoted(findings[0].word, 20), why=findings[0].why)
    chat.stores.bank.put(msgspec.structs.replace(entry, answer=command.text, words=Words.EDITED, at=chat.now))
    chat.did(f"问答库 {n} 改", f"问答库 {n} 改 {entry.answer}")
    return chat.say("d_bank_changed", n=n, text=quoted(command.text, 400))


def _listed(chat: Chat) -> Reply:
    entries = chat.stores.bank.all()
    if not entries:
        return chat.say("d_bank_empty")
    if any(not entry.group for entry in entries):
        chat.stores.due("bank", "", chat.now)
    offered = sorted(_one_each(entries), key=lambda entry: (-entry.uses, -entry.at))
    return Blocks((chat.say("d_bank_head", n=len(offered)), *(_line(chat, entry) for entry in offered)))


def _one_each(entries: Sequence[BankEntry]) -> list[BankEntry]:
    """Of entries that ask the same the one that is offered, with the uses of all."""
    groups: dict[int, list[BankEntry]] = {}
    for entry in entries:
        groups.setdefault(entry.group or -entry.n, []).append(entry)
    best = [max(alike, key=lambda entry: entry.rank) for alike in groups.values()]
    uses = [sum(entry.uses for entry in alike) for alike in groups.values()]
    return [msgspec.structs.replace(entry, uses=used) for entry, used in zip(best, uses, strict=True)]


def _line(chat: Chat, entry: BankEntry) -> str:
    question, answer = quoted(entry.question, 60), quoted(entry.answer, 300)
    return chat.say("d_bank_line", n=entry.n, question=question, answer=answer, uses=entry.uses)


def remember_answer(stores: Stores, draft: Draft, comment: Comment, now: float) -> None:
    """A creator let an answer out: kept if it answers a question, counted if it came from the bank."""
    same = [variant for variant in draft.variants if variant.text == draft.text]
    if not is_repeatable(comment) or any(variant.placeholder for variant in same):
        return
    used = same[0].rule if same else ""
    entry = stores.bank.get(int(used.removeprefix(RULE))) if used.startswith(RULE) else None
    if entry is not None:
        stores.bank.put(msgspec.structs.replace(entry, uses=entry.uses + 1))
    else:
        words = Words.WRITTEN if draft.chosen == HAND else Words.DRAFTED
        stores.bank.add(quoted(mask(comment.content), KEPT_QUESTION), draft.text, comment.id, now, words)
        stores.due("bank", "", now)


def is_repeatable(comment: Comment) -> bool:
    """True for a question whose answer may be given to others, and that may be given an answer of others."""
    triage = comment.triage
    return triage is not None and triage.type is CommentType.QUESTION and triage.decision in _REPEATABLE


def answers(work: Work, look: Stores) -> list[BankEntry]:
    """The entries that may be offered: all but the placeholders that earlier versions took for answers."""
    entries = look.bank.all()
    empty = _placeholders(work, look, entries)
    return [entry for entry in entries if entry.n not in empty]


def _placeholders(work: Work, look: Stores, entries: Sequence[BankEntry]) -> set[int]:
    """Numbers of the entries not compared yet whose answer is a draft that answered nothing."""
    fresh = {entry.comment: entry for entry in entries if not entry.group}
    return {
        fresh[draft.id].n
        for draft in look.drafts.peek(list(fresh))
        for variant in draft.variants
        if variant.text == fresh[draft.id].answer and (variant.placeholder or work.desk.is_placeholder(variant.rule))
    }


def join_alike(work: Work, arg: str, now: float) -> float | None:
    """Task `bank|`: new entries join those that ask the same, placeholders go; due again while there are more."""
    look = work.look()
    entries = look.bank.all()
    empty = _placeholders(work, look, entries)
    compared = [entry for entry in entries if entry.group]
    fresh = [entry for entry in entries if not entry.group]
    groups: dict[int, int] = {}
    for entry in fresh[:TOGETHER]:
        if entry.n in empty:
            continue
        same = (other for other in compared if work.desk.same_question(entry.question, other.question))
        groups[entry.n] = next((other.group for other in same), entry.n)
        compared.append(msgspec.structs.replace(entry, group=groups[entry.n]))

    def commit(stores: Stores) -> None:
        for entry in fresh[:TOGETHER]:
            present = stores.bank.get(entry.n)
            if present is None or present.answer != entry.answer:
                continue
            if entry.n in empty:
                stores.bank.remove(entry.n)
            else:
                stores.bank.put(msgspec.structs.replace(present, group=groups[entry.n]))

    work.store(commit)
    return now if len(fresh) > TOGETHER else None


def with_earlier_answer(
    work: Work, entries: Sequence[BankEntry], comment: Comment, variants: tuple[Variant, ...], voice: Voice
) -> tuple[Variant, ...]:
    """The variants of a question (there may be none), an earlier answer before them if it was asked twice before.

    Of several earlier answers the creator's own words go first, those edited in the bank before all.
    """
    alike = [entry for entry in entries if work.desk.same_question(comment.content, entry.question)]
    asked = len(alike) + sum(entry.uses for entry in alike)
    fit = [entry for entry in alike if not work.desk.check_outgoing(entry.answer, voice)]
    if asked < EARLIER or not fit:
        return variants
    best = max(fit, key=lambda entry: entry.rank)
    here = any(split_id(entry.comment)[0] == comment.article for entry in alike if entry.answer == best.answer)
    first = Variant("A", f"沿用问答 {best.n}", best.answer, f"{RULE}{best.n}", REPEATED if here else "")
    return (first, *(variant for variant in variants if variant.name != "A"))
