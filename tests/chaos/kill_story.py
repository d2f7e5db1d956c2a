"""kill -9 of any part at random moments under a stream of messages, then an audit: is every 200 still true?

`python -m tests.chaos.kill_story --kills 50` prints what it did, what it measured and everything that is wrong.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bot.clock import OFFSET_KEY
from bot.sandbox import Sandbox
from bot.wechat.ledger import next_reset
from tests.chaos.aftermath import complaints, everybody_reads, settle, under_way
from tests.chaos.audit import Store, audit
from tests.chaos.crowd import Busy, Crowd, Relay
from tests.chaos.editor import Editor
from tests.chaos.ledger import Ledger, Result, Times
from tests.chaos.program import EVERYTHING, Program, is_alive, wait_for

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
TARGETS = {"web process": 3, "web master": 2, "worker": 4, "scheduler": 2, "redis": 4, EVERYTHING: 2, "supervisor": 1}
RECOVERY_SECONDS = 10.0


class Story:
    """One run of it."""

    def __init__(self, folder: Path, seed: int, readers: int, back_within: float = RECOVERY_SECONDS) -> None:
        self._offset = 0.0
        self._back_within = back_within
        self.dice = random.Random(seed)
        self.box = Sandbox(aes_key=AES_KEY, mode="safe", now=lambda: time.time() + self._offset).start()
        self.box.pusher.pause = 1.0
        self.box.quirks.shuffled_order = True
        settings = {"BOT_WEB_WORKERS": "2", "BOT_HOLD_SECONDS": "1", "BOT_POLL_SECONDS": "2"}
        self.program = Program(self.box, folder, BOT_CLOCK="simulated", **settings)
        self.ledger = Ledger()
        self.crowd = Crowd(self.box, self.ledger, readers, self.dice)
        self.articles = [self.box.publish_by_hand(f"第{number}篇：那些会", "聊聊开会。") for number in range(1, 4)]
        self.recoveries: dict[str, Times] = {part: Times() for part in TARGETS}
        self.kills: Counter[str] = Counter()

    def close(self) -> None:
        """Stop everything."""
        self.program.stop()
        self.box.stop()

    def play(self, parts: Sequence[str], *, quota: bool) -> Result:
        """Kill these parts one after the other; in the second third of it WeChat is in trouble too.

        `quota` ends it with a day whose calls are used up.
        """
        began = time.monotonic()
        relay, editor = self._open()
        busy = [Busy(self.ledger, self.crowd.act, (0.05, 0.3), random.Random(n)) for n in range(3)]
        busy.append(Busy(self.ledger, self.crowd.say_again, (0.2, 0.8), self.dice))
        busy.append(Busy(self.ledger, relay.act, (0.1, 0.5), self.dice))
        busy.append(Busy(self.ledger, editor.act, (0.05, 0.4), self.dice))
        for number, part in enumerate(parts):
            if number == len(parts) // 3:
                self._make_trouble()
            elif number == 2 * len(parts) // 3:
                self.box.faults.clear()
            self._kill(part)
        time.sleep(2.0)
        for one in busy:
            one.stop()
        self.box.faults.clear()
        if not wait_for(self._is_whole, 3 * self._back_within):
            self.ledger.wrong("not everything came back after the last kill")
        self._settle()
        if quota:
            self._day_is_used_up(editor)
        everybody_reads(self.crowd)
        wrongs, counts = audit(self.box, self.ledger, self.crowd, self.articles, Store(self.program.redis()))
        counts.update({f"kills of {part}": count for part, count in self.kills.items()})
        deliveries = [one for said in self.ledger.said for one in said.exchange.deliveries]
        errors, faults = complaints(self.program.lines)
        return Result(
            wrongs + faults,
            counts,
            self.recoveries,
            [one.seconds for one in deliveries if one.status == 200],
            [one.seconds for one in deliveries if one.status == 503],
            errors,
            time.monotonic() - began,
        )

    # ---- acts

    def _open(self) -> tuple[Relay, Editor]:
        self.program.start()
        assert wait_for(self.program.is_ready, 60), "the program does not start"
        owner = self.box.follower("作者", author=True)
        owner.says(self.program.owner_code())
        for article in self.articles:
            assert "已登记" in owner.says(f"登记 {article.long_url}").text
        editor = Editor(self.box, self.ledger, owner, self.articles, self.dice)
        return Relay(self.box, self.ledger, self.articles, self.crowd, self.dice), editor

    def _kill(self, part: str) -> None:
        time.sleep(self.dice.uniform(0.2, 2.5))
        whole = part in (EVERYTHING, "supervisor")
        if not whole and not wait_for(lambda: self.program.find(part) is not None, 3 * self._back_within):
            self.ledger.wrong(f"{part} was not started again after the last time")
            return
        since = time.monotonic()
        if whole:
            self.program.kill_everything() if part == EVERYTHING else self.program.kill_supervisor()
            self.program.start()
        elif not self.program.kill(part):
            return  # it has just ended by itself
        self.kills[part] += 1
        if self.dice.random() < 0.2:
            return  # the next one while this one is still down
        if wait_for(lambda: self.program.is_back(part, since), 3 * self._back_within):
            took = time.monotonic() - since
            self.recoveries[part].add(took)
            if took > self._back_within:
                self.ledger.wrong(f"{part} came back after {took:.1f} s")
        else:
            self.ledger.wrong(f"{part} did not come back")
        if not is_alive(self.program.pid):
            self.ledger.wrong("`run` ended by itself")
            self.program.start()

    def _is_whole(self) -> bool:
        """Whether the store and every part are there; the last one killed may have been left down on purpose."""
        return self.program.is_back("redis", 0.0) and self.program.is_ready()

    def _make_trouble(self) -> None:
        add = self.box.faults.add
        add("comment/reply/add", "lost_answer", chance=0.25)
        add("message/custom/send", "lost_answer", chance=0.2)
        add("comment", "reset", chance=0.08)
        add("comment", "errcode", -1, chance=0.08)
        add("comment", "errcode", 40001, chance=0.05)
        add("comment", "http", 502, chance=0.05)
        add("comment/list", "slow", 1.0, chance=0.1)

    def _settle(self) -> None:
        """Until nothing is under way; time is moved on so that what waits after a failure is tried again."""
        left = settle(lambda: under_way(self.program.redis(), self.box, self.articles), self.advance, [90.0] * 14)
        if left:
            self.ledger.wrong(f"not settled: {left[:5]}")

    def _day_is_used_up(self, editor: Editor) -> None:
        """45009 on replies: nothing goes out today, whoever dies, and everything tomorrow."""
        used_up = self.box.faults.add("comment/reply/add", "errcode", 45009)
        sent = len(self.box.calls_to("comment/reply/add"))
        for _ in range(3):
            editor.act()
        time.sleep(4.0)
        self.program.kill("worker")
        tries = self.box.calls_to("comment/reply/add")[sent:]
        if any(call.errcode == 0 for call in tries):
            self.ledger.wrong("a reply went out although the day's calls were used up")
        self.box.faults.remove(used_up)
        self.advance(next_reset(self.box.now()) + 60 - self.box.now())
        self._settle()

    def advance(self, seconds: float) -> None:
        """Move the clock of both sides."""
        self.program.redis().incrbyfloat(OFFSET_KEY, seconds)
        self._offset += seconds


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--readers", type=int, default=40)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--back-within", type=float, default=RECOVERY_SECONDS, help="seconds; more on a busy machine")
    arguments = parser.parse_args()
    print(f"{arguments.kills} kills, seed {arguments.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="kill-story-") as folder:
        story = Story(Path(folder), arguments.seed, arguments.readers, arguments.back_within)
        try:
            parts = story.dice.choices(list(TARGETS), list(TARGETS.values()), k=arguments.kills)
            result = story.play(parts, quota=True)
        finally:
            story.close()
            log = Path(tempfile.gettempdir()) / f"kill-story-{arguments.seed}.log"
            log.write_text("\n".join(f"{at:.3f} {line}" for at, line in story.program.lines), encoding="utf-8")
    print(result)
    print(f"the program's log: {log}")
    return 1 if result.wrongs else 0


if __name__ == "__main__":
    sys.exit(main())
