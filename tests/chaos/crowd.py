"""Readers, a relay and an editor who keep the program busy, each in a thread; every one of them keeps the ledger."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable, Sequence

from bot.sandbox import Sandbox
from bot.sandbox.articles import Article
from bot.sandbox.people import Follower
from tests.chaos.ledger import Ledger, Said

OFTEN = 3  # 留言 an hour that one reader may leave
RELAY_TRIES = 150  # a relay repeats its event for minutes
EFFECTS = 16  # commands in ten minutes, below the flood limit
SENTENCES = (
    "我试过第{n}种办法，坚持了三个月，确实有用",
    "请问第{n}步要怎么开始，有没有先后？",
    "我们公司第{n}次开会也这样，最后谁都没说话",
    "说到底还是第{n}个理由最站得住，你怎么看？",
    "补充第{n}条：先写目的再开会，人数会少三分之一",
    "去年我妈第{n}次劝我别辞职，现在想想她说得对",
)


class Crowd:
    """The readers. `actions` may be called from many threads; one reader does one thing at a time."""

    def __init__(self, box: Sandbox, ledger: Ledger, size: int, dice: random.Random) -> None:
        self._box, self._ledger, self._dice = box, ledger, dice
        self.readers = [Reader(box, ledger, box.follower(f"读者{number}")) for number in range(size)]
        self._counter = 0
        self._lock = threading.Lock()

    def words(self) -> str:
        """A comment that nobody else writes."""
        return self._dice.choice(SENTENCES).format(n=self.next_number())

    def next_number(self) -> int:
        """A number that is given once."""
        with self._lock:
            self._counter += 1
            return self._counter

    def rested(self) -> None:
        """Hours have passed: everybody may say as much again as in the first hour."""
        for reader in self.readers:
            reader.rested()

    def act(self) -> None:
        """Somebody says something, once, repeatedly or several times at one moment."""
        reader = self._dice.choice(self.readers)
        if not reader.lock.acquire(blocking=False):
            return
        try:
            reader.act(self._dice, self.words)
        finally:
            reader.lock.release()

    def say_again(self) -> None:
        """WeChat delivers something once more that was answered long ago."""
        with self._ledger.lock:
            answered = [said for said in self._ledger.said if said.acknowledged]
        if answered:
            said = self._dice.choice(answered)
            self._ledger.compare(said, self._box.push(said.exchange.fields, deliveries=1))


class Reader:
    """One reader and what they must find true of themselves."""

    def __init__(self, box: Sandbox, ledger: Ledger, person: Follower) -> None:
        self._box, self._ledger, self.person = box, ledger, person
        self.lock = threading.Lock()
        self.comments: list[tuple[Said, str]] = []
        self.under_articles = 0
        self._silent: bool | None = False
        self._done = self._left = 0

    @property
    def tired(self) -> bool:
        """Whether the flood limit is near."""
        return self._done >= EFFECTS

    def rested(self) -> None:
        """Hours have passed."""
        self._done = self._left = 0

    def act(self, dice: random.Random, words: Callable[[], str]) -> None:
        """One message, drawn at random."""
        what = dice.random()
        if self.tired or what < 0.12:
            self.says("你好呀，今天天气不错", dice)
        elif what < 0.45 and self._left < OFTEN:
            self._comment(words(), dice)
        elif what < 0.70:
            self._stop_or_come_back(dice.choice(("退订", "恢复")), dice)
        elif what < 0.92:
            self._mine(dice)
        else:
            self.says(dice.choice(("同意展示", "不展示", "隐私", "帮助")), dice)

    def says(self, text: str, dice: random.Random | None = None) -> Said:
        """Say something; with `dice` WeChat delivers it more than once now and then."""
        self._done += 1
        fields = {"FromUserName": self.person.openid, "MsgType": "text", "Content": text}
        luck = dice.random() if dice else 1.0
        if luck < 0.15:
            exchange = self._box.push(fields, deliveries=3)
        elif luck < 0.35:
            exchange = self._box.push(fields, deliveries=3, simultaneous=True)
        else:
            exchange = self._box.push(fields)
        return self._ledger.note(self.person.openid, text, exchange)

    def _comment(self, text: str, dice: random.Random) -> None:
        self._left += 1
        said = self.says(f"留言 {text}", dice)
        self.comments.append((said, text))
        if said.acknowledged and not re.search(r"第 \d+ 条", said.exchange.text):
            self._ledger.wrong(f"留言 was answered without a number: {said.exchange.text!r}")

    def _stop_or_come_back(self, text: str, dice: random.Random) -> None:
        said = self.says(text, dice)
        if not said.acknowledged:
            self._silent = None
            return
        wanted = text == "退订"
        changed = "不再主动发" in said.exchange.text or "欢迎回来" in said.exchange.text
        if self._silent is not None and changed is (self._silent is wanted):
            self._ledger.wrong(f"{text} was answered 「{said.exchange.text}」 although silent was {self._silent}")
        self._silent = wanted

    def _mine(self, dice: random.Random) -> None:
        said = self.says("我的", dice)
        if not said.acknowledged:
            return
        found = re.search(r"你的留言 (\d+) 条", said.exchange.text)
        count = int(found[1]) if found else 0
        sure = sum(one.acknowledged for one, _ in self.comments)
        most = len(self.comments) + self.under_articles
        if not sure <= count <= most:
            self._ledger.wrong(f"我的 says {count} comments, {sure} to {most} were left")


class Relay:
    """Comments under articles: written by readers, found by polling, and half of them pushed by a relay as well."""

    def __init__(
        self, box: Sandbox, ledger: Ledger, articles: Sequence[Article], crowd: Crowd, dice: random.Random
    ) -> None:
        self._box, self._ledger, self._articles, self._crowd, self._dice = box, ledger, articles, crowd, dice

    def act(self) -> None:
        """One more comment; a relay repeats its event until it is taken."""
        article = self._dice.choice(self._articles)
        reader = None if self._dice.random() < 0.2 else self._dice.choice(self._crowd.readers)
        if reader is not None:
            reader.under_articles += 1
        number = article.comment(reader.person if reader else None, self._crowd.words())
        if self._dice.random() < 0.5:
            return
        luck = self._dice.random()
        for _ in range(RELAY_TRIES):
            if luck < 0.2:
                exchange = self._box.push_comment_event(article, number, deliveries=3, simultaneous=True)
            else:
                exchange = self._box.push_comment_event(article, number, deliveries=2 if luck < 0.4 else None)
            if self._ledger.note("", f"event of {article.key}_{number}", exchange).acknowledged:
                return
            time.sleep(0.5)
        self._ledger.wrong(f"the relay's event of {article.key}_{number} was never taken")


class Busy:
    """Runs an action over and over in a thread until `stop`; what it raises is written into the ledger."""

    def __init__(
        self, ledger: Ledger, action: Callable[[], None], pause: tuple[float, float], dice: random.Random
    ) -> None:
        self._ledger, self._action, self._pause, self._dice = ledger, action, pause, dice
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(self._dice.uniform(*self._pause)):
            try:
                self._action()
            except Exception as error:
                self._ledger.wrong(f"the audit's own people failed: {type(error).__name__}: {error}")
                raise

    def stop(self) -> None:
        """End after the action that runs."""
        self._stop.set()
        self._thread.join(60)
