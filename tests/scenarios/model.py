"""A small world for random interleavings: two creators, a worker that may die, a WeChat that loses answers.

The program is driven as the webhook and the queue drive it, on real Redis; only the two wires are replaced. Whatever
reaches the WeChat side is judged there and then.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
import redis as redis_py

from bot.domain.article import FoundBy
from bot.domain.comment import Comment, CommentType, Source, Triage, Variant
from bot.domain.draft import HAND, Draft, DraftState
from bot.domain.events import TextMessage
from bot.domain.order import queue_entry
from bot.domain.people import Person, Role
from bot.stores.answers import Answer, Answers
from bot.stores.stores import Stores
from bot.stores.unit import Conflict, Unit
from bot.wechat.gateway import AnswerLost, ArticleId, CommentPage, GatewayError, ListedComment, Refused, Unreachable
from bot.wechat.text import quoted
from config.settings import Settings
from handlers.context import Tools, Work
from handlers.conversation import Conversation
from handlers.everything import ROUTER, TASKS

ACCOUNT = "main"
ARTICLE = "2247487033_0"
BACKOFF = 5.0
LONG = "留言{}" + "，说来话长" * 55
REPLY = "给 {} 的回复 {}：" + "你说的这些我都读了，" * 7 + "是哪一种？"
"""Long enough that several full views do not fit one message."""

CREATORS = ("openid-of-the-owner", "openid-of-the-editor")


class Died(BaseException):
    """The worker was killed in the middle of a task."""


@dataclass
class FakeWeChat:
    """The comments of one article: `replies` is what stands under each; `mood` makes calls fail in every way.

    `meanwhile` happens while the worker looks, before it begins to send.
    """

    world: World
    replies: dict[int, str | None] = field(default_factory=dict)
    ours: dict[int, bool] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    mood: str = "well"
    meanwhile: Callable[[], None] | None = None
    sends: int = 0

    def list_comments(self, article: ArticleId, begin: int, count: int = 49, kind: int = 0) -> CommentPage:
        """All comments that stand, in one page."""
        if self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            happens()
        if self.mood == "cannot look":
            raise Unreachable("/cgi-bin/comment/list", "no answer")
        rows = [
            ListedComment(number, "", 1, LONG.format(number), reply=reply)
            for number, reply in self.replies.items()
            if number not in self.gone
        ]
        return CommentPage(tuple(rows[begin : begin + count]), len(rows[begin : begin + count]), len(rows), len(rows))

    def reply(self, article: ArticleId, number: int, text: str) -> None:
        """One reply a comment; judged by the world before anything else."""
        if self.mood == "unreachable":
            raise Unreachable("/cgi-bin/comment/reply/add", "no answer")
        self.world.judge(number, text)
        if number in self.gone:
            raise Refused("/cgi-bin/comment/reply/add", 88008)
        if self.replies[number] is not None:
            assert not self.ours[number], f"{number} is answered a second time"
            raise Refused("/cgi-bin/comment/reply/add", 88005)
        self.replies[number], self.ours[number] = text, True
        self.sends += 1
        if self.mood == "loses answers":
            raise AnswerLost("/cgi-bin/comment/reply/add", "no answer")
        if self.mood == "dies":
            raise Died

    def delete_reply(self, article: ArticleId, number: int) -> None:
        """Take our reply away."""
        if self.mood == "unreachable":
            raise Unreachable("/cgi-bin/comment/reply/delete", "no answer")
        self.replies[number], self.ours[number] = None, False


class World:
    """One run: `step` does one random thing. An AssertionError is a broken promise; `log` tells what led to it."""

    def __init__(self, client: redis_py.Redis, settings: Settings, tools: Tools, seed: int, comments: int = 3) -> None:
        self.redis, self.tools, self.dice = client, tools, random.Random(seed)
        self.now = 1_800_000_000.0
        self.log: list[str] = []
        self.displayed: dict[str, list[str]] = {openid: [] for openid in CREATORS}
        self.undone: set[tuple[int, str]] = set()
        self.known: dict[int, Draft] = {}
        self.messages = 0
        self.repeatable: list[tuple[TextMessage, Answer]] = []
        self.stale_taps: list[str] = []
        self.code = "7K"
        account = settings.account()
        self.talk = Conversation(tools, {ACCOUNT: account}, ROUTER)
        self.wechat = FakeWeChat(self)
        self.work = Work(tools, account, client, self.wechat, None, lambda: self.now)  # type: ignore[arg-type]
        client.flushdb()
        self.work.store(lambda stores: self._begin(stores, comments))
        self.watch()

    def _begin(self, stores: Stores, comments: int) -> None:
        stores.articles.found(ARTICLE, FoundBy.LINK, self.now)
        for openid, role in zip(CREATORS, (Role.OWNER, Role.EDITOR), strict=True):
            stores.people.put(Person(stores.people.meet(openid), role, 1, self.now))
        for number in range(1, comments + 1):
            # One of them is risky, so that a batch with it needs a code.
            kind = CommentType.COMPLAINT if number == comments else CommentType.QUESTION
            triage = Triage(kind, 50, "draft")
            comment = Comment(
                ARTICLE, str(number), LONG.format(number), int(self.now), Source.POLL, self.now, triage=triage
            )
            variants = tuple(Variant(name, "追问", REPLY.format(number, name)) for name in "ABC")
            stores.comments.put(comment)
            stores.drafts.put(Draft(comment.id, DraftState.PENDING, self.now, variants), self.now)
            stores.drafts.wait(queue_entry(comment, first=False))
            self.wechat.replies[number], self.wechat.ours[number] = None, False

    def draft(self, number: int) -> Draft:
        """The draft for a comment now."""
        found = self.work.look().drafts.get(f"{ARTICLE}_{number}")
        assert found is not None
        return found

    def judge(self, number: int, text: str) -> None:
        """A reply is about to stand under a comment: was it displayed to who approved it, and not taken back since?"""
        draft = self.draft(number)
        assert draft.state is DraftState.SENDING, f"sent while {draft.state}"
        assert text == draft.approved_text
        assert (number, draft.batch) not in self.undone, f"{number} was taken back and is sent"
        approver = next(openid for openid in CREATORS if self.tools.vault.pid(ACCOUNT, openid) == draft.approved_by)
        assert any(quoted(text, 400) in shown for shown in self.displayed[approver]), f"{text} was never displayed"

    def watch(self) -> None:
        """Remember approvals that were taken back."""
        drafts = self.work.look().drafts.peek([f"{ARTICLE}_{number}" for number in self.wechat.replies])
        for number, draft in zip(self.wechat.replies, drafts, strict=True):
            before = self.known.get(number)
            if before and before.state is DraftState.APPROVED and draft.state is DraftState.PENDING:
                self.undone.add((number, before.batch))
            self.known[number] = draft

    # ---- what may happen

    def says(self, openid: str, text: str, meanwhile: Callable[[], None] | None = None) -> str:
        """A creator's message, committed as the webhook does; `meanwhile` happens between reading and committing."""
        self.messages += 1
        event = TextMessage(openid, "gh", int(self.now), str(self.messages), text=text)
        return self.deliver(event, meanwhile)

    def deliver(self, event: TextMessage, meanwhile: Callable[[], None] | None = None) -> str:
        """A delivery of a message: its effect and answer, or the stored answer if it was delivered before."""
        for _ in range(6):
            unit = Unit(self.redis, ACCOUNT)
            answers = Answers(unit)
            stored = answers.get(event.delivery_key())
            if stored is not None:
                return stored.text
            text, pid = self.talk.answer(unit, ACCOUNT, event, self.now)
            answer = Answer(text, int(self.now))
            answers.keep(event.delivery_key(), answer, pid)
            if meanwhile is not None:
                happens, meanwhile = meanwhile, None
                happens()
            try:
                unit.commit()
            except Conflict:
                continue
            # What was typed is known to its writer; what is answered is displayed.
            self.displayed[event.openid] += [text, event.text]
            self.repeatable = [*self.repeatable[-5:], (event, answer)]
            self.stale_taps = [*self.stale_taps, *re.findall(r"msgmenuid=([0-9]+\.k[a-z0-9]{2})", text)][-40:]
            code = re.search(r"确认 (\d[A-Z])」", text)
            self.code = code[1] if code else self.code
            return text
        raise AssertionError("no commit in six tries")

    def works(self) -> None:
        """The worker does what is due; it may fail or die, and what it leaves is due again."""
        due = self.work.look().unit.key("due")
        for member, at in self.redis.zrangebyscore(due, "-inf", self.now, withscores=True):
            kind, _, arg = member.decode().partition("|")
            if kind not in ("send", "withdraw"):
                self.redis.zrem(due, member)
                continue
            try:
                next_at = TASKS[kind](self.work, arg, self.now)
            except (GatewayError, Died):
                next_at = self.now + BACKOFF
            if self.redis.zscore(due, member) != at:
                continue
            if next_at is None:
                self.redis.zrem(due, member)
            else:
                self.redis.zadd(due, {member: next_at})

    def redrafts(self, number: int) -> None:
        """New drafts for a comment, as a change of voice or of the rules makes them."""

        def redraft(stores: Stores) -> None:
            draft = stores.drafts.get(f"{ARTICLE}_{number}")
            if draft is not None and draft.state in (DraftState.PENDING, DraftState.SNOOZED):
                texts = [f"新稿{number}{name}第 {draft.version + 1} 版" for name in "AB"]
                variants = tuple(Variant(name, "追问", text) for name, text in zip("AB", texts, strict=True))
                kept = tuple(variant for variant in draft.variants if variant.name == HAND)
                fresh = msgspec.structs.replace(draft, variants=(*variants, *kept), version=draft.version + 1)
                chosen = fresh.chosen if fresh.chosen in fresh.variant_names else "A"
                stores.drafts.put(msgspec.structs.replace(fresh, chosen=chosen), self.now)

        self.work.store(redraft)
