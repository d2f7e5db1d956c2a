"""What a look at WeChat changes in comments we know: elected, answered outside, vanished (features A4, A8, C11)."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import msgspec

from bot.domain.comment import Comment, Source
from bot.domain.draft import MOVES, Draft, DraftState
from bot.stores.audit import Entry
from bot.stores.mailbox import Letter
from bot.stores.stores import Stores
from handlers.round_focus import mend_drafts
from replies.text import same_reply

S = DraftState
Say = Callable[..., str]

GONE_AFTER = 2
"""Full sweeps in a row that must miss a comment before it counts as deleted: offsets shift between pages."""


class Change(StrEnum):
    """What happened to a comment between two looks."""

    CREATED = "created"
    ELECTED = "elected"
    UNELECTED = "unelected"
    REPLIED_OUTSIDE = "replied_outside"
    DELETED = "deleted"


def is_unchanged(known: Comment, seen: Comment) -> bool:
    """True when a listed comment is as we know it; the common case, so nothing else is read for it."""
    return (
        known.elected == seen.elected
        and (known.reply == seen.reply or known.is_husk or same_reply(known.reply, seen.reply))
        and not known.misses
        and not known.gone
        and not known.is_unlisted
    )


def seen_again(stores: Stores, known: Comment, seen: Comment, read_at: float, now: float, say: Say) -> list[Change]:
    """Take over what WeChat listed at `read_at` for a comment we know; what changed, empty if nothing did."""
    draft = stores.drafts.get(known.id)
    changes: list[Change] = []
    listed = known.listed or (known.is_unlisted and seen.source is Source.POLL)
    changed = msgspec.structs.replace(known, misses=0, gone=False, listed=listed)
    if known.touched_at <= read_at and known.elected != seen.elected:
        changed = msgspec.structs.replace(changed, elected=seen.elected)
        changes.append(Change.ELECTED if seen.elected else Change.UNELECTED)
        if draft:
            stores.audit.add(known.id, Entry(now, "后台已精选" if seen.elected else "后台已取消精选"))
    # A page read before we sent or withdrew a reply says nothing about it; and a reply may quote whom we forgot.
    newest_of_ours = max(known.touched_at, draft.changed_at if draft else 0.0)
    if newest_of_ours <= read_at and not known.is_husk and not same_reply(known.reply, seen.reply):
        ours = _settle(stores, draft, seen.reply, now, say)
        unread = ours and draft is not None and bool(draft.standing)
        changed = msgspec.structs.replace(
            changed, reply=seen.reply, reply_is_ours=ours and bool(seen.reply), by_standing=unread
        )
        if seen.reply and not ours:
            changes.append(Change.REPLIED_OUTSIDE)
    if changed != known:
        stores.comments.put(changed)
    return changes


def _settle(stores: Stores, draft: Draft | None, reply: str, now: float, say: Say) -> bool:
    """Close a draft whose comment shows a reply we did not know of; True when that reply is ours after all."""
    if draft is None:
        return False
    if not reply:
        stores.audit.add(draft.id, Entry(now, "回复已在后台删除"))
        return False
    ours = bool(draft.approved_text) and same_reply(reply, draft.approved_text)
    if ours and draft.state is S.APPROVED and draft.tries:
        draft = draft.moved(S.SENDING, now)
    if ours and draft.state is S.SENDING:
        stores.drafts.put(draft.moved(S.SENT, now, sent_at=now), now)
        stores.audit.add(draft.id, Entry(now, "已发出", "", "在文章下看到了", draft.version))
    elif ours and draft.state is S.TO_PASTE:
        stores.drafts.put(draft.moved(S.PASTED, now, sent_at=now), now)
        stores.audit.add(draft.id, Entry(now, "已张贴", "", "在文章下看到了"))
    elif S.OUTSIDE in MOVES[draft.state]:
        _close(stores, draft, S.OUTSIDE, now, "", say("replied_outside", n=draft.number))
    elif not ours:
        stores.audit.add(draft.id, Entry(now, "回复已在后台改过"))
    return ours


def vanished(stores: Stores, comment_id: str, now: float, say: Say) -> bool:
    """A comment that WeChat does not have any more (88008, 88004, missing twice): True if that is news."""
    comment = stores.comments.get(comment_id)
    if comment is None or comment.gone:
        return False
    stores.comments.put(msgspec.structs.replace(comment, gone=True))
    mend_drafts(stores, now)
    draft = stores.drafts.get(comment_id)
    if draft and S.GONE in MOVES[draft.state]:
        reason = say("i_deleted")
        _close(stores, draft, S.GONE, now, reason, say("gone", n=draft.number, reason=reason))
    return True


def missed(stores: Stores, comment: Comment, now: float, say: Say) -> bool:
    """One more full sweep did not list a comment; True when that makes it gone."""
    if comment.misses + 1 >= GONE_AFTER:
        stores.comments.put(msgspec.structs.replace(comment, misses=comment.misses + 1))
        return vanished(stores, comment.id, now, say)
    stores.comments.put(msgspec.structs.replace(comment, misses=comment.misses + 1))
    return False


def _close(stores: Stores, draft: Draft, state: DraftState, now: float, reason: str, sentence: str) -> None:
    """Close a draft; whoever had approved it hears of it by the next allowed channel."""
    stores.drafts.put(draft.moved(state, now, reason=reason), now)
    stores.audit.add(draft.id, Entry(now, state.value, "", reason))
    told = stores.people.creator_or_owner(draft.approved_by) if draft.approved_by else ""
    if draft.state in (S.APPROVED, S.SENDING, S.TO_PASTE, S.FAILED) and told:
        stores.mailbox.add(told, Letter(sentence, now, draft.id))
        stores.due("tell", told, now)
