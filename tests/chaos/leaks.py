"""Does anything that must not be told get told? A program in all kinds of trouble, and everything it wrote or served.

`python -m tests.chaos.leaks` plays it and prints every leak. Planted: the account's secrets, access tokens, the
one-time code, openids of readers, and words that only one reader wrote. Looked through: the log of all parts, every
page, every command's output, the files in BOT_DATA_DIR, a backup, and what is stored in Redis.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import requests

from bot.clock import OFFSET_KEY
from bot.sandbox import Sandbox
from bot.sandbox.faults import Kind
from bot.sandbox.people import Follower
from config.settings import ROOT
from tests.chaos.program import Program, wait_for
from tests.handlers.followers.everything_stored import everything

AES_KEY = "PlantedPlantedPlantedPlantedPlantedPlanted4"
SECRET = "planted0secret0planted0secret0aa"
TOKEN = "plantedtoken"
STRANGER = "oPlantedWhereNobodyShouldPut"
"""The openid in records that this story damages itself: it belongs nowhere, so only what is told is searched for it."""

TROUBLE: tuple[tuple[Kind, object], ...] = (
    ("http", 502), ("reset", None), ("html", None), ("slow", 2.5), ("lost_answer", None), ("errcode", -1),
    ("errcode", 40001), ("errcode", 40003), ("errcode", 88005), ("errcode", 45009), ("errcode", 48001),
)  # fmt: skip
PAGES = ("/metrics", "/readyz", "/healthz", "/wall", "/nothing", "/wechat")


@dataclass
class Findings:
    """Leaks by where they were found, and what the run amounted to."""

    leaks: list[str] = field(default_factory=list)
    lines: int = 0
    troubles: set[str] = field(default_factory=set)
    found_where_they_belong: set[str] = field(default_factory=set)


class Planted:
    """One run; `play` returns what it found."""

    def __init__(self, folder: Path, log_format: str = "json") -> None:
        self._offset = 0.0
        self.box = Sandbox(
            secret=SECRET, token=TOKEN, aes_key=AES_KEY, mode="safe", now=lambda: time.time() + self._offset
        ).start()
        self.box.pusher.pause = 0.5
        self.program = Program(
            self.box, folder, BOT_HOLD_SECONDS="1", BOT_POLL_SECONDS="1", BOT_CLOCK="simulated",
            BOT_LOG_FORMAT=log_format,
        )  # fmt: skip
        self.words: list[str] = []
        self.said: dict[str, str] = {}
        self._readers = [self.box.follower(f"读者{number}") for number in range(8)]
        self._article = self.box.publish_by_hand("那些会", "聊聊开会。")
        self._backup = folder / "planted.backup"
        self._code = ""

    def close(self) -> None:
        """Stop it."""
        self.program.stop()
        self.box.stop()

    def play(self, trouble: Sequence[tuple[Kind, object]] = TROUBLE) -> Findings:
        """Everything that can go wrong, then the search."""
        self.program.start()
        assert wait_for(self.program.is_ready, 60), "the program does not start"
        owner = self.box.follower("作者", author=True)
        self._code = self.program.owner_code().split()[-1]
        owner.says(f"加入 {self._code}")
        owner.says(f"登记 {self._article.long_url}")
        self._talk(owner)
        for kind, value in trouble:
            fault = self.box.faults.add("*", kind, value, chance=0.5)
            self._talk(owner)
            self._pass(700.0)
            time.sleep(1.5)
            self.box.faults.remove(fault)
            self._pass(4000.0)
            time.sleep(1.0)
        self._faults_of_ours(owner)
        self._hostile_requests()
        for part in ("worker", "redis"):
            self.program.kill(part)
            self._talk(owner)
        assert wait_for(self.program.is_ready, 60)
        self._look()
        client = self.program.redis()
        stored = dict(enumerate(everything(client)))
        self.program.stop()
        return self._search([(key, value) for key, value in stored.values()])

    # ---- trouble

    def _words(self, what: str) -> str:
        self.words.append(f"独{len(self.words)}一{what}无二")
        return f"请问第几步{self.words[-1]}要怎么开始？"

    def _talk(self, owner: Follower) -> None:
        """A comment by every way, looked at and approved."""
        reader = self._readers[len(self.words) % len(self._readers)]
        reader.says(f"留言 {self._words('聊天')}")
        number = self._article.comment(reader, self._words("公开"))
        self.box.push_comment_event(self._article, number)
        self._article.comment(reader, self._words("轮询"))
        time.sleep(1.2)
        shown = owner.says("待审").text
        for line in shown.splitlines():
            if line.split(" ")[0].isdigit():
                owner.says(f"通过 {line.split(' ')[0]}")
                break
        reader.says("我的")

    def _faults_of_ours(self, owner: Follower) -> None:
        """Records that no code of ours writes: whoever reads them fails, with a text that quotes them."""
        client, reader = self.program.redis(), self._readers[0]
        pids = client.hkeys("{main}:people")
        kept = {pid: client.hget("{main}:people", pid) for pid in pids}
        for pid in pids:
            client.hset("{main}:people", pid, json.dumps({"pid": self._words("坏掉")}, ensure_ascii=False)[:-3])
        for text in (self._words("失败"), "我的数据"):
            reader.says(f"留言 {text}")
        for pid, record in kept.items():
            client.hset("{main}:people", pid, record)
        self._talk(owner)
        for pattern in ("{main}:comments:*", "{main}:drafts:*"):
            for key in client.scan_iter(pattern):
                for name in client.hkeys(key)[:2]:
                    client.hset(key, name, f'{{"content": "{self._words("毁坏")}", "state": "{STRANGER}"}}')
        client.zadd("{main}:due", {"send|2247487033_0_1": 1.0, "nobody|knows": 1.0, f"tell|{STRANGER}": 1.0})
        for _ in range(4):
            owner.says("待审")
            owner.says("全部通过")
            self._pass(3600.0)
            time.sleep(1.0)

    def _pass(self, seconds: float) -> None:
        self.program.redis().incrbyfloat(OFFSET_KEY, seconds)
        self._offset += seconds

    def _hostile_requests(self) -> None:
        evil = f'{self._readers[1].openid}\r\n\x1b[31m{{"level": "forged"}}'
        for query in ({"signature": evil, "timestamp": evil, "nonce": evil, "openid": evil}, {"echostr": evil}):
            headers = {"User-Agent": self._readers[1].openid, "X-Forwarded-For": SECRET}
            for method in ("POST", "GET"):
                requests.request(
                    method, f"{self.program.url}/wechat", params=query, data=evil.encode(), headers=headers, timeout=5
                )
        requests.get(f"{self.program.url}/MP_verify_{self._readers[1].openid}.txt", timeout=5)

    # ---- the search

    def _look(self) -> None:
        for page in PAGES:
            answer = requests.get(f"{self.program.url}{page}", timeout=5)
            self.said[page] = f"{answer.headers} {answer.text}"
        self._command("doctor")
        listed = self._command("failed", "list")
        for line in [line for line in listed.splitlines() if "|" in line][:2]:
            self._command("failed", "show", line.split("  ")[1])
        self._command("backup", str(self._backup))

    def _command(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=ROOT, env=self.program.environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        self.said["bot " + " ".join(arguments)] = done.stdout + done.stderr
        return done.stdout

    def _search(self, stored: list[tuple[str, bytes]]) -> Findings:
        found = Findings(lines=len(self.program.lines))
        key = (self.program.data_dir / "secret_key").read_text().strip()
        secrets = {"AppSecret": SECRET, "Token": TOKEN, "AES key": AES_KEY, "secret key": key, "code": self._code}
        secrets |= {f"access token {number}": value for number, value in enumerate(self.box.tokens.values)}
        people = {person.name: person.openid for person in [*self._readers, self.box.follower("作者")]}
        words = {text: text for text in self.words}
        told = secrets | people | words | {"an openid in a damaged record": STRANGER}
        for at, line in self.program.lines:
            found.leaks += _hits(f"log at {at:.1f}: {line[:300]}", line.encode(), told)
            found.troubles |= set(re.findall(r'"event": "(\w+)", .*"level": "(?:error|warning)"', line))
            found.troubles |= set(re.findall(r"\[(?:error|warning) *\] (\w+)", line))
        for where, text in self.said.items():
            found.leaks += _hits(where, text.encode(), told)
        for file, content in self._files():
            found.leaks += _hits(file, content, told)
        kept = secrets | people
        found.leaks += _hits("backup", gzip.decompress(self._backup.read_bytes()), kept)
        for name, value in stored:
            if name == "{main}:token" and any(token.encode() in value for token in self.box.tokens.values):
                found.found_where_they_belong.add("access token")  # the one place where it is kept
            else:
                found.leaks += _hits(f"stored in {name}", value, kept)
            found.found_where_they_belong |= {"words" for text in self.words if text.encode() in value}
        return found

    def _files(self) -> Iterator[tuple[str, bytes]]:
        """All files of the data folder but the key's own and the store's, whose content is looked at above."""
        for file in sorted(self.program.data_dir.rglob("*")):
            is_store = "appendonlydir" in file.parts or file.suffix == ".rdb"
            if file.is_file() and file.name != "secret_key" and not is_store:
                yield str(file.relative_to(self.program.data_dir)), file.read_bytes()


def _hits(where: str, content: bytes, needles: dict[str, str]) -> list[str]:
    return [f"{name} in {where}" for name, needle in needles.items() if needle and needle.encode() in content]


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.leaks", description=__doc__)
    parser.add_argument("--log-format", choices=("json", "console"), default="json")
    parser.add_argument("--keep", type=Path, help="write the program's log there")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="leaks-") as folder:
        story = Planted(Path(folder), arguments.log_format)
        try:
            found = story.play()
        finally:
            story.close()
            if arguments.keep:
                arguments.keep.write_text("\n".join(line for _, line in story.program.lines), encoding="utf-8")
    print(*found.leaks, sep="\n")
    print(f"{found.lines} log lines, {len(story.words)} texts, {len(story.said)} pages and commands")
    print(f"calls to WeChat: {Counter(call.path for call in story.box.calls)}")
    print(f"kinds of trouble in the log: {', '.join(sorted(found.troubles))}")
    print(f"{len(found.leaks)} leaks; found where they belong: {', '.join(sorted(found.found_where_they_belong))}")
    return 1 if found.leaks or len(found.found_where_they_belong) < 2 else 0


if __name__ == "__main__":
    sys.exit(main())
