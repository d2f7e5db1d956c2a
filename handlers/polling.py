"""Following an article: a light look at its comments, a sweep when something changed, when to look again (A6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec
import structlog

from bot.domain.article import HOUR, Article, PollState, jittered, poll_interval, sweep_due
from bot.stores.comments import split_id
from bot.stores.stores import Stores
from bot.wechat.gateway import PAGE, CommentPage, GatewayError, Refused, Resting
from bot.wechat.ledger import POLLING, next_reset
from bot.wechat.reactions import Reaction
from bot.wechat.text import quoted
from handlers.backfill import count_first_sweep
from handlers.context import Work
from handlers.intake import IntakeResult
from handlers.permissions import NO_COMMENT_API, NO_PERMISSION, lose_comment_api
from handlers.reconcile import is_unchanged
from handlers.rests import halt
from handlers.sweeping import Listing, article_id, as_comment, is_suspiciously_empty, sweep, take_page

log = structlog.get_logger(__name__)

UNKNOWN_TRIES = 24
"""Hourly looks at an article that WeChat does not know (88001) before we give up."""

EMPTY_TRIES = 3
RETRY_SECONDS = 60.0
LONGEST_RETRY = 15 * 60.0
SHORT_REST = 120.0
DAY = 86400.0
TROUBLE_AFTER = 15 * 60.0
TROUBLE_LOOKS = 5
TROUBLE_SOONEST = 30.0
FAILING_SINCE = "poll_failing_since"


@dataclass(frozen=True)
class Looked:
    """What WeChat shows of one comment now. `reply` is the reply under it, None if there is none.

    `listed` is False when the list did not have it: it may be gone (`gone` once that is sure), or the list was not
    complete.
    """

    listed: bool
    gone: bool = False
    reply: str | None = None
    elected: bool = False


def pull(work: Work, key: str, now: float) -> float | None:
    """Task `pull|<article key>`: look at the comments of one article; when to look next, None when no longer."""
    look = work.look()
    article, state = look.articles.get(key), look.articles.poll(key)
    if article is None or state.stopped:
        return None
    interval = poll_interval(now - article.born_at, work.tools.settings.poll_seconds)
    if look.account.fact(NO_COMMENT_API):
        return None if interval is None else now + DAY
    if not work.gateway.ledger.polling_allowed():
        return _rest(work, now, work.gateway.ledger.rests_until(POLLING))
    try:
        found = _look(work, article, state, now)
    except Refused as refusal:
        return _refused(work, article, refusal, interval, now)
    except Resting as rest:
        return _rest(work, now, rest.until)
    except GatewayError as trouble:
        log.warning("poll_failed", account=work.account.name, article=key, error=type(trouble).__name__)
        return _failed(work, interval, now)
    if found is None:
        return _empty(work, key, now)
    if found.events:
        log.info("comments_changed", account=work.account.name, article=key, events=len(found.events))
    return _next(work, key, now)


def look_up(work: Work, comment_id: str, now: float, fresh_since: float) -> Looked:
    """What WeChat shows of one comment, seen no earlier than `fresh_since`; one sweep serves a whole article.

    Errors of the gateway pass through.
    """
    key, _ = split_id(comment_id)
    look = work.look()
    article, comment = look.articles.get(key), look.comments.get(comment_id)
    if article is None or comment is None:
        return Looked(listed=False)
    swept_at = look.articles.poll(key).swept_at
    complete = True
    if swept_at < fresh_since or comment.received_at > swept_at:
        complete = not sweep(work, article).empty
        comment = work.look().comments.get(comment_id) or comment
    reply = comment.reply or None
    return Looked(complete and not comment.misses and not comment.gone, comment.gone, reply, comment.elected)


def poll_trouble(stores: Stores, now: float, poll_seconds: float | None = None) -> str:
    """For /readyz: why comments have not been read although they should, empty while all is well.

    With a fixed pace of `poll_seconds` a few looks in vain are trouble.
    """
    since = stores.account.fact(FAILING_SINCE)
    patience = min(TROUBLE_AFTER, max(TROUBLE_LOOKS * poll_seconds, TROUBLE_SOONEST)) if poll_seconds else TROUBLE_AFTER
    if not since or now - float(since) < patience:
        return ""
    return f"comments not read for {int(now - float(since))} s"


def _look(work: Work, article: Article, state: PollState, now: float) -> IntakeResult | None:
    """One look: light if nothing seems to have changed, else a sweep. None when WeChat wrongly lists nothing."""
    at = work.clock()
    page = work.gateway.list_comments(article_id(article.key), 0, PAGE)
    if is_suspiciously_empty(work, article.key, page):
        return None
    if state.first_done and not state.recheck and not sweep_due(state, now - article.born_at, now):
        found = _light(work, article, state, page, at)
        if found is not None:
            return found
    return sweep(work, article, page, at).result


def _light(work: Work, article: Article, state: PollState, first: CommentPage, at: float) -> IntakeResult | None:
    """Look at the first page and the page at the known count; None when only a sweep can tell what changed.

    The second page begins one before the end, so that it also tells when there are fewer comments than before. New
    comments need no sweep if exactly as many were seen as the list grew by. A short first page is all there is, and
    sweeping it costs no further call.
    """
    if first.received < PAGE:
        return None
    begin, later = max(state.known - 1, PAGE), work.clock()
    last = work.gateway.list_comments(article_id(article.key), begin, PAGE)
    grown = begin + last.received - state.known
    rows = {row.user_comment_id: row for page in (first, last) for row in page.rows}
    known = work.look().comments.page(article.key, [str(number) for number in rows])
    fresh = sum(1 for comment in known if comment is None)
    changed = any(
        old and not is_unchanged(old, as_comment(article.key, row, at))
        for old, row in zip(known, rows.values(), strict=True)
    )
    if changed or grown != fresh or last.received == PAGE:
        return None
    listing = Listing(article, started=at)
    if fresh:
        take_page(work, listing, first, at)
        take_page(work, listing, last, later)
    work.store(lambda stores: _note(stores, article.key, at, grown))
    return listing.result


def _note(stores: Stores, key: str, at: float, grown: int) -> None:
    state = stores.articles.poll(key)
    changes = {"polled_at": at, "known": state.known + grown, "empty_tries": 0, "unknown_tries": 0}
    stores.articles.put_poll(key, msgspec.structs.replace(state, **changes))


def _next(work: Work, key: str, now: float) -> float | None:
    """When to look again; what the sweep learnt of the article's age counts."""
    look = work.look()
    if look.account.fact(FAILING_SINCE):
        work.store(lambda stores: stores.account.put_fact(FAILING_SINCE, ""))
    article = look.articles.get(key)
    fixed = work.tools.settings.poll_seconds
    interval = poll_interval(now - article.born_at, fixed) if article else None
    if interval is None or interval == fixed:
        return None if interval is None else now + interval
    return now + jittered(interval, key, now)


