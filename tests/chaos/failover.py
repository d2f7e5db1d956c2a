"""Sentinel under load: the master is killed with kill -9, again and again, and every 200 is looked up afterwards.

`make failover ARGS="--rounds 5"` starts a master, replicas and three sentinels, two webs, four workers and two
schedulers over `sentinel://…`, and readers, a relay and an editor who keep them busy through signed callbacks. Each
round kills the master, measures how long callbacks are answered 503 and when all parts are at work again, and brings
the dead server back as a replica. The audit at the end is that of the other chaos: what was answered 200 is there once.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bot.clock import OFFSET_KEY
from bot.sandbox.articles import Article
from tests.chaos.aftermath import complaints, everybody_reads, settle, under_way
from tests.chaos.audit import Store, audit
from tests.chaos.crowd import Busy, Crowd, Relay
from tests.chaos.deployment import Deployment, TwoDoors
from tests.chaos.editor import Editor
from tests.chaos.ledger import Ledger, Result, Times
from tests.chaos.program import wait_for
from tests.chaos.sentinels import Sentinels

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
BACK_WITHIN = 60.0


@dataclass
class Gaps:
    """Seconds of each failover: from the kill to the last 503, and to all parts at work."""

    refused: list[float] = field(default_factory=list)
    at_work: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        """One line each."""
        rows = (("callbacks answered 503", self.refused), ("all parts at work", self.at_work))
        return "\n".join(
            f"  {name:<24} median {statistics.median(times):5.1f} s, most {max(times):5.1f} s ({len(times)} rounds)"
            for name, times in rows
            if times
        )


class Failover:
    """One run of it."""

    def __init__(self, folder: Path, seed: int, readers: int, servers: Sentinels) -> None:
        self._offset = 0.0
        self.dice = random.Random(seed)
        self.box = TwoDoors(aes_key=AES_KEY, mode="safe", now=lambda: time.time() + self._offset)
        self.box.start()
        self.box.pusher.pause = 1.0
        self.servers = servers
        self.deployment = Deployment(
            self.box, folder, store=servers, BOT_HOLD_SECONDS="1", BOT_POLL_SECONDS="2", BOT_CLOCK="simulated"
        )
        self.ledger = Ledger()
        self.crowd = Crowd(self.box, self.ledger, readers, self.dice)
        self.articles: list[Article] = [self.box.publish_by_hand(f"第{n}篇：那些会", "聊聊开会。") for n in (1, 2)]
        self.gaps = Gaps()

    def close(self) -> None:
        """Stop everything."""
        self.deployment.stop()
        self.box.stop()

    def play(self, rounds: int) -> Result:
        """Kill the master so many times under load, then the audit."""
        began = time.monotonic()
        self.deployment.start()
        owner = self.box.follower("作者", author=True)
        owner.says(self.deployment.owner_code())
        for article in self.articles:
            assert "已登记" in owner.says(f"登记 {article.long_url}").text
        editor = Editor(self.box, self.ledger, owner, self.articles, self.dice)
        relay = Relay(self.box, self.ledger, self.articles, self.crowd, self.dice)
        acts = [(self.crowd.act, (0.05, 0.3))] * 3
        acts += [(self.crowd.say_again, (0.2, 0.8)), (relay.act, (0.3, 1.0)), (editor.act, (0.05, 0.4))]
        busy = [Busy(self.ledger, act, pause, random.Random(place)) for place, (act, pause) in enumerate(acts)]
        for number in range(rounds):
            time.sleep(self.dice.uniform(3.0, 6.0))
            self._one(number)
        time.sleep(3.0)
        for one in busy:
            one.stop()
        return self._audit(began)

    def pass_time(self, seconds: float) -> None:
        """Everybody's clock goes on."""
        self.deployment.redis().incrbyfloat(OFFSET_KEY, seconds)
        self._offset += seconds
        self.crowd.rested()

    def _one(self, number: int) -> None:
        """One failover."""
        statuses: list[tuple[float, int | None]] = []
        stop = threading.Event()

        def probe() -> None:
            person = self.box.follower("探头")
            while not stop.is_set():
                exchange = self.box.push(
                    {"FromUserName": person.openid, "MsgType": "text", "Content": "隐私"}, deliveries=1
                )
                statuses.append((time.monotonic(), exchange.status))
                time.sleep(0.05)

        thread = threading.Thread(target=probe, daemon=True)
        thread.start()
        if not wait_for(self.servers.is_settled, BACK_WITHIN):
            self.ledger.wrong(f"round {number}: the servers do not agree before it")
        dead = self.servers.kill_master()
        killed, moment = time.monotonic(), time.time()
        if not wait_for(lambda: self.servers.master() not in (None, dead), BACK_WITHIN):
            self.ledger.wrong(f"round {number}: no new master")
        if not wait_for(lambda: statuses[-1][1] == 200 and statuses[-1][0] > killed, BACK_WITHIN):
            self.ledger.wrong(f"round {number}: callbacks are not answered again")
        if not wait_for(lambda: self.deployment.pulses_since(moment + 1.0), BACK_WITHIN):
            self.ledger.wrong(f"round {number}: a part did not go on by itself")
        self.gaps.at_work.append(time.monotonic() - killed)
        stop.set()
        thread.join(10)
        refused = [at - killed for at, status in statuses if status != 200 and at > killed]
        self.gaps.refused.append(max(refused, default=0.0))
        odd = {status for _, status in statuses} - {200, 503}
        if odd:
            self.ledger.wrong(f"round {number}: callbacks got {odd}")
        self.servers.revive(dead)

    def _audit(self, began: float) -> Result:
        def left() -> list[str]:
            return under_way(self.deployment.redis(), self.box, self.articles)

        if found := settle(left, self.pass_time, [90.0] * 8):
            self.ledger.wrong(f"not settled: {found[:5]}")
        everybody_reads(self.crowd)
        wrongs, counts = audit(self.box, self.ledger, self.crowd, self.articles, Store(self.deployment.redis()))
        errors, faults = complaints(self.deployment.lines)
        deliveries = [one for said in self.ledger.said for one in said.exchange.deliveries]
        return Result(
            wrongs + faults,
            Counter(counts),
            {"all at work": Times(self.gaps.at_work)},
            [one.seconds for one in deliveries if one.status == 200],
            [one.seconds for one in deliveries if one.status == 503],
            errors,
            time.monotonic() - began,
        )


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="make failover", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--readers", type=int, default=30)
    parser.add_argument("--replicas", type=int, default=2)
    parser.add_argument("--needed", type=int, default=1, help="min-replicas-to-write of every server")
    parser.add_argument("--confirmed", type=int, default=1, help="?replicas= at the end of REDIS_URL")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    print(
        f"{options.rounds} failovers, {options.replicas} replicas, min-replicas-to-write {options.needed}, "
        f"?replicas={options.confirmed}, seed {options.seed}",
        flush=True,
    )
    with tempfile.TemporaryDirectory(prefix="failover-") as folder:
        servers = Sentinels(Path(folder), replicas=options.replicas, needed=options.needed, confirmed=options.confirmed)
        story = Failover(Path(folder), options.seed, options.readers, servers)
        try:
            result = story.play(options.rounds)
        finally:
            story.close()
            log = Path(tempfile.gettempdir()) / f"failover-{options.seed}.log"
            kept = log.with_suffix(".servers")
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(folder, kept, ignore=shutil.ignore_patterns("var", "append*"))
    print(result)
    print(f"from kill -9 of the master:\n{story.gaps}")
    print(f"the program's log: {log}; those of the servers: {kept}")
    return 1 if result.wrongs else 0


if __name__ == "__main__":
    sys.exit(main())
