"""(c) Looking at an article again: API calls and processor time, by how many of its comments are known already."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from pathlib import Path

from bot.embedded_redis import EmbeddedRedis
from bot.stores.connection import connect_socket
from config.settings import ROOT
from handlers.polling import pull
from replies.desk import Desk
from tests.bench.table import Table, say
from tests.handlers.worker import Worker

LOOKS = 5


def measure(sizes: tuple[int, ...]) -> None:
    """Articles of these sizes, unchanged and with one per cent new, the list shuffled each time."""
    table = Table(
        "(c) one look at an article", ("known", "unchanged: calls", "cpu ms", "1 % new: calls", "cpu ms", "found")
    )
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        server = EmbeddedRedis(folder, fsync="no")
        server.start()
        desk = Desk.load(ROOT / "config", folder)
        try:
            for size in sizes:
                table.row(*_one(server, folder, desk, size))
                say(f"polling: {size} comments")
        finally:
            server.stop()
    table.print()
    print("bars: an unchanged article costs at most 2 calls, and processor time that does not grow with what is known")


def _one(server: EmbeddedRedis, folder: Path, desk: Desk, size: int) -> tuple[str, ...]:
    client = connect_socket(server.socket)
    client.flushall()
    worker = Worker(client, str(server.socket), folder, desk)
    try:
        worker.box.quirks.shuffled_order = True
        article = worker.box.publish_by_hand("早起", "说说你的办法。")
        dice = random.Random(size)
        readers = [worker.box.follower(f"读者{n}") for n in range(50)]
        for n in range(size):
            article.comment(dice.choice(readers), f"我的第{n}个办法是提前{n}分钟起床")
        worker.follow(article)
        worker.pull(article)
        quiet = [_look(worker, article.key) for _ in range(LOOKS)]
        for n in range(max(1, size // 100)):
            article.comment(dice.choice(readers), f"新的办法{n}，试过有用")
        before = len(worker.look.comments.cids(article.key))
        calls, spent = _look(worker, article.key)
        found = len(worker.look.comments.cids(article.key)) - before
        return (
            f"{size:,}",
            f"{statistics.median(one[0] for one in quiet):.0f}",
            f"{1000 * statistics.median(one[1] for one in quiet):.1f}",
            str(calls),
            f"{1000 * spent:.0f}",
            f"{found} of {max(1, size // 100)}",
        )
    finally:
        worker.close()


def _look(worker: Worker, key: str) -> tuple[int, float]:
    """Calls and seconds of this thread for one look, a few minutes after the last one."""
    worker.clock.advance(200)
    before, began = worker.list_calls(), time.thread_time()
    pull(worker.work, key, worker.now)
    return worker.list_calls() - before, time.thread_time() - began
