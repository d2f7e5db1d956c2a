"""Weeks of a deployment of many processes in half an hour of faults, then an audit: is every 200 still true?

    make chaos ARGS="--minutes 30 --seed 7"

Two webs, four workers and two schedulers over one Redis; processes are killed, the store is killed, restarted, away,
hanging and out of disk, clocks jump, WeChat resets, refuses, is slow and loses answers, and weeks pass with their votes
and posts. Prints what was done, what was measured and everything that is wrong.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from bot.clock import OFFSET_KEY
from tests.chaos.acts import Acts, draw
from tests.chaos.aftermath import complaints, everybody_reads, settle, under_way
from tests.chaos.audit import Store, audit
from tests.chaos.audit_rounds import audit_rounds
from tests.chaos.crowd import Busy, Crowd, Relay
from tests.chaos.deployment import Deployment, TwoDoors
from tests.chaos.editor import Editor
from tests.chaos.gate import Gate
from tests.chaos.ledger import Ledger, Result
from tests.chaos.weekly import REGISTERED, Weeks

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
RECOVERY_SECONDS = 5.0
RESTED_AFTER = 3700.0
HOUR = 3600.0


class Storm:
    """One run of it."""

    def __init__(
        self, folder: Path, seed: int, readers: int, recovers_within: float = RECOVERY_SECONDS, away: float = 30.0
    ) -> None:
        self._offset = self._since_rest = 0.0
        self.dice = random.Random(seed)
        self.box = TwoDoors(aes_key=AES_KEY, mode="safe", now=lambda: time.time() + self._offset)
        self.box.start()
        self.box.pusher.pause = 1.0
        self.box.quirks.shuffled_order = True
        self.deployment = Deployment(
            self.box, folder, BOT_HOLD_SECONDS="1", BOT_POLL_SECONDS="2", BOT_CLOCK="simulated"
        )
        self.ledger, self.gate = Ledger(), Gate()
        self.crowd = Crowd(self.box, self.ledger, readers, self.dice)
        recent = [self.box.publish_by_hand(f"第{number}篇：那些会", "聊聊开会。") for number in range(1, 4)]
        self.weeks = Weeks(self.box, self.crowd, recent, random.Random(seed + 1))
        owner = self.box.follower("作者", author=True)
        self.editor = Editor(self.box, self.ledger, owner, self.weeks.articles, self.dice)
        self.acts: Acts
        self._recovery = (recovers_within, away)

    def close(self) -> None:
        """Stop everything."""
        self.deployment.stop()
        self.box.stop()

    def play(self, acts: Iterable[str], minutes: float = float("inf"), progress: bool = False) -> Result:
        """Do these acts one after the other for so long, everybody busy meanwhile; then the audit."""
        began = time.monotonic()
        self._open()
        within, away = self._recovery
        self.acts = Acts(
            self.deployment, self.box, self.ledger, self.gate, self.dice, self.pass_time, self.weeks.until_next,
            recovers_within=within, away_seconds=away,
        )  # fmt: skip
        busy = self._everybody()
        told = time.monotonic()
        for act in acts:
            if time.monotonic() - began > 60 * minutes:
                break
            self.acts.play(act)
            if progress and time.monotonic() - told > 60:
                told = time.monotonic()
                self._tell(told - began)
        time.sleep(2.0)
        for one in busy:
            one.stop()
        return self._audit(began)

    def pass_time(self, seconds: float) -> None:
        """Everybody's clock goes on; days bring articles, and readers are rested."""
        self.deployment.redis().incrbyfloat(OFFSET_KEY, seconds)
        self._offset += seconds
        self._since_rest += seconds
        if self._since_rest > RESTED_AFTER:
            self._since_rest = 0.0
            self.crowd.rested()
        self.weeks.new_day()
        self.editor.forget()

    def _open(self) -> None:
        """A Saturday morning, so that the first vote is a day and a half away."""
        self.deployment.start()
        self.pass_time(self.weeks.until(5, 10, 0))
        owner = self.editor.person
        owner.says(self.deployment.owner_code())
        for article in self.weeks.recent:
            assert REGISTERED.search(owner.says(f"登记 {article.long_url}").text)
        self.weeks.switch_on(lambda text: owner.says(text).text)

    def _everybody(self) -> list[Busy]:
        relay = Relay(self.box, self.ledger, self.weeks.recent, self.crowd, self.dice)
        people = [
            *[(self.crowd.act, (0.1, 0.5))] * 2,
            (self.crowd.say_again, (0.3, 1.0)),
            (relay.act, (0.5, 1.5)),
            (self.weeks.write_well, (1.0, 3.0)),
            (self.weeks.vote, (0.1, 0.4)),
            (lambda: self.weeks.owner_acts(self.editor), (0.05, 0.3)),
        ]
        return [
            Busy(self.ledger, self.gate.through(action), pause, random.Random(place))
            for place, (action, pause) in enumerate(people)
        ]

    def _left(self) -> list[str]:
        return under_way(self.deployment.redis(), self.box, self.weeks.articles)

    def _audit(self, began: float) -> Result:
        self.acts.calm()
        steps = [90.0] * 8 + [HOUR] * 4 + [8 * HOUR] * 9
        if left := settle(self._left, self.pass_time, steps):
            self.ledger.wrong(f"not settled: {left[:5]}")
        self.weeks.let_out_again(self.editor)
        everybody_reads(self.crowd)
        if left := settle(self._left, self.pass_time, [90.0] * 8):
            self.ledger.wrong(f"not settled after everybody has read: {left[:5]}")
        client = self.deployment.redis()
        wrongs, counts = audit(self.box, self.ledger, self.crowd, self.weeks.articles, Store(client))
        bad, _ = audit_rounds(self.box, self.weeks.votes, client, counts)
        errors, faults = complaints(self.deployment.lines)
        counts.update(self.acts.done)
        deliveries = [one for said in self.ledger.said for one in said.exchange.deliveries]
        return Result(
            wrongs + bad + faults,
            counts,
            self.acts.recoveries,
            [one.seconds for one in deliveries if one.status == 200],
            [one.seconds for one in deliveries if one.status == 503],
            errors,
            time.monotonic() - began,
        )

    def _tell(self, seconds: float) -> None:
        print(
            f"… {seconds / 60:.0f} min, {self.weeks.local:%a %d %b %H:%M}, {len(self.ledger.said)} messages, "
            f"{sum(self.acts.done.values())} acts, load {os.getloadavg()[0]:.1f}",
            *(f"WRONG: {wrong}" for wrong in self.ledger.wrongs),
            sep="\n  ",
            file=sys.stderr,
            flush=True,
        )


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--readers", type=int, default=40)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--recovers-within", type=float, default=RECOVERY_SECONDS, metavar="SECONDS")
    arguments = parser.parse_args()
    print(f"{arguments.minutes:g} minutes, seed {arguments.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="storm-") as folder:
        storm = Storm(Path(folder), arguments.seed, arguments.readers, arguments.recovers_within)
        try:
            result = storm.play(draw(storm.dice), arguments.minutes, progress=True)
        finally:
            storm.close()
            log = Path(tempfile.gettempdir()) / f"storm-{arguments.seed}.log"
            log.write_text("\n".join(f"{at:.3f} {line}" for at, line in storm.deployment.lines), encoding="utf-8")
    print(result)
    print(f"the program's log: {log}")
    return 1 if result.wrongs else 0


if __name__ == "__main__":
    sys.exit(main())
