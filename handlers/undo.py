"""撤回 and 恢复 N: what was decided is taken back, exactly; what was sent is deleted from the article."""

from __future__ import annotations

from bot.domain.draft import Draft, DraftState
from bot.stores.audit import Entry
from handlers.cards import show_card, waiting_for
from handlers.chat.commands import Command
from handlers.context import Chat, Reply
from handlers.queue import find, unknown_number

S = DraftState
REVIVE_SECONDS = 7 * 86400.0


def undo(chat: Chat, command: Command) -> Reply:
    """撤回: the last thing this creator decided; 撤回 3: that item."""
    if command.items:
        return "\n".join(_undo_number(chat, item.number) for item in dict.fromkeys(command.items))
    if not chat.session.batch:
        return chat.say("nothing_to_undo")
    drafts = chat.stores.drafts.many(chat.stores.drafts.batch(chat.session.batch))
    mine = [draft for draft in drafts if draft.batch == chat.session.batch]
    back = [draft for draft in mine if draft.state in (S.APPROVED, S.REJECTED, S.TO_PASTE)]
    if not mine or (not back and all(draft.state is S.PENDING for draft in mine)):
        return chat.say("already_undone")
    if len(mine) == 1:
        return _undo(chat, mine[0])
    if len(back) == len(mine):
        for draft in back:
            _back_to_queue(chat, draft)
        return chat.say("batch_undone", n=len(back))
    return "\n".join(_undo(chat, draft) for draft in mine)


def _undo_number(chat: Chat, number: int) -> str:
    draft = find(chat, number)
    return _undo(chat, draft) if draft else unknown_number(chat, number)


def _undo(chat: Chat, draft: Draft) -> str:
    n, state = draft.number, draft.state
    if state in (S.PENDING, S.SNOOZED):
        return chat.say("undo_pending", n=n)
    if state is S.APPROVED:
        _back_to_queue(chat, draft)
        return chat.say("undone", n=n)
    if state in (S.REJECTED, S.TO_PASTE, S.FAILED, S.EXPIRED):
        _back_to_queue(chat, draft)
        return chat.say("undone_waiting", n=n)
    if state is S.WAITING_READER:
        _drop_letter(chat, draft)
        _back_to_queue(chat, draft)
        return chat.say("undone", n=n)
    if state is S.SENDING:
        return chat.say("undo_sending", n=n)
    if state is S.WITHDRAWING:
        return chat.say("undo_running", n=n)
    if state is S.SENT:
        return _withdraw(chat, draft)
    return chat.say("undo_impossible", n=n, state=state.value)


def _withdraw(chat: Chat, draft: Draft) -> str:
    comment = chat.stores.comments.get(draft.id)
    if comment is None or not comment.has_api_slot:
        return chat.say("undo_delivered", n=draft.number)
    chat.stores.drafts.put(draft.moved(S.WITHDRAWING, chat.now, batch=""), chat.now)
    chat.stores.due("withdraw", draft.id, chat.now)
    chat.stores.audit.add(draft.id, Entry(chat.now, "撤回已发出的回复", chat.person.pid))
    return chat.say("withdrawing", n=draft.number)


def _back_to_queue(chat: Chat, draft: Draft) -> None:
    comment = chat.stores.comments.get(draft.id)
    back = draft.moved(S.PENDING, chat.now, approved_by="", approved_text="", due_at=0.0, elect=False, reason="")
    chat.stores.drafts.put(back, chat.now)
    chat.stores.drafts.reopen_number(back)
    if comment is not None:
        chat.stores.drafts.wait(waiting_for(chat.stores, comment))
    chat.stores.audit.add(draft.id, Entry(chat.now, "撤回", chat.person.pid))


def _drop_letter(chat: Chat, draft: Draft) -> None:
    comment = chat.stores.comments.get(draft.id)
    if comment is not None and comment.pid:
        letters = chat.stores.mailbox.of(comment.pid)
        chat.stores.mailbox.put(comment.pid, tuple(letter for letter in letters if letter.draft != draft.id))


def revive(chat: Chat, command: Command) -> Reply:
    """恢复 3: an expired or dropped draft waits again."""
    lines = []
    for item in dict.fromkeys(command.items):
        draft = find(chat, item.number)
        if draft is None:
            lines.append(unknown_number(chat, item.number))
        elif draft.state not in (S.EXPIRED, S.REJECTED):
            lines.append(chat.say("not_revivable", n=item.number, state=draft.state.value))
        elif chat.now - draft.changed_at > REVIVE_SECONDS:
            lines.append(chat.say("too_old", n=item.number))
        else:
            _back_to_queue(chat, draft)
            fresh = chat.stores.drafts.get(draft.id)
            lines.append(show_card(chat, fresh) if fresh else unknown_number(chat, item.number))
    return "\n\n".join(lines)
