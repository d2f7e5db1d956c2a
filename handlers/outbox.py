"""Delivery: an approved reply goes out once, whatever is lost on the wire and whoever dies (design 4.3).

What is not certain is looked up at WeChat before anything is sent again. A reply that a human gave in the backend, or
that we gave before we died, is found there and nothing is sent.
"""

from __future__ import annotations

import msgspec

from bot.domain.comment import Comment
from bot.domain.draft import Draft, DraftState
from bot.stores.account_state import Pause
from bot.stores.audit import Entry
from bot.stores.mailbox import Letter
from bot.stores.stores import Stores
from bot.wechat.gateway import ArticleId, Refused, Resting, Unreachable
from bot.wechat.reactions import Reaction
from handlers.cards import waiting_for
from handlers.context import Work
from handlers.permissions import lose_comment_api
from handlers.polling import Looked, look_up
from handlers.reconcile import vanished
from replies.text import same_reply

S = DraftState
FRESH_SECONDS = 60.0
RECHECK_PAUSED = 30.0


def send_reply(work: Work, draft_id: str, now: float) -> float | None:
    """Task `send|<draft id>`: due when the hold of an approval ends."""
    stores = work.look()
    draft, comment = stores.drafts.get(draft_id), stores.comments.get(draft_id)
    if draft is None or comment is None or draft.state not in (S.APPROVED, S.SENDING):
        return None
    if draft.state is S.APPROVED and now < draft.due_at:
        return draft.due_at
    if stores.account.pause:
        return now + RECHECK_PAUSED
    if comment.by_chat:
        _to_mailbox(work, draft_id, now)
        return None
    if stores.account.fact("no_comment_api") or not comment.has_api_slot:
        _to_paste(work, draft_id, now)
        return None
    try:
        if _found_at_wechat(work, draft, comment, now):
            return None
        if not _begin(work, draft_id, now):
            return now + RECHECK_PAUSED
        if draft.elect and not comment.elected:
            _elect_first(work, draft, comment, now)
        work.gateway.reply(_article(comment), int(comment.cid), draft.approved_text)
    except Resting as rest:
        _put_back(work, draft_id, now, rest.until, str(rest))
        return rest.until
    except Refused as refusal:
        return _refused(work, draft, refusal, now)
    except Unreachable:
        _put_back(work, draft_id, now, now, "")
        raise
    _sent(work, draft_id, draft.approved_text, work.clock())
    return None


def _article(comment: Comment) -> ArticleId:
    msg_data_id, index = comment.article.split("_")
    return ArticleId(int(msg_data_id), int(index))


def _found_at_wechat(work: Work, draft: Draft, comment: Comment, now: float) -> bool:
    """Look at WeChat first; True when there is nothing left to send. A look that fails stops only a second sending."""
    uncertain = draft.state is S.SENDING
    try:
        looked = look_up(work, draft.id, now, fresh_since=now if uncertain else now - FRESH_SECONDS)
    except (Refused, Resting):
        if uncertain:
            raise
        return False
    return _settle(work, draft, looked, now)


def _settle(work: Work, draft: Draft, looked: Looked, now: float) -> bool:
    """Take over what WeChat shows for a comment: gone, answered by us, answered by somebody else, or still open."""
    if looked.gone:
        work.store(lambda stores: vanished(stores, draft.id, now, work.say))
        return True
    if looked.reply is None:
        return False
    if same_reply(looked.reply, draft.approved_text) and draft.tries:
        _sent(work, draft.id, draft.approved_text, now)
    else:
        _close(work, draft.id, S.OUTSIDE, now, "")
    return True


def _begin(work: Work, draft_id: str, now: float) -> bool:
    """已通过 → 发送中, unless paused or taken back meanwhile; the pause is watched by the same atomic step."""

    def begin(stores: Stores) -> bool:
        draft = stores.drafts.get(draft_id)
        if draft is None or stores.account.pause or draft.state not in (S.APPROVED, S.SENDING):
            return False
        tries = draft.tries + 1
        if draft.state is S.APPROVED:
            stores.drafts.put(draft.moved(S.SENDING, now, tries=tries), now)
        else:
            stores.drafts.put(msgspec.structs.replace(draft, tries=tries), now)
        return True

    return work.store(begin)


def _elect_first(work: Work, draft: Draft, comment: Comment, now: float) -> None:
    """精选 before the reply; its failure is told and does not keep the reply back."""
    try:
        work.gateway.elect(_article(comment), int(comment.cid))
    except Refused as refusal:
        sentence = refusal.sentence

        def tell(stores: Stores) -> None:
            stores.audit.add(draft.id, Entry(now, "精选失败", "", sentence))
            _tell(stores, draft, work.say("elect_failed", n=draft.number, why=sentence), now)

        work.store(tell)
        return

    def elected(stores: Stores) -> None:
        mark_elected(stores, draft.id, True)
        stores.audit.add(draft.id, Entry(now, "已精选"))

    work.store(elected)


def mark_elected(stores: Stores, comment_id: str, elected: bool) -> None:
    """Keep whether a comment is elected."""
    comment = stores.comments.get(comment_id)
    if comment:
        stores.comments.put(msgspec.structs.replace(comment, elected=elected))


