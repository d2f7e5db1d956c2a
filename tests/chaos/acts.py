"""All that happens to a deployment, drawn from a bag so that nothing is left out, each with its recovery measured."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator

import requests

from bot.clock import OFFSET_KEY
from bot.wechat.ledger import next_reset
from tests.chaos import weather
from tests.chaos.deployment import Deployment, TwoDoors
from tests.chaos.gate import Gate
from tests.chaos.ledger import Ledger, Times
from tests.chaos.program import wait_for

BAG: dict[str, int] = {
    "kill worker": 4,
    "kill scheduler": 2,
    "kill web": 2,
    "kill web process": 2,
    "kill store": 2,
    "restart store": 1,
    "store away": 1,
    "store hangs": 1,
    "disk full": 1,
    "kill everything": 1,
    "clock forward": 1,
    "clock back": 1,
    "day used up": 1,
    "weather": 4,
    "time passes": 16,
}
STORE_IS_BACK = {"kill store", "restart store", "store away", "store hangs", "disk full"}
MOST_PATIENCE = 60.0
HEALTH_SECONDS = 3.0


def draw(dice: random.Random) -> Iterator[str]:
    """Acts without end; each bag is emptied before the next is filled."""
    while True:
        bag = [name for name, times in BAG.items() for _ in range(times)]
        dice.shuffle(bag)
        yield from bag


class Acts:
    """`play(name)` does one; `recoveries` are seconds from the store's return until all parts work again."""

    def __init__(
        self, deployment: Deployment, box: TwoDoors, ledger: Ledger, gate: Gate, dice: random.Random,
        pass_time: Callable[[float], None], until_next: Callable[[float], float], *,
        recovers_within: float, away_seconds: float = 30.0,
    ) -> None:  # fmt: skip
        self._deployment, self._box, self._ledger, self._gate, self._dice = deployment, box, ledger, gate, dice
        self._pass_time, self._until_next = pass_time, until_next
        self._recovers_within, self._away_seconds = recovers_within, away_seconds
        self._skew = 0.0
        self.done: Counter[str] = Counter()
        self.recoveries: dict[str, Times] = {name: Times() for name in sorted(STORE_IS_BACK)}
        self.calm()

    def play(self, name: str) -> None:
        """Do it; where the store was away, measure how long everything takes to work again."""
        time.sleep(self._dice.uniform(0.2, 1.5))
        self.done[name] += 1
        # What was killed a moment ago starts in its own time; here it is the store's return that is measured.
        if name in STORE_IS_BACK and not wait_for(self._deployment.is_ready, MOST_PATIENCE):
            self._ledger.wrong(f"not ready before {name}")
        if name.startswith("kill ") and name not in ("kill store", "kill everything"):
            self._deployment.kill(name.removeprefix("kill "), self._dice)
            return
        getattr(self, "_" + name.replace(" ", "_"))()
        if name in STORE_IS_BACK:
            self._measure(name)

    def calm(self) -> None:
        """No faults, and the clocks agree."""
        self._box.faults.clear()
        if self._skew:
            self._move_our_clock(-self._skew)

    # ---- the store

    def _kill_store(self) -> None:
        self._deployment.store.end(signal.SIGKILL)
        self._deployment.store.start()

    def _restart_store(self) -> None:
        self._deployment.store.end(signal.SIGTERM)
        self._deployment.store.start()

    def _store_away(self) -> None:
        """And two parts die meanwhile: they start while it is away."""
        self._deployment.store.end(signal.SIGKILL)
        time.sleep(0.1 * self._away_seconds)
        self._look_at_health("store away")
        self._deployment.kill("worker", self._dice)
        self._deployment.kill("web", self._dice)
        time.sleep(0.9 * self._away_seconds)
        self._deployment.store.start()

    def _store_hangs(self) -> None:
        self._deployment.store.freeze()
        time.sleep(0.5 * self._away_seconds)
        self._look_at_health("store hangs")
        time.sleep(0.5 * self._away_seconds)
        self._deployment.store.thaw()

    def _disk_full(self) -> None:
        noticed = self._deployment.store.run_out_of_disk(self._away_seconds / 2)
        self.done["disk full, noticed"] += noticed
        self._deployment.store.start()

    def _look_at_health(self, name: str) -> None:
        """Every web that lives says so, and /readyz names what fails and nothing else."""
        for url in self._deployment.urls:
            try:
                alive = requests.get(f"{url}/healthz", timeout=HEALTH_SECONDS).status_code
                ready = requests.get(f"{url}/readyz", timeout=HEALTH_SECONDS)
            except requests.ConnectionError:
                continue  # it was killed a moment ago
            except requests.Timeout:
                self._ledger.wrong(f"{name}: a health page took more than {HEALTH_SECONDS:.0f} s")
                continue
            self.done["health pages looked at"] += 1
            if (alive, ready.status_code, ready.json()["failing"]) != (200, 503, ["redis"]):
                self._ledger.wrong(f"{name}: /healthz {alive}, /readyz {ready.status_code} {ready.text}")

    def _measure(self, name: str) -> None:
        """Seconds until both webs answer a message 200 and every worker and scheduler has given a sign of life."""
        began, now = time.monotonic(), time.time()
        if not wait_for(lambda: self._at_work(now), MOST_PATIENCE):
            self._ledger.wrong(f"{name}: not at work {MOST_PATIENCE:.0f} s after the store was back")
            return
        took = time.monotonic() - began
        self.recoveries[name].add(took)
        if took > self._recovers_within:
            self._ledger.wrong(f"{name}: at work only {took:.1f} s after the store was back")

    def _at_work(self, since: float) -> bool:
        return self._deployment.pulses_since(since) and all(self._answers(url) for url in self._deployment.urls)

    def _answers(self, url: str) -> bool:
        fields = {
            "ToUserName": self._box.gh_id, "FromUserName": "o" + "p" * 27, "CreateTime": int(self._box.now()),
            "MsgType": "text", "Content": "隐私", "MsgId": time.time_ns(),
        }  # fmt: skip
        query, body = self._box.pusher.envelope(fields)
        try:
            return requests.post(f"{url}/wechat", params=query, data=body, timeout=5).status_code == 200
        except requests.RequestException:
            return False

    # ---- everything else

    def _kill_everything(self) -> None:
        self._deployment.kill_all()
        if not wait_for(self._deployment.is_ready, MOST_PATIENCE):
            self._ledger.wrong("not ready again after everything was killed")

    def _weather(self) -> None:
        self.done[f"weather: {weather.change(self._box.faults, self._dice)}"] += 1

    def _clock_forward(self) -> None:
        self._jump(self._dice.uniform(20, 150))

    def _clock_back(self) -> None:
        self._jump(-self._dice.uniform(20, 150))

    def _jump(self, seconds: float) -> None:
        """Our machines' clock alone, and back again: WeChat's messages are up to 150 s off by it."""
        self._move_our_clock(seconds)
        time.sleep(self._dice.uniform(2, 5))
        self._move_our_clock(-self._skew)

    def _move_our_clock(self, seconds: float) -> None:
        self._deployment.redis().incrbyfloat(OFFSET_KEY, seconds)
        self._skew += seconds

    def _day_used_up(self) -> None:
        """45009 for a while, whoever dies meanwhile; the next day everything goes on."""
        faults = weather.use_up_the_day(self._box.faults)
        time.sleep(4.0)
        self._deployment.kill("worker", self._dice)
        time.sleep(2.0)
        for fault in faults:
            self._box.faults.remove(fault)
        with self._gate.shut():
            self._pass_time(next_reset(self._box.now()) + 60 - self._box.now())

    def _time_passes(self) -> None:
        with self._gate.shut():
            self._pass_time(self._until_next(self._dice.uniform(1.2, 6.0)))