def _failed(work: Work, interval: float | None, now: float) -> float:
    """Nothing could be read: again soon, for as long as it takes; /readyz tells if that is long."""

    def failing(stores: Stores) -> None:
        if not stores.account.fact(FAILING_SINCE):
            stores.account.put_fact(FAILING_SINCE, str(now))

    work.store(failing)
    soonest = min(RETRY_SECONDS, work.tools.settings.poll_seconds or RETRY_SECONDS)
    return now + min(max(interval or RETRY_SECONDS, soonest), LONGEST_RETRY)


def _empty(work: Work, key: str, now: float) -> float | None:
    """WeChat listed nothing although there are comments: again in a minute, after a few times at the usual pace."""

    def count(stores: Stores) -> int:
        state = stores.articles.poll(key)
        stores.articles.put_poll(key, msgspec.structs.replace(state, empty_tries=state.empty_tries + 1))
        return state.empty_tries + 1

    usual = _next(work, key, now)
    if work.store(count) > EMPTY_TRIES or usual is None:
        return usual
    return min(usual, now + RETRY_SECONDS)


def _rest(work: Work, now: float, until: float | None) -> float:
    """The day's calls are spent, or nearly: rest until 00:05 and say so once; a short rest is nobody's business."""
    if until is not None and until - now <= SHORT_REST:
        return until
    until = until if until is not None and until != float("inf") else next_reset(now)
    zone = work.tools.settings.timezone
    name = f"rest|{datetime.fromtimestamp(now, zone):%Y-%m-%d}"
    at = f"{datetime.fromtimestamp(until, zone):%H:%M}"
    work.store(lambda stores: stores.account.put_notice(name, work.say("i_rest", at=at)))
    return until


def _refused(work: Work, article: Article, refusal: Refused, interval: float | None, now: float) -> float | None:
    """WeChat's refusal of the list, by the one table of reactions."""
    if refusal.code in NO_PERMISSION:
        work.store(lambda stores: lose_comment_api(stores, refusal.code, now, work.say))
        return now + DAY
    if refusal.reaction is Reaction.TOMORROW:
        return _rest(work, now, next_reset(now))
    if refusal.reaction is Reaction.WAIT_MINUTE:
        return now + RETRY_SECONDS
    if refusal.reaction is Reaction.HOURLY:
        return _unknown(work, article, now)
    if refusal.reaction in (Reaction.STOP_ITEM, Reaction.BUG):
        work.store(lambda stores: _stop(stores, work, article, refusal.sentence, now))
        return None
    if refusal.reaction is Reaction.HALT_WRITES:
        work.store(lambda stores: halt(stores, refusal.sentence, now))
    elif refusal.reaction is Reaction.STOP_FEATURE:
        name = f"refused|{refusal.code}|{datetime.fromtimestamp(now, work.tools.settings.timezone):%Y-%m-%d}"
        work.store(lambda stores: stores.account.put_notice(name, refusal.sentence))
    return _failed(work, interval, now)


def _unknown(work: Work, article: Article, now: float) -> float | None:
    """88001: hourly for a day, then no more, and the creator is told. A fixed pace begins with shorter waits."""

    def count(stores: Stores) -> int:
        state = stores.articles.poll(article.key)
        tries = state.unknown_tries + 1
        stores.articles.put_poll(article.key, msgspec.structs.replace(state, unknown_tries=tries))
        if tries >= UNKNOWN_TRIES:
            _stop(stores, work, article, work.say("i_article_unknown"), now)
        return tries

    tries = work.store(count)
    if tries >= UNKNOWN_TRIES:
        return None
    return now + min(HOUR, (work.tools.settings.poll_seconds or HOUR) * 2 ** (tries - 1))


def _stop(stores: Stores, work: Work, article: Article, why: str, now: float) -> None:
    state = stores.articles.poll(article.key)
    stores.articles.put_poll(article.key, msgspec.structs.replace(state, stopped=why))
    title = quoted(article.title, 30) or article.key
    sentence = work.say("i_stopped", n=article.n, title=title, why=why)
    stores.account.put_notice(f"stopped|{article.key}@{int(now)}", sentence)
    count_first_sweep(stores, article.key, 0, 0, now, work.say)
