"""撤回 and 恢复 N: what was decided is taken back, exactly; what was sent is deleted from the article."""

from __future__ import annotations

import msgspec

from bot.domain.comment import Variant
from bot.domain.draft import HAND, UNDECIDED, Draft, DraftState
from bot.domain.people import Step
from bot.stores.audit import SEEN, Entry
from bot.wechat.text import PAGE_BYTES, size
from handlers.automatic import note_undo
from handlers.cards import card, show_card, waiting_for
from handlers.chat.commands import Command
from handlers.context import Chat, Reply
from handlers.pasting import to_paste_again
from handlers.queue import find, unknown_number

S = DraftState
REVIVE_SECONDS = 7 * 86400.0
ROOM = PAGE_BYTES - 150
AT_ONCE = (S.APPROVED, S.REJECTED, S.TO_PASTE, S.SNOOZED)
"""States from which a decision is taken back without anybody having seen it."""


def undo(chat: Chat, command: Command) -> Reply:
    """撤回: the last thing this creator did; 撤回 3: that item. An ok behind it is no approval."""
    chat.remember(cards=())
    if command.items:
        return "\n".join(_undo_number(chat, item.number) for item in dict.fromkeys(command.items))
    if chat.session.step:
        return _undo_step(chat, chat.session.step)
    if not chat.session.batch:
        return chat.say("nothing_to_undo")
    drafts = chat.stores.drafts.many(chat.stores.drafts.batch(chat.session.batch))
    mine = [draft for draft in drafts if draft.batch == chat.session.batch]
    back = [draft for draft in mine if draft.state in AT_ONCE]
    if not mine or (not back and all(draft.state is S.PENDING for draft in mine)):
        return chat.say("already_undone")
    if len(mine) == 1:
        return _undo(chat, mine[0])
    if len(back) == len(mine):
        unsent = any(draft.state is S.APPROVED for draft in back)
        for draft in back:
            _back_to_queue(chat, draft)
        numbers = " ".join(str(draft.number) for draft in back)
        return chat.say("batch_undone" if unsent else "batch_undone_waiting", n=len(back), numbers=numbers)
    return "\n".join(_undo(chat, draft) for draft in mine if draft.state is not S.PENDING)


def _undo_step(chat: Chat, step: Step) -> Reply:
    """改 and 换: the former text is the present one again; other steps name what takes them back."""
    if not step.draft and not step.typing:
        return chat.say("undo_no_way", did=step.did)
    if not step.draft:
        return chat.say("undo_by_typing", did=step.did, typing=step.typing)
    chat.remember(step=None)
    draft = chat.stores.drafts.get(step.draft)
    if draft is None:
        return chat.say("already_undone")
    if draft.version != step.version or draft.state not in UNDECIDED:
        return chat.say("step_overtaken", did=step.did, n=draft.number, state=draft.state.value)
    variants = tuple(variant for variant in draft.variants if variant.name != HAND or not step.rewrote)
    if step.text:
        variants = (*variants, Variant(HAND, "手改", step.text))
    before = msgspec.structs.replace(draft, variants=variants, chosen=step.chosen, version=draft.version + 1)
    chat.stores.drafts.put(before, chat.now)
    chat.stores.audit.add(draft.id, Entry(chat.now, "撤回", chat.person.pid, "", before.version, chat.said))
    return chat.say("step_undone", did=step.did, card=show_card(chat, before))


def _undo_number(chat: Chat, number: int) -> str:
    draft = find(chat, number)
    return _undo(chat, draft) if draft else unknown_number(chat, number)


def _undo(chat: Chat, draft: Draft) -> str:
    n, state = draft.number, draft.state
    if state is S.PENDING:
        return chat.say("undone_before" if _last_act(chat, draft).startswith("撤回") else "undo_pending", n=n)
    if state is S.APPROVED:
        _back_to_queue(chat, draft)
        return chat.say("undone", n=n)
    if state in (S.REJECTED, S.TO_PASTE, S.FAILED, S.EXPIRED, S.SNOOZED):
        _back_to_queue(chat, draft)
        return chat.say("undone_waiting", n=n)
    if state is S.PASTED:
        return _paste_again(chat, draft)
    if state is S.WAITING_READER:
        return _out_of_mailbox(chat, draft)
    if state is S.SENDING:
        return chat.say("undo_sending", n=n)
    if state is S.WITHDRAWING:
        return chat.say("undo_running", n=n)
    if state is S.SENT:
        return _withdraw(chat, draft)
    return chat.say("undo_impossible", n=n, state=state.value)


