"""The weeks of the storm: an article every day, a vote every Sunday with voters who change their minds, a post."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.weekly import week_id
from bot.sandbox import Sandbox
from bot.sandbox.articles import Article
from tests.chaos.crowd import Crowd, Reader
from tests.chaos.editor import Editor

ZONE = ZoneInfo("Asia/Shanghai")
MOMENTS = ((6, 20, 0), (6, 20, 30), (0, 20, 30), (0, 23, 31))
"""(weekday, hour, minute): nominees are chosen, the vote opens, it closes, the post goes out."""

REGISTERED = re.compile("已登记|登记过了")
"""What 登记 is answered: the day's statistics may have told the bot of an article before."""

FOLLOWED = 3
"""How many of the latest articles readers still write under."""

WHO = ("我带的小组", "我们部门", "我自己", "我先生的公司", "我以前的学校", "我妈的单位", "我朋友的店")
DID = ("把例会改成站着开", "先写好目的再约人", "每周只留一次周会", "让最年轻的人先说", "会后当场写下谁做什么")
CAME = ("会议短了一半", "没人再带电脑进来", "加班少了两个晚上", "新人也敢开口了", "后来大家自己坚持了")
BUT = ("不过第一周很难受", "领导在场就变回去", "代价是得罪人", "只破过一次例")


def good_words(dice: random.Random, number: int) -> str:
    """A comment that is worth a nomination, and nobody else's; short enough to stand whole on a card."""
    who, did, came, but = (dice.choice(words) for words in (WHO, DID, CAME, BUT))
    return f"{who}试过{did}，坚持了 {number} 天，{came}，{but}"


@dataclass
class Votes:
    """What one reader was told of each round; `maybe` are choices whose answer never came."""

    sure: dict[str, int] = field(default_factory=dict)
    maybe: dict[str, set[int]] = field(default_factory=dict)


class Weeks:
    """Everything weekly. `articles` are all there were, `recent` those that are written under."""

    def __init__(self, box: Sandbox, crowd: Crowd, recent: list[Article], dice: random.Random) -> None:
        self._box, self._crowd, self._dice = box, crowd, dice
        self.recent, self.articles = recent, list(recent)
        self.votes: dict[str, Votes] = {}
        self._lock = threading.Lock()
        self._to_register: list[Article] = []
        self._day = self.local.date()
        self._looked = 0.0

    @property
    def local(self) -> datetime:
        """Everybody's time."""
        return datetime.fromtimestamp(self._box.now(), ZONE)

    def switch_on(self, says: Callable[[str], str]) -> None:
        """The owner opens the campaign."""
        code = re.search(r"确认 \w\w", says("开启周榜"))
        assert code, "开启周榜 shows no code"
        assert "已开启" in says(code[0]), "the campaign does not open"

    def until_next(self, hours: float) -> float:
        """Seconds to move time on by, so many hours or just behind the next moment of the week, if that is sooner."""
        soonest = hours * 3600.0
        for moment in MOMENTS:
            if (ahead := self.until(*moment)) < soonest and self._dice.random() < 0.9:
                soonest = ahead + 30
        return soonest

    def until(self, weekday: int, hour: int, minute: int) -> float:
        """Seconds until the next such moment."""
        now = self.local
        at = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        at += timedelta(days=(weekday - at.weekday()) % 7)
        return (at - now if at > now else at - now + timedelta(days=7)).total_seconds()

    def new_day(self) -> None:
        """In the morning the creator publishes an article in WeChat's backend."""
        if self.local.date() == self._day:
            return
        self._day = self.local.date()
        article = self._box.publish_by_hand(f"{self._day:%m月%d日}：那些会", "说说你们怎么开会。")
        self.articles.append(article)
        self._to_register.append(article)

    def owner_acts(self, editor: Editor) -> None:
        """The owner registers what is new, looks after the round now and then, else works through the queue."""
        if self._to_register:
            article = self._to_register[0]
            if REGISTERED.search(editor.says(f"登记 {article.long_url}").exchange.text):
                self._to_register.pop(0)
                self.recent[:] = [*self.recent, article][-FOLLOWED:]
        elif time.monotonic() - self._looked > 15:
            self._looked = time.monotonic()
            self.let_out_again(editor)
        else:
            editor.act()

    def let_out_again(self, editor: Editor) -> None:
        """A post that WeChat has refused too often is let out once more."""
        if "没有发成" in editor.says("周榜").exchange.text:
            code = re.search(r"确认 \w\w", editor.says("发布周榜").exchange.text)
            if code:
                editor.says(code[0])

    def write_well(self) -> None:
        """A reader writes something worth electing, and sometimes the creator elects it in the backend."""
        article = self._dice.choice(self.recent)
        reader = self._dice.choice(self._crowd.readers)
        with self._lock:
            reader.under_articles += 1
            number = article.comment(reader.person, good_words(self._dice, self._crowd.next_number()))
        if self._dice.random() < 0.5:
            article.elect_by_hand(number)

    def vote(self) -> None:
        """One reader votes, or changes their mind, while there is a vote."""
        now = self.local
        if (now.weekday(), now.hour) < (6, 20) and now.weekday() > 1:
            return
        reader = self._dice.choice(self._crowd.readers)
        if not reader.lock.acquire(blocking=False):
            return
        try:
            self._vote(reader)
        finally:
            reader.lock.release()

    def _vote(self, reader: Reader) -> None:
        if reader.tired:
            return
        round_id = week_id(self.local - timedelta(days=3))
        number = self._dice.randint(1, 6)
        said = reader.says(f"投{number}", self._dice)
        votes = self.votes.setdefault(reader.person.openid, Votes())
        if not said.acknowledged:
            votes.maybe.setdefault(round_id, set()).add(number)
        elif re.search(rf"(已投|已改投|你投的就是|已记下) {number} 号", said.exchange.text):
            votes.sure[round_id] = number
            votes.maybe.pop(round_id, None)
        # 「为什么选它？」 may be open now: a command closes it, free words would be an answer to it.
        for _ in range(60):
            if reader.says("隐私").acknowledged:
                return
            time.sleep(1.0)
