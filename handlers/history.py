"""查 3: the audit trail of an item; 为什么 3: why it scored as it did; 已贴 3: pasted by hand."""

from __future__ import annotations

from datetime import datetime

from bot.domain.comment import Comment
from bot.domain.draft import DraftState
from bot.domain.spread import comparable
from bot.stores.audit import Entry
from bot.wechat.text import quoted
from handlers.chat.commands import Command
from handlers.context import Chat, Reply
from handlers.others import who
from handlers.pasting import answered_comment, next_to_paste
from handlers.queue import and_next, find, unknown_number
from replies.risk.contact import mask

LINES = 8
NEAREST = 3


def history(chat: Chat, command: Command) -> Reply:
    """查 3: received, shown, decided, sent, WeChat's answer; at most 8 lines."""
    number = command.items[0].number
    draft = find(chat, number)
    if draft is None:
        return unknown_number(chat, number)
    lines = [chat.say("history_head", n=number, state=draft.state.value)]
    if draft.state is DraftState.TO_PASTE and (under := answered_comment(chat.stores, chat.say, draft)):
        lines.append(chat.say("history_to_paste", under=under))
    entries = chat.stores.audit.of(draft.id)
    room = LINES - len(lines)
    if len(entries) > room:
        entries = [entries[0], *entries[-(room - 1) :]]
    return "\n".join([*lines, *(_line(chat, entry) for entry in entries)]) + and_next(chat, command)


def _line(chat: Chat, entry: Entry) -> str:
    """One thing that happened: when, who, what, by which words, of which version, with what result."""
    at = datetime.fromtimestamp(entry.at, chat.tools.settings.timezone)
    by = f" {who(chat, entry.who)}" if entry.who else ""
    said = f"〔{quoted(entry.said, 20)}〕" if entry.said else ""
    version = f"（第 {entry.version} 版）" if entry.version and entry.who else ""
    detail = f"：{quoted(entry.detail, 50)}" if entry.detail else ""
    return f"{at:%m-%d %H:%M}{by} {entry.what}{said}{version}{detail}"


def why(chat: Chat, command: Command) -> Reply:
    """为什么 3: the type with its rule, the six parts with the words that fired, the risks, who scores just above."""
    number = command.items[0].number
    draft = find(chat, number)
    comment = chat.stores.comments.get(draft.id) if draft else None
    if draft is None or comment is None or comment.triage is None:
        return unknown_number(chat, number)
    triage = comment.triage
    lines = [
        chat.say("why_head", n=number, type=triage.type.value, rule=triage.type_rule, quality=triage.quality)
        + _compared(chat, comment, triage.quality)
    ]
    parts = [
        f"{part.name} {part.points:g}/{part.of}" + (f"（{quoted(part.reason, 24)}）" if part.reason else "")
        for part in triage.parts
    ]
    lines += ["　".join(parts[at : at + 2]) for at in range(0, len(parts), 2)]
    risks = "、".join(
        f"{risk.kind.value}{'：' + quoted(risk.reason, 20) if risk.reason else ''}" for risk in triage.risks
    )
    if risks:
        lines.append(chat.say("why_risks", risks=risks))
    return "\n".join([*lines, *_just_above(chat, comment)][:LINES]) + and_next(chat, command)


def _compared(chat: Chat, comment: Comment, quality: int) -> str:
    """How the score compares with those under other articles, where that makes a difference (feature B8)."""
    article, account = chat.stores.scores.of(comment.article)
    waiting = chat.stores.drafts.waiting(comment.id)
    fair = waiting.fair if waiting and waiting.fair is not None else comparable(quality, article, account)
    if fair == quality:
        return ""
    slots = {"fair": f"{fair:g}", "n": article.count, "mean": round(article.mean), "usual": round(account.mean)}
    return chat.say("d_why_fair", **slots)


def _just_above(chat: Chat, comment: Comment) -> list[str]:
    """The waiting comments with the next higher scores, the nearest first; one line if there is none."""
    mine = comment.triage.quality if comment.triage else 0
    higher = [entry for entry in chat.stores.drafts.queue() if entry.quality > mine and entry.id != comment.id]
    nearest = sorted(higher, key=lambda entry: (entry.quality, -entry.created_at, entry.id))[:NEAREST]
    ids = [entry.id for entry in nearest]
    numbers = {draft.id: draft.number for draft in chat.stores.drafts.peek(ids)}
    lines = []
    for entry, other in zip(nearest, chat.stores.comments.many(ids), strict=True):
        if other is not None:
            label = f"{numbers[entry.id]} 号" if numbers.get(entry.id) else ""
            lines.append(
                chat.say("d_why_above", quality=entry.quality, label=label, text=quoted(mask(other.content), 16))
            )
    return lines or [chat.say("d_why_top")]


def pasted(chat: Chat, command: Command) -> Reply:
    """已贴 3: closes an item that the creator pasted by hand, and names what is still to be pasted."""
    lines, closed = [], set()
    for item in dict.fromkeys(command.items):
        draft = find(chat, item.number)
        if draft is None:
            lines.append(unknown_number(chat, item.number))
        elif draft.state is DraftState.PASTED:
            lines.append(chat.say("pasted_already", n=item.number))
        elif draft.state is not DraftState.TO_PASTE:
            lines.append(chat.say("not_to_paste", n=item.number))
        else:
            chat.stores.drafts.put(draft.moved(DraftState.PASTED, chat.now, sent_at=chat.now), chat.now)
            chat.stores.audit.add(draft.id, Entry(chat.now, "已张贴", chat.person.pid, said=chat.said))
            chat.did(f"已贴 {item.number}", f"撤回 {item.number}")
            lines.append(chat.say("pasted", n=item.number))
            closed.add(draft.id)
    if closed and (more := next_to_paste(chat.stores, chat.say, closed)):
        lines.append(more)
    return "\n".join(lines)
