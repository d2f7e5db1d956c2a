"""Where polled, relayed, chatted and imported comments meet: triage, draft or named reason, what changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

import msgspec
from msgspec import Struct

from bot.domain.article import FoundBy
from bot.domain.comment import Comment, Source, Variant
from bot.domain.draft import Draft, DraftState
from bot.domain.events import CommentEvent
from bot.domain.order import queue_entry
from bot.stores.audit import Entry
from bot.stores.stores import Stores
from handlers.automatic import approve_plain, day_of
from handlers.considering import Considered, consider
from handlers.context import Chat, Reply, Work
from handlers.duplicates import mark_copies
from handlers.reconcile import Change, is_unchanged, seen_again

BATCH = 50
"""Comments per atomic step: few enough that a conflict costs little, many enough that a step costs little."""

BATCHES_PER_RUN = 20
"""Batches of the inbox that one run of its task works off, so that a flood does not starve other tasks."""


class IntakeResult(Struct, frozen=True):
    """What taking comments in changed: `(change, comment id)` in order, and how many got a draft."""

    events: tuple[tuple[Change, str], ...] = ()
    drafted: int = 0

    @property
    def created(self) -> int:
        """How many comments were new."""
        return sum(1 for change, _ in self.events if change is Change.CREATED)

    def __add__(self, other: IntakeResult) -> IntakeResult:
        return IntakeResult(self.events + other.events, self.drafted + other.drafted)


def take_in(
    work: Work,
    article: str,
    comments: Sequence[Comment],
    now: float,
    *,
    openids: Mapping[str, str] | None = None,
    read_at: float | None = None,
) -> IntakeResult:
    """Take in comments of one article (its key), new and known ones alike; the same ones twice change nothing.

    `openids` maps comment ids to their writers' openids where WeChat gave them (the comments then need no `pid`).
    `read_at` is when the page was asked for: what we changed at WeChat after that is not undone by it.
    """
    result = IntakeResult()
    seen = list({comment.id: comment for comment in comments}.values())
    for start in range(0, len(seen), BATCH):
        batch = seen[start : start + BATCH]
        result += _take_in_batch(work, article, batch, now, openids or {}, now if read_at is None else read_at)
    return result


def _take_in_batch(
    work: Work, article: str, batch: list[Comment], now: float, openids: Mapping[str, str], read_at: float
) -> IntakeResult:
    look = work.look()
    known = look.comments.page(article, [comment.cid for comment in batch])
    if all(old and is_unchanged(old, new) for old, new in zip(known, batch, strict=True)):
        return IntakeResult()
    fresh = [comment for comment, old in zip(batch, known, strict=True) if old is None]
    pids = look.people.meet_all([openids.get(comment.id, "") for comment in fresh])
    named = [_by(comment, pids, openids) for comment in fresh]
    considered = {one.comment.id: one for one in consider(work, look, look.articles.get(article), named, now)}

    def commit(stores: Stores) -> IntakeResult:
        again = stores.comments.page(article, [comment.cid for comment in batch])
        stores.drafts.many([comment.id for comment, old in zip(batch, again, strict=True) if _matters(comment, old)])
        met = stores.people.meet_all([openids.get(comment_id, "") for comment_id in considered])
        events: list[tuple[Change, str]] = []
        created: list[Considered] = []
        for comment, old in zip(batch, again, strict=True):
            if old is not None:
                if not is_unchanged(old, comment):
                    changes = seen_again(stores, old, comment, read_at, now, work.say)
                    events += [(change, comment.id) for change in changes]
            elif comment.id in considered:
                one = considered[comment.id]
                created.append(msgspec.structs.replace(one, comment=_by(one.comment, met, openids)))
                events.append((Change.CREATED, comment.id))
        created = mark_copies(stores, created, now)
        drafted = sum(_keep(stores, one, now) for one in created)
        _count_no_reply(work, stores, created, now)
        approve_plain(work, stores, [one.comment for one in created], now)
        _remember(stores, created)
        return IntakeResult(tuple(events), drafted)

    return work.store(commit)


def _matters(comment: Comment, old: Comment | None) -> bool:
    """True when the draft of a listed comment will be needed."""
    return old is None or not is_unchanged(old, comment)


def _by(comment: Comment, pids: Mapping[str, str], openids: Mapping[str, str]) -> Comment:
    """The comment under its writer's pseudonym; without one if the writer asked to be forgotten."""
    openid = openids.get(comment.id)
    return msgspec.structs.replace(comment, pid=pids[openid]) if openid else comment


