"""A creator who approves many drafts: one by one, by range, by list, and all that was shown, with codes where asked."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable

import redis as redis_py

from bot.sandbox.people import Follower
from tests.chaos.editor import CARD


class Approver:
    """`approved` maps comment ids to the texts on their cards; `answer_seconds` is how long each answer took."""

    def __init__(self, owner: Follower, client: Callable[[], redis_py.Redis], dice: random.Random) -> None:
        self._owner, self._client, self._dice = owner, client, dice
        self.approved: dict[str, str] = {}
        self.answer_seconds: list[float] = []
        self.rounds = 0

    def approve(self, wanted: int) -> dict[str, str]:
        """Until at least so many are approved or nothing more is listed."""
        while len(self.approved) < wanted and self.rounds < wanted:
            text = self._says("待审")
            cards = _cards(text)
            for _ in range(self._dice.randint(0, 4)):
                cards.update(_cards(self._says("更多")))
            if not cards:
                break
            self.rounds += 1
            self._decide(cards, self.rounds % 4)
        return self.approved

    def _says(self, text: str) -> str:
        exchange = self._owner.says(text)
        self.answer_seconds.append(exchange.deliveries[-1].seconds)
        return exchange.text

    def _decide(self, cards: dict[int, str], way: int) -> None:
        numbers = sorted(cards)
        if way == 0:
            answers = [self._says(f"通过 {number}") for number in numbers]
        elif way == 1 and numbers[-1] - numbers[0] < 50:
            answers = [self._says(f"通过 {numbers[0]}-{numbers[-1]}")]
        elif way == 2:
            answers = [self._says("通过 " + "、".join(map(str, numbers)))]
        else:
            answers = [self._says("全部通过")]
        queued: list[int] = []
        for answer in answers:
            code = re.search(r"回「(确认 \w+)」", answer)
            done = _queued(self._says(code[1]) if code else answer)
            queued += done
        if not queued:  # what must not go out in a batch, or carries a word the gate stops
            for number in numbers:
                self._says(f"拒绝 {number} 不合适")
            return
        holders = self._client().hmget("{main}:numbers", [str(number) for number in queued])
        for number, holder in zip(queued, holders, strict=True):
            self.approved[json.loads(holder)[0]] = cards.get(number, "")


def _cards(text: str) -> dict[int, str]:
    return {int(number): draft for number, _, _, draft in CARD.findall(text)}


def _queued(answer: str) -> list[int]:
    """The item numbers that an answer says are on their way."""
    done = re.search(r"已排队 \d+ 条：([\d ]+)（", answer)
    single = re.search(r"(?:^|\n)(\d+) 将在", answer)
    return [int(one) for one in done[1].split()] if done else [int(single[1])] if single else []
