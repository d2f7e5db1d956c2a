"""Rounds whose workers die at any moment, run twice and at once: one round a week, every ballot counted."""

from __future__ import annotations

import contextlib
import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import redis as redis_py

from bot.domain.article import FoundBy
from bot.domain.campaign import Campaign
from bot.domain.comment import Comment, CommentType, Source, Triage
from bot.domain.events import TextMessage
from bot.domain.people import Person, Role
from bot.domain.post import Post, PostState
from bot.domain.round import RoundState
from bot.domain.weekly import week_id
from bot.embedded_redis import EmbeddedRedis
from bot.router import Router
from bot.stores.stores import Stores
from bot.stores.unit import transact
from handlers.context import Work
from handlers.conversation import Conversation
from handlers.creators import CreatorCommands
from handlers.everything import FOLLOWERS
from handlers.followers import FollowerCommands
from handlers.messages import Messages
from handlers.round_planning import begin_next
from handlers.rounds import announce, step_round
from tests.handlers.worker import Worker

S = RoundState
HOUR, DAY = 3600.0, 86400.0
ROUNDS = 4
VOTERS = 6
SYLLABLES = "天地人和日月山水春夏秋冬书画琴棋柴米油盐东南西北"
OWNER = "0123456789abcdef"


class Flaky(redis_py.Redis):
    """A client that loses a command, or its answer, now and then: what a dying worker leaves behind."""

    dice = random.Random(4)
    often = 0.0

    def execute_command(self, *args: Any, **options: Any) -> Any:
        if self.dice.random() < self.often:
            raise redis_py.ConnectionError("died before it was sent")
        answer = super().execute_command(*args, **options)
        if self.dice.random() < self.often:
            raise redis_py.ConnectionError("died before the answer was read")
        return answer


class Season:
    """Weeks of an account under trouble; `posts` counts how often each round's post was announced."""

    def __init__(self, worker: Worker, socket: str, seed: int) -> None:
        self.dice = random.Random(seed)
        Flaky.dice, Flaky.often = random.Random(seed + 1), 0.04
        self.worker = worker
        self.flaky = Flaky(unix_socket_path=socket)
        self.work: Work = replace(worker.work, redis=self.flaky)
        self.now = worker.now
        self.posts: Counter[str] = Counter()
        self.chosen: dict[str, dict[str, int]] = {}
        self.messages = 0
        self.written: list[str] = []
        texts = Messages(CreatorCommands({}, {}), FollowerCommands(FOLLOWERS, {}))
        account = worker.work.account
        self.conversation = Conversation(worker.tools, {account.name: account}, Router({TextMessage: texts.text}))
        worker.store(self._begin)

    def _begin(self, stores: Stores) -> None:
        stores.people.put(Person(OWNER, Role.OWNER, 1, self.now - 30 * DAY))
        for n in range(4):
            stores.articles.found(f"224749000{n}_0", FoundBy.LINK, self.now, f"文章{n}")
        campaign = Campaign(permitted_by=OWNER, permitted_at=self.now)
        stores.campaigns.put(campaign)
        begin_next(stores, self.worker.tools, campaign, self.now)

    def write_comments(self, week: int) -> None:
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

    def insist(self, act: Callable[[], Any]) -> Any:
        """Try until nothing dies, as repeats, retries and leases do."""
        while True:
            with contextlib.suppress(redis_py.ConnectionError):
                return act()

    def step_everything(self) -> None:
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
            self.insist(lambda round_id=round_id: step_round(self.work, round_id, self.now))

    def _step(self, round_id: str) -> None:
        with contextlib.suppress(redis_py.ConnectionError):
            step_round(self.work, round_id, self.now)

    def publish(self) -> None:
        """The post's part: rounds that are to be published are announced, whoever dies."""
        for round_ in self.worker.look.campaigns.rounds()[-3:]:
            if round_.state is not S.TO_PUBLISH:
                continue
            assert self.worker.redis.zscore("{main}:due", f"post|{round_.id}") is not None

            def out(stores: Stores, round_id: str = round_.id) -> bool:
                current = stores.campaigns.round(round_id)
                if current is None or current.state is not S.TO_PUBLISH:
                    return False
                announce(stores, self.worker.tools, current, Post(PostState.PUBLISHED), self.now)
                return True

            self.insist(lambda out=out: self.work.store(out))
            self.worker.redis.zrem("{main}:due", f"post|{round_.id}")
            self.posts[round_.id] += 1

    def vote(self) -> None:
        """Readers vote and change their minds; each message is delivered until it is answered, and once more."""
        box = self.worker.look.campaigns.box()
        if box is None:
            return
        for n in range(VOTERS):
            number = self.dice.choice(box.choices)[0]
            self.messages += 1
            event = TextMessage(f"o{n:027d}", "gh_x", int(self.now), str(self.messages), text=f"投{number}")
            answer = self.insist(lambda event=event: self._deliver(event))
            self.insist(lambda event=event: self._deliver(event))
            if "号" in answer:
                self.chosen.setdefault(box.round, {})[event.openid] = number

    def _deliver(self, event: TextMessage) -> str:
        account = self.worker.work.account.name
        return transact(self.flaky, account, lambda unit: self.conversation.answer(unit, account, event, self.now)[0])


def play(worker: Worker, socket: str, rounds: int, seed: int) -> Season:
    """A season of so many rounds, told in steps of a few hours with clock jumps."""
    season = Season(worker, socket, seed)
    begun = season.now
    while season.now < begun + (rounds + 1) * 7 * DAY:
        local = datetime.fromtimestamp(season.now, worker.settings.timezone)
        if local.weekday() >= 4 and week_id(local) not in season.written:
            season.written.append(week_id(local))
            season.write_comments(len(season.written))
        season.step_everything()
        season.vote()
        season.publish()
        jumps = (0.5, 2, 3, 5, 6) if local.weekday() in (6, 0) else (6, 9, 12)
        season.now += (season.dice.choice(jumps) + season.dice.choice((0, 0, 0, -2, 1)) / 2) * HOUR
    return season


def test_one_round_a_week_one_post_each_and_every_ballot_counted(
    make_worker: Callable[..., Worker], redis_server: EmbeddedRedis
) -> None:
    worker = make_worker()
    season = play(worker, str(redis_server.socket), ROUNDS, seed=7)
    stores = worker.look
    held = [round_ for round_ in stores.campaigns.rounds() if round_.result]
    assert len(held) >= ROUNDS - 1
    assert len({round_.id for round_ in stores.campaigns.rounds()}) == len(stores.campaigns.rounds())
    announced = [round_.id for round_ in held if round_.announced_at]
    assert announced
    assert season.posts == Counter(announced)
    for round_ in held:
        expected = Counter(season.chosen.get(round_.id, {}).values())
        assert round_.result is not None
        assert {number: count for number, count in round_.result.tally.votes.items() if count} == expected
    winners = [round_.winner.pid for round_ in held if round_.winner]
    assert len(set(winners)) == len(winners)
