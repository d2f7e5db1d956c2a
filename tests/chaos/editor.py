"""A creator who works through the queue without pause: lists, edits, approves alone and in batches, takes back."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from bot.sandbox import Sandbox
from bot.sandbox.articles import Article
from bot.sandbox.people import Follower
from tests.chaos.ledger import ANY, CommentKey, Deed, Ledger, Said

CARD = re.compile(r"^(\d+) ★\d+ ([^\n]*?)｜「([^\n]*)」\n→ ([^\n]*)$", re.MULTILINE)


@dataclass(frozen=True)
class Card:
    """One item as its card shows it."""

    number: int
    marks: str
    content: str
    text: str


class Editor:
    """The owner. One thread; what is not certain (no answer came) is looked at again before it is decided on."""

    def __init__(
        self, box: Sandbox, ledger: Ledger, person: Follower, articles: list[Article], dice: random.Random
    ) -> None:
        self._box, self._ledger, self.person, self._articles, self._dice = box, ledger, person, articles, dice
        self._places: dict[str, CommentKey] = {}
        self._approved: list[Card] = []
        self._last: dict[int, Card] = {}
        self._doubtful: set[int] = set()

    def act(self) -> None:
        """List what waits and decide about some of it; now and then take back what was sent a while ago."""
        if len(self._approved) > 12 and self._dice.random() < 0.15:
            self._undo(self._approved.pop(0), bare=False)
            return
        said = self.says("待审")
        cards = self._cards(said)
        if cards and self._dice.random() < 0.3:
            cards += self._cards(self.says("更多"))
        if not cards:
            return
        luck = self._dice.random()
        if luck < 0.25 and len(cards) > 1:
            self._approve_many(cards)
            return
        for card in cards[: self._dice.randint(1, 3)]:
            self._decide(card)

    def _decide(self, card: Card) -> None:
        luck = self._dice.random()
        if luck < 0.40:
            self._approve(card)
        elif luck < 0.60:
            self._edit(card)
        elif luck < 0.80:
            if self._approve(card):
                self._undo(card)
        elif luck < 0.88:
            self.says(f"拒绝 {card.number} 不合适")
        elif luck < 0.94:
            self.says(f"跳过 {card.number}")
        else:
            said = self.says(f"换 {card.number}")
            if not said.acknowledged:
                self._doubtful.add(card.number)
            shown = self._cards(said)
            if shown:
                self._approve(shown[0])

    def _approve(self, card: Card, repeats: bool = True) -> bool:
        """通过 N; whether it was surely queued."""
        began = self._box.now()
        text = self._dice.choice((f"通过 {card.number}", f"过{card.number}", f"{card.number}号通过"))
        said = self.says(text, repeats)
        key = self.place(card)
        if not said.acknowledged:
            self._ledger.did(key, Deed("approve", began, self._box.now(), False, card.text))
            return False
        answer = said.exchange.text
        if re.search(rf"(^|\n){card.number} 将在 \d+ 秒后", answer):
            self._ledger.did(key, Deed("approve", began, self._box.now(), True, card.text))
            self._approved.append(card)
            return True
        known = any(deed.kind == "approve" for deed in self._ledger.deeds.get(key, []))
        if not known and re.search(rf"(^|\n){card.number} (已通过，将在|刚才已发送)", answer):
            self._ledger.wrong(f"「{text}」 for the first time was answered 「{answer}」")
        return False

    def _approve_many(self, cards: list[Card]) -> None:
        began = self._box.now()
        chosen = sorted(cards, key=lambda card: card.number)
        text = "全部通过" if self._dice.random() < 0.3 else "通过 " + "、".join(str(card.number) for card in chosen)
        said = self.says(text)
        code = re.search(r"回「(确认 \w+)」", said.exchange.text)
        if code:
            began = self._box.now()
            said = self.says(code[1])
        # 全部通过 takes any item whose card was ever shown.
        named = {**self._last, **{card.number: card for card in chosen}}
        done = re.search(r"已排队 \d+ 条：([\d ]+)（", said.exchange.text)
        single = re.search(r"(?:^|\n)(\d+) 将在", said.exchange.text)
        numbers = [int(one) for one in done[1].split()] if done else [int(single[1])] if single else []
        if not said.acknowledged:
            for card in named.values():
                self._ledger.did(self.place(card), Deed("approve", began, self._box.now(), False, card.text))
            return
        for number in numbers:
            if number in self._doubtful:  # its last card was lost on the way: which text stands is not known
                self._ledger.did(self.place(named[number]), Deed("approve", began, self._box.now(), True, ANY))
            elif number in named:
                self._ledger.did(
                    self.place(named[number]), Deed("approve", began, self._box.now(), True, named[number].text)
                )
            else:
                self._ledger.wrong(f"「{text}」 queued {number}, which was not on any card: {said.exchange.text!r}")

    def _edit(self, card: Card) -> None:
        self._ledger.edits += 1
        own = f"谢谢你，这是我第 {self._ledger.edits} 次亲手写的话！你怎么看？"
        at_once = self._dice.random() < 0.3
        began = self._box.now()
        said = self.says(f"{'改并发' if at_once else '改'} {card.number} {own}")
        edited = Card(card.number, card.marks, card.content, own)
        if said.acknowledged and own in said.exchange.text:
            self._last[card.number] = edited
        if at_once:
            sure = f"{card.number} 将在" in said.exchange.text
            self._last[card.number] = edited
            if sure or not said.acknowledged:
                self._ledger.did(self.place(card), Deed("approve", began, self._box.now(), sure, own))
            return
        if not said.acknowledged:
            self._doubtful.add(card.number)
            return
        if (
            f"{card.number} 已改：「{own}」" in said.exchange.text
            and self._approve(edited)
            and self._dice.random() < 0.3
        ):
            self._undo(edited)

    def _undo(self, card: Card, bare: bool = True) -> None:
        began = self._box.now()
        said = self.says("撤回" if bare and self._dice.random() < 0.5 else f"撤回 {card.number}")
        key, answer = self.place(card), said.exchange.text
        if not said.acknowledged:
            self._ledger.did(key, Deed("undo", began, self._box.now(), False))
        elif f"{card.number} 已取消，尚未发出" in answer:
            self._ledger.did(key, Deed("undo", began, self._box.now(), True))
        elif f"正在从文章中删除 {card.number} 的回复" in answer:
            self._ledger.did(key, Deed("withdraw", began, self._box.now(), True))

    def place(self, card: Card) -> CommentKey:
        """Which comment a card is about: every comment of the story is written once only."""
        if card.content not in self._places:
            for article in self._articles:
                for comment in article.comments:
                    self._places.setdefault(comment.text, (article.msg_data_id, article.index, comment.id))
        return self._places.get(card.content, card.content)

    def _cards(self, said: Said) -> list[Card]:
        cards = [
            Card(int(number), marks, content, text)
            for number, marks, content, text in CARD.findall(said.exchange.text)
            if said.acknowledged
        ]
        for card in cards:
            self._last[card.number] = card
            self._doubtful.discard(card.number)
        return cards

    def forget(self) -> None:
        """Days have passed: an item number may be another item's by now."""
        self._approved.clear()

    def says(self, text: str, repeats: bool = True) -> Said:
        """Say something; WeChat delivers it more than once now and then."""
        fields = {"FromUserName": self.person.openid, "MsgType": "text", "Content": text}
        luck = self._dice.random() if repeats else 1.0
        if luck < 0.15:
            exchange = self._box.push(fields, deliveries=3, simultaneous=True)
        elif luck < 0.25:
            exchange = self._box.push(fields, deliveries=2)
        else:
            exchange = self._box.push(fields)
        return self._ledger.note(self.person.openid, text, exchange)
