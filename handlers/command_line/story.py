"""The story of `demo --once`: each step is done by a person in the sandbox and seen on the WeChat side."""

from __future__ import annotations

import re
import subprocess
import sys

from bot.errors import StartError
from bot.sandbox.articles import Article
from bot.sandbox.people import Follower
from bot.sandbox.samples import SampleComment, Samples, Stage, write_comment
from config.settings import ROOT
from handlers.command_line.demo_time import PassTime
from handlers.command_line.telling import Teller

SEED = "我试过,确实有用!"
POLL, HOLD = 240.0, 61.0
"""Seconds after which a fresh article has been looked at, and an approved reply has left."""


def owner_code(environment: dict[str, str]) -> str:
    """`加入 XXXXXX`, as `python -m bot owner-code` prints it."""
    command = [sys.executable, "-m", "bot", "owner-code"]
    # In a session of its own: Ctrl-C is for the demo, which then ends well, and not for what it asks on the way.
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False,
        start_new_session=True,
    )  # fmt: skip
    if done.returncode:
        raise StartError(f"owner-code failed: {done.stderr.strip()}", exit_code=1)
    return done.stdout.strip().splitlines()[-1]


class Story:
    """Comments come in, drafts are made, a creator approves in chat, the reply stands under the article."""

    def __init__(
        self,
        teller: Teller,
        stage: Stage,
        samples: Samples,
        environment: dict[str, str],
        pass_time: PassTime,
    ) -> None:
        """`pass_time` moves the clock of everybody by some seconds."""
        self._teller, self._stage, self._samples = teller, stage, samples
        self._environment, self._pass_time = environment, pass_time
        self._author: Follower = stage.author
        self._article: Article = next(iter(stage.articles.values()))

    def tell(self) -> None:
        """Play everything; NotObserved names the first step that was not seen."""
        self._join()
        self._article_is_followed()
        written = self._readers_comment()
        number = self._seed_comment_is_drafted()
        self._approve_and_see(number, written[SEED])
        self._edit_and_take_back()
        self._chat_comment()
        self._nothing_unasked(written)

    # ---- the steps

    def _join(self) -> None:
        answer = self._teller.says(self._author, owner_code(self._environment))
        self._teller.check("the author joins with the one-time code", "主理人" in answer, answer)

    def _article_is_followed(self) -> None:
        answer = self._teller.says(self._author, f"登记 {self._article.long_url} {self._article.title}")
        self._teller.check("the author registers an article by its link", "文章" in answer, answer)

    def _readers_comment(self) -> dict[str, int]:
        comments = [one for one in self._samples.under("work") if one.text != SEED][:11]
        seed = next(
            (one for one in self._samples.comments if one.text == SEED), SampleComment("work", None, "经历", SEED)
        )
        by = next(name for name in self._samples.followers if name not in {one.by for one in comments})
        comments.append(SampleComment("work", by, seed.type, SEED))
        written = {one.text: write_comment(self._stage, one) for one in comments}
        self._teller.check(f"{len(written)} readers comment under 《{self._article.title}》", len(written) > 5, "")
        return written

    def _seed_comment_is_drafted(self) -> int:
        self._pass_time(POLL)
        number = self._teller.observe("the comments are found by polling and drafted", lambda: self._item("我试过"))
        answer = self._teller.says(self._author, f"看 {number}")
        asks = re.search(r"(哪|几).{0,6}种|哪.{0,4}方法", answer) and "发现" in answer
        self._teller.check(f"「{SEED}」 gets a draft that asks which way and what was found new", bool(asks), answer)
        return number

    def _approve_and_see(self, number: int, user_comment_id: int) -> None:
        answer = self._teller.says(self._author, f"通过 {number}")
        self._teller.check("the author approves it", "将在" in answer, answer)
        again = self._teller.says(self._author, f"通过{number}。")
        self._teller.check("approving twice says so and sends nothing twice", "没有重复" in again, again)
        self._pass_time(HOLD)
        record = self._article.record(user_comment_id)
        reply = self._teller.observe(
            "the reply stands under the article", lambda: record.reply.content if record and record.reply else None
        )
        self._teller.show(f"读者：{SEED}")
        self._teller.show(f"作者：{reply}")
        sent = [call for call in self._teller.box.calls_to("comment/reply/add") if call.errcode == 0]
        self._teller.check("exactly one reply was sent", len(sent) == 1, str(len(sent)))

    def _edit_and_take_back(self) -> None:
        text = self._teller.says(self._author, "待审")
        number = next(int(line.split()[0]) for line in text.splitlines() if re.match(r"\d+ ★", line))
        own = "谢谢你讲得这么细！我下一篇就写这个，你最想先看哪一段？"
        answer = self._teller.says(self._author, f"改 {number} {own}")
        self._teller.check("the author rewrites another draft", own in answer, answer)
        self._teller.says(self._author, f"通过 {number}")
        answer = self._teller.says(self._author, "撤回")
        self._teller.check("and takes it back before it is sent", "尚未发出" in answer or "退回" in answer, answer)

    def _chat_comment(self) -> None:
        reader = next(person for name, person in self._stage.people.items() if name == self._samples.followers[-1])
        answer = self._teller.says(reader, "留言 想请教一下，第一次跟领导提加班补贴，怎么开口比较好？")
        self._teller.check(
            "a reader comments in the chat and gets a receipt with a number", bool(re.search(r"\d+", answer)), answer
        )

        number = self._teller.observe("the author finds it among the comments", lambda: self._item("加班补贴"))
        self._teller.says(self._author, f"通过 {number}")
        self._pass_time(HOLD)

        def received() -> str | None:
            bubbles = [line.text for line in self._teller.box.inbox(reader) if "作者回复" in line.text]
            return bubbles[-1] if bubbles else None

        got = self._teller.observe("the reader receives the author's answer in the chat", received)
        self._teller.show(got)

    def _nothing_unasked(self, written: dict[str, int]) -> None:
        answered = [record for record in self._article.comments if record.reply]
        self._teller.check(
            "no other comment was answered: nothing goes out without the author", len(answered) == 1, str(len(answered))
        )

    def _item(self, words: str) -> int | None:
        """The number of the card that quotes `words`."""
        lines = self._teller.cards(self._author)
        return next((int(line.split()[0]) for line in lines if words in line), None)
