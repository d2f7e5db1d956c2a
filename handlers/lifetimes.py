"""Every night readers' words that are old enough go, and it is counted what went (feature N1)."""

from __future__ import annotations

from functools import partial

import msgspec
import structlog
from msgspec import Struct

from bot.domain.comment import Comment, Source
from bot.domain.draft import DraftState
from bot.domain.round_state import RoundState
from bot.stores.stores import Stores
from handlers.context import Work
from handlers.duplicates import forget_comment
from handlers.follower_comments import NO_ARTICLE

log = structlog.get_logger(__name__)

BATCH = 50
"""Comments in one atomic step: whoever commits something else meanwhile is in nobody's way for long."""

DAY = 86400.0
LAST = "lifetimes"
"""The fact under which the account of the last night is kept."""

UNDER_WAY = frozenset({DraftState.APPROVED, DraftState.SENDING, DraftState.WITHDRAWING, DraftState.WAITING_READER})


class Night(Struct, frozen=True, omit_defaults=True):
    """What one night took: `at` epoch seconds; comments whose words went, rounds whose ballots went, entries of the
    trail; and how many comments old enough were left, since they are elected, on the wall or in a round.
    """

    at: float
    comments: int = 0
    rounds: int = 0
    entries: int = 0
    left: int = 0


def last_night(stores: Stores) -> Night | None:
    """The account of the last night, None before the first."""
    raw = stores.account.fact(LAST)
    return msgspec.json.decode(raw, type=Night) if raw else None


def end_lifetimes(work: Work, arg: str, now: float) -> float | None:
    """Task `lifetimes|…`: safe to die at any moment and to run twice; what is done stays done."""
    terms = work.tools.lifetimes
    look = work.look()
    kept = _kept(look)
    faded = left = 0
    for article in [NO_ARTICLE, *(article.key for article in look.articles.all())]:
        old = [
            comment.id
            for comment in look.comments.scan(article)
            if comment.content and max(comment.created_at, comment.received_at) < now - terms.comments * DAY
        ]
        goes = [comment_id for comment_id in dict.fromkeys(old) if comment_id not in kept]
        for start in range(0, len(goes), BATCH):
            faded += work.store(partial(_fade_all, ids=goes[start : start + BATCH], now=now))
        left += len(set(old))
    rounds = work.store(lambda stores: _drop_ballots(stores, now - terms.ballots * DAY))
    entries = work.store(lambda stores: stores.audit.trim(now - terms.trail * DAY))
    night = Night(now, faded, rounds, entries, left - faded)
    work.store(lambda stores: stores.account.put_fact(LAST, msgspec.json.encode(night).decode()))
    log.info(
        "lifetimes_ended", account=work.account.name, comments=faded, rounds=rounds, entries=entries, left=night.left
    )
    return None


def _kept(stores: Stores) -> frozenset[str]:
    """Comments that stay although they are old: on the wall, or in a round that is not over."""
    over = (RoundState.FINISHED, RoundState.SKIPPED)
    open_rounds = [round_ for round_ in stores.campaigns.rounds() if round_.state not in over]
    nominated = {one.id for round_ in open_rounds for one in round_.nominees}
    return frozenset(nominated | {saying.comment for saying in stores.wall.all()})


def _fade_all(stores: Stores, ids: list[str], now: float) -> int:
    """Take the words of these comments away, but of elected ones and those whose reply is on its way."""
    drafts = {draft.id: draft for draft in stores.drafts.many(ids)}
    faded = 0
    for comment in stores.comments.many(ids):
        draft = drafts.get(comment.id) if comment else None
        if comment is None or not comment.content or comment.elected or (draft and draft.state in UNDER_WAY):
            continue
        _fade(stores, comment)
        if draft:
            stores.drafts.remove(draft, now)
        faded += 1
    return faded


def _fade(stores: Stores, comment: Comment) -> None:
    """The comment stays as a number among others; its words, and what was made of them, go."""
    forget_comment(stores, comment)
    stores.bank.forget(comment.id)
    stores.audit.remove(comment.id)
    stores.recent.forget(comment.article)
    if comment.source is Source.IMPORT:
        stores.imported.forget(comment.article, comment.content)
    stores.comments.put(msgspec.structs.replace(comment, content="", reply=""))


def _drop_ballots(stores: Stores, before: float) -> int:
    """Ballots of rounds counted before that moment; the results stay. How many rounds had any."""
    dropped = 0
    for round_ in stores.campaigns.rounds():
        if round_.closed_at and round_.closed_at < before and stores.ballots.count(round_.id):
            stores.ballots.drop(round_.id)
            dropped += 1
    return dropped
