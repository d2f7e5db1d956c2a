"""What a handler is given: one message with its person, or one task with the outside world at hand."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec
import redis

from bot.domain.events import Event, OtherMessage, TextMessage
from bot.domain.people import Person, Question, Session, Step
from bot.stores.stores import Stores
from bot.stores.unit import Unit, transact
from bot.stores.vault import Vault
from bot.wechat.gateway import Gateway
from bot.wechat.text import quoted
from config.autoreply import AutoReplies
from config.campaigns import CampaignPlan
from config.lifetimes import Lifetimes
from config.phrases import Phrases
from config.post_template import PostTemplate
from config.settings import AccountSettings, Settings
from handlers.stored_voice import voice_of
from replies.case import Finding
from replies.desk import Desk
from replies.lint import Gate
from replies.worth import Worth

T = TypeVar("T")

SAID_CHARACTERS = 60


@dataclass(frozen=True)
class Tools:
    """What every handler may use; the same for all messages of a process. Without `campaigns` no round is held.

    Without `post_template` no post is made of one."""

    settings: Settings
    phrases: Phrases
    gate: Gate
    vault: Vault
    autoreplies: AutoReplies
    worth: Worth
    campaigns: CampaignPlan | None = None
    post_template: PostTemplate | None = None
    lifetimes: Lifetimes = field(default_factory=Lifetimes)


@dataclass(frozen=True)
class Blocks:
    """An answer of several blocks that are never split over pages (cards), at most `most` a page (0: as fit)."""

    blocks: tuple[str, ...]
    most: int = 0


Reply = str | Blocks | None
"""What a chat handler answers; None is silence (`success`)."""


@dataclass
class Chat:
    """One message being answered.

    `person` and `session` are replaced, never changed, and stored when it is answered, unless the person was `erased`
    by it. `is_kept`: a fault of ours kept it, and it is answered long after it was written. `previous_contact` is when
    this person last wrote, epoch seconds. `postscript` is said under the answer if there is room. `ends_in_copy`: the
    answer ends in a text to copy, under which nothing may stand.
    """

    stores: Stores
    tools: Tools
    account: AccountSettings
    event: Event
    now: float
    person: Person
    session: Session = field(default_factory=Session)
    is_new: bool = False
    is_kept: bool = False
    previous_contact: float = 0.0
    erased: bool = False
    postscript: str = ""
    ends_in_copy: bool = False

    def say(self, name: str, **slots: object) -> str:
        """One of the bot's own sentences."""
        return self.tools.phrases(name, **slots)

    def check_outgoing(self, text: str) -> tuple[Finding, ...]:
        """What keeps a text from going out, this account's own banned words included."""
        return self.tools.gate.check_outgoing(text, voice_of(self.stores))

    def update(self, **changes: object) -> None:
        """Change the person's record."""
        self.person = msgspec.structs.replace(self.person, **changes)

    def remember(self, **changes: object) -> None:
        """Change the short-lived chat state."""
        self.session = msgspec.structs.replace(self.session, **changes)

    def ask(self, kind: str, payload: str = "", code: str = "", seconds: float = 180.0) -> None:
        """Open a question to this person; it closes with the next message that does not answer it."""
        self.remember(question=Question(kind, self.now + seconds, payload, code))

    def ask_code(self, kind: str, payload: str, code: str, seconds: float = 180.0) -> None:
        """Ask a creator for a one-time code: it stays open whatever else they say, until it lapses or is used."""
        self.remember(code=Question(kind, self.now + seconds, payload, code))

    def used_code(self) -> None:
        """What the open code confirms was done: typed again it does nothing."""
        if self.session.code is not None:
            self.remember(code=msgspec.structs.replace(self.session.code, used=True))

    @property
    def said(self) -> str:
        """The message as it was typed or tapped, for the trail of what was decided."""
        return quoted(self.event.text, SAID_CHARACTERS) if isinstance(self.event, TextMessage | OtherMessage) else ""

    @staticmethod
    def new_batch() -> str:
        """A name for what one message decides."""
        return secrets.token_hex(6)

    def decided(self, batch: str, draft_ids: list[str]) -> None:
        """These drafts were decided by this message: 撤回 alone takes exactly them back."""
        self.stores.drafts.put_batch(batch, draft_ids)
        self.remember(batch=batch, step=None)

    def did(self, what: str, typing: str = "") -> None:
        """This message did something that 撤回 alone cannot take back; `typing` can, nothing can without it.

        A bare 通过 or ok behind it would not mean the card that was shown before.
        """
        self.remember(batch="", step=Step(what, typing), cards=())


@dataclass(frozen=True)
class Work:
    """One account seen by a worker: everything a chat handler has, plus WeChat and the drafting desk."""

    tools: Tools
    account: AccountSettings
    redis: redis.Redis
    gateway: Gateway
    desk: Desk
    clock: Callable[[], float]

    def say(self, name: str, **slots: object) -> str:
        """One of the bot's own sentences."""
        return self.tools.phrases(name, **slots)

    def store(self, work: Callable[[Stores], T]) -> T:
        """Run `work` on the stores and commit it, again after each conflict."""
        return transact(self.redis, self.account.name, lambda unit: work(Stores(unit, self.tools.vault)))

    def look(self) -> Stores:
        """The stores for reading only; nothing done through it is committed."""
        return Stores(Unit(self.redis, self.account.name), self.tools.vault)
