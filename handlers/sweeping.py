"""Reading all comments of one article: pages of 49 until a short one, in spite of an order that shifts (feature A4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import msgspec

from bot.domain.article import Article, PollState, split_key
from bot.domain.comment import Comment, Source
from bot.stores.stores import Stores
from bot.wechat.gateway import PAGE, ArticleId, CommentPage, ListedComment
from handlers.backfill import count_first_sweep
from handlers.context import Work
from handlers.intake import BATCH, IntakeResult, take_in
from handlers.reconcile import Change, Say, missed

MAX_PASSES = 5
"""How often all pages are read again because comments changed places between two of them."""

WORDLESS_REPLY = "［图片或表情］"


@dataclass
class Listing:
    """What was listed of one article so far, and what taking it in changed."""

    article: Article
    seen: set[str] = field(default_factory=set)
    result: IntakeResult = field(default_factory=IntakeResult)
    first_written: int = 0
    started: float = 0.0
    empty: bool = False


def article_id(key: str) -> ArticleId:
    """An article key as the comment calls want it."""
    return ArticleId(*split_key(key))


def as_comment(article: str, listed: ListedComment, now: float) -> Comment:
    """A row of comment/list in our words, without its writer."""
    reply = "" if listed.reply is None else listed.reply or WORDLESS_REPLY
    return Comment(
        article=article,
        cid=str(listed.user_comment_id),
        content=listed.content,
        created_at=listed.created_at or int(now),
        source=Source.POLL,
        received_at=now,
        elected=listed.elected,
        reply=reply,
    )


def take_page(work: Work, listing: Listing, page: CommentPage, read_at: float) -> int:
    """Take in the rows of a page that this listing has not had yet; how many rows it had before (the order shifted)."""
    key = listing.article.key
    fresh = [row for row in page.rows if str(row.user_comment_id) not in listing.seen]
    comments = [as_comment(key, row, read_at) for row in fresh]
    openids = {f"{key}_{row.user_comment_id}": row.openid for row in fresh if row.openid}
    listing.result += take_in(work, key, comments, work.clock(), openids=openids, read_at=read_at)
    listing.seen.update(comment.cid for comment in comments)
    times = [listing.first_written, *(comment.created_at for comment in comments)]
    listing.first_written = min((time for time in times if time), default=0)
    return len(page.rows) - len(fresh)


def sweep(work: Work, article: Article, first: CommentPage | None = None, read_at: float = 0.0) -> Listing:
    """Read and take in all comments of an article; those missing from two sweeps in a row are gone.

    `first` is the first page if it was just read, at `read_at`. An empty first page although there are comments changes
    nothing: `Listing.empty`. Errors of the gateway pass through; the pages read before one stay taken in.
    """
    listing = Listing(article, started=read_at if first else work.clock())
    for number in range(MAX_PASSES):
        before = len(listing.seen)
        shifted = _read_pages(work, listing, first if number == 0 else None, read_at)
        if listing.empty:
            return listing
        if not shifted or (number and len(listing.seen) == before):
            break
    _finish(work, listing)
    return listing


def _read_pages(work: Work, listing: Listing, first: CommentPage | None, read_at: float) -> int:
    """One pass over all pages; how many rows came twice in it."""
    shifted, begin = 0, 0
    of_this_pass: set[int] = set()
    while True:
        if first is not None and begin == 0:
            page, at = first, read_at
        else:
            at = work.clock()
            page = work.gateway.list_comments(article_id(listing.article.key), begin, PAGE)
        if begin == 0 and is_suspiciously_empty(work, listing.article.key, page):
            listing.empty = True
            return 0
        numbers = {row.user_comment_id for row in page.rows}
        shifted += len(page.rows) - len(numbers - of_this_pass)
        of_this_pass |= numbers
        take_page(work, listing, page, at)
        if page.received < PAGE:
            return shifted
        begin += page.received


def is_suspiciously_empty(work: Work, key: str, page: CommentPage) -> bool:
    """True for a first page without comments where there are some: WeChat has been seen to answer so by mistake."""
    if page.received:
        return False
    if page.comment_count is not None:
        return page.comment_count > 0
    return work.look().articles.poll(key).known > 0


def _finish(work: Work, listing: Listing) -> None:
    """Count the misses of what was not listed, and remember the sweep, unless a later one was faster."""
    key = listing.article.key
    absent = sorted(cid for cid in work.look().comments.cids(key) - listing.seen if cid.isdigit())
    waiting = False
    for start in range(0, len(absent), BATCH):
        gone, still = work.store(partial(_miss, listing=listing, cids=absent[start : start + BATCH], say=work.say))
        listing.result += IntakeResult(tuple((Change.DELETED, comment_id) for comment_id in gone))
        waiting = waiting or still

    def remember(stores: Stores) -> None:
        state = stores.articles.poll(key)
        if state.swept_at >= listing.started and state.first_done:
            return
        stores.articles.put_poll(key, _after_sweep(state, listing, waiting))
        if not state.first_done:
            count_first_sweep(stores, key, len(listing.seen), listing.result.drafted, listing.started, work.say)
        article = stores.articles.get(key)
        if article and not article.published_at and 0 < listing.first_written < article.found_at:
            # A link registered late: its comments tell that the article is not new.
            stores.articles.put(msgspec.structs.replace(article, published_at=float(listing.first_written)))

    work.store(remember)


def _after_sweep(state: PollState, listing: Listing, waiting: bool) -> PollState:
    return msgspec.structs.replace(
        state,
        known=len(listing.seen),
        polled_at=listing.started,
        swept_at=listing.started,
        first_done=True,
        recheck=waiting,
        empty_tries=0,
        unknown_tries=0,
    )


def _miss(stores: Stores, listing: Listing, cids: list[str], say: Say) -> tuple[list[str], bool]:
    """`(ids now gone, whether others were missed for the first time)` of comments that the sweep did not list."""
    if stores.articles.poll(listing.article.key).swept_at >= listing.started:
        return [], False
    gone, waiting = [], False
    comments = stores.comments.page(listing.article.key, cids)
    # What a relay or an import brought may not be listed yet; that it was deleted, sending would tell (88008).
    listed = [one for one in comments if one and not one.is_unlisted]
    absent = [one for one in listed if not one.gone and one.received_at < listing.started]
    stores.drafts.many([comment.id for comment in absent if comment.misses])
    for comment in absent:
        if missed(stores, comment, listing.started, say):
            gone.append(comment.id)
        else:
            waiting = True
    return gone, waiting
