"""The comments of a week that may be nominated: those a creator has seen and kept, and what is known of each (F1)."""

from __future__ import annotations

from collections.abc import Container, Iterable

import msgspec
from msgspec import Struct

from bot.domain.comment import Comment, CommentType, Source
from bot.domain.nominee import Nominee
from bot.domain.people import Consent, Person
from bot.domain.round import Round
from bot.stores.campaigns import Win
from bot.stores.stores import Stores
from handlers.follower_comments import NO_ARTICLE
from replies.copies import Written, later_copies
from replies.nominees import Candidate, barred, points
from replies.text import shadow
from replies.worth import Worth

DAY = 86400.0
HALF_A_WEEK = 3.5 * DAY

LATELY = 12 * 7 * DAY
"""Who won within this time has been seen enough for others to go first (feature F5)."""

COMMENTS_SECONDS = 14 * DAY
"""A comment is young enough for this long: it may be kept by a creator only after its own week's round."""

ARTICLES_SECONDS = 60 * DAY
WEEK = 7 * DAY


class Gathered(Struct, frozen=True):
    """The candidates of a round, and how many people commented for the first time in the week before it.

    `copies` are the comments left out because somebody else had written the same before.
    """

    candidates: tuple[Candidate, ...]
    newcomers: int
    copies: frozenset[str] = frozenset()


def kept_as(comment: Comment, wishes: Iterable[str] = (), walled: Container[str] = ()) -> str:
    """How a creator kept a comment; empty if none did. `walled` are the comments with a sentence on the wall."""
    if comment.id in wishes:
        return "作者提名"
    if comment.elected:
        return "精选"
    if comment.id in walled:
        return "上墙"
    return "已回复" if comment.reply and not comment.by_standing else ""


def is_withdrawn(person: Person | None) -> bool:
    """True for who said 不展示 or 别提我: nothing they wrote is shown, here or in what was decided before (F9)."""
    return person is not None and (person.unmentioned or person.consent is Consent.NO)


def is_quotable(comment: Comment | None, person: Person | None) -> bool:
    """True when readers may be shown these words.

    Public comments may be, chat and imported words only after their writer said 同意展示 (feature N3); nobody's who
    sent 不展示 or 别提我, and not what was deleted.
    """
    if comment is None or comment.gone or not comment.content or is_withdrawn(person):
        return False
    if comment.source in (Source.CHAT, Source.IMPORT):
        return person is not None and person.consent is Consent.YES
    return True


def gather(stores: Stores, worth: Worth, round_: Round, now: float) -> Gathered:
    """Read all comments of the last two weeks, an article at a time, and keep those that may be nominated."""
    nominated = {one.id for earlier in stores.campaigns.rounds() for one in earlier.nominees if earlier.id != round_.id}
    dropped = {comment_id for earlier in stores.campaigns.rounds() for comment_id in earlier.dropped}
    creators = {person.pid for person in stores.people.creators()}
    walled = {saying.comment for saying in stores.wall.all()}
    kept: list[Comment] = []
    writers: dict[str, float] = {}
    for article in _articles(stores, now):
        for comment in stores.comments.scan(article):
            if comment.created_at < now - COMMENTS_SECONDS:
                continue
            if comment.pid and comment.created_at >= now - WEEK:
                writers[comment.pid] = now
            if comment.id in nominated or comment.pid in creators:
                continue
            by_hand = comment.id in round_.wishes
            if comment.id in dropped and not by_hand:
                continue
            if kept_as(comment, round_.wishes, walled) and not barred(comment, by_hand):
                kept.append(comment)
    kept = list({comment.id: comment for comment in kept}.values())
    firsts = stores.comments.firsts(sorted({*writers, *(comment.pid for comment in kept if comment.pid)}))
    copies = _copies(stores, kept, now)
    people = _people(stores, kept)
    wins = stores.campaigns.wins(sorted({comment.pid for comment in kept if comment.pid}))
    candidates = tuple(
        _candidate(
            worth, comment, round_, walled, firsts.get(comment.pid), people.get(comment.pid), wins.get(comment.pid, ())
        )
        for comment in kept
        if comment.id not in copies and not _blocked(people.get(comment.pid))
    )
    newcomers = sum(1 for pid in writers if pid in firsts and firsts[pid][1] >= now - WEEK)
    return Gathered(candidates, newcomers, copies)


