"""Ten thousand real comments through the running program, then three hundred approvals in chat.

`python -m tests.chaos.real_comments --count 10000` prints what was measured and everything that is wrong. Half of the
comments come from a relay as signed callbacks, half are found in the comment list.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import redis as redis_py

from bot.sandbox import Sandbox
from bot.sandbox.articles import Article, ReaderComment
from bot.sandbox.people import Follower
from bot.wechat.text import quoted
from tests.chaos import corpus
from tests.chaos.approver import Approver
from tests.chaos.audit import Store
from tests.chaos.program import PARTS, Program, cpu_seconds, proportional_set_size, wait_for

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ARTICLES = 60
STRANGERS = 3000


class Flood:
    """One run of it."""

    def __init__(self, folder: Path, comments: Sequence[corpus.RealComment], seed: int) -> None:
        self.dice = random.Random(seed)
        self.box = Sandbox(aes_key=AES_KEY, mode="safe").start()
        self.program = Program(self.box, folder, BOT_HOLD_SECONDS="2", BOT_POLL_SECONDS="20")
        self.comments = list(comments)
        self.articles: list[Article] = []
        self.owner: Follower = self.box.follower("作者", author=True)
        self.report: dict[str, str] = {}
        self.wrongs: list[str] = []
        self.peaks: Counter[str] = Counter()
        self.answers: dict[str, list[float]] = {}
        self.approved: dict[str, str] = {}
        self._stop = threading.Event()

    def close(self) -> None:
        """Stop everything."""
        self._stop.set()
        self.program.stop()
        self.box.stop()

    def play(self, approvals: int) -> None:
        """Everything in order; the findings stand in `report` and `wrongs`."""
        self.program.start()
        assert wait_for(self.program.is_ready, 60)
        self.owner.says(self.program.owner_code())
        threading.Thread(target=self._watch, daemon=True).start()
        titles = [comment.title for comment in self.comments if comment.title] or ["一篇文章"]
        self.articles = [self.box.publish_by_hand(self.dice.choice(titles), "正文。") for _ in range(ARTICLES)]
        half = len(self.comments) // 2
        self._push(self.comments[:half], self.articles[: ARTICLES // 2])
        self._list(self.comments[half:], self.articles[ARTICLES // 2 :])
        self._look_at_outcomes()
        approver = Approver(self.owner, self.program.redis, self.dice)
        self.approved = approver.approve(approvals)
        self.answers["messages of the creator"] = approver.answer_seconds
        self.report["approved in chat"] = f"{len(self.approved)} in {approver.rounds} rounds of listing and deciding"
        self._look_at_replies()
        self._look_at_log()

    # ---- comments come in

    def _write(self, article: Article, comment: corpus.RealComment) -> int:
        """Under the article, by the same person wherever the source knows the person."""
        luck = self.dice.random()
        name = comment.author or (f"陌生人{self.dice.randrange(STRANGERS)}" if luck < 0.7 else "")
        return article.comment(self.box.follower(name, subscribed=False) if name else None, comment.text)

    def _push(self, comments: Sequence[corpus.RealComment], articles: Sequence[Article]) -> None:
        """As relay events, four at a time; the second half while the worker stands still, to time it alone after."""
        began = time.monotonic()
        half = len(comments) // 2

        def push(comment: corpus.RealComment) -> float:
            article = self.dice.choice(articles)
            exchange = self.box.push_comment_event(article, self._write(article, comment))
            if exchange.status != 200:
                self.wrongs.append(f"an event was answered {exchange.status}")
            return exchange.deliveries[-1].seconds

        with ThreadPoolExecutor(4) as pool:
            times = self.answers["comment events, 4 at a time"] = list(pool.map(push, comments[:half]))
            self._wait_for_triage(half, began)
            took = time.monotonic() - began
            self.report["by relay"] = f"{half} pushed and triaged in {took:.0f} s: {half / took:.0f} comments/s"
            worker = self.program.find("worker")
            assert worker is not None
            os.kill(worker, signal.SIGSTOP)
            times += pool.map(push, comments[half:])
        began, spent = time.monotonic(), cpu_seconds(worker)
        os.kill(worker, signal.SIGCONT)
        self._wait_for_triage(len(comments), began)
        took = time.monotonic() - began
        rest, spent = len(comments) - half, cpu_seconds(worker) - spent
        self.report["from the inbox by one worker"] = (
            f"{rest} in {took:.0f} s: {rest / took:.0f} comments/s; {rest / spent:.0f} per second of its processor time"
        )

    def _list(self, comments: Sequence[corpus.RealComment], articles: Sequence[Article]) -> None:
        """Standing under the articles before these are registered; a reader keeps asking meanwhile."""
        before = self._triaged()
        for comment in comments:
            self._write(self.dice.choice(articles), comment)
        began = time.monotonic()
        for article in articles:
            self.owner.says(f"登记 {article.long_url}")
        self._wait_for_triage(before + len(comments), began)
        took = time.monotonic() - began
        self.report["by the comment list"] = f"{len(comments)} in {took:.0f} s: {len(comments) / took:.0f} comments/s"

    def _triaged(self) -> int:
        client = self.program.redis()
        return sum(client.hlen(key) for key in client.scan_iter("{main}:comments:*", count=1000))

    def _wait_for_triage(self, count: int, began: float) -> None:
        """Until so many are triaged; a reader's 我的 and the owner's 状态 are timed meanwhile."""
        reader = self.box.follower("一位读者")
        times = self.answers.setdefault("messages of people during triage", [])
        while self._triaged() < count:
            assert time.monotonic() - began < 1200, f"only {self._triaged()} of {count} were triaged"
            for person, text in ((reader, "我的"), (self.owner, "状态")):
                times.append(person.says(text).deliveries[-1].seconds)
            time.sleep(0.2)

    # ---- what came of them

    def _look_at_outcomes(self) -> None:
        self.store = Store(self.program.redis())
        outcomes = Counter[str]()
        for article in self.articles:
            for comment in article.comments:
                key = f"{article.key}_{comment.id}"
                kept = self.store.comments.get(key)
                decision = ((kept or {}).get("triage") or {}).get("decision", "")
                outcomes[decision or "NOTHING"] += 1
                if not decision or (decision == "draft") is not bool(self.store.drafts.get(key, {}).get("variants")):
                    crisis = self.store.drafts.get(key, {}).get("variants") and decision
                    if not crisis:
                        self.wrongs.append(f"{key}: decided {decision!r}, draft: {key in self.store.drafts}")
        self.report["decisions"] = ", ".join(f"{name} {count}" for name, count in outcomes.most_common())
        replies = self.box.calls_to("comment/reply/add")
        letters = self.box.calls_to("message/custom/send")
        to_readers = [call for call in letters if call.body["touser"] != self.owner.openid]
        if replies or to_readers:
            self.wrongs.append(f"{len(replies)} replies and {len(to_readers)} messages to readers before an approval")
        self.report["sent before the first approval"] = (
            f"{len(replies)} replies, {len(to_readers)} messages to readers, {len(letters)} notes to the creator"
        )
        size, aof = redis_size(self.program.redis(), self.program.data_dir)
        each = size / len(self.comments)
        self.report["Redis"] = f"{size / 1e6:.1f} MB in memory ({each:.0f} bytes a comment), {aof / 1e6:.1f} MB on disk"

    def _look_at_replies(self) -> None:
        """Exactly one reply for each approval, none else."""
        began = time.monotonic()
        if not wait_for(lambda: len(self.box.calls_to("comment/reply/add")) >= len(self.approved), 120):
            self.wrongs.append("not every approved reply was sent within two minutes")
        self.report["sent"] = f"all within {time.monotonic() - began:.0f} s after the last approval"
        time.sleep(3.0)
        calls = Counter(
            f"{call.body['msg_data_id']}_{call.body['index']}_{call.body['user_comment_id']}"
            for call in self.box.calls_to("comment/reply/add")
        )
        replies = {f"{a.key}_{c.id}": c for a in self.articles for c in a.comments if c.reply}
        self.report["replies"] = f"{len(replies)} stand, by {sum(calls.values())} calls"
        for key in self.approved.keys() | replies.keys() | calls.keys():
            shown, there = self.approved.get(key), replies.get(key)
            if shown is None or there is None or calls[key] != 1 or not _same(shown, there):
                self.wrongs.append(f"{key}: approved 「{shown}」, calls {calls[key]}, stands {there and there.reply}")

    def _look_at_log(self) -> None:
        errors = [line for _, line in self.program.lines if '"level": "error"' in line or '"level": "critical"' in line]
        bare = [line for _, line in self.program.lines if "Traceback" in line]
        self.wrongs += [f"in the log: {line[:1500]}" for line in [*errors, *bare][:5]]
        self.report["errors in the program's log"] = str(len(errors) + len(bare))
        self.report["peak memory (PSS)"] = ", ".join(f"{part} {size / 1e6:.0f} MB" for part, size in self.peaks.items())
        for what, times in self.answers.items():
            self.report[f"answers to {what}"] = spread(times)

    def _watch(self) -> None:
        pids = {part: self.program.find(part) for part in PARTS}
        while not self._stop.wait(1.0):
            for part, pid in pids.items():
                self.peaks[part] = max(self.peaks[part], proportional_set_size(pid or 0))


def _same(shown: str, there: ReaderComment) -> bool:
    return there.reply is not None and shown in ("", quoted(there.reply.content, 400))


def spread(seconds: Sequence[float]) -> str:
    """Median and tail of answer times."""
    ordered = sorted(seconds) or [0.0]
    middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    return f"{len(ordered)}, p50 {middle * 1000:.0f} ms, p99 {late * 1000:.0f} ms, longest {ordered[-1] * 1000:.0f} ms"


def redis_size(client: redis_py.Redis, data_dir: Path) -> tuple[int, int]:
    """Bytes in memory and on disk."""
    on_disk = sum(file.stat().st_size for file in (data_dir / "redis").rglob("*") if file.is_file())
    return int(client.info("memory")["used_memory"]), on_disk


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--approvals", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if not corpus.is_there():
        print(f"no real comments: {corpus.DATA} is not there")
        return 0
    comments = corpus.real_comments(arguments.count, arguments.seed)
    with tempfile.TemporaryDirectory(prefix="real-comments-") as folder:
        flood = Flood(Path(folder), comments, arguments.seed)
        try:
            flood.play(arguments.approvals)
        finally:
            flood.close()
            log = Path(tempfile.gettempdir()) / "real-comments.log"
            log.write_text("\n".join(line for _, line in flood.program.lines), encoding="utf-8")
    for what, found in flood.report.items():
        print(f"{what}: {found}")
    print("\n".join(f"WRONG: {wrong}" for wrong in flood.wrongs[:40]) or "nothing is wrong")
    return 1 if flood.wrongs else 0


if __name__ == "__main__":
    sys.exit(main())
