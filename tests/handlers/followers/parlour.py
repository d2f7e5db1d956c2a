"""One account's chat without HTTP: real conversation, real stores, the sandbox only for what workers send.

Time stands still until a test moves it.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import redis as redis_py

from bot.domain.comment import Comment, CommentType, Source, Triage, Variant
from bot.domain.draft import Draft, DraftState
from bot.domain.events import Event, Followed, MenuClicked, TextMessage, Unfollowed
from bot.domain.order import queue_entry
from bot.domain.people import Person, Role
from bot.sandbox import Sandbox
from bot.sandbox.people import Follower
from bot.stores.answers import Answer, Answers
from bot.stores.stores import Stores
from bot.stores.unit import Unit, transact
from bot.stores.vault import Vault
from bot.wechat.gateway import Gateway
from config.autoreply import AutoReplies
from config.phrases import Phrases
from config.settings import Settings
from handlers.context import Tools, Work
from handlers.conversation import Conversation
from handlers.everything import ROUTER
from replies.lint import Gate
from replies.worth import Worth

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=SHANGHAI).timestamp()
CONFIG = Path(__file__).resolve().parents[3] / "config"


@cache
def _phrases() -> Phrases:
    return Phrases.load(CONFIG / "phrases.yaml")


@cache
def _gate() -> Gate:
    return Gate.load(CONFIG)


class Parlour:
    """People talk to the account by name; `work` is what a worker has."""

    def __init__(self, client: redis_py.Redis, settings: Settings, box: Sandbox | None = None) -> None:
        self.redis = client
        self.settings = settings
        self.now = MORNING
        self.box = box
        self.vault = Vault(settings.secret_key.get_secret_value().encode())
        self.tools = Tools(
            settings=settings,
            phrases=_phrases(),
            gate=_gate(),
            vault=self.vault,
            autoreplies=AutoReplies.load(CONFIG),
            worth=Worth.load(CONFIG),
        )
        self._messages = 0

    @property
    def stores(self) -> Stores:
        """The stores as they are now, for looking."""
        return Stores(Unit(self.redis, "main"), self.vault)

    def change(self, work) -> None:
        """Run `work(stores)` and commit it."""
        transact(self.redis, "main", lambda unit: work(Stores(unit, self.vault)))

    def openid(self, name: str) -> str:
        """The openid of somebody, as long as WeChat's."""
        return self.follower(name).openid if self.box else f"o{name}".ljust(28, "x")

    def follower(self, name: str) -> Follower:
        """The sandbox's person of this name."""
        assert self.box
        return self.box.follower(name)

    def pid(self, name: str) -> str:
        """Somebody's pseudonym."""
        return self.vault.pid("main", self.openid(name))

    def person(self, name: str) -> Person:
        """Somebody's record."""
        found = self.stores.people.get(self.pid(name))
        assert found
        return found

    def says(self, name: str, text: str) -> str:
        """Somebody sends a text; what they read in answer, empty for silence."""
        self._messages += 1
        if self.box:
            self.box.window.open(self.openid(name), "message", self.now)
        event = TextMessage(self.openid(name), "gh_x", int(self.now), str(self._messages), text=text)
        return self.happens(event)

    def follows(self, name: str) -> str:
        """Somebody follows the account."""
        return self.happens(Followed(self.openid(name), "gh_x", int(self.now), name="subscribe"))

    def unfollows(self, name: str) -> str:
        """Somebody leaves the account."""
        return self.happens(Unfollowed(self.openid(name), "gh_x", int(self.now), name="unsubscribe"))

    def clicks(self, name: str, key: str) -> str:
        """Somebody uses a menu entry."""
        return self.happens(MenuClicked(self.openid(name), "gh_x", int(self.now), name="CLICK", key=key))

    def happens(self, event: Event) -> str:
        """One event answered and committed as the webhook does."""
        conversation = Conversation(self.tools, {"main": self.settings.account()}, ROUTER)

        def answer(unit: Unit) -> str:
            text, pid = conversation.answer(unit, "main", event, self.now)
            Answers(unit).keep(event.delivery_key(), Answer(text, int(self.now)), pid)
            return text

        return transact(self.redis, "main", answer)

    def joins(self, name: str, role: Role = Role.OWNER, seat: int = 1) -> str:
        """Somebody is a creator from now on; their pseudonym."""
        openid = self.openid(name)

        def join(stores: Stores) -> None:
            pid = stores.people.meet(openid)
            known = stores.people.get(pid) or Person(pid, first_seen=self.now)
            stores.people.put(msgspec.structs.replace(known, role=role, seat=seat))

        self.change(join)
        return self.pid(name)

    def triage(self, name: str, reply: str) -> Draft:
        """What a worker does with somebody's one comment in the inbox, with a reply of the test's choice."""
        [comment] = self.stores.account.inbox_of(self.pid(name))
        return self.store(comment, reply)

    def store(self, comment: Comment, reply: str, *, state: DraftState = DraftState.PENDING) -> Draft:
        """A triaged comment with its draft in `state`."""
        triaged = msgspec.structs.replace(comment, triage=Triage(CommentType.EXPERIENCE, 70, "draft"))
        draft = Draft(comment.id, state, self.now, (Variant("A", "追问", reply),))

        def put(stores: Stores) -> None:
            stores.account.taken_in(comment.id)
            stores.comments.put(triaged)
            stores.drafts.put(draft, self.now)
            stores.drafts.wait(queue_entry(triaged, True))

        self.change(put)
        return draft

    def public_comment(self, name: str, cid: int, content: str) -> Comment:
        """A comment under an article, by somebody."""
        return Comment("2247000001_0", str(cid), content, int(self.now), Source.POLL, self.now, pid=self.pid(name))

    @property
    def work(self) -> Work:
        """What a worker has; the drafting desk is not needed here."""
        assert self.box
        gateway = Gateway(
            account="main",
            appid=self.box.appid,
            secret=self.box.secret,
            api_base=self.box.api_base,
            timeout=2.0,
            redis=self.redis,
            now=lambda: self.now,
        )
        return Work(self.tools, self.settings.account(), self.redis, gateway, None, lambda: self.now)  # type: ignore[arg-type]

    def due(self) -> dict[str, float]:
        """What is due and when."""
        return {member.decode(): at for member, at in self.redis.zrange("{main}:due", 0, -1, withscores=True)}
