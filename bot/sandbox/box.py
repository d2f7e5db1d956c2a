"""The sandbox itself: one account, its people, its articles, and the two directions of traffic."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.sandbox import server
from bot.sandbox.articles import Article, Library
from bot.sandbox.callbacks import Callbacks
from bot.sandbox.chatlines import Line
from bot.sandbox.clock import BoxClock
from bot.sandbox.drafts import DraftBox
from bot.sandbox.errors import Refused
from bot.sandbox.faults import Faults, api_path
from bot.sandbox.jobs import Jobs
from bot.sandbox.mass import MassSender
from bot.sandbox.media import MediaStore
from bot.sandbox.menus import Menus
from bot.sandbox.people import Follower, People
from bot.sandbox.profiles import profile
from bot.sandbox.publishing import Publishing
from bot.sandbox.pusher import Exchange, Mode, Pusher
from bot.sandbox.quotas import Quotas
from bot.sandbox.tags import Tags
from bot.sandbox.tokens import TokenDesk
from bot.sandbox.window import ServiceWindow
from bot.sandbox.wire import Call, Wire


@dataclass
class Quirks:
    """Habits of the platform that differ between reports; change them at any time."""

    shuffled_order: bool = False
    reply_moves_item: bool = True
    missing_openid: bool = False
    reply_as_array: bool = False
    total_is_page_length: bool = True
    lists_nothing: bool = False
    reply_limit: int = 600
    comments_known_after: float = 0.0
    event_for_hand_posts: bool = False


class Sandbox(Callbacks):
    """WeChat in a box. All methods are thread-safe; times are epoch seconds of the box's clock."""

    def __init__(
        self,
        *,
        profile: str = "认证公众号",
        appid: str = "wx5a0dbc8e1f2a3b4c",
        secret: str = "sandbox-secret",
        token: str = "sandboxtoken",
        aes_key: str = "",
        mode: Mode = "plain",
        now: Callable[[], float] | None = None,
        advance: Callable[[float], None] | None = None,
        webhook_url: str = "",
        name: str = "纸上生活",
        gh_id: str = "gh_5a0dbc8e1f2a",
    ) -> None:
        """`now` is the clock to live by, its own if None.

        `advance` moves the clock that the box *shares with the bot*: with it the chat page offers to move time forward.
        Without `now` and `advance` the box's own clock can be moved by `box.advance`, for tests of the box alone.
        ValueError for an encrypted mode without `aes_key`.
        """
        if mode != "plain" and not aes_key:
            raise ValueError(f"mode {mode} needs an aes_key")
        own = BoxClock()
        self.now = now or own
        self.advance = advance or (own.advance if now is None else None)
        self.page_moves_time = advance is not None
        self.appid, self.secret, self.token, self.aes_key, self.mode = appid, secret, token, aes_key, mode
        self.webhook_url, self.name, self.gh_id = webhook_url, name, gh_id
        self.lock = threading.RLock()
        self.whitelisted = True
        self.comment_feature = True
        self.set_profile(profile)
        self.quirks = Quirks()
        self.faults, self.quotas, self.tokens, self.window = Faults(), Quotas(), TokenDesk(), ServiceWindow()
        self.people, self.library, self.media = People(self), Library(self), MediaStore(self)
        self.drafts, self.publishing, self.mass = DraftBox(self), Publishing(self), MassSender(self)
        self.menus, self.tags = Menus(), Tags()
        self.jobs, self.pusher = Jobs(self.now), Pusher(self)
        self.typing: set[str] = set()
        self.hints: dict[str, tuple[str, ...]] = {}  # what the chat page offers to type, for "author" and "reader"
        self._calls: list[Call] = []
        self._pushes: list[Exchange] = []
        self._wire = Wire(lambda ask: server.answer(self, ask), self.now)

    # ---- life

    def start(self, port: int = 0, host: str = "127.0.0.1") -> Sandbox:
        """Listens on `port` (0 = any free one); OSError if it is taken."""
        self._wire.start(port, host)
        self.jobs.start()
        return self

    def stop(self) -> None:
        self.jobs.stop()
        self._wire.stop()

    def __enter__(self) -> Sandbox:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    @property
    def api_base(self) -> str:
        return self._wire.base

    def set_profile(self, name: str) -> None:
        """Changes the account type at any time, e.g. when verification has expired; KeyError for unknown names."""
        self.profile = profile(name)

    # ---- people and articles

    def follower(self, name: str, *, subscribed: bool = True, author: bool = False) -> Follower:
        """The person called `name`, made on first use; `author` marks the creator on the chat page."""
        with self.lock:
            return self.people.person(name, subscribed, author)

    def publish_by_hand(
        self,
        title: str,
        body: str,
        comments_open: bool = True,
        *,
        notified: bool = True,
        only_fans: bool = False,
        at: float | None = None,
    ) -> Article:
        """The creator publishes one article in WeChat's own backend."""
        return self.publish_group([(title, body)], comments_open, notified=notified, only_fans=only_fans, at=at)[0]

    def publish_group(
        self,
        articles: Sequence[tuple[str, str]],
        comments_open: bool = True,
        *,
        notified: bool = True,
        only_fans: bool = False,
        at: float | None = None,
    ) -> list[Article]:
        """Several articles under one msg_data_id, as in one 群发."""
        with self.lock:
            msg_data_id = self.library.new_msg_data_id()
            made = [
                self.library.add(
                    title, body, msg_data_id=msg_data_id, idx=idx, notified=notified,
                    comments_open=comments_open, only_fans=only_fans, at=at,
                )
                for idx, (title, body) in enumerate(articles, 1)
            ]  # fmt: skip
        if notified and self.quirks.event_for_hand_posts:
            self.jobs.later(
                0, lambda: self.mass.push_finished(1_000_000_000 + msg_data_id % 1000, made, "send success")
            )
        return made

    def inbox(self, who: Follower | str) -> list[Line]:
        """All that person saw from the account and from WeChat, in order."""
        return [line for line in self.chat(who) if line.author != "person"]

    def chat(self, who: Follower | str) -> list[Line]:
        """The whole chat with that person, their own messages too."""
        with self.lock:
            return list(self._person(who).chat)

    def service_messages(self, who: Follower | str) -> list[Line]:
        """The 客服消息 that person received."""
        return [line for line in self.chat(who) if line.via == "service"]

    # ---- what happened

    @property
    def calls(self) -> list[Call]:
        with self.lock:
            return list(self._calls)

    def calls_to(self, path: str) -> list[Call]:
        """The calls of one path, `comment/reply/add` or in full."""
        return [call for call in self.calls if call.path == api_path(path)]

    def settle(self, timeout: float = 10.0) -> bool:
        """Waits until publishing and mass-send jobs that are due have ended and been pushed."""
        return self.jobs.settle(timeout)

    # ---- control

    def quota(self, path: str, daily_limit: int) -> None:
        """Sets the daily limit of one API path; calls beyond it answer 45009 until Beijing midnight."""
        with self.lock:
            self.quotas.set_limit(path, daily_limit)

    def record(self, call: Call) -> None:
        with self.lock:
            self._calls.append(call)

    def knows(self, path: str) -> bool:
        return path in server.TABLE

    def _person(self, who: Follower | str) -> Follower:
        person = who if isinstance(who, Follower) else self.people.find(who)
        if person is None:
            raise Refused(40003)
        return person
