"""What is done to a comment after or beside its reply: 撤回 of a sent reply, 精选 and 取消精选."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from bot.domain.comment import Comment
from bot.domain.draft import Draft, DraftState
from bot.stores.audit import SEEN, Entry
from bot.stores.mailbox import Letter
from bot.stores.stores import Stores
from bot.wechat.gateway import GatewayError, Refused, Resting
from handlers.cards import waiting_for
from handlers.context import Work
from handlers.outbox import AGAIN, article_of, mark_elected
from handlers.rests import RECHECK_SECONDS, is_last_try, rest_until

S = DraftState
REPLY_GONE = (87009, 88008)
"""Nothing to delete any more: wanted and reached (87009 is what reply/delete says when there is no reply)."""


def withdraw_reply(work: Work, draft_id: str, now: float) -> float | None:
    """Task `withdraw|<draft id>`: delete our reply, the draft waits again. Deleting twice is harmless."""
    stores = work.look()
    draft, comment = stores.drafts.get(draft_id), stores.comments.get(draft_id)
    if draft is None or comment is None or draft.state is not S.WITHDRAWING:
        return None
    if stores.account.pause:
        return now + RECHECK_SECONDS

    def delete() -> None:
        try:
            work.gateway.delete_reply(article_of(comment), int(comment.cid))
        except Refused as refusal:
            if refusal.code not in REPLY_GONE:
                raise

    until, problem = _attempt(work, f"withdraw|{draft_id}", delete, now)
    if until is None:
        work.store(lambda stores: _withdrawn(stores, work, draft_id, problem, now))
    return until


def _withdrawn(stores: Stores, work: Work, draft_id: str, problem: str, now: float) -> None:
    draft, comment = stores.drafts.get(draft_id), stores.comments.get(draft_id)
    if draft is None or comment is None or draft.state is not S.WITHDRAWING:
        return
    who = _last_actor(stores, draft_id)
    if problem:
        stores.drafts.put(draft.moved(S.SENT, now), now)
        stores.audit.add(draft_id, Entry(now, "撤回失败", "", problem))
        _say(stores, who, work.say("withdraw_failed", n=draft.number, why=problem), now, draft_id)
        return
    back = draft.moved(S.PENDING, now, approved_by="", approved_text="", sent_at=0.0, tries=0, elect=False)
    stores.drafts.put(back, now)
    stores.bank.forget(draft_id)
    stores.drafts.reopen_number(back)
    stores.drafts.wait(waiting_for(stores, comment))
    stores.comments.put(msgspec.structs.replace(comment, reply="", reply_is_ours=False))
    stores.audit.add(draft_id, Entry(now, "回复已删除"))
    _say(stores, who, work.say("withdrawn", n=draft.number), now, draft_id)


def elect_comment(work: Work, draft_id: str, now: float) -> float | None:
    """Task `elect|<draft id>`."""
    return _mark(work, draft_id, now, True)


def unelect_comment(work: Work, draft_id: str, now: float) -> float | None:
    """Task `unelect|<draft id>`."""
    return _mark(work, draft_id, now, False)


def _mark(work: Work, draft_id: str, now: float, elected: bool) -> float | None:
    stores = work.look()
    draft, comment = stores.drafts.get(draft_id), stores.comments.get(draft_id)
    if draft is None or comment is None or comment.elected is elected or comment.gone:
        return None
    if stores.account.pause:
        return now + RECHECK_SECONDS
    verb = work.gateway.elect if elected else work.gateway.unelect
    member = f"{'elect' if elected else 'unelect'}|{draft_id}"
    until, problem = _attempt(work, member, lambda: verb(article_of(comment), int(comment.cid)), now)
    if until is None:
        work.store(lambda stores: _marked(stores, work, draft, comment, elected, problem, now))
    return until


def _marked(
    stores: Stores, work: Work, draft: Draft, comment: Comment, elected: bool, problem: str, now: float
) -> None:
    word = "精选" if elected else "取消精选"
    if problem:
        stores.audit.add(draft.id, Entry(now, f"{word}失败", "", problem))
        sentence = work.say("mark_failed", n=draft.number, word=word, why=problem)
        _say(stores, _last_actor(stores, draft.id), sentence, now, draft.id)
        return
    mark_elected(stores, comment.id, elected, now)
    stores.audit.add(draft.id, Entry(now, f"已{word}"))


def _attempt(work: Work, member: str, call: Callable[[], None], now: float) -> tuple[float | None, str]:
    """`(again at, problem)` of one call: due again later, or done ("" as problem), or refused for good.

    What passes by itself is raised, so that the task is tried again; after the last try it is a problem too.
    """
    try:
        call()
    except (Refused, Resting) as trouble:
        until = rest_until(work, trouble, now)
        if until is not None:
            return until, ""
        if isinstance(trouble, Refused) and trouble.reaction not in AGAIN:
            return None, trouble.sentence
        if not is_last_try(work, member):
            raise
        return None, work.say("reason_unanswered")
    except GatewayError:
        if not is_last_try(work, member):
            raise
        return None, work.say("reason_unanswered")
    return None, ""


def _last_actor(stores: Stores, draft_id: str) -> str:
    """The creator who last decided something about an item; an owner if that one has left."""
    acts = (entry.who for entry in reversed(stores.audit.of(draft_id)) if entry.who and entry.what != SEEN)
    return stores.people.creator_or_owner(next(acts, ""))


def _say(stores: Stores, pid: str, text: str, now: float, draft_id: str) -> None:
    if pid:
        stores.mailbox.add(pid, Letter(text, now, draft_id))
        stores.due("tell", pid, now)
