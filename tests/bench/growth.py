"""(d, e) Memory of each process and bytes of Redis per comment, and how every figure grows with what is stored.

The parts run as they do in a deployment, over a Redis that is filled from 10,000 to 1,000,000 comments.
"""

from __future__ import annotations

import os
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import redis as redis_py

from bot.embedded_redis import EmbeddedRedis
from bot.sandbox.articles import Article
from bot.stores.connection import connect_socket
from bot.stores.duplicates import Duplicates
from bot.stores.unit import Unit
from config.settings import ROOT
from replies.desk import Desk
from replies.duplicates import bands, substance
from tests.bench.fill import Copier, some_texts, take_in_some
from tests.bench.table import Table, say
from tests.chaos.program import cpu_seconds, descendants, proportional_set_size, wait_for
from tests.handlers.worker import Worker
from tests.ports import free_port

TRULY_TAKEN_IN = 2_000
LOOKS = 7
LOOKUPS = 200
READERS = 300
PARTS = ("web", "worker", "scheduler")
MEMORY, GROWTH = "(d) memory (PSS)", "(e) what grows"
FIGURES = (
    "comments", "callback ms", "待审 ms", "unchanged look cpu ms", "with a new one cpu ms", "duplicate lookup ms",
    "p99 ms", "found",
)  # fmt: skip


class Deployed:
    """One process of each part over the store that is filled."""

    def __init__(self, worker: Worker, socket: str, folder: Path) -> None:
        self.port = free_port()
        box = worker.box
        clean = {name: text for name, text in os.environ.items() if not name.startswith(("BOT_", "WECHAT_", "REDIS_"))}
        env = {
            **clean, "WECHAT_APPID": box.appid, "WECHAT_SECRET": box.secret, "WECHAT_TOKEN": box.token,
            "WECHAT_API_BASE": box.api_base, "REDIS_URL": f"unix://{socket}", "BOT_DATA_DIR": str(folder),
            "BOT_SECRET_KEY": "a secret key for tests only", "BOT_CLOCK": "simulated", "BOT_PORT": str(self.port),
            "BOT_LOG_FORMAT": "json",
        }  # fmt: skip
        box.webhook_url = f"http://127.0.0.1:{self.port}/wechat"
        self._processes = {
            part: subprocess.Popen(
                [sys.executable, "-m", "bot", part], cwd=ROOT, env=env, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for part in PARTS
        }  # fmt: skip
        alive = [f"bot:alive:{part}" for part in ("worker", "scheduler")]
        assert wait_for(lambda: all(worker.redis.exists(key) for key in alive), 60, 0.2), "the parts do not start"
        assert wait_for(lambda: box.follower("读者0").says("帮助").status == 200, 60, 0.2)

    def memory(self) -> dict[str, int]:
        """Proportional set size by part; what children of a part use is counted with it."""
        return {
            part: sum(proportional_set_size(pid) for pid in (one.pid, *descendants(one.pid)))
            for part, one in self._processes.items()
        }

    def cpu(self, part: str) -> float:
        """Processor seconds of a part so far."""
        one = self._processes[part]
        return sum(cpu_seconds(pid) for pid in (one.pid, *descendants(one.pid)))

    def stop(self) -> None:
        """End all."""
        for one in self._processes.values():
            one.terminate()
        for one in self._processes.values():
            one.wait(60)


@contextmanager
def _stage() -> Iterator[tuple[Worker, str, Path, int]]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        server = EmbeddedRedis(folder, fsync="no")
        server.start()
        client = connect_socket(server.socket)
        client.config_set("appendonly", "no")  # a million comments' log on a small disk proves nothing here
        worker = Worker(client, str(server.socket), folder, Desk.load(ROOT / "config", folder))
        assert server.pid
        try:
            yield worker, str(server.socket), folder, server.pid
        finally:
            worker.close()
            server.stop()


def measure(sizes: tuple[int, ...]) -> None:
    """Fill up to each of these sizes and measure everything again."""
    memory = Table(MEMORY, ("comments", "Redis bytes each", "Redis MB", "web MB", "worker MB", "scheduler MB"))
    growth = Table(GROWTH, FIGURES)
    with _stage() as (worker, socket, folder, pid):
        client = worker.redis
        base = client.info("memory")["used_memory"]
        deployed = Deployed(worker, socket, folder)
        try:
            memory.row("0", "", f"{proportional_set_size(pid) / 2**20:.0f}", *_sizes(deployed))
            articles = take_in_some(worker, TRULY_TAKEN_IN)
            copier, filled = Copier(client, articles), TRULY_TAKEN_IN
            for size in sizes:
                began = time.monotonic()
                for number, _ in enumerate(copier.more(size - filled)):
                    if number % 100 == 99:
                        say(f"filled {filled + (number + 1) * 500:,} of {size:,}")
                filled = size
                used = client.info("memory")["used_memory"] - base
                figures = list(_figures(worker))
                memory.row(f"{size:,}", f"{used / size:.0f}", f"{used / 2**20:.0f}", *_sizes(deployed))
                growth.row(f"{size:,}", *figures)
                say(f"{size:,} comments: {time.monotonic() - began:.0f} s")
        finally:
            deployed.stop()
    memory.print()
    print("bars: web 120 MB, worker 200 MB, 2,500 bytes of Redis a comment at 1,000,000")
    growth.print()
    print("bar: a duplicate is looked up among 1,000,000 within 5 ms")


def _sizes(deployed: Deployed) -> Iterator[str]:
    for size in deployed.memory().values():
        yield f"{size / 2**20:.0f}"


def _figures(worker: Worker) -> Iterator[str]:
    box = worker.box
    yield f"{_milliseconds(lambda: box.follower(secrets.token_hex(4)).says('我的'), READERS // 10):.1f}"
    owner = box.follower("作者", author=True)
    yield f"{_milliseconds(lambda: owner.says('待审'), LOOKS):.1f}"
    article = box.library.all()[0]
    yield f"{1000 * statistics.median(_look(worker, article) for _ in range(LOOKS)):.1f}"
    spent = []
    for number in range(LOOKS):
        article.comment(box.follower("读者1"), f"{secrets.token_hex(3)}：这个办法我又试过{number}遍，真的有用")
        spent.append(_look(worker, article))
    yield f"{1000 * statistics.median(spent):.1f}"
    yield from _duplicates(worker.redis)


def _look(worker: Worker, article: Article) -> float:
    worker.clock.advance(200)
    began = time.thread_time()
    worker.pull(article)
    return time.thread_time() - began


def _milliseconds(act: Callable[[], object], times: int) -> float:
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        spent.append(time.perf_counter() - began)
    return 1000 * statistics.median(spent)


def _duplicates(client: redis_py.Redis) -> Iterator[str]:
    """Copies with one letter changed of comments that were truly taken in."""
    dice = random.Random(3)
    texts = [text for text in some_texts(TRULY_TAKEN_IN, 5) if len(substance(text)) >= 20]
    spent, found = [], 0
    for text in dice.sample(texts, LOOKUPS):
        changed = list(text)
        changed[dice.randrange(len(changed))] = "好"
        began = time.perf_counter()
        duplicates = Duplicates(Unit(client, "main"))
        names = bands(substance("".join(changed)))
        duplicates.prefetch(names)
        found += bool(duplicates.candidates(names))
        spent.append(1000 * (time.perf_counter() - began))
    spent.sort()
    yield from (f"{spent[LOOKUPS // 2]:.2f}", f"{spent[int(LOOKUPS * 0.99)]:.2f}", f"{found} of {LOOKUPS}")
