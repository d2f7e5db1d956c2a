"""What became of an approved reply: sent, waiting, handed over or closed; whoever approved it hears of it."""

from __future__ import annotations

import msgspec

from bot.domain.draft import Draft, DraftState
from bot.stores.audit import Entry
from bot.stores.mailbox import Letter
from bot.stores.stores import Stores
from handlers.cards import waiting_for
from handlers.context import Work
from handlers.reconcile import vanished

S = DraftState
TOGETHER_SECONDS = 3.0
"""How long the news of one item of a batch waits for that of the others, so that they make one message."""


def sent(work: Work, draft_id: str, now: float) -> None:
    """The reply stands under the comment, and it is ours."""

    def note(stores: Stores) -> None:
        draft, comment = stores.drafts.get(draft_id), stores.comments.get(draft_id)
        if draft is None or draft.state not in (S.APPROVED, S.SENDING):
            return
        if draft.state is S.APPROVED:
            draft = draft.moved(S.SENDING, now)
        stores.drafts.put(draft.moved(S.SENT, now, sent_at=now), now)
        if comment:
            stores.comments.put(
                msgspec.structs.replace(
                    comment, reply=draft.approved_text, reply_is_ours=True, by_standing=bool(draft.standing)
                )
            )
        stores.audit.add(draft_id, Entry(now, "已发出", "", "", draft.version))

    work.store(note)


def answered_outside(work: Work, draft_id: str, now: float) -> None:
    """Somebody else's reply stands there already."""
    _close(work, draft_id, S.OUTSIDE, now, "")


def failed(work: Work, draft_id: str, now: float, why: str) -> None:
    """It cannot be sent as it is; the item waits again."""
    _close(work, draft_id, S.FAILED, now, why)


def gone(work: Work, draft_id: str, now: float) -> None:
    """WeChat does not have the comment any more."""

    def note(stores: Stores) -> None:
        draft = stores.drafts.get(draft_id)
        vanished(stores, draft_id, now, work.say)
        told = stores.people.creator_or_owner(draft.approved_by) if draft and draft.batch else ""
        if told:
            stores.due("tell", told, now + TOGETHER_SECONDS)

    work.store(note)


def _close(work: Work, draft_id: str, state: DraftState, now: float, reason: str) -> None:
    def close(stores: Stores) -> None:
        draft = stores.drafts.get(draft_id)
        if draft is None or draft.state is state:
            return
        stores.drafts.put(draft.moved(state, now, reason=reason), now)
        stores.audit.add(draft_id, Entry(now, state.value, "", reason))
        phrase = "failed" if state is S.FAILED else "replied_outside"
        tell(stores, draft, work.say(phrase, n=draft.number, reason=reason), now)
        comment = stores.comments.get(draft_id)
        if state is S.FAILED and comment:
            stores.drafts.wait(waiting_for(stores, comment))

    work.store(close)


def put_back(work: Work, draft_id: str, now: float, due_at: float, reason: str) -> None:
    """Surely nothing got out: 发送中 → 已通过, to be tried again at `due_at`."""

    def back(stores: Stores) -> None:
        draft = stores.drafts.get(draft_id)
        if draft is not None and draft.state is S.SENDING:
            stores.drafts.put(draft.moved(S.APPROVED, now, due_at=due_at, tries=0), now)
        elif draft is not None and draft.state is S.APPROVED and draft.due_at != due_at:
            stores.drafts.put(msgspec.structs.replace(draft, due_at=due_at), now)
        if draft is not None and reason:
            stores.audit.add(draft_id, Entry(now, "等待", "", reason))

    work.store(back)


def to_paste(work: Work, draft_id: str, now: float) -> None:
    """No API can carry it: the creator is told how to get the text to paste."""

    def note(stores: Stores) -> None:
        draft = stores.drafts.get(draft_id)
        if draft is None or draft.state not in (S.APPROVED, S.SENDING):
            return
        stores.drafts.put(draft.moved(S.TO_PASTE, now), now)
        stores.audit.add(draft_id, Entry(now, "待张贴"))
        tell(stores, draft, work.say("to_paste_told", n=draft.number), now)

    work.store(note)


def to_mailbox(work: Work, draft_id: str, now: float) -> None:
    """The answer to a chat comment waits for its writer's next message, or goes out in an open window."""

    def note(stores: Stores) -> None:
        draft, comment = stores.drafts.get(draft_id), stores.comments.get(draft_id)
        if draft is None or comment is None or draft.state is not S.APPROVED or stores.account.pause:
            return
        stores.drafts.put(draft.moved(S.WAITING_READER, now), now)
        text = work.say("author_answers", number=comment.number, text=draft.approved_text)
        stores.mailbox.add(comment.pid, Letter(text, now, comment.id, draft.id))
        stores.audit.add(draft_id, Entry(now, "已放进读者信箱"))
        stores.due("tell", comment.pid, now)

    work.store(note)


def tell(stores: Stores, draft: Draft, text: str, now: float) -> None:
    """Say something about an item to whoever approved it, by the next allowed channel."""
    pid = stores.people.creator_or_owner(draft.approved_by)
    if pid:
        stores.mailbox.add(pid, Letter(text, now, draft.id))
        stores.due("tell", pid, now + TOGETHER_SECONDS if draft.batch else now)


def sum_up(work: Work, draft_id: str) -> None:
    """When the last item of a batch has ended, what became of the rest is said beside what failed."""
    look = work.look()
    ended = look.drafts.get(draft_id)
    if ended is None or not ended.batch:
        return
    batch = ended.batch
    ids = look.drafts.batch(batch)
    if len(ids) < 2:
        return

    def note(stores: Stores) -> None:
        mates = [draft for draft in stores.drafts.many(ids) if draft.batch == batch]
        done = sum(draft.state is S.SENT for draft in mates)
        if not done or any(draft.state in (S.APPROVED, S.SENDING) for draft in mates):
            return
        pid = stores.people.creator_or_owner(mates[0].approved_by)
        letters = list(stores.mailbox.of(pid))
        about = [at for at, letter in enumerate(letters) if letter.about in ids and not letter.sending]
        rest = work.say("batch_rest", n=done)
        if about and rest not in letters[about[-1]].text:
            last = letters[about[-1]]
            letters[about[-1]] = msgspec.structs.replace(last, text=f"{last.text}\n{rest}")
            stores.mailbox.put(pid, tuple(letters))

    work.store(note)
