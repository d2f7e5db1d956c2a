"""(c) Looking at articles again: API calls, processor time and delay, by how many of their comments are known."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.domain.article import DAY, HOUR, FoundBy
from bot.embedded_redis import EmbeddedRedis
from bot.sandbox import Article
from bot.stores.connection import connect_socket
from bot.stores.stores import Stores
from bot.wechat.ledger import BEIJING, POLLING, POLLING_SHARE, default_limit
from config.settings import ROOT
from handlers.polling import pull
from replies.desk import Desk
from tests.bench.fill import Copier, some_texts, take_in_some
from tests.bench.table import Table, say
from tests.handlers.worker import Worker

LOOKS = 5
AN_ARTICLE = 1_000
AGES = ((0.0, "under 6 h"), (8 * HOUR, "6 to 48 h"), (3 * DAY, "2 to 7 days"))
BUDGET_ARTICLES = 20
BUDGET_COMMENTS = 60


def measure(sizes: tuple[int, ...], articles: int, *, month: bool) -> None:
    """One article of each of these sizes; so many articles of 1,000 comments; delays by age; a month's calls."""
    with _stage() as stage:
        _by_size(stage, sizes)
        _many(stage, articles)
        _delays(stage)
        if month:
            _month(stage)
    print("bars: an unchanged article costs at most 2 calls, and processor time that does not grow with what is known;")
    print("      20 articles stay under 80 % of the day's calls")


class _Stage:
    """Workers over one server, each over an empty store."""

    def __init__(self, server: EmbeddedRedis, folder: Path) -> None:
        self._server, self._folder = server, folder
        self._desk = Desk.load(ROOT / "config", folder)

    @contextmanager
    def worker(self) -> Iterator[Worker]:
        client = connect_socket(self._server.socket)
        client.flushall()
        worker = Worker(client, str(self._server.socket), self._folder, self._desk)
        worker.box.quirks.shuffled_order = True
        try:
            yield worker
        finally:
            worker.close()
            client.close()


@contextmanager
def _stage() -> Iterator[_Stage]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        server = EmbeddedRedis(Path(name), fsync="no")
        server.start()
        try:
            yield _Stage(server, Path(name))
        finally:
            server.stop()


def _by_size(stage: _Stage, sizes: tuple[int, ...]) -> None:
    head = ("known", "unchanged: calls", "cpu ms", "1 % new: calls", "cpu ms", "found")
    table = Table("(c) one look at an article, the list shuffled", head)
    for size in sizes:
        with stage.worker() as worker:
            article = take_in_some(worker, size, size)[0]
            quiet = [_look(worker, article.key) for _ in range(LOOKS)]
            new = _write_more(worker, article, size)
            before = len(worker.look.comments.cids(article.key))
            calls, spent = _look(worker, article.key)
            found = len(worker.look.comments.cids(article.key)) - before
            table.row(
                f"{size:,}",
                f"{statistics.median(one[0] for one in quiet):.0f}",
                f"{1000 * statistics.median(one[1] for one in quiet):.1f}",
                str(calls),
                f"{1000 * spent:.0f}",
                f"{found} of {new}",
            )
            say(f"polling: {size:,} comments")
    table.print()


def _many(stage: _Stage, count: int) -> None:
    """Very many known comments: a few articles are taken in, the others are copies of them here and at WeChat."""
    with stage.worker() as worker:
        originals = take_in_some(worker, 2 * AN_ARTICLE, AN_ARTICLE)
        articles = [*originals, *_copies(worker, originals, count - len(originals))]
        say(f"polling: {count} articles with {count * AN_ARTICLE:,} comments are known")
        title = f"(c) {count} articles, {count * AN_ARTICLE:,} comments known"
        table = Table(title, ("new", "calls", "calls each", "cpu ms each", "found"))
        for share in (0.0, 0.01):
            new = sum(_write_more(worker, one, AN_ARTICLE) for one in articles) if share else 0
            before = sum(len(worker.look.comments.cids(one.key)) for one in articles)
            looks = [_look(worker, one.key, wait=0.0) for one in articles]
            found = sum(len(worker.look.comments.cids(one.key)) for one in articles) - before
            calls, spent = sum(one[0] for one in looks), sum(one[1] for one in looks)
            each = (f"{calls / count:.1f}", f"{1000 * spent / count:.1f}")
            table.row(f"{share:.0%}", str(calls), *each, f"{found} of {new}")
    table.print()