def candidate_of(stores: Stores, worth: Worth, comment: Comment, round_: Round) -> Candidate:
    """One comment as a candidate, for a nomination by hand."""
    person = stores.people.get(comment.pid) if comment.pid else None
    first = stores.comments.firsts([comment.pid]).get(comment.pid) if comment.pid else None
    wins = stores.campaigns.wins([comment.pid])[comment.pid] if comment.pid else ()
    return _candidate(worth, comment, round_.having(wishes=(*round_.wishes, comment.id)), (), first, person, wins)


def letters(text: str) -> str:
    """The letters of a text, without signs and case, so that copies look the same."""
    return shadow(text)[0]


def _candidate(
    worth: Worth,
    comment: Comment,
    round_: Round,
    walled: Container[str],
    first: tuple[str, float] | None,
    person: Person | None,
    wins: tuple[Win, ...],
) -> Candidate:
    triage = comment.triage
    # Rest is counted in weeks: half a week more or less is the same week.
    since = min((round_.nominate_at - win.at - HALF_A_WEEK for win in wins), default=float("inf"))
    return Candidate(
        id=comment.id,
        article=comment.article,
        pid=comment.pid,
        text=comment.content,
        kind=triage.type.value if triage else "",
        quality=triage.quality if triage else 0,
        created_at=float(comment.created_at),
        kept=kept_as(comment, round_.wishes, walled),
        first=first is not None and first[0] == comment.id,
        wished=comment.id in round_.wishes,
        quotable=is_quotable(comment, person),
        worth=worth.mark(comment.content, asks=triage is not None and triage.type is CommentType.QUESTION),
        honoured=bool(wins),
        lately=since < LATELY,
        resting=round_.terms.rest > 0 and since < round_.terms.rest,
    )


def _articles(stores: Stores, now: float) -> list[str]:
    """Articles young enough to have comments of the last weeks, and the place of comments without an article."""
    young = [article.key for article in stores.articles.all() if article.born_at >= now - ARTICLES_SECONDS]
    return [NO_ARTICLE, *young]


def _people(stores: Stores, comments: list[Comment]) -> dict[str, Person]:
    pids = sorted({comment.pid for comment in comments if comment.pid})
    return {pid: person for pid, person in zip(pids, stores.people.many(pids), strict=True) if person}


def _blocked(person: Person | None) -> bool:
    return person is not None and person.blocked


def _copies(stores: Stores, kept: list[Comment], now: float) -> frozenset[str]:
    """The ids of comments whose text another reader had written before, word for word."""
    wanted = {letters(comment.content) for comment in kept}
    lengths = {len(comment.content) for comment in kept}
    if not wanted:
        return frozenset()
    shortest, longest = min(lengths) / 2, max(lengths) * 2
    written: list[Written] = []
    for article in _articles(stores, now):
        for comment in stores.comments.scan(article):
            if shortest <= len(comment.content) <= longest and letters(comment.content) in wanted:
                at = float(comment.created_at)
                written.append(Written(comment.id, letters(comment.content), comment.pid, at))
    return later_copies(written)


def as_nominee(candidate: Candidate, number: int, round_: Round) -> Nominee:
    """A candidate as nominee of this number."""
    return Nominee(
        number=number,
        id=candidate.id,
        pid=candidate.pid,
        quality=candidate.quality,
        score=round(points(candidate, round_.terms), 1),
        kept=candidate.kept,
        kind=candidate.kind,
        first=candidate.first,
        resting=candidate.resting,
        honoured=candidate.honoured,
        quotable=candidate.quotable,
    )


def numbered(stores: Stores, nominee: Nominee) -> Nominee:
    """A nominee whose comment has a public number, so that readers can like it."""
    comment = stores.comments.get(nominee.id)
    if comment is None or not nominee.stands:
        return nominee
    return msgspec.structs.replace(nominee, comment_number=numbered_comment(stores, comment).number)


def numbered_comment(stores: Stores, comment: Comment) -> Comment:
    """A comment with its public number, given now if it had none."""
    if comment.number:
        return comment
    comment = msgspec.structs.replace(comment, number=stores.unit.next("comment"))
    stores.comments.put(comment)
    stores.comments.number(comment)
    return comment
