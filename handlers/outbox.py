"""Delivery: an approved reply goes out once, whatever is lost on the wire and whoever dies (design 4.3).

What is not certain is looked up at WeChat before anything is sent again. A reply that a human gave in the backend, or
that we gave before we died, is found there and nothing is sent.
"""

from __future__ import annotations

import math

import msgspec

from bot.domain.article import split_key
from bot.domain.comment import Comment
from bot.domain.draft import Draft, DraftState
from bot.stores.audit import Entry
from bot.stores.stores import Stores
from bot.wechat.gateway import ArticleId, GatewayError, Refused, Resting, Unreachable
from bot.wechat.ledger import next_reset
from bot.wechat.reactions import Reaction
from handlers import outcomes
from handlers.automatic import still_covers
from handlers.context import Work
from handlers.permissions import NO_COMMENT_API, lose_comment_api
from handlers.polling import Looked, look_up
from handlers.releasing import call_back
from handlers.rests import RECHECK_SECONDS, is_last_try, rest_until
from replies.text import same_reply

S = DraftState
FRESH_SECONDS = 60.0
ELECT_AGAIN_SECONDS = 5.0
LOOK_AGAIN_SECONDS = 3600.0
GIVE_UP_SECONDS = 3 * 86400.0
"""How long we go on looking whether a reply got out before we say that nobody knows."""

AGAIN = (Reaction.RETRY, Reaction.REFRESH, Reaction.WAIT_MINUTE, Reaction.HOURLY)
"""What passes by itself: the task fails and is tried again with growing pauses."""


def send_reply(work: Work, draft_id: str, now: float) -> float | None:
    """Task `send|<draft id>`: due when the hold of an approval ends."""
    try:
        next_at = _send(work, draft_id, now)
    except GatewayError:
        if not is_last_try(work, f"send|{draft_id}"):
            raise
        next_at = _give_up(work, draft_id, now)
    if next_at is None:
        outcomes.sum_up(work, draft_id)
    return next_at


def _send(work: Work, draft_id: str, now: float) -> float | None:
    stores = work.look()
    draft, comment = stores.drafts.get(draft_id), stores.comments.get(draft_id)
    if draft is None or comment is None or draft.state not in (S.APPROVED, S.SENDING):
        return None
    if draft.state is S.APPROVED and now < draft.due_at:
        return draft.due_at
    if stores.account.pause:
        return now + RECHECK_SECONDS
    if comment.by_chat:
        outcomes.to_mailbox(work, draft_id, now)
        return None
    if stores.account.fact(NO_COMMENT_API) or not comment.has_api_slot:
        outcomes.to_paste(work, draft_id, now)
        return None
    # What a try before this one may have put on the wire without an answer: never to be taken for not sent.
    uncertain = draft.state is S.SENDING
    try:
        if _found_at_wechat(work, draft, comment, now):
            return None
        if not _begin(work, draft_id, now):
            return now + RECHECK_SECONDS
        if draft.elect and not comment.elected:
            _elect_first(work, draft, comment, now)
            if work.look().account.pause:
                _not_sent(work, draft, now, uncertain=uncertain)
                return now + RECHECK_SECONDS
        work.gateway.reply(article_of(comment), int(comment.cid), draft.approved_text)
    except (Refused, Resting) as trouble:
        until = rest_until(work, trouble, now)
        if until is not None:
            _not_sent(work, draft, now, until, trouble.sentence, uncertain=uncertain)
            return until
        if isinstance(trouble, Refused):
            return _refused(work, draft, trouble, now, uncertain=uncertain)
        raise
    except Unreachable:
        _not_sent(work, draft, now, uncertain=uncertain)
        raise
    outcomes.sent(work, draft_id, work.clock())
    return None


def article_of(comment: Comment) -> ArticleId:
    """The article of a comment as the comment calls want it."""
    return ArticleId(*split_key(comment.article))


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
        outcomes.gone(work, draft.id, now)
        return True
    if looked.reply is None:
        return False
    if same_reply(looked.reply, draft.approved_text):
        outcomes.sent(work, draft.id, now)
    else:
        outcomes.answered_outside(work, draft.id, now)
    return True


