"""暂停 with real processes: how long after it is answered does a call still go out, and what is true afterwards?

`python -m tests.chaos.kill_switch` approves a batch whose replies two workers send while WeChat is slow, says 暂停 in
the middle, kills everything with kill -9, starts it again, and says 恢复. Every reply must stand once in the end.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bot.sandbox import Sandbox
from bot.sandbox.articles import Article
from bot.sandbox.people import Follower
from bot.sandbox.wire import Call
from config.settings import ROOT
from tests.chaos.program import Program, wait_for

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
WRITES = (
    "comment/reply",
    "comment/markelect",
    "comment/unmarkelect",
    "message/",
    "draft/",
    "freepublish",
    "material/add",
)
SLOW_SECONDS = 0.4
TEXTS = (
    "我试过第{n}种办法，坚持了三个月，确实有用",
    "请问第{n}步要怎么开始，有没有先后？",
    "去年我妈第{n}次劝我别辞职，现在想想她说得对",
    "补充第{n}条：先写目的再开会，人数会少三分之一",
)


@dataclass
class Result:
    """What was seen; `wrongs` is empty if all was well."""

    wrongs: list[str] = field(default_factory=list)
    sent_before: int = 0
    waited: int = 0
    last_begun_after: float = 0.0
    last_ended_after: float = 0.0
    sent_in_the_end: int = 0


class Switch:
    """One run."""

    def __init__(self, folder: Path, comments: int, hold: int = 3) -> None:
        self.box = Sandbox(aes_key=AES_KEY, mode="safe").start()
        self.program = Program(self.box, folder, BOT_HOLD_SECONDS=str(hold), BOT_POLL_SECONDS="2")
        self._comments, self._hold = comments, hold
        self._second: subprocess.Popen[bytes] | None = None
        self.result = Result()

    def close(self) -> None:
        """Stop everything."""
        self._end_second()
        self.program.stop()
        self.box.stop()

    def play(self) -> Result:
        """The story."""
        owner, article = self._open()
        approved = self._approve(owner)
        self.box.faults.add("comment/reply/add", "slow", SLOW_SECONDS)
        self._check(wait_for(lambda: len(self._sent()) >= 4, 60), "nothing was sent")
        answer = owner.says("暂停")
        paused = time.time()
        self._check("暂停" in answer.text, f"暂停 was answered {answer.text!r}")
        time.sleep(self._hold + 4)
        self.result.sent_before = len(self._sent())
        late = [call for call in self._writes() if call.at > paused]
        # The box notes a call when it answers it, SLOW_SECONDS after it began.
        self.result.last_ended_after = max((call.at - paused for call in late), default=0.0)
        self.result.last_begun_after = max(0.0, self.result.last_ended_after - SLOW_SECONDS)
        self._check(
            self.result.last_begun_after <= 1.0, f"a call began {self.result.last_begun_after:.2f} s after 暂停"
        )
        self._everything_dies(owner)
        number = article.comment(self.box.follower("后来的人"), "暂停以后我才看到，第几种更好？")
        took = self.box.push_comment_event(article, number)
        self._check(took.status == 200, "a comment was not taken while paused")
        status = owner.says("状态").text
        self._check("暂停" in status, f"状态 does not say it: {status!r}")
        time.sleep(5)
        self._check(len(self._sent()) == self.result.sent_before, "something went out while paused, after the restart")
        resumed = owner.says("恢复").text
        waited = re.search(r"(\d+) ?条", resumed)
        self.result.waited = int(waited[1]) if waited else 0
        self._check(self.result.waited == approved - self.result.sent_before, f"恢复 says {resumed!r}")
        self._check(wait_for(lambda: len(self._sent()) >= approved, 60), f"only {len(self._sent())} of {approved} went")
        time.sleep(3)
        self.result.sent_in_the_end = len(self._sent())
        doubled = Counter((call.body["msg_data_id"], call.body["user_comment_id"]) for call in self._sent())
        self._check(max(doubled.values(), default=0) == 1, "a reply was sent twice")
        self._check(self.result.sent_in_the_end == approved, f"{self.result.sent_in_the_end} of {approved} went out")
        return self.result

    def _open(self) -> tuple[Follower, Article]:
        self.program.start()
        assert wait_for(self.program.is_ready, 90), "the program does not start"
        self._start_second()
        owner = self.box.follower("作者", author=True)
        owner.says(self.program.owner_code())
        article = self.box.publish_by_hand("那些会", "聊聊开会。")
        owner.says(f"登记 {article.long_url}")
        for n in range(self._comments):
            article.comment(self.box.follower(f"读者{n}"), TEXTS[n % len(TEXTS)].format(n=n + 1))
        client = self.program.redis()
        wait_for(lambda: client.hlen("{main}:inbox") == 0 and self._triaged() >= self._comments, 120)
        return owner, article

    def _triaged(self) -> int:
        return sum(self.program.redis().hlen(key) for key in self.program.redis().scan_iter("{main}:comments:*"))

    def _approve(self, owner: Follower) -> int:
        seen = owner.says("待审").text
        while "更多" in seen[-60:]:
            more = owner.says("更多").text
            if not more:
                break
            seen += "\n" + more
        code = re.search(r"确认 (\w\w)", owner.says("全部通过").text)
        answer = owner.says(f"确认 {code[1]}").text if code else ""
        queued = self.program.redis()
        self._check(bool(answer), "全部通过 asked for no code")
        return int(queued.zcard("{main}:approved") or queued.scard("{main}:approved"))

    def _everything_dies(self, owner: Follower) -> None:
        self._end_second()
        self.program.kill_everything()
        self.program.start()
        self._check(wait_for(self.program.is_ready, 90), "it does not start again")
        self._start_second()

    def _start_second(self) -> None:
        """A second worker over the same store."""
        self._second = subprocess.Popen(
            [sys.executable, "-m", "bot", "worker"],
            cwd=ROOT,
            env=self.program.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        client = self.program.redis()
        assert wait_for(lambda: client.zcount("bot:alive:worker", time.time() - 3, "+inf") >= 2, 60), "one worker only"

    def _end_second(self) -> None:
        if self._second is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._second.pid, signal.SIGKILL)
            self._second.wait()

    def _sent(self) -> list[Call]:
        return [call for call in self.box.calls_to("comment/reply/add") if call.errcode == 0]

    def _writes(self) -> list[Call]:
        return [call for call in self.box.calls if any(f"/{part}" in call.path for part in WRITES)]

    def _check(self, is_well: bool, what: str) -> None:
        if not is_well:
            self.result.wrongs.append(what)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.kill_switch", description=__doc__)
    parser.add_argument("--comments", type=int, default=40)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="switch-") as folder:
        story = Switch(Path(folder), arguments.comments)
        try:
            found = story.play()
        finally:
            story.close()
    print(*found.wrongs, sep="\n", end="\n" if found.wrongs else "")
    print(
        f"{found.sent_before} replies went out before or with 暂停; the last call began {found.last_begun_after:.2f} s "
        f"after it was answered and ended {found.last_ended_after:.2f} s after; {found.waited} waited, over a kill -9 "
        f"of everything; {found.sent_in_the_end} in the end"
    )
    return 1 if found.wrongs else 0


if __name__ == "__main__":
    sys.exit(main())
