"""The days after: articles, comments that are kept, a vote every Sunday, a post every Monday (`demo --days N`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.sandbox.clock import beijing
from bot.sandbox.samples import Samples, Stage, write_comment
from handlers.command_line.demo_time import PassTime
from handlers.command_line.evenings import Evenings, Kept
from handlers.command_line.story import HOLD, POLL
from handlers.command_line.telling import Teller

WEDNESDAY, SUNDAY, MONDAY = 2, 6, 0
STORY = "work"
"""The article of the first day; the others come out one on each working day from the next day on."""
KEPT = 4
"""Comments under each article that the author elects."""
WORTH_KEEPING = {"经历", "补充", "观点", "提问"}
SURE = 5.0
"""Seconds behind a full hour at which what was planned for it is looked for."""


def first_morning(now: float) -> float:
    """The next Wednesday, ten o'clock: a week's comments come before its vote. Epoch seconds."""
    local = beijing(now)
    ahead = (WEDNESDAY - local.weekday()) % 7 or 7
    return (local + timedelta(days=ahead)).replace(hour=10, minute=0, second=0).timestamp()


class Weeks:
    """`now` is everybody's clock, `pass_time` moves it."""

    def __init__(
        self, teller: Teller, stage: Stage, samples: Samples, now: Callable[[], float], pass_time: PassTime
    ) -> None:
        self._teller, self._stage, self._samples = teller, stage, samples
        self._now, self._pass_time = now, pass_time
        self._author = stage.author
        self._coming = [one.slug for one in samples.articles if one.slug != STORY]
        self._kept: Kept = {}
        self._evenings = Evenings(teller, stage, samples, self._kept, self._until_clock)

    def tell(self, days: int) -> None:
        """Live `days` days from now on; NotObserved names the first step that was not seen."""
        end = self._now() + days * 86400
        self._evenings.switch_on()
        self._keep_under(STORY)
        while (morning := self._next_morning()).timestamp() < end:
            self._until(morning)
            self._day()
            if self._local.weekday() == SUNDAY:
                self._evening(self._evenings.nominate)
            elif self._local.weekday() == MONDAY:
                self._evening(self._evenings.announce)
        self._until(datetime.fromtimestamp(end, self._local.tzinfo))
        self._evenings.look_back()

    # ---- days

    def _evening(self, play: Callable[[], None]) -> None:
        self._until_clock(20, 0)
        play()

    def _day(self) -> None:
        if self._coming and self._local.weekday() < 5:
            slug = self._coming.pop(0)
            sample = next(one for one in self._samples.articles if one.slug == slug)
            self._stage.articles[slug] = self._teller.box.publish_by_hand(sample.title, sample.body)
            self._teller.head(f"{self._local:%A %d %B}: 《{sample.title}》 comes out")
            article = self._stage.articles[slug]
            self._teller.says(self._author, f"登记 {article.long_url} {sample.title}", quiet=True)
            for comment in self._samples.under(slug):
                write_comment(self._stage, comment)
            self._pass_time(POLL)
            self._keep_under(slug)
        else:
            self._teller.head(f"{self._local:%A %d %B}")
        self._message_thrice()

    def _keep_under(self, slug: str) -> None:
        """The author elects the comments that stand first in the queue."""
        article = self._stage.articles[slug]
        ids = {record.text: record.id for record in article.comments}
        worth = {one.text for one in self._samples.under(slug) if one.type in WORTH_KEEPING} & ids.keys()

        def read() -> list[tuple[int, str]] | None:
            found = []
            for line in self._teller.cards(self._author):
                text = next((text for text in worth if text[:14] in line), None)
                if text:
                    found.append((int(line.split()[0]), text))
            return found if len(found) >= KEPT else None

        found = self._teller.observe(f"{len(ids)} comments under it are read and put in order of value", read)
        for place, (number, text) in enumerate(found[:KEPT]):
            self._teller.says(self._author, f"精选 {number}" if place else f"通过并精选 {number}")
            self._kept[text] = (article, ids[text])
        self._pass_time(HOLD)
        chosen = [self._kept[text] for _, text in found[:KEPT]]
        self._teller.observe(
            f"the author's choice of {KEPT} is elected in WeChat",
            lambda: True if all((one := under.record(id_)) and one.elected for under, id_ in chosen) else None,
        )

    def _message_thrice(self) -> None:
        """A day's rough weather: one message comes three times, one is forged."""
        reader = self._stage.people[self._samples.followers[self._local.toordinal() % len(self._samples.followers)]]
        text = {"FromUserName": reader.openid, "MsgType": "text", "Content": "我的"}
        exchange = self._teller.box.push(text, deliveries=3, simultaneous=True)
        answers = {delivery.reading.xml for delivery in exchange.deliveries}
        self._teller.check(
            "a message that WeChat delivers three times is answered three times alike",
            len(answers) == 1 and not exchange.fault,
            f"{len(answers)} answers",
        )
        forged = self._teller.box.push_raw(b"<xml/>", {"signature": "0" * 40, "timestamp": "1", "nonce": "1"})
        self._teller.check("a forged one is refused", forged.status == 403, str(forged.status))

    # ---- small things

    @property
    def _local(self) -> datetime:
        return beijing(self._now())

    def _until(self, moment: datetime) -> None:
        self._pass_time(max(0.0, moment.timestamp() - self._now()))

    def _until_clock(self, hour: int, minute: int) -> datetime:
        """A little behind that time of today."""
        self._until(self._local.replace(hour=hour, minute=minute, second=0) + timedelta(seconds=SURE))
        return self._local

    def _next_morning(self) -> datetime:
        return (self._local + timedelta(days=1)).replace(hour=9, minute=0, second=0)
