"""Telling a story of the demo: what people say and are answered, each step checked where WeChat sees it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from bot.sandbox import Sandbox
from bot.sandbox.people import Follower

T = TypeVar("T")
PATIENCE = 40.0


class NotObserved(Exception):
    """A step of the story was not seen on the WeChat side in time."""


class Teller:
    """Lets people of the box speak, prints it, and counts the steps that were seen; `stop` ends all waiting."""

    def __init__(self, box: Sandbox, stop: threading.Event) -> None:
        self.box = box
        self.steps = 0
        self._stop = stop
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since the story began, by the wall clock."""
        return time.monotonic() - self._began

    def says(self, person: Follower, text: str, quiet: bool = False) -> str:
        """A person says something; what they are answered. NotObserved if they see a fault line."""
        exchange = person.says(text)
        if exchange.fault:
            raise NotObserved(f"{person.name} said 「{text}」 and saw a fault line: {exchange.reason}")
        if not quiet:
            self.show(f"{person.name}：{text}")
            for line in re.sub(r"<a [^>]*>([^<]*)</a>", r"[\1]", exchange.text).splitlines():
                self.show(f"  回响：{line}")
        return exchange.text

    def cards(self, author: Follower) -> Iterator[str]:
        """First lines of the cards waiting for a decision, most valuable first."""
        text = self.says(author, "待审", quiet=True)
        while True:
            yield from (line for line in text.splitlines() if re.match(r"\d+ ", line))
            if "更多" not in text:
                return
            text = self.says(author, "更多", quiet=True)

    def observe(self, what: str, look: Callable[[], T | None]) -> T:
        """Look until there is something to be seen: a step of the story. NotObserved when patience ends."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not self._stop.is_set():
            seen = look()
            if seen is not None:
                self.check(what, True, "")
                return seen
            self._stop.wait(0.2)
        raise NotObserved(f"not seen within {PATIENCE:.0f} s: {what}")

    def check(self, what: str, seen: bool, instead: str) -> None:
        """A step of the story; NotObserved with what was there `instead`."""
        if not seen:
            raise NotObserved(f"{what}: not so. What was answered: {instead}")
        self.steps += 1
        print(f"✓ {self.steps:2d} {what}", flush=True)

    def show(self, line: str) -> None:
        """A line of the conversation."""
        print(f"      {line}", flush=True)

    def head(self, line: str) -> None:
        """A new day or a new evening."""
        print(f"\n── {line}", flush=True)