def _copies(worker: Worker, originals: list[Article], count: int) -> list[Article]:
    """The same articles once more, here and at WeChat."""
    copies = []
    for place, key in enumerate(Copier(worker.redis, originals).more(count * AN_ARTICLE, same_writers=True)):
        original = originals[place % len(originals)]
        with worker.box.lock:
            copy = worker.box.library.add("早起", "说说你的办法。", msg_data_id=int(key.split("_")[0]))
        for one in original.comments:
            copy.comment(worker.box.people.find(one.openid or ""), one.text, at=one.at)
        copies.append(copy)
    return copies


def _delays(stage: _Stage) -> None:
    """Comments come at random moments; how long until they are taken in."""
    table = Table("(c) from comment to intake, adaptive pace", ("article's age", "median s", "p99 s", "longest s"))
    dice = random.Random(11)
    for age, name in AGES:
        with stage.worker() as worker:
            article = worker.box.publish_by_hand("早起", "说说你的办法。", at=worker.now - age)
            worker.follow(article)
            worker.store(partial(_born, key=article.key, now=worker.now, age=age))
            texts, written = some_texts(400, 6), 0
            worker.pull(article)
            for _ in range(40):
                due = worker.due()[f"pull|{article.key}"]
                for moment in sorted(dice.uniform(worker.now, due) for _ in range(5)):
                    article.comment(worker.box.follower("读者"), texts[written], at=moment)
                    written += 1
                worker.clock.advance(due - worker.now + dice.uniform(0.0, 1.0))
                worker.pull(article)
            wrote = {str(one.id): one.at for one in article.comments}
            delays = sorted(one.received_at - wrote[one.cid] for one in worker.comments(article))
            figures = (f"{delays[int((len(delays) - 1) * share)]:.0f}" for share in (0.5, 0.99, 1.0))
            table.row(name, *figures)
    table.print()


def _born(stores: Stores, key: str, now: float, age: float) -> None:
    stores.articles.found(key, FoundBy.LINK, now, published=now - age)


def _month(stage: _Stage) -> None:
    """Calls a day of twenty articles, all published at one moment (the worst case), for thirty days."""
    limit = default_limit(POLLING)
    head = ("looks", "calls", "busiest day", f"% of the day's {limit:,}")
    table = Table(f"(c) comment/list in 30 days, {BUDGET_ARTICLES} articles published at one moment", head)
    with stage.worker() as worker:
        began, looks, days = worker.now, 0, Counter[str]()
        texts = some_texts(BUDGET_COMMENTS, 7)
        for _ in range(BUDGET_ARTICLES):
            article = worker.box.publish_by_hand("早起", "说说你的办法。")
            for text in texts:
                article.comment(worker.box.follower("读者"), text)
            worker.follow(article)
            worker.redis.zadd("{main}:due", {f"pull|{article.key}": worker.now})
        while due := {member: at for member, at in worker.due().items() if member.startswith("pull|")}:
            member = min(due, key=due.__getitem__)
            worker.clock.advance(max(0.0, due[member] - worker.now))
            worker.run(member)
            looks += 1
            days[f"{datetime.fromtimestamp(worker.now, BEIJING):%m%d}"] = worker.work.gateway.ledger.used(POLLING)
        assert worker.now > began + 28 * DAY
        busiest = max(days.values())
        table.row(str(looks), str(sum(days.values())), str(busiest), f"{100 * busiest / limit:.0f}")
    say("polling: a month of 20 articles")
    table.print()
    print(f"polling stops by itself at {POLLING_SHARE:.0%} of a day's calls")


def _write_more(worker: Worker, article: Article, known: int) -> int:
    """One per cent more comments, that many."""
    new = max(1, known // 100)
    for n in range(new):
        article.comment(worker.box.follower(f"读者{n}"), f"新的办法{n}：{article.key}试过有用")
    return new


def _look(worker: Worker, key: str, wait: float = 200.0) -> tuple[int, float]:
    """Calls and seconds of this thread for one look, a few minutes after the last one."""
    worker.clock.advance(wait)
    before, began = worker.list_calls(), time.thread_time()
    pull(worker.work, key, worker.now)
    spent = time.thread_time() - began
    return worker.list_calls() - before, spent
