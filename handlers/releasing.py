"""The one way from 待审 to 已通过, for a creator's approval and for a standing permission alike."""

from __future__ import annotations

from bot.domain.comment import Comment
from bot.domain.draft import Draft, DraftState
from bot.stores.audit import Entry
from bot.stores.stores import Stores
from bot.wechat.text import quoted
from handlers.cards import waiting_for
from handlers.permissions import NO_COMMENT_API

S = DraftState


def release(
    stores: Stores,
    draft: Draft,
    entry: Entry,
    hold: float,
    *,
    elect: bool = False,
    batch: str = "",
    paste: bool = False,
) -> Draft:
    """Move a draft to 已通过 and make its sending due after `hold` seconds; with `paste` it is to be pasted.

    `entry` is what the trail says of it: who approved (empty for a standing permission, whose number the draft bears).
    """
    now = entry.at
    approved = draft.moved(
        S.APPROVED,
        now,
        approved_by=entry.who,
        approved_at=now,
        approved_text=draft.text,
        batch=batch,
        due_at=now + hold,
        elect=elect or draft.elect,
        tries=0,
        reason="",
    )
    if paste:
        approved = approved.moved(S.TO_PASTE, now)
    else:
        stores.due("send", draft.id, approved.due_at)
    stores.drafts.put(approved, now)
    stores.audit.add(draft.id, entry)
    return approved


def approval(now: float, what: str, who: str, draft: Draft, said: str = "") -> Entry:
    """What the trail says of an approval: the text and the version that go out."""
    return Entry(now, what, who, quoted(draft.text, 400), draft.version, said)


def call_back(stores: Stores, draft: Draft, entry: Entry) -> None:
    """An approved draft that was not sent waits for a creator again."""
    back = draft.moved(S.PENDING, entry.at, approved_by="", approved_text="", due_at=0.0, elect=False)
    stores.drafts.put(back, entry.at)
    comment = stores.comments.get(draft.id)
    if comment is not None:
        stores.drafts.wait(waiting_for(stores, comment))
    stores.audit.add(draft.id, entry)


def needs_pasting(stores: Stores, comment: Comment) -> bool:
    """True when no API can carry the reply: imported comments, and all but chat ones without comment permission."""
    if comment.by_chat:
        return False
    return not comment.has_api_slot or bool(stores.account.fact(NO_COMMENT_API))