def _keep(stores: Stores, one: Considered, now: float) -> int:
    """Store a new comment and, if creators are to decide about it, its item and place in the queue; 1 if drafted.

    An item may have no draft: it waits for words of a creator's own.
    """
    comment, triage = one.comment, one.comment.triage
    stores.comments.put(comment)
    if triage is not None:
        stores.scores.add(comment.article, triage.quality)
    if triage is None or not one.is_for_creators:
        return 0
    draft = Draft(comment.id, DraftState.PENDING, now, one.variants, one.variants[0].name if one.variants else "A")
    stores.drafts.put(draft, now)
    fair = stores.scores.comparable(comment.article, triage.quality)
    stores.drafts.wait(queue_entry(comment, one.first, fair))
    stores.audit.add(comment.id, Entry(comment.received_at, "收到", "", comment.source.value))
    if not one.variants:
        stores.audit.add(comment.id, Entry(now, "评分", "", f"{triage.quality} 分，没有草稿：{triage.decision}", 1))
        return 0
    stores.audit.add(comment.id, Entry(now, "评分并拟稿", "", f"{triage.quality} 分，{len(one.variants)} 稿", 1))
    if triage.is_crisis:
        stores.due("alert", comment.id, now)
    return 1


def _count_no_reply(work: Work, stores: Stores, created: list[Considered], now: float) -> None:
    """Count those that need no reply: nobody is shown them, but 状态 says how many there were (feature C12)."""
    if idle := sum(one.needs_no_reply for one in created):
        stores.no_reply.add(day_of(now, work.tools.settings.timezone), idle)


def _remember(stores: Stores, created: list[Considered]) -> None:
    """Keep what the next drafts should not sound like."""
    drafted: dict[str, list[Variant]] = {}
    for one in created:
        if one.variants:
            drafted.setdefault(one.comment.article, []).append(one.variants[0])
    for article, variants in drafted.items():
        stores.recent.add(article, [first.text for first in variants], [first.rule for first in variants])


def drain_inbox(work: Work, arg: str, now: float) -> float | None:
    """Task `inbox|`: triage what relays, chats and imports left; due again at once while there is more."""
    for _ in range(BATCHES_PER_RUN):
        waiting = work.look().account.inbox(BATCH)
        if not waiting:
            return None
        _take_from_inbox(work, waiting, now)
    return now


def _take_from_inbox(work: Work, waiting: list[Comment], now: float) -> None:
    """Store new comments from the inbox; one that is known by now just leaves it.

    An entry that is changed meanwhile (elected by a second event) stays and is looked at again.
    """
    look = work.look()
    ids = [comment.id for comment in waiting]
    fresh = [comment for comment, old in zip(waiting, look.comments.many(ids), strict=True) if old is None]
    considered: dict[str, Considered] = {}
    for article, group in groupby(sorted(fresh, key=_article_of), key=_article_of):
        found = consider(work, look, look.articles.get(article), list(group), now)
        considered.update((one.comment.id, one) for one in found)

    def commit(stores: Stores) -> None:
        entries = stores.account.inbox_entries(ids)
        known = stores.comments.many(ids)
        stores.drafts.many(list(considered))
        created: list[Considered] = []
        for comment, entry, old in zip(waiting, entries, known, strict=True):
            if entry != comment:
                continue
            stores.account.taken_in(comment.id)
            if old is None and comment.id in considered:
                created.append(considered[comment.id])
        created = mark_copies(stores, created, now)
        for one in created:
            _keep(stores, one, now)
        _count_no_reply(work, stores, created, now)
        approve_plain(work, stores, [one.comment for one in created], now)
        _remember(stores, created)

    work.store(commit)


def _article_of(comment: Comment) -> str:
    return comment.article


def comment_arrived(chat: Chat) -> Reply:
    """A comment event of a relay (contract section 4): kept for triage, or its election noted; never an answer."""
    event = chat.event
    if not isinstance(event, CommentEvent):
        return None
    stores = chat.stores
    elected = event.comment_type == 1
    if stores.articles.get(event.article_key) is None:
        stores.articles.found(event.article_key, FoundBy.RELAY, chat.now)
    stores.due_unless_set("pull", event.article_key, chat.now)
    comment = Comment(
        article=event.article_key,
        cid=str(event.user_comment_id),
        content=event.content,
        created_at=event.created_at,
        source=Source.RELAY,
        received_at=chat.now,
        elected=elected,
    )
    known = stores.comments.get(comment.id)
    if known is not None:
        if known.elected != elected:
            seen = msgspec.structs.replace(known, elected=elected)
            seen_again(stores, known, seen, chat.now, chat.now, chat.say)
        return None
    waiting = stores.account.inbox_entries([comment.id])[0]
    if waiting is not None:
        comment = msgspec.structs.replace(waiting, elected=elected)
    elif event.openid:
        comment = msgspec.structs.replace(comment, pid=stores.people.meet_all([event.openid])[event.openid])
    stores.account.put_in(comment)
    stores.due("inbox", "", chat.now)
    return None
