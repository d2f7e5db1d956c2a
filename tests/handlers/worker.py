"""A worker on a simulated clock with the sandbox as WeChat: tasks and chat handlers are called, nothing is faked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TypeVar

import redis as redis_py

from bot.clock import Clock, make_clock
from bot.domain.article import FoundBy
from bot.domain.comment import Comment
from bot.domain.draft import Draft
from bot.domain.events import Event
from bot.domain.people import Person, Role
from bot.sandbox import Article, Sandbox
from bot.stores.stores import Stores
from bot.stores.unit import Unit, transact
from config.settings import load_settings
from handlers.assembly import make_gateway
from handlers.context import Chat, Reply, Work
from handlers.everything import TASKS
from replies.desk import Desk
from tests.shared import tools_of

T = TypeVar("T")


class Worker:
    """One account at nine in the morning: `box` is WeChat, `work` what tasks get; `run` runs one task."""

    def __init__(self, client: redis_py.Redis, socket: str, folder: Path, desk: Desk, **more: str) -> None:
        self.redis = client
        env = {
            "WECHAT_APPID": "wx0123456789abcdef",
            "WECHAT_SECRET": "0123456789abcdef0123456789abcdef",
            "WECHAT_TOKEN": "testtoken",
            "BOT_SECRET_KEY": "a secret key for tests only",
            "REDIS_URL": f"unix://{socket}",
            "BOT_DATA_DIR": str(folder),
            "BOT_CLOCK": "simulated",
            **more,
        }
        clock = Clock(client, load_settings(env).timezone, is_system=False)
        tomorrow = clock.local().date() + timedelta(days=1)
        clock.advance(datetime.combine(tomorrow, time(9), clock.zone).timestamp() - clock.now())
        account = load_settings(env).account()
        self.box = Sandbox(appid=account.appid, secret=account.secret.get_secret_value(), now=clock.now).start()
        self.settings = load_settings({**env, "WECHAT_API_BASE": self.box.api_base})
        self.clock = make_clock(self.settings, client)
        self.tools = tools_of(self.settings)
        gateway = make_gateway(self.settings, account, client, self.clock)
        self.work = Work(self.tools, account, client, gateway, desk, self.clock.now)

    def close(self) -> None:
        """Stop WeChat."""
        self.box.stop()

    @property
    def now(self) -> float:
        """Our time, epoch seconds."""
        return self.clock.now()

    @property
    def look(self) -> Stores:
        """The stores as they are now."""
        return self.work.look()

    def store(self, work: Callable[[Stores], T]) -> T:
        """Change the stores in one step."""
        return self.work.store(work)

    def run(self, member: str) -> float | None:
        """Run one due member now; its answer is written to the due set as the queue does."""
        kind, _, arg = member.partition("|")
        next_at = TASKS[kind](self.work, arg, self.now)
        key = self.look.unit.key("due")
        if next_at is None:
            self.redis.zrem(key, member)
        else:
            self.redis.zadd(key, {member: next_at})
        return next_at

    def due(self) -> dict[str, float]:
        """What is due and when."""
        rows = self.redis.zrange(self.look.unit.key("due"), 0, -1, withscores=True)
        return {member.decode(): score for member, score in rows}

    def follow(self, article: Article, found_by: FoundBy = FoundBy.LINK) -> str:
        """Follow an article of the box; its key."""
        self.store(lambda stores: stores.articles.found(article.key, found_by, self.now, article.title))
        return article.key

    def pull(self, article: Article) -> float | None:
        """Look at an article's comments once."""
        return self.run(f"pull|{article.key}")

    def comments(self, article: Article) -> list[Comment]:
        """All comments known of an article, by number."""
        cids = sorted(self.look.comments.cids(article.key), key=lambda cid: (len(cid), cid))
        return [comment for comment in self.look.comments.page(article.key, cids) if comment]

    def draft(self, article: Article, number: int) -> Draft | None:
        """The draft of one comment."""
        return self.look.drafts.get(f"{article.key}_{number}")

    def creator(self, role: Role = Role.EDITOR) -> Person:
        """A creator who is known to the bot."""
        person = Person("0123456789abcdef", role, 1, self.now)
        self.store(lambda stores: stores.people.put(person))
        return person

    def say(self, handler: Callable[[Chat], Reply], event: Event, person: Person | None = None) -> Reply:
        """Let a chat handler answer an event, committed as the webhook does."""

        def answer(unit: Unit) -> Reply:
            chat = Chat(
                Stores(unit, self.tools.vault),
                self.tools,
                self.work.account,
                event,
                self.now,
                person or Person(""),
            )
            return handler(chat)

        return transact(self.redis, self.work.account.name, answer)

    def list_calls(self) -> int:
        """How often comments were listed so far."""
        return len(self.box.calls_to("comment/list"))
