"""The days after: articles, comments that are kept, a vote every Sunday, a post every Monday (`demo --days N`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.sandbox.articles import Article
from bot.sandbox.clock import beijing
from bot.sandbox.publishing import PublishJob
from bot.sandbox.samples import Samples, Stage, write_comment
from handlers.command_line.demo_time import PassTime
from handlers.command_line.story import HOLD, POLL
from handlers.command_line.telling import Teller

WEDNESDAY, SUNDAY, MONDAY = 2, 6, 0
STORY = "work"
"""The article of the first day; the others come out one on each working day from the next day on."""
KEPT = 3
"""Comments under each article that the author elects."""
WORTH_KEEPING = {"经历", "补充", "观点", "提问"}
VOTES = (6, 3, 2)
"""How many readers vote for each of three nominees."""
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
        self._kept: dict[str, tuple[Article, int]] = {}
        self._winners: list[str] = []
        self._posts: list[PublishJob] = []

    def tell(self, days: int) -> None:
        """Live `days` days from now on; NotObserved names the first step that was not seen."""
        end = self._now() + days * 86400
        self._switch_on()
        self._keep_under(STORY)
        while (morning := self._next_morning()).timestamp() < end:
            self._until(morning)
            self._day()
            if self._local.weekday() == SUNDAY:
                self._evening(self._nominate)
            elif self._local.weekday() == MONDAY:
                self._evening(self._announce)
        self._until(datetime.fromtimestamp(end, self._local.tzinfo))
        self._end()

    # ---- days

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

    # ---- the weekly round

    def _switch_on(self) -> None:
        answer = self._teller.says(self._author, "开启周榜")
        code = re.search(r"确认 (\w\w)", answer)
        self._teller.check("the author is shown what a weekly round would be", code is not None, answer)
        answer = self._teller.says(self._author, f"确认 {code[1] if code else ''}")
        self._teller.check("and switches it on", "已开启" in answer, answer)

    def _evening(self, play: Callable[[], None]) -> None:
        self._until(self._local.replace(hour=20, minute=0, second=0) + timedelta(seconds=SURE))
        play()

    def _nominate(self) -> None:
        self._teller.head(f"{self._local:%A %d %B, %H:%M}: nominees are chosen")

        def chosen() -> str | None:
            text = self._page("周榜")
            return text if re.search("：(已提名|本周不办)", text) else None

        page = self._teller.observe("the round has begun, or says why not", chosen)
        self._print(page)
        if "本周不办" in page:
            return
        numbers = _numbered(page)
        self._teller.check("5 to 8 nominees, or as many as are good enough", 3 <= len(numbers) <= 8, page)
        self._until(self._local.replace(hour=20, minute=30, second=0) + timedelta(seconds=SURE))
        self._vote()

    def _vote(self) -> None:
        voters = [self._stage.people[name] for name in self._samples.followers]
        ballot = self._teller.observe("readers can vote", lambda: _numbered(self._says_reader("榜")) or None)
        choices = [number for number, votes in zip(sorted(ballot), VOTES, strict=False) for _ in range(votes)]
        for reader, number in zip(voters, choices, strict=False):
            answer = self._teller.says(reader, f"投{number}", quiet=True)
            if f"已投 {number} 号" not in answer:
                self._teller.check(f"{reader.name}'s vote counts", False, answer)
        self._teller.check(f"{len(choices)} readers vote in the chat", True, "")
        again = self._teller.says(voters[0], f"投{choices[0]}")
        self._teller.check("who votes twice has one ballot", "没有变" in again, again)
        self._teller.says(voters[0], "榜")

    def _announce(self) -> None:
        if "投票中" not in self._page("周榜"):
            return
        self._until(self._local.replace(hour=20, minute=30, second=0) + timedelta(seconds=SURE))
        self._teller.head(f"{self._local:%A %d %B, %H:%M}: votes are counted")
        page = self._teller.observe("the author sees the result", lambda: _with_votes(self._page("周榜")))
        self._print(page)
        before = len(self._teller.box.publishing.published())
        self._until(self._local.replace(hour=23, minute=30, second=0) + timedelta(seconds=SURE))
        self._teller.head(f"{self._local:%A %d %B, %H:%M}: the post")

        def published() -> PublishJob | None:
            jobs = self._teller.box.publishing.published()
            return jobs[0] if len(jobs) > before else None

        post = self._teller.observe("it is published by itself", published)
        self._posts.append(post)
        article = post.articles[0]
        self._teller.show(f"《{article.title}》 {article.long_url}")
        winner = min(
            (text for text in self._kept if text[:12] in article.body), key=lambda t: article.body.index(t[:12])
        )
        self._teller.show(f"获奖留言：{winner}")
        self._winners.append(winner)
        self._winner_hears(winner)

    def _winner_hears(self, winner: str) -> None:
        under, number = self._kept[winner]
        record = under.record(number)
        person = next((one for one in self._stage.people.values() if record and one.openid == record.openid), None)
        if person is None or not person.subscribed:
            return

        def told() -> str | None:
            text = self._teller.says(person, "我的", quiet=True)
            return text if "评为" in text else None

        self._print(self._teller.observe(f"{person.name}, whose comment won, is told with the next answer", told))

    def _end(self) -> None:
        self._teller.head(f"{self._local:%A %d %B}: looking back")
        self._teller.says(self._author, "周榜 历史")
        posts = self._teller.box.publishing.published()
        self._teller.check(
            f"{len(self._posts)} rounds were held, {len(posts)} posts stand: one each",
            len(posts) == len(self._posts),
            str(len(posts)),
        )
        if len(self._winners) > 1:
            differ = len(set(self._winners)) == len(self._winners)
            self._teller.check("every week another comment won", differ, "; ".join(self._winners))

    # ---- small things

    @property
    def _local(self) -> datetime:
        return beijing(self._now())

    def _until(self, moment: datetime) -> None:
        self._pass_time(max(0.0, moment.timestamp() - self._now()))

    def _next_morning(self) -> datetime:
        return (self._local + timedelta(days=1)).replace(hour=9, minute=0, second=0)

    def _says_reader(self, text: str) -> str:
        return self._teller.says(self._stage.people[self._samples.followers[0]], text, quiet=True)

    def _page(self, text: str) -> str:
        """A page that the author asks for, to its end."""
        page = self._teller.says(self._author, text, quiet=True)
        while "回「更多」" in page.split("\n\n")[-1]:
            page = page.rsplit("\n\n", 1)[0] + "\n" + self._teller.says(self._author, "更多", quiet=True)
        return page

    def _print(self, text: str) -> None:
        for line in re.sub(r"<a [^>]*>([^<]*)</a>", r"[\1]", text).splitlines():
            self._teller.show(f"  回响：{line}")


def _numbered(page: str) -> list[int]:
    """The numbers of the nominees on a page: each stands at the beginning of a line."""
    return [int(found[1]) for line in page.splitlines() if (found := re.match(r"(\d) ", line))]


def _with_votes(page: str) -> str | None:
    return page if re.search(r"^\d \d+ 票", page, re.MULTILINE) else None
