"""Weekly rounds of the real processes: two schedulers and four workers, killed (-9) whenever a round moves and between.

`python -m tests.chaos.week_story --weeks 3` lives that many weeks with clock jumps and one week that is missed, prints
at which steps processes died, and everything that is wrong: one round a week, one post each, one message to each.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.clock import OFFSET_KEY
from bot.embedded_redis import EmbeddedRedis
from bot.sandbox import Sandbox
from bot.sandbox.clock import beijing
from bot.sandbox.people import Follower
from bot.stores.connection import connect_socket
from config.settings import ROOT
from tests.chaos.fleet import FLEET, Fleet, environment_of
from tests.chaos.program import wait_for
from tests.chaos.week_audit import wrong
from tests.chaos.week_words import words_of
from tests.ports import free_port

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
HOUR, DAY = 3600.0, 86400.0
VOTERS = 10
PATIENCE = 240.0
STATES = ("征集中", "已提名", "投票中", "计票中", "已截止", "待发布", "已公布", "已结束", "本周不办")


class WeekStory:
    """One run of it; `wrongs` is what must not be."""

    def __init__(self, folder: Path, seed: int, calm: float) -> None:
        self._calm = calm
        self.dice = random.Random(seed)
        self._offset = 0.0
        self.server = EmbeddedRedis(folder / "redis")
        self.server.start()
        self.redis = connect_socket(self.server.socket)
        self.box = Sandbox(aes_key=AES_KEY, mode="safe", now=lambda: time.time() + self._offset).start()
        port = free_port()
        self.box.webhook_url = f"http://127.0.0.1:{port}/wechat"
        self.environment = environment_of(self.box, self.server, folder, port)
        self.log = folder / "fleet.log"
        self.fleet = Fleet(self.environment, self.log)
        self.owner = self.box.follower("作者", author=True)
        self.heard: Counter[tuple[str, str]] = Counter()
        self.told: dict[str, dict[str, int]] = {}
        self.steps: Counter[str] = Counter()
        self.wrongs: list[str] = []
        self.lived: list[int] = []
        self._storm = threading.Event()
        self._over = threading.Event()

    def close(self) -> None:
        """End everything."""
        self._over.set()
        for part in FLEET:
            self.fleet.kill(self.fleet.names(part), again=False)
        self.box.stop()
        self.server.stop()

    # ---- time and people

    @property
    def local(self) -> datetime:
        """Everybody's time."""
        return beijing(self.box.now())

    def jump(self, seconds: float) -> None:
        """Everybody's clock jumps, forward or back."""
        self.redis.incrbyfloat(OFFSET_KEY, seconds)
        self._offset += seconds

    def until(self, weekday: int, hour: int, minute: int) -> None:
        """On to that time, with a jump two hours too far and back again."""
        at = self.local.replace(hour=hour, minute=minute, second=5, microsecond=0)
        at += timedelta(days=(weekday - at.weekday()) % 7)
        if at <= self.local:
            at += timedelta(days=7)
        self.jump(at.timestamp() - self.box.now())
        wobble = self.dice.choice((0.0, 2.0, -2.0)) * HOUR
        if wobble:
            self.jump(wobble)
            time.sleep(1.0)
            self.jump(-wobble)

    def says(self, person: Follower, text: str, wanted: str) -> str:
        """Say it until the answer holds what is wanted: the web process dies, too."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            exchange = person.says(text)
            if not exchange.fault:
                self._hear(person, exchange.text)
                if re.search(wanted, exchange.text):
                    return exchange.text
            time.sleep(0.5)
        self.wrongs.append(f"no answer to {text!r} with {wanted!r} within {PATIENCE:.0f} s")
        return ""

    def _hear(self, person: Follower, text: str) -> None:
        self.heard.update((person.openid, line) for line in text.splitlines())

    def rounds(self) -> list[dict[str, Any]]:
        """The rounds as they lie in Redis, oldest first."""
        return [json.loads(raw) for _, raw in sorted(self.redis.hgetall("{main}:rounds").items())]

    def reaches(self, state: str, which: int) -> dict[str, Any] | None:
        """The round of a week once it has come so far; WeChat goes on meanwhile, and time passes.

        After a clock that was put back, what was due by it waits until time has caught up.
        """
        found: list[dict[str, Any]] = []
        moved = time.monotonic()

        def there() -> bool:
            nonlocal moved
            self.box.settle()
            if time.monotonic() - moved > 20.0:
                self.jump(900)
                moved = time.monotonic()
            found[:] = [
                one for one in self.rounds()[which : which + 1] if one["state"] in STATES[STATES.index(state) :]
            ]
            return bool(found)

        if wait_for(there, PATIENCE, 0.1):
            return found[0]
        self.wrongs.append(f"round {which} does not reach {state}: {[one['state'] for one in self.rounds()]}")
        return None

    # ---- the storm

    def _watch(self) -> None:
        """Whenever a round has moved, processes die; and now and then between."""
        before: dict[bytes, bytes] = {}
        next_kill = time.monotonic()
        while not self._over.is_set():
            now = self.redis.hgetall("{main}:rounds")
            moved = [key for key, raw in now.items() if before.get(key) != raw]
            before = now
            if self._storm.is_set():
                for key in moved:
                    state = json.loads(now[key])
                    self.steps[f"{state['state']}, {state.get('post', {}).get('state', '未动')}"] += 1
                    self.fleet.kill(self.dice.sample(self.fleet.names("worker"), self.dice.choice((1, 2, 4))))
                    if self.dice.random() < 0.3:
                        self.fleet.kill(self.fleet.names("scheduler"))
                if time.monotonic() > next_kill:
                    part = self.dice.choice(("worker", "worker", "worker", "scheduler", "web"))
                    self.fleet.kill([self.dice.choice(self.fleet.names(part))])
                    next_kill = time.monotonic() + self.dice.uniform(0.2, 1.0) * self._calm
            time.sleep(0.005)

    # ---- the story

    def play(self, weeks: int) -> None:
        """So many weeks under the storm, the second of them missed."""
        self.jump(((2 - self.local.weekday()) % 7 or 7) * DAY)
        self.fleet.start()
        code = subprocess.run(
            [sys.executable, "-m", "bot", "owner-code"], cwd=ROOT, env=self.environment, capture_output=True, text=True,
            timeout=60, check=True,
        ).stdout.strip().splitlines()[-1]  # fmt: skip
        self.says(self.owner, code, "主理人")
        confirmation = re.search(r"确认 (\w\w)", self.says(self.owner, "开启周榜", r"确认 \w\w"))
        self.says(self.owner, f"确认 {confirmation[1] if confirmation else ''}", "已开启")
        threading.Thread(target=self._watch, daemon=True).start()
        self._storm.set()
        for which in range(weeks):
            if which == 1:
                self._missed(which)
            else:
                self._week(which)
        self._storm.clear()
        self._everybody_reads()

    def _week(self, which: int) -> None:
        self.lived.append(which)
        self.until(4, 10, 0)
        for place in range(3):
            title = f"第{which}周第{place}篇"
            article = self.box.publish_by_hand(title, "说说你的办法。")
            for n in (0, 1):
                words = words_of(2 * place + n, which)
                article.elect_by_hand(article.comment(self.box.follower(f"读者{which}-{place}-{n}"), words))
            self.says(self.owner, f"登记 {article.long_url} {title}", "登记")
            known = f"{{main}}:comments:{article.key}"
            self.jump(200)
            wait_for(lambda key=known: self.redis.hlen(key) >= 2, PATIENCE)
        self.until(6, 20, 0)
        self.reaches("已提名", which)
        self.until(6, 20, 30)
        round_ = self.reaches("投票中", which)
        self._vote(round_ or {"id": ""})
        self.until(0, 20, 30)
        self.reaches("已截止", which)
        self.until(0, 23, 30)
        self.reaches("已公布", which)

    def _vote(self, round_: dict[str, Any]) -> None:
        numbers = [one["number"] for one in round_.get("nominees", ())]
        for n in range(VOTERS if numbers else 0):
            number = numbers[0] if n < VOTERS - 3 else self.dice.choice(numbers)
            self.says(self.box.follower(f"投票人{n}"), f"投{number}", f"{number} 号")
            self.told.setdefault(round_["id"], {})[f"投票人{n}"] = number

    def _missed(self, which: int) -> None:
        """Everything is off from before the start of a round until far behind its grace."""
        self.until(6, 18, 0)
        self._storm.clear()
        for part in FLEET:
            self.fleet.kill(self.fleet.names(part), again=False)
        self.jump(2 * HOUR + 13 * HOUR)
        self.fleet.start()
        self._storm.set()
        self.reaches("已公布", which)

    def _everybody_reads(self) -> None:
        people = [
            self.owner,
            *(self.box.follower(f"读者{w}-{p}-{n}") for w in range(9) for p in range(3) for n in (0, 1)),
        ]
        for person in people:
            for _ in range(2):
                self.says(person, "我的" if person is not self.owner else "状态", "")
            for line in self.box.service_messages(person):
                self._hear(person, line.text)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.week_story", description=__doc__)
    parser.add_argument("--weeks", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calm", type=float, default=10.0, help="seconds between kills, at most")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="week-story-") as folder:
        story = WeekStory(Path(folder), options.seed, options.calm)
        try:
            story.play(options.weeks)
            story.wrongs += wrong(story)
        finally:
            story.close()
            kept = Path(tempfile.gettempdir()) / f"week-story-{options.seed}.log"
            kept.write_bytes(story.log.read_bytes())
        print("killed:", dict(story.fleet.kills), f"in {time.monotonic() - began:.0f} s; the log: {kept}")
        print("a round moved, and somebody died there:")
        print(*(f"  {count:4d}  {step}" for step, count in sorted(story.steps.items())), sep="\n")
        print(*(story.wrongs or ["nothing wrong"]), sep="\n")
    return 1 if story.wrongs else 0


if __name__ == "__main__":
    sys.exit(main())
