"""Many accounts in one deployment: are articles looked at on time, and what does it cost while nothing happens?

    .venv/bin/python -m tests.bench.accounts [--quick]

A web, two workers and a scheduler over one Redis of their own; every account follows its articles at a fixed pace.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bot.domain.article import FoundBy
from bot.stores.stores import Stores
from bot.stores.unit import Unit, transact
from bot.stores.vault import Vault
from config.settings import ROOT
from tests.bench.many_api import ManyApi
from tests.bench.table import Table, say, warn_if_busy
from tests.chaos.program import cpu_seconds, descendants, proportional_set_size, wait_for
from tests.chaos.store_server import StoreServer
from tests.ports import free_port

PARTS = ("web", "worker", "worker", "scheduler")


@dataclass(frozen=True)
class Load:
    """So many accounts with so many articles each, looked at every so many seconds."""

    accounts: int
    articles: int
    every: int


class Deployment:
    """The processes of one measurement."""

    def __init__(self, folder: Path, load: Load, api: ManyApi) -> None:
        self.store = StoreServer(folder)
        self.load, self.api = load, api
        self.names = [f"a{n}" for n in range(load.accounts)]
        config = folder / "config"
        shutil.copytree(ROOT / "config", config, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        entries = [f"- {{name: {name}, appid: wx{name}, secret: SECRET_OF, token: TOKEN_OF}}" for name in self.names]
        (config / "accounts.yaml").write_text("\n".join(entries), encoding="utf-8")
        clean = {name: text for name, text in os.environ.items() if not name.startswith(("BOT_", "WECHAT_", "REDIS_"))}
        self.key = secrets.token_urlsafe(32)
        self._port = free_port()
        self.environment = {
            **clean, "SECRET_OF": "0" * 32, "TOKEN_OF": "testtoken", "WECHAT_API_BASE": api.base,
            "REDIS_URL": self.store.url, "BOT_SECRET_KEY": self.key, "BOT_DATA_DIR": str(folder / "var"),
            "BOT_CONFIG_DIR": str(config), "BOT_POLL_SECONDS": str(load.every), "BOT_LOG_FORMAT": "json",
            "BOT_PORT": str(self._port),
        }  # fmt: skip
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> float:
        """Start the store, then the parts; seconds until all of them gave a sign of life."""
        self.store.start()
        began = time.monotonic()
        for place, part in enumerate(PARTS):
            self.processes[f"{part} {place}"] = subprocess.Popen(
                [sys.executable, "-m", "bot", part], cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )  # fmt: skip
        client = self.store.client()
        alive = lambda: client.zcard("bot:alive:worker") == 2 and client.zcard("bot:alive:scheduler") == 1  # noqa: E731
        assert wait_for(alive, 300, 0.2), "the parts do not start"
        client.close()
        return time.monotonic() - began

    def stop(self) -> None:
        """End everything."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(60)
        self.store.close()

    def follow(self) -> None:
        """Every account follows its articles; they are due spread over one interval."""
        client, vault = self.store.client(), Vault(self.key.encode())
        total = self.load.accounts * self.load.articles
        for place, name in enumerate(self.names):
            now = time.time()

            def put(unit: Unit, place: int = place, now: float = now) -> None:
                stores = Stores(unit, vault)
                for n in range(self.load.articles):
                    key = f"{2_247_000_000 + n}_0"
                    stores.articles.found(key, FoundBy.LINK, now, f"文章{n}")
                    late = (place * self.load.articles + n) / total * self.load.every
                    stores.due("pull", key, now + late)

            transact(client, name, put)
        client.close()

    def cpu(self) -> dict[str, float]:
        """Processor seconds used so far, by part."""
        used = {
            name: sum(cpu_seconds(pid) for pid in (one.pid, *descendants(one.pid)))
            for name, one in self.processes.items()
        }
        return {**used, "redis": cpu_seconds(self.store.pid)}

    def memory(self) -> dict[str, int]:
        """Proportional set size in bytes, by part."""
        used = {
            name: sum(proportional_set_size(pid) for pid in (one.pid, *descendants(one.pid)))
            for name, one in self.processes.items()
        }
        return {**used, "redis": proportional_set_size(self.store.pid)}


@contextmanager
def _running(load: Load) -> Iterator[tuple[Deployment, float]]:
    api = ManyApi()
    api.start()
    with tempfile.TemporaryDirectory(prefix="accounts-") as folder:
        deployment = Deployment(Path(folder), load, api)
        try:
            yield deployment, deployment.start()
        finally:
            deployment.stop()
            api.stop()


def measure(loads: list[Load], idle_seconds: float, rounds: int) -> None:
    """For each load: the cost of doing nothing, then how late looks are."""
    idle = Table("accounts, idle", ("accounts", "started s", "scheduler cpu %", "worker cpu %", "redis cpu %",
                                    "web MB", "worker MB", "scheduler MB", "redis MB"))  # fmt: skip
    late = Table("accounts, articles looked at", ("accounts", "looks", "a second", "late p50 s", "p99 s", "max s",
                                                  "missed", "cpu % of a core"))  # fmt: skip
    for load in loads:
        with _running(load) as (deployment, started):
            time.sleep(5.0)
            say(f"{load.accounts} accounts: idle")
            idle.row(str(load.accounts), f"{started:.0f}", *_idle(deployment, idle_seconds))
            say(f"{load.accounts} accounts, {load.articles} articles each, a look every {load.every} s")
            late.row(str(load.accounts), *_looks(deployment, rounds))
    idle.print()
    late.print()
    print("bar: 50 accounts with 2 workers, p99 at most 10 s late")


def _idle(deployment: Deployment, seconds: float) -> Iterator[str]:
    before = deployment.cpu()
    time.sleep(seconds)
    spent = {name: (used - before[name]) / seconds for name, used in deployment.cpu().items()}
    memory = deployment.memory()
    for part in ("scheduler", "worker", "redis"):
        yield f"{100 * max(used for name, used in spent.items() if name.startswith(part)):.1f}"
    for part in ("web", "worker", "scheduler", "redis"):
        yield f"{max(used for name, used in memory.items() if name.startswith(part)) / 2**20:.0f}"


def _looks(deployment: Deployment, rounds: int) -> Iterator[str]:
    """Lateness is the time from one look at an article to the next, less the pace."""
    load = deployment.load
    deployment.follow()
    time.sleep(load.every)
    before, began = sum(deployment.cpu().values()), time.time()
    time.sleep(load.every * rounds)
    took = time.time() - began
    spent = sum(deployment.cpu().values()) - before
    looks = [sorted(times) for times in deployment.api.looks.values()]
    gaps = sorted(later - sooner - load.every for times in looks for sooner, later in pairwise(times))
    due = load.accounts * load.articles
    missed = sum(len([at for at in times if at >= began]) < rounds - 1 for times in looks) + due - len(looks)
    seen = sum(at >= began for times in looks for at in times)
    yield from (str(seen), f"{seen / took:.1f}")
    yield from (f"{gaps[int((len(gaps) - 1) * share)]:.2f}" for share in (0.5, 0.99, 1.0))
    yield from (str(missed), f"{100 * spent / took:.0f}")


def main(quick: bool = False) -> None:
    """Measure 50 accounts, whose looks come as often as those at 20 fresh articles each would, then 1,000."""
    if quick:
        measure([Load(50, 2, 10)], 10.0, 3)
    else:
        measure([Load(50, 4, 30), Load(1_000, 1, 60)], 30.0, 3)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bench.accounts", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="50 accounts for a minute")
    warn_if_busy()
    main(parser.parse_args().quick)
