"""Weeks of an account whose workers die at any Redis command and whose WeChat loses answers: round, votes, post."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import redis as redis_py

from bot.clock import OFFSET_KEY
from bot.domain.article import FoundBy
from bot.domain.campaign import Campaign, advance
from bot.domain.comment import Comment, CommentType, Source, Triage
from bot.domain.events import PublishFinished, TextMessage
from bot.domain.people import Person, Role
from bot.domain.post import PostState
from bot.domain.round_state import RoundState
from bot.domain.weekly import week_id
from bot.router import Router
from bot.stores.stores import Stores
from bot.stores.unit import transact
from bot.wechat.gateway import GatewayError
from handlers.assembly import make_gateway
from handlers.context import Work
from handlers.conversation import Conversation
from handlers.creators import CreatorCommands
from handlers.everything import FOLLOWERS
from handlers.followers import FollowerCommands
from handlers.messages import Messages
from handlers.post_outcomes import finished
from handlers.publishing import publish_post
from handlers.round_planning import begin_next
from handlers.rounds import let_out, step_round
from tests.chaos.flaky import Flaky
from tests.handlers.worker import Worker

S = RoundState
HOUR, DAY = 3600.0, 86400.0
VOTERS = 6
SYLLABLES = "天地人和日月山水春夏秋冬书画琴棋柴米油盐东南西北"
OWNER = "0123456789abcdef"
WECHAT = ("material/", "draft/", "freepublish/")
"""What is lost, reset and refused for a moment now and then."""


class Season:
    """Weeks under trouble.

    `died` counts deaths by the step they met and whether it had been kept by then, `letters` what was written to whom,
    `again` posts that their owner had to let out once more, `chosen` what voters were told that they chose.
    """

    def __init__(self, worker: Worker, socket: str, seed: int) -> None:
        self.dice = random.Random(seed)
        Flaky.dice, Flaky.often = random.Random(seed + 1), 0.05
        self.worker = worker
        self.flaky = Flaky(unix_socket_path=socket)
        account = worker.work.account
        gateway = make_gateway(worker.settings, account, self.flaky, worker.clock)
        self.work: Work = replace(worker.work, redis=self.flaky, gateway=gateway)
        self.chosen: dict[str, dict[str, int]] = {}
        self.messages = self.again = 0
        self.died: Counter[str] = Counter()
        self.letters: Counter[tuple[str, str]] = Counter()
        self.written: list[str] = []
        texts = Messages(CreatorCommands({}, {}), FollowerCommands(FOLLOWERS, {}))
        router = Router({TextMessage: texts.text, PublishFinished: finished})
        self.conversation = Conversation(worker.tools, {account.name: account}, router)
        for path in WECHAT:
            for kind, chance in (("lost_answer", 0.1), ("reset", 0.05), ("http", 0.03)):
                worker.box.faults.add(path, kind, chance=chance)  # type: ignore[arg-type]
        worker.store(self._begin)

    @property
    def now(self) -> float:
        """Everybody's time."""
        return self.worker.now

    def _begin(self, stores: Stores) -> None:
        stores.people.put(Person(OWNER, Role.OWNER, 1, self.now - 30 * DAY))
        for n in range(4):
            stores.articles.found(f"224749000{n}_0", FoundBy.LINK, self.now, f"文章{n}")
        campaign = Campaign(permitted_by=OWNER, permitted_at=self.now)
        stores.campaigns.put(campaign)
        begin_next(stores, self.worker.tools, campaign, self.now)

    def play(self, rounds: int) -> None:
        """So many weeks, in steps of a few hours with clock jumps."""
        begun = self.now
        while self.now < begun + (rounds + 1) * 7 * DAY:
            local = datetime.fromtimestamp(self.now, self.worker.settings.timezone)
            if local.weekday() >= 4 and week_id(local) not in self.written:
                self.written.append(week_id(local))
                self._write_comments(len(self.written))
            self._step_everything()
            self._vote()
            self._publish()
            self._read_letters()
            jumps = (0.5, 2, 3, 5, 6) if local.weekday() in (6, 0) else (6, 9, 12)
            jump = self.dice.choice(jumps) + self.dice.choice((0, 0, 0, -2, 1)) / 2
            self.worker.clock.advance(max(0.0, jump) * HOUR)
            chance = self.dice.random()
            if chance < 0.1:  # a clock that is put back, as by a bad time server
                self.worker.redis.incrbyfloat(OFFSET_KEY, -self.dice.uniform(0.1, 2) * HOUR)
            elif chance < 0.104:  # a machine that was off for days
                self.worker.clock.advance(self.dice.uniform(1, 4) * DAY)

    def _write_comments(self, week: int) -> None:
        """Eight good comments of the week, elected."""

        def write(stores: Stores) -> None:
            for n in range(8):
                stores.articles.found(f"22{week:05d}{n // 2}_0", FoundBy.LINK, self.now, f"第 {week} 周")
                words = "".join(self.dice.choices(SYLLABLES, k=30))
                triage = Triage(CommentType.EXPERIENCE, 60 + n, "draft")
                comment = Comment(
                    f"22{week:05d}{n // 2}_0", str(n), words, int(self.now), Source.POLL, self.now,
                    pid=f"{week * 100 + n:016x}", elected=True, triage=triage,
                )  # fmt: skip
                stores.comments.put(comment)

        self.worker.store(write)

    def _insist(self, act: Callable[[], Any]) -> Any:
        """Try until nothing dies, as repeats, retries and leases do."""
        while True:
            try:
                return act()
            except redis_py.ConnectionError:
                self.died["a message"] += 1

    def _step_everything(self) -> None:
        """Every round's task, several times, in any order, sometimes at once, some of them dying half-way."""
        ids = [round_.id for round_ in self.worker.look.campaigns.rounds()][-3:] * 2
        self.dice.shuffle(ids)
        if self.dice.random() < 0.3:
            threads = [threading.Thread(target=self._step, args=(round_id,)) for round_id in ids]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        for round_id in ids:
            self._step(round_id)
        for round_id in ids:
            while not self._step(round_id):
                pass

    def _step(self, round_id: str) -> bool:
        """One run of a round's task; False if it died."""
        before = self.worker.look.campaigns.round(round_id)
        try:
            step_round(self.work, round_id, self.now)
        except redis_py.ConnectionError:
            step = advance(before, self.now) if before else None
            kept = self.worker.look.campaigns.round(round_id) != before
            self.died[f"{step.value if step else 'nothing due'}, {'kept' if kept else 'not kept'}"] += 1
            return False
        return True

    def _publish(self) -> None:
        """The post's task, run on whenever it dies; WeChat's event comes sometimes, then more than once.

        What did not get out after many tries is let out by its owner once more.
        """
        for round_ in self.worker.look.campaigns.rounds()[-3:]:
            if round_.state is S.CLOSED and round_.post.state is PostState.REFUSED:
                self.again += 1
                self.worker.store(partial(let_out, round_=round_, now=self.now))
            for _ in range(200):
                found = self.worker.look.campaigns.round(round_.id)
                if found is None or found.state is not S.TO_PUBLISH:
                    break
                again: float | None = self.now + 60
                try:
                    again = publish_post(self.work, round_.id, self.now)
                except (redis_py.ConnectionError, GatewayError) as trouble:
                    now = self.worker.look.campaigns.round(round_.id)
                    kept = "kept" if now != found else "not kept"
                    lost = " answer of WeChat's lost," if isinstance(trouble, GatewayError) else ""
                    self.died[f"post {found.post.state.name.lower()},{lost} {kept}"] += 1
                # What a dead worker held alone ends by itself in half a minute; nobody waits for that here.
                self.worker.redis.delete("{main}:token:lock")
                self.worker.box.settle()
                if self.dice.random() < 0.2:
                    self._tell_of(round_.id)
                wait = 1.0 if again is None else max(1.0, again - self.now)
                self.worker.clock.advance(min(wait, HOUR))

    def _tell_of(self, round_id: str) -> None:
        round_ = self.worker.look.campaigns.round(round_id)
        job = self.worker.box.publishing.job(round_.post.job) if round_ else None
        if round_ is None or job is None or not job.articles:
            return
        urls = ((0, job.articles[0].long_url),)
        event = PublishFinished("", "gh_x", int(self.now), job.publish_id, job.status, job.article_id, urls)
        for _ in range(2):
            self._insist(lambda: self._deliver(event))

    def _vote(self) -> None:
        """Readers vote and change their minds; each message is delivered until it is answered, and once more."""
        box = self.worker.look.campaigns.box()
        if box is None:
            return
        for n in range(VOTERS):
            number = self.dice.choice(box.choices)[0]
            self.messages += 1
            event = TextMessage(f"o{n:027d}", "gh_x", int(self.now), str(self.messages), text=f"投{number}")
            answer = self._insist(partial(self._deliver, event))
            self._insist(partial(self._deliver, event))
            if "号" in answer:
                self.chosen.setdefault(box.round, {})[event.openid] = number

    def _read_letters(self) -> None:
        """Everybody reads what waits for them."""

        def read(stores: Stores) -> list[tuple[str, str]]:
            rounds = self.worker.look.campaigns.rounds()[-3:]
            found = []
            for pid in sorted({OWNER, *(one.pid for round_ in rounds for one in round_.nominees)}):
                found += [(pid, letter.text) for letter in stores.mailbox.of(pid)]
                stores.mailbox.put(pid, ())
            return found

        self.letters.update(self.worker.store(read))

    def _deliver(self, event: TextMessage | PublishFinished) -> str:
        account = self.worker.work.account.name
        return transact(self.flaky, account, lambda unit: self.conversation.answer(unit, account, event, self.now)[0])
