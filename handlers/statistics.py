"""The morning's look at WeChat's statistics: articles that nobody told us of, and short links that wait (A5, A9)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.domain.article import FoundBy
from bot.domain.link import read_link
from bot.stores.stores import Stores
from bot.wechat.gateway import Refused, Resting
from bot.wechat.ledger import BEIJING
from bot.wechat.reactions import Reaction
from bot.wechat.rows import ArticleTotal
from handlers import backfill
from handlers.articles import BIZ, match_links
from handlers.context import Work

DAYS = 3
FIRST_DAYS = 30
RETRY_SECONDS = 1800.0
LAST_RETRY_HOUR = 23
LINK_DAYS = 4


def statistics(work: Work, arg: str, now: float) -> float | None:
    """Task `statistics|…`, daily at 08:30 and once at the first start: new articles of the last 3 (30) days.

    Figures that are not final yet are asked for again every half hour until the evening. Faults of the wire are raised.
    """
    first = not backfill.has_begun(work.look())
    today = datetime.fromtimestamp(now, BEIJING).date()
    found: list[tuple[date, ArticleTotal]] = []
    delayed = False
    for back in range(FIRST_DAYS if first else DAYS, 0, -1):
        day = today - timedelta(days=back)
        try:
            totals = work.gateway.article_totals(day)
        except Resting as rest:
            return rest.until if rest.until != float("inf") else None
        except Refused as refusal:
            if refusal.reaction in (Reaction.STOP_FEATURE, Reaction.STOP_ITEM):
                return None
            delayed = delayed or refusal.reaction in (Reaction.HOURLY, Reaction.RETRY, Reaction.WAIT_MINUTE)
            continue
        delayed = delayed or totals.is_delayed
        found += [(day, row) for row in totals.rows]
    work.store(lambda stores: _store(stores, work, found, first, now))
    late = datetime.fromtimestamp(now + RETRY_SECONDS, BEIJING).hour >= LAST_RETRY_HOUR
    return now + RETRY_SECONDS if delayed and not late else None


def _store(stores: Stores, work: Work, found: list[tuple[date, ArticleTotal]], first: bool, now: float) -> None:
    keys = []
    for day, row in found:
        key = f"{row.id.msg_data_id}_{row.id.index}"
        link = read_link(row.url)
        url = link.url if link else ""
        published_at = min(datetime.combine(day, time(12), BEIJING).timestamp(), now)
        article = stores.articles.found(key, FoundBy.STATISTICS, now, " ".join(row.title.split()), url, published_at)
        if link and link.biz:
            stores.account.put_fact(BIZ, link.biz)
        match_links(stores, article)
        if not stores.articles.poll(key).first_done:
            stores.due_unless_set("pull", key, now)
        keys.append(key)
    if first:
        backfill.begin(stores, keys)
    for waiting in stores.articles.links():
        if now - waiting.at > LINK_DAYS * 86400:
            stores.articles.drop_link(waiting.url)
            stores.account.put_notice(f"unmatched|{waiting.url}@{int(now)}", work.say("i_unmatched", url=waiting.url))
