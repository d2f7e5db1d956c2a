"""The weekly round in the demo: switched on, nominees, votes, the result, the post, and what readers see of it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import datetime

from bot.sandbox.articles import Article
from bot.sandbox.people import Follower
from bot.sandbox.publishing import PublishJob
from bot.sandbox.samples import Samples, Stage
from handlers.command_line.telling import Teller

Kept = dict[str, tuple[Article, int]]
"""The author's choice: the words of a comment, the article it stands under and its number there."""

VOTES = (3, 6, 2)
"""How many readers vote for each of three nominees; another one is the favourite every week."""

FEWEST = 5


class Evenings:
    """`until_clock` moves everybody to a time of today and tells what it is then."""

    def __init__(
        self,
        teller: Teller,
        stage: Stage,
        samples: Samples,
        kept: Kept,
        until_clock: Callable[[int, int], datetime],
    ) -> None:
        self._teller, self._stage, self._kept, self._until_clock = teller, stage, kept, until_clock
        self._author = stage.author
        self._voters = [stage.people[name] for name in samples.followers]
        self._winners: list[tuple[str, str]] = []
        self._posts: list[PublishJob] = []
        self._skipped = 0

    def switch_on(self) -> None:
        """The author reads what a round would be and agrees."""
        answer = self._teller.says(self._author, "开启周榜")
        code = re.search(r"确认 (\w\w)", answer)
        self._teller.check("the author is shown what a weekly round would be", code is not None, answer)
        answer = self._teller.says(self._author, f"确认 {code[1] if code else ''}")
        self._teller.check("and switches it on", "已开启" in answer, answer)

    def nominate(self) -> None:
        """Sunday evening: nominees with reasons, then votes."""
        self._teller.head(f"{self._until_clock(20, 0):%A %d %B, %H:%M}: nominees are chosen")

        def chosen() -> str | None:
            text = self._page("周榜")
            return text if re.search("：(已提名|本周不办)", text) else None

        page = self._teller.observe("the round has begun, or says why not", chosen)
        self._print("周榜", page)
        if "本周不办" in page:
            self._skipped += 1
            return
        open_to_readers = [line for line in page.splitlines() if re.match(r"\d ", line) and "等本人" not in line]
        enough = FEWEST <= len(open_to_readers) <= 8
        self._teller.check(f"{len(open_to_readers)} nominees (5 to 8), each with why it is there", enough, page)
        self._teller.head(f"{self._until_clock(20, 30):%A %d %B, %H:%M}: the vote is open")
        self._vote()

    def _vote(self) -> None:
        first, last = self._voters[0], self._voters[-1]

        def paper() -> list[int] | None:
            return _numbered(self._teller.says(first, "榜", quiet=True)) or None

        ballot = sorted(self._teller.observe("readers can vote", paper))
        turn = len(self._posts)
        favoured = [ballot[(place + turn + 1) % len(ballot)] for place in range(len(VOTES))]
        choices = [number for number, votes in zip(favoured, VOTES, strict=True) for _ in range(votes)]
        for reader, number in zip(self._voters, choices, strict=False):
            answer = self._teller.says(reader, f"投{number}", quiet=True)
            if f"已投 {number} 号" not in answer:
                self._teller.check(f"{reader.name}'s vote counts", False, answer)
        cast = min(len(self._voters), len(choices))
        self._teller.check(f"{cast} readers vote in the chat", cast == sum(VOTES), str(cast))
        again = self._teller.says(first, f"投{choices[0]}")
        self._teller.check("who votes twice has one ballot", "没有变" in again, again)
        self._teller.says(first, "榜")
        late = self._teller.box.follower(f"迟到的读者{turn + 1}")
        late.follows()
        answer = self._teller.says(late, f"投{favoured[2]}")
        self._teller.check("who follows only now is told that the vote has no weight", "不计数" in answer, answer)
        answer = self._teller.says(last, "榜", quiet=True)
        self._teller.check("nobody learns how it stands before it closes", not re.search(r"\d 票", answer), answer)

    def announce(self) -> None:
        """Monday evening: the result, and three hours later the post."""
        if "投票中" not in self._page("周榜"):
            return
        self._teller.head(f"{self._until_clock(20, 30):%A %d %B, %H:%M}: votes are counted")

        def result() -> str | None:
            page = self._page("周榜")
            return page if re.search(r"^\d (?:🏆 )?\d+ 票", page, re.MULTILINE) else None

        page = self._teller.observe("the author sees the result", result)
        self._print("周榜", page)
        counted = [int(votes) for votes in re.findall(r"^\d (?:🏆 )?(\d+) 票", page, re.MULTILINE)]
        expected = sorted(VOTES, reverse=True)
        self._teller.check(
            f"the count is what readers chose: {expected}, and one without weight",
            sorted(counted, reverse=True)[: len(VOTES)] == expected and "开始后才关注 1" in page,
            page,
        )
        checked = self._teller.says(self._voters[0], "验票")
        self._teller.check("a reader has it recomputed from the ballots", "重算一致" in checked, checked)
        self._publish()

    def _publish(self) -> None:
        before = len(self._teller.box.publishing.published())
        self._teller.head(f"{self._until_clock(23, 30):%A %d %B, %H:%M}: the post")

        def published() -> PublishJob | None:
            jobs = self._teller.box.publishing.published()
            return jobs[0] if len(jobs) > before else None

        post = self._teller.observe("it is published by itself", published)
        self._posts.append(post)
        article = post.articles[0]
        self._teller.show(f"《{article.title}》 {article.long_url}")
        for line in _plain(article.body):
            self._teller.show(f"  {line}")
        words = min(
            (text for text in self._kept if text[:12] in article.body), key=lambda t: article.body.index(t[:12])
        )
        fields = article.fields
        drawn = bool(fields.get("thumb_media_id")) and str(fields.get("need_open_comment")) == "1"
        self._teller.check("it has a cover and its comments are open", drawn, str(fields)[:300])
        self._winner_is_honoured(words)

    def _winner_is_honoured(self, words: str) -> None:
        under, number = self._kept[words]

        def known() -> str | None:
            page = self._page("周榜")
            return page if "：已发布" in page else None

        # Time is moved on only then: the answer is held for a minute from the moment it is known.
        self._teller.observe("the author reads that it is out", known)

        def answered() -> str | None:
            found = under.record(number)
            return found.reply.content if found and found.elected and found.reply else None

        self._until_clock(23, 35)
        said = self._teller.observe("the winner's comment is 精选 and has the author's answer", answered)
        self._teller.show(f"  读者：{words}")
        self._teller.show(f"  作者：{said}")
        record = under.record(number)
        person = next((one for one in self._stage.people.values() if record and one.openid == record.openid), None)
        self._winners.append((words, person.name if person else "一位没有关注的读者"))
        self._teller.show(f"获奖：{self._winners[-1][1]}「{words}」")
        if person is None or not person.subscribed:
            return

        def told() -> str | None:
            text = self._teller.says(person, "我的", quiet=True)
            return text if "评为" in text else None

        said = self._teller.observe(f"{person.name}, whose comment won, is told with the next answer", told)
        self._print("我的", said, person)

    def look_back(self) -> None:
        """The end: one post a round, and whether honours went round."""
        self._teller.head("looking back")
        self._teller.says(self._author, "周榜 历史")
        posts = self._teller.box.publishing.published()
        self._teller.check(
            f"{len(self._posts)} rounds were held, {self._skipped} weeks went without; {len(posts)} posts, one a round",
            len(posts) == len(self._posts) == len(self._winners),
            str(len(posts)),
        )
        for week, (words, name) in enumerate(self._winners, 1):
            self._teller.show(f"week {week}: {name}「{words}」")
        if len(self._winners) > 1:
            names = [name for _, name in self._winners]
            self._teller.check("every week another reader won", len(set(names)) == len(names), "; ".join(names))

    def _page(self, text: str) -> str:
        """A page that the author asks for, to its end."""
        page = self._teller.says(self._author, text, quiet=True)
        while "回「更多」" in page.split("\n\n")[-1]:
            page = page.rsplit("\n\n", 1)[0] + "\n" + self._teller.says(self._author, "更多", quiet=True)
        return page

    def _print(self, asked: str, text: str, person: Follower | None = None) -> None:
        self._teller.show(f"{(person or self._author).name}：{asked}")
        for line in re.sub(r"<a [^>]*>([^<]*)</a>", r"[\1]", text).splitlines():
            self._teller.show(f"  回响：{line}")


def _numbered(page: str) -> list[int]:
    """The numbers of the nominees on a page: each stands at the beginning of a line."""
    return [int(found[1]) for line in page.splitlines() if (found := re.match(r"(\d) ", line))]


def _plain(body: str) -> list[str]:
    """What a post says, a paragraph a line."""
    text = re.sub(r"<[^>]*>", "", re.sub(r"</p>", "\n", body))
    return [line.strip() for line in html.unescape(text).splitlines() if line.strip()]
