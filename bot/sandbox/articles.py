"""Published articles with the comments under them, as the platform keeps them and as its people act on them by hand."""

from __future__ import annotations

import base64
import hashlib
import random
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from bot.sandbox.clock import beijing_day

if TYPE_CHECKING:
    from bot.sandbox.box import Sandbox
    from bot.sandbox.people import Follower

FIRST_MSG_DATA_ID = 2247487033
ELECTED_LIMIT = 100


@dataclass
class AuthorReply:
    """The one reply slot of a comment."""

    content: str
    at: float
    by_hand: bool = False


@dataclass
class ReaderComment:
    """One comment (留言). `id` is small and per article; `deleted` says who removed it, "" while it stands."""

    id: int
    openid: str | None
    name: str
    text: str
    at: float
    elected: bool = False
    reply: AuthorReply | None = None
    deleted: Literal["", "reader", "account"] = ""
    moved: int = 0


@dataclass
class Figures:
    """What one day added to an article's statistics."""

    read_user: int = 0
    share_user: int = 0
    like_user: int = 0
    zaikan_user: int = 0
    collection_user: int = 0


@dataclass
class Article:
    """One published article. Made by `Sandbox.publish_by_hand`, by mass sending or by freepublish."""

    _box: Sandbox
    msg_data_id: int
    idx: int
    title: str
    body: str
    published_at: float
    notified: bool
    comments_open: bool
    only_fans: bool = False
    digest: str = ""
    author: str = ""
    article_id: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    deleted: bool = False
    restricted: bool = False
    figures: dict[date, Figures] = field(default_factory=dict)
    version: int = 0
    _comments: dict[int, ReaderComment] = field(default_factory=dict)
    _listing: tuple[object, list[ReaderComment]] | None = None

    @property
    def index(self) -> int:
        """The comment calls' 0-based index (`idx` is 1-based)."""
        return self.idx - 1

    @property
    def key(self) -> str:
        return f"{self.msg_data_id}_{self.index}"

    @property
    def sn(self) -> str:
        return hashlib.sha256(f"{self.msg_data_id}_{self.idx}".encode()).hexdigest()[:32]

    @property
    def long_url(self) -> str:
        biz = base64.b64encode(self._box.gh_id[3:13].encode()).decode()
        return f"http://mp.weixin.qq.com/s?__biz={biz}&mid={self.msg_data_id}&idx={self.idx}&sn={self.sn}&scene=0#rd"

    @property
    def short_url(self) -> str:
        return "https://mp.weixin.qq.com/s/" + base64.urlsafe_b64encode(bytes.fromhex(self.sn))[:22].decode()

    @property
    def comments(self) -> list[ReaderComment]:
        """Every comment ever written, oldest first, the deleted ones too."""
        with self._box.lock:
            return list(self._comments.values())

    def comment(self, by: Follower | None, text: str, at: float | None = None) -> int:
        """A reader comments; `by=None` = with an identity that gives the API no openid. Returns user_comment_id."""
        with self._box.lock:
            if not self.comments_open:
                raise RuntimeError("comments are closed under this article")
            if self.only_fans and (by is None or not by.subscribed):
                raise RuntimeError("only followers may comment under this article")
            number = len(self._comments) + 1
            openid, name = (by.openid, by.name) if by is not None else (None, "一位读者")
            moment = self._box.now() if at is None else at
            self._comments[number] = ReaderComment(number, openid, name, text, moment, moved=self._next_move())
            return number

    def record(self, user_comment_id: int) -> ReaderComment | None:
        return self._comments.get(user_comment_id)

    def delete_comment(self, user_comment_id: int) -> None:
        """The reader takes the comment back."""
        with self._box.lock:
            self._comments[user_comment_id].deleted = "reader"
            self._next_move()

    def reply_by_hand(self, user_comment_id: int, text: str) -> None:
        """The creator answers in WeChat's own backend; it fills the same slot as the API's reply."""
        with self._box.lock:
            self._comments[user_comment_id].reply = AuthorReply(text, self._box.now(), by_hand=True)
            self._comments[user_comment_id].moved = self._next_move()

    def elect_by_hand(self, user_comment_id: int, elected: bool = True) -> None:
        with self._box.lock:
            self._comments[user_comment_id].elected = elected
            self._next_move()

    def read(self, people: int = 1, **more: int) -> None:
        """Adds today's figures: `people` read it; `share_user=`, `like_user=` … as named in `Figures`."""
        with self._box.lock:
            figures = self.figures.setdefault(beijing_day(self._box.now()), Figures())
            figures.read_user += people
            for name, count in more.items():
                setattr(figures, name, getattr(figures, name) + count)

    def touch(self, comment: ReaderComment) -> None:
        """After a change by API: the item moves to the front if that quirk is on (lock held)."""
        move = self._next_move()
        if self._box.quirks.reply_moves_item:
            comment.moved = move

    def listing(self) -> list[ReaderComment]:
        """Standing comments in the order of comment/list: last moved first, or shuffled (lock held)."""
        shuffled = self._box.quirks.shuffled_order
        if self._listing is None or self._listing[0] != (self.version, shuffled):
            standing = [comment for comment in self._comments.values() if not comment.deleted]
            standing.sort(key=lambda comment: -comment.moved)
            if shuffled:
                random.Random(f"{self.key}/{self.version}").shuffle(standing)
            self._listing = ((self.version, shuffled), standing)
        return self._listing[1]

    def shown_to_readers(self) -> list[ReaderComment]:
        """What stands under the article: elected comments, oldest first."""
        return [comment for comment in self.comments if comment.elected and not comment.deleted]

    def _next_move(self) -> int:
        self.version += 1
        return self.version


class Library:
    """All published articles of the account; the box's lock guards it."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._articles: dict[tuple[int, int], Article] = {}
        self._next_id = FIRST_MSG_DATA_ID

    def all(self) -> list[Article]:
        with self._box.lock:
            return list(self._articles.values())

    def new_msg_data_id(self) -> int:
        self._next_id += 1 + self._next_id % 3
        return self._next_id

    def add(
        self,
        title: str,
        body: str,
        *,
        msg_data_id: int,
        idx: int = 1,
        notified: bool = True,
        comments_open: bool = True,
        only_fans: bool = False,
        digest: str = "",
        author: str = "",
        article_id: str = "",
        fields: dict[str, Any] | None = None,
        at: float | None = None,
    ) -> Article:
        """`idx` is 1-based; `fields` are the draft's, for articles made through the API (lock held)."""
        published_at = self._box.now() if at is None else at
        article = Article(
            self._box, msg_data_id, idx, title, body, published_at, notified, comments_open, only_fans, digest, author,
            article_id, fields or {},
        )  # fmt: skip
        self._articles[(msg_data_id, idx)] = article
        return article

    def find(self, msg_data_id: int, index: int) -> Article | None:
        """By the comment calls' ids: `index` is 0-based."""
        return self._articles.get((msg_data_id, index + 1))