def _last_act(chat: Chat, draft: Draft) -> str:
    """What a creator last decided about an item, empty if nothing."""
    acts = [entry.what for entry in chat.stores.audit.of(draft.id) if entry.who and entry.what != SEEN]
    return acts[-1] if acts else ""


def _withdraw(chat: Chat, draft: Draft) -> str:
    comment = chat.stores.comments.get(draft.id)
    if comment is None or not comment.has_api_slot:
        return chat.say("undo_delivered", n=draft.number)
    note_undo(chat.stores, draft, chat.now, chat.say)
    chat.stores.drafts.put(draft.moved(S.WITHDRAWING, chat.now, batch=""), chat.now)
    chat.stores.due("withdraw", draft.id, chat.now)
    chat.stores.audit.add(draft.id, Entry(chat.now, "撤回已发出的回复", chat.person.pid, said=chat.said))
    paused = chat.say("undo_when_resumed") if chat.stores.account.pause else ""
    stays = "\n" + chat.say("undo_still_elected", n=draft.number) if comment.elected else ""
    return chat.say("withdrawing", n=draft.number) + paused + stays


def _paste_again(chat: Chat, draft: Draft) -> str:
    """已贴 was said too early: the text is to be pasted again."""
    again = chat.stores.drafts.reopen_number(draft.moved(S.TO_PASTE, chat.now, sent_at=0.0))
    chat.stores.drafts.put(again, chat.now)
    chat.stores.audit.add(draft.id, Entry(chat.now, "撤回已贴", chat.person.pid, said=chat.said))
    chat.did(f"撤回 {draft.number}", f"已贴 {draft.number}")
    return to_paste_again(chat, again)


def _back_to_queue(chat: Chat, draft: Draft, what: str = "撤回") -> None:
    comment = chat.stores.comments.get(draft.id)
    note_undo(chat.stores, draft, chat.now, chat.say)
    chat.stores.bank.forget(draft.id)
    back = draft.moved(S.PENDING, chat.now, approved_by="", approved_text="", due_at=0.0, elect=False, reason="")
    chat.stores.drafts.put(chat.stores.drafts.reopen_number(back), chat.now)
    if comment is not None:
        chat.stores.drafts.wait(waiting_for(chat.stores, comment))
    chat.stores.audit.add(draft.id, Entry(chat.now, what, chat.person.pid, said=chat.said))


def _out_of_mailbox(chat: Chat, draft: Draft) -> str:
    """Take the letter back, unless it is on the wire or may have arrived."""
    comment = chat.stores.comments.get(draft.id)
    if comment is not None and comment.pid:
        letters = chat.stores.mailbox.of(comment.pid)
        if any(letter.draft == draft.id and (letter.sending or letter.passive) for letter in letters):
            return chat.say("undo_delivering", n=draft.number)
        chat.stores.mailbox.put(comment.pid, tuple(letter for letter in letters if letter.draft != draft.id))
    _back_to_queue(chat, draft)
    return chat.say("undone", n=draft.number)


def revive(chat: Chat, command: Command) -> Reply:
    """恢复 3: an expired or dropped draft waits again; its card is shown as far as the cards fit one message."""
    lines: list[str] = []
    for item in dict.fromkeys(command.items):
        draft = find(chat, item.number)
        if draft is None:
            lines.append(unknown_number(chat, item.number))
        elif draft.state not in (S.EXPIRED, S.REJECTED):
            lines.append(chat.say("not_revivable", n=item.number, state=draft.state.value))
        elif chat.now - draft.changed_at > REVIVE_SECONDS:
            lines.append(chat.say("too_old", n=item.number))
        else:
            _back_to_queue(chat, draft, "恢复")
            chat.did(f"恢复 {item.number}", f"拒绝 {item.number}")
            lines.append(_revived(chat, draft, lines))
    if len(lines) > 1:
        chat.remember(cards=())
    return "\n\n".join(lines)


def _revived(chat: Chat, draft: Draft, before: list[str]) -> str:
    """The card of a revived draft, or one line if there is no room for it."""
    fresh = chat.stores.drafts.get(draft.id)
    comment = chat.stores.comments.get(draft.id)
    if fresh is None or comment is None:
        return chat.say("undone_waiting", n=draft.number)
    width = size(card(chat.say, comment, msgspec.structs.replace(fresh, number=fresh.number or 999)))
    if before and size("\n\n".join(before)) + width > ROOM:
        return chat.say("undone_waiting", n=draft.number)
    return show_card(chat, fresh)
