"""What standing permissions do: earned by approvals, used on plain new drafts, ended by any doubt (feature D13)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo

import msgspec

from bot.domain.choices import ACCEPTED
from bot.domain.comment import Comment
from bot.domain.draft import Draft, DraftState
from bot.domain.people import Role
from bot.domain.standing import Standing, StandingState, is_plain, made_by, may_earn, offered_first
from bot.stores.audit import Entry
from bot.stores.drafts import NumbersUsedUp
from bot.stores.mailbox import Letter
from bot.stores.stores import Stores
from bot.wechat.text import quoted
from handlers.context import Work
from handlers.releasing import approval, call_back, needs_pasting, release

Say = Callable[..., str]

WORDS_CHANGED = "模板的话改过了"
OWNER_GONE = "授权的人已不是主理人"
USED = "standing"
"""What the letter is about that names the items which went out by permissions."""


def day_of(now: float, zone: tzinfo) -> str:
    """The day that the cap is counted for."""
    return datetime.fromtimestamp(now, zone).date().isoformat()


def approve_plain(work: Work, stores: Stores, comments: Iterable[Comment], now: float) -> None:
    """Of comments stored just now, let those drafts out that a permission covers; all others wait as always.

    What is read here is watched: a permission ended, a pause or the last of the day's replies meanwhile makes the
    whole step be done again.
    """
    if not stores.standings.granted() or stores.account.pause:
        return
    day = day_of(now, work.tools.settings.timezone)
    for comment in comments:
        draft = stores.drafts.get(comment.id)
        kind = made_by(draft, comment) if draft else None
        standing = stores.standings.of(kind) if kind else None
        if draft is None or standing is None or not standing.is_granted or not is_plain(draft, comment):
            continue
        if standing.kind != kind:
            end(stores, standing, WORDS_CHANGED, now, work.say)
        elif not (
            standing.asks_about(draft.id)
            or len(stores.standings.today(day)) >= stores.standings.cap
            or needs_pasting(stores, comment)
        ):
            _let_out(work, stores, standing, draft, day, now)


def _let_out(work: Work, stores: Stores, standing: Standing, draft: Draft, day: str, now: float) -> None:
    try:
        draft = stores.drafts.give_numbers([draft], now)[0]
    except NumbersUsedUp:
        return
    draft = msgspec.structs.replace(draft, standing=standing.n)
    entry = approval(now, f"按常发 模板{standing.n} 通过", "", draft)
    release(stores, draft, entry, work.tools.settings.hold_seconds)
    stores.standings.used(day, draft.id)
    for owner in _owners(stores):
        letters = stores.mailbox.of(owner)
        waiting = [letter for letter in letters if letter.about == USED and not (letter.sending or letter.passive)]
        told = work.say("s_used", n=draft.number)
        if waiting:
            told = f"{waiting[0].text}、{draft.number}"
        kept = tuple(letter for letter in letters if letter not in waiting)
        stores.mailbox.put(owner, (*kept, Letter(told, now, USED)))


def still_covers(stores: Stores, draft: Draft) -> bool:
    """True when a draft may be sent: a creator approved it, or the permission that did is still granted."""
    standing = stores.standings.get(draft.standing) if draft.standing else None
    return not draft.standing or (standing is not None and standing.is_granted)


def note_approval(stores: Stores, draft: Draft, comment: Comment, now: float, say: Say) -> None:
    """A creator let a draft out: counted if its words are a template's; the tenth time the owners are asked once."""
    kind = made_by(draft, comment)
    if kind is None or not may_earn(kind) or draft.is_placeholder:
        return
    before = stores.standings.of(kind) or stores.standings.begin(kind)
    if before.is_granted and before.kind != kind:
        end(stores, before, WORDS_CHANGED, now, say)
        before = before.ended(WORDS_CHANGED, now)
    after = before.approved(kind, draft.id, now)
    if after == before:
        return
    stores.standings.put(after)
    if after.state is StandingState.OFFERED:
        text = say("s_offer", n=after.n, type=kind.type.value, text=quoted(draft.text, 80))
        _tell_owners(stores, Letter(text, now, draft.id))


def note_undo(stores: Stores, draft: Draft, now: float, say: Say) -> None:
    """A decision to let a draft out is being taken back, sent or not: it counts no more, and a permission ends."""
    comment = stores.comments.get(draft.id)
    if draft.state not in ACCEPTED or comment is None:
        return
    for kind in dict.fromkeys((made_by(draft, comment), offered_first(draft, comment))):
        standing = stores.standings.of(kind) if kind else None
        if standing is not None and standing.is_granted:
            end(stores, standing, say("s_why_undone", n=draft.number), now, say, spare=draft.id)
        elif standing is not None and (after := standing.taken_back(draft.id)) != standing:
            stores.standings.put(after)


def note_doubt(stores: Stores, draft: Draft, why: str, now: float, say: Say) -> None:
    """A creator rewrote or refused what a template offered: its permission ends."""
    if not stores.standings.granted():
        return
    comment = stores.comments.get(draft.id)
    kind = offered_first(draft, comment) if comment else None
    standing = stores.standings.of(kind) if kind else None
    if standing is not None and standing.is_granted:
        end(stores, standing, why, now, say)


def end_those_of(stores: Stores, pid: str, now: float) -> None:
    """Who granted them is no owner any more: their permissions end, and their name leaves all they ever granted."""
    for listed in stores.standings.all():
        standing = stores.standings.get(listed.n)
        if standing is not None and standing.granted_by == pid:
            if standing.is_granted:
                end(stores, standing, OWNER_GONE, now)
                standing = standing.ended(OWNER_GONE, now)
            stores.standings.put(msgspec.structs.replace(standing, granted_by=""))


def end(
    stores: Stores, standing: Standing, why: str, now: float, say: Say | None = None, *, spare: str = ""
) -> list[Draft]:
    """End a permission; the drafts it let out that were not sent wait for a creator again, and are returned.

    With `say` the owners are told. `spare` is a draft that is being taken back anyway.
    """
    stores.standings.put(standing.ended(why, now))
    back = [
        draft
        for draft in stores.drafts.many([one for one in stores.drafts.approved() if one != spare])
        if draft.standing == standing.n and draft.state is DraftState.APPROVED
    ]
    for draft in back:
        call_back(stores, draft, Entry(now, "退回待审", "", f"常发 模板{standing.n} 停了"))
    if say is not None:
        _tell_owners(stores, Letter(say("s_ended", n=standing.n, why=why, back=len(back)), now))
    return back


def _owners(stores: Stores) -> list[str]:
    return [person.pid for person in stores.people.creators() if person.role is Role.OWNER]


def _tell_owners(stores: Stores, letter: Letter) -> None:
    """Leave word for the owners, said with their next answer."""
    for pid in _owners(stores):
        stores.mailbox.add(pid, letter)
