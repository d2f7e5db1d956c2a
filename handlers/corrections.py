"""What is done to a comment after or beside its reply: 撤回 of a sent reply, 精选 and 取消精选."""

from __future__ import annotations

import msgspec

from bot.domain.draft import DraftState
from bot.stores.audit import Entry
from bot.stores.mailbox import Letter
from bot.stores.stores import Stores
from bot.wechat.gateway import ArticleId, Refused, Resting
from bot.wechat.reactions import Reaction
from handlers.cards import waiting_for
from handlers.context import Work
from handlers.outbox import mark_elected

S = DraftState
RECHECK_PAUSED = 30.0
REPLY_GONE = (87009, 88008)
"""Nothing to delete any more: wanted and reached (87009 is what reply/delete says when there is no reply)."""


def withdraw_reply(work: Work, draft_id: str, now: float) -> float | None:
    """Task `withdraw|<draft id>`: delete our reply, the draft waits again. Deleting twice is harmless."""
    stores = work.look()
    draft, comment = stores.drafts.get(draft_id), stores.comments.get(draft_id)
    if draft is None or comment is None or draft.state is not S.WITHDRAWING:
        return None
    if stores.account.pause:
        return now + RECHECK_PAUSED
    problem = ""
    try:
        work.gateway.delete_reply(_article(comment.article), int(comment.cid))
    except Resting as rest:
        return rest.until
    except Refused as refusal:
        if refusal.reaction in (Reaction.RETRY, Reaction.REFRESH, Reaction.WAIT_MINUTE, Reaction.HOURLY):
            raise
        if refusal.code not in REPLY_GONE:
            problem = refusal.sentence

    def done(stores: Stores) -> None:
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
        stores.drafts.wait(waiting_for(stores, comment))
        stores.comments.put(msgspec.structs.replace(comment, reply="", reply_is_ours=False))
        stores.audit.add(draft_id, Entry(now, "回复已删除"))
        _say(stores, who, work.say("withdrawn", n=draft.number), now, draft_id)

    work.store(done)
    return None


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
        return now + RECHECK_PAUSED
    problem = ""
    try:
        verb = work.gateway.elect if elected else work.gateway.unelect
        verb(_article(comment.article), int(comment.cid))
    except Resting as rest:
        return rest.until
    except Refused as refusal:
        if refusal.reaction in (Reaction.RETRY, Reaction.REFRESH, Reaction.WAIT_MINUTE, Reaction.HOURLY):
            raise
        problem = refusal.sentence

    def done(stores: Stores) -> None:
        word = "精选" if elected else "取消精选"
        who = _last_actor(stores, draft_id)
        if problem:
            stores.audit.add(draft_id, Entry(now, f"{word}失败", "", problem))
            _say(stores, who, work.say("mark_failed", n=draft.number, word=word, why=problem), now, draft_id)
            return
        mark_elected(stores, draft_id, elected)
        stores.audit.add(draft_id, Entry(now, f"已{word}"))

    work.store(done)
    return None


def _article(key: str) -> ArticleId:
    msg_data_id, index = key.split("_")
    return ArticleId(int(msg_data_id), int(index))


def _last_actor(stores: Stores, draft_id: str) -> str:
    """The creator who last decided something about an item."""
    return next((entry.who for entry in reversed(stores.audit.of(draft_id)) if entry.who), "")


def _say(stores: Stores, pid: str, text: str, now: float, draft_id: str) -> None:
    if pid:
        stores.mailbox.add(pid, Letter(text, now, draft_id))
        stores.due("tell", pid, now)