def _sent(work: Work, draft_id: str, text: str, now: float) -> None:
    def sent(stores: Stores) -> None:
        draft, comment = stores.drafts.get(draft_id), stores.comments.get(draft_id)
        if draft is None or draft.state is S.SENT:
            return
        if draft.state is S.APPROVED:
            draft = draft.moved(S.SENDING, now)
        stores.drafts.put(draft.moved(S.SENT, now, sent_at=now), now)
        if comment:
            stores.comments.put(msgspec.structs.replace(comment, reply=text, reply_is_ours=True))
        stores.audit.add(draft_id, Entry(now, "已发出", "", "", draft.version))

    work.store(sent)


def _close(work: Work, draft_id: str, state: DraftState, now: float, reason: str) -> None:
    def close(stores: Stores) -> None:
        draft = stores.drafts.get(draft_id)
        if draft is None or draft.state is state:
            return
        stores.drafts.put(draft.moved(state, now, reason=reason), now)
        stores.audit.add(draft_id, Entry(now, state.value, "", reason))
        phrase = "failed" if state is S.FAILED else "replied_outside"
        _tell(stores, draft, work.say(phrase, n=draft.number, reason=reason), now)
        comment = stores.comments.get(draft_id)
        if state is S.FAILED and comment:
            stores.drafts.wait(waiting_for(stores, comment))

    work.store(close)


def _put_back(work: Work, draft_id: str, now: float, due_at: float, reason: str) -> None:
    """Nothing got out: 发送中 → 已通过, to be tried again."""

    def put_back(stores: Stores) -> None:
        draft = stores.drafts.get(draft_id)
        if draft is not None and draft.state is S.SENDING and draft.tries <= 1:
            stores.drafts.put(draft.moved(S.APPROVED, now, due_at=due_at, tries=0), now)
        elif draft is not None and reason and draft.state is S.APPROVED:
            stores.drafts.put(msgspec.structs.replace(draft, due_at=due_at), now)
        if draft is not None and reason:
            stores.audit.add(draft_id, Entry(now, "等待", "", reason))

    work.store(put_back)


def _refused(work: Work, draft: Draft, refusal: Refused, now: float) -> float | None:
    """WeChat's refusal of a reply, by the one table of reactions."""
    reaction = refusal.reaction
    if refusal.code == 88005:
        looked = look_up(work, draft.id, now, fresh_since=now)
        if not looked.reply or not _settle(work, _tried(draft), looked, now):
            _close(work, draft.id, S.OUTSIDE, now, "")
        return None
    if refusal.code in (88008, 88004):
        work.store(lambda stores: vanished(stores, draft.id, now, work.say))
        return None
    if refusal.code == 88007:
        work.store(lambda stores: stores.account.put_fact("reply_limit", str(max(40, len(draft.approved_text) - 20))))
    if reaction is Reaction.STOP_FEATURE:
        work.store(lambda stores: lose_comment_api(stores, refusal.code, now, work.say))
        _to_paste(work, draft.id, now)
        return None
    if reaction is Reaction.HALT_WRITES:
        work.store(lambda stores: halt(stores, refusal.sentence, now))
        _put_back(work, draft.id, now, now, refusal.sentence)
        return now + RECHECK_PAUSED
    if reaction in (Reaction.RETRY, Reaction.REFRESH, Reaction.HOURLY, Reaction.WAIT_MINUTE):
        _put_back(work, draft.id, now, now, refusal.sentence)
        raise refusal
    _close(work, draft.id, S.FAILED, now, refusal.sentence)
    return None


def _tried(draft: Draft) -> Draft:
    """The draft as after at least one try, so that our own text under the comment counts as ours."""
    return msgspec.structs.replace(draft, tries=max(1, draft.tries))


def halt(stores: Stores, why: str, now: float) -> None:
    """WeChat banned the API or limited the account: all writes stop until an owner says 恢复."""
    if stores.account.pause is None:
        stores.account.put_pause(Pause("", now))
    stores.account.put_fact("ban", why)
    stores.account.put_notice(f"ban{int(now)}", why)


def _to_paste(work: Work, draft_id: str, now: float) -> None:
    """No API can carry it: the creator is given the text to paste."""

    def to_paste(stores: Stores) -> None:
        draft = stores.drafts.get(draft_id)
        if draft is None or draft.state not in (S.APPROVED, S.SENDING):
            return
        stores.drafts.put(draft.moved(S.TO_PASTE, now), now)
        stores.audit.add(draft_id, Entry(now, "待张贴"))
        _tell(stores, draft, work.say("to_paste", n=draft.number, text=draft.approved_text), now)

    work.store(to_paste)


def _to_mailbox(work: Work, draft_id: str, now: float) -> None:
    """The answer to a chat comment waits for its writer's next message, or goes out in an open window."""

    def to_mailbox(stores: Stores) -> None:
        draft, comment = stores.drafts.get(draft_id), stores.comments.get(draft_id)
        if draft is None or comment is None or draft.state is not S.APPROVED or stores.account.pause:
            return
        stores.drafts.put(draft.moved(S.WAITING_READER, now), now)
        text = work.say("author_answers", number=comment.number, text=draft.approved_text)
        stores.mailbox.add(comment.pid, Letter(text, now, comment.id, draft.id))
        stores.audit.add(draft_id, Entry(now, "已放进读者信箱"))
        stores.due("tell", comment.pid, now)

    work.store(to_mailbox)


def _tell(stores: Stores, draft: Draft, text: str, now: float) -> None:
    """Say something about an item to whoever approved it, by the next allowed channel."""
    if draft.approved_by:
        stores.mailbox.add(draft.approved_by, Letter(text, now, draft.id))
        stores.due("tell", draft.approved_by, now)