def _begin(work: Work, draft_id: str, now: float) -> bool:
    """已通过 → 发送中, unless paused or taken back meanwhile; the pause is watched by the same atomic step."""

    def begin(stores: Stores) -> bool:
        draft = stores.drafts.get(draft_id)
        if draft is None or stores.account.pause or draft.state not in (S.APPROVED, S.SENDING):
            return False
        if draft.state is S.APPROVED and not still_covers(stores, draft):
            call_back(stores, draft, Entry(now, "退回待审", "", "常发已停"))
            return False
        tries = draft.tries + 1
        if draft.state is S.APPROVED:
            stores.drafts.put(draft.moved(S.SENDING, now, tries=tries), now)
        else:
            stores.drafts.put(msgspec.structs.replace(draft, tries=tries), now)
        return True

    return work.store(begin)


def _not_sent(
    work: Work, draft: Draft, now: float, until: float | None = None, why: str = "", *, uncertain: bool
) -> None:
    """This try put nothing out. If an earlier one may have, the item stays 发送中 until a look tells."""
    if not uncertain:
        outcomes.put_back(work, draft.id, now, draft.due_at if until is None else until, why)


def _elect_first(work: Work, draft: Draft, comment: Comment, now: float) -> None:
    """精选 before the reply. Its failure is told and does not keep the reply back; a ban passes through.

    What may work later is left to a task of its own.
    """
    why, again_at = "", 0.0
    try:
        work.gateway.elect(article_of(comment), int(comment.cid))
    except Refused as refusal:
        if refusal.reaction is Reaction.HALT_WRITES:
            raise
        if refusal.reaction in AGAIN:
            again_at = now + ELECT_AGAIN_SECONDS
        else:
            again_at = next_reset(now) if refusal.reaction is Reaction.TOMORROW else 0.0
            why = refusal.sentence
    except Resting as rest:
        if math.isinf(rest.until):
            raise
        again_at, why = rest.until, rest.sentence
    except GatewayError:
        again_at = now + ELECT_AGAIN_SECONDS

    def note(stores: Stores) -> None:
        present = stores.drafts.get(draft.id)
        if present:
            stores.drafts.put(msgspec.structs.replace(present, elect=False), now)
        if again_at:
            stores.due("elect", draft.id, again_at)
        if why:
            stores.audit.add(draft.id, Entry(now, "精选失败", "", why))
            outcomes.tell(stores, draft, work.say("elect_failed", n=draft.number, why=why), now)
        elif not again_at:
            mark_elected(stores, draft.id, True, now)
            stores.audit.add(draft.id, Entry(now, "已精选"))

    work.store(note)


def mark_elected(stores: Stores, comment_id: str, elected: bool, now: float) -> None:
    """Keep whether a comment is elected."""
    comment = stores.comments.get(comment_id)
    if comment:
        stores.comments.put(msgspec.structs.replace(comment, elected=elected))
        stores.comments.note_elected(comment_id, elected, now)


def _refused(work: Work, draft: Draft, refusal: Refused, now: float, *, uncertain: bool) -> float | None:
    """WeChat's refusal of a reply, by the one table of reactions."""
    if refusal.code == 88005:
        looked = look_up(work, draft.id, now, fresh_since=now)
        if _settle(work, draft, looked, now):
            return None
        # A reply that the list does not show yet: whose it is, the next look may tell.
        if not is_last_try(work, f"send|{draft.id}"):
            raise refusal
        outcomes.answered_outside(work, draft.id, now)
        return None
    if refusal.code in (88008, 88004):
        outcomes.gone(work, draft.id, now)
        return None
    if refusal.code == 88007:
        limit = max(40, len(draft.approved_text) - 20)
        work.store(lambda stores: stores.account.put_fact("reply_limit", str(limit)))
        outcomes.failed(work, draft.id, now, work.say("reason_too_long", limit=limit))
        return None
    if refusal.reaction is Reaction.STOP_FEATURE:
        work.store(lambda stores: lose_comment_api(stores, refusal.code, now, work.say))
        outcomes.to_paste(work, draft.id, now)
        return None
    if refusal.reaction in AGAIN:
        _not_sent(work, draft, now, uncertain=uncertain)
        raise refusal
    outcomes.failed(work, draft.id, now, refusal.sentence)
    return None


def _give_up(work: Work, draft_id: str, now: float) -> float | None:
    """After the last try: what surely did not go out is given back; what may have is looked up for three days more."""
    draft = work.look().drafts.get(draft_id)
    if draft is None or draft.state not in (S.APPROVED, S.SENDING):
        return None
    if draft.state is S.SENDING and now - draft.approved_at < GIVE_UP_SECONDS:
        return now + LOOK_AGAIN_SECONDS
    name = "reason_unknown" if draft.state is S.SENDING else "reason_unanswered"
    outcomes.failed(work, draft_id, now, work.say(name))
    return None
