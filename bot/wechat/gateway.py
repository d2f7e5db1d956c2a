"""What the bot asks of WeChat, in our verbs; one gateway per account and process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import redis

from bot.wechat.client import Client
from bot.wechat.errors import AnswerLost, GatewayError, Refused, Resting, Unreachable
from bot.wechat.ledger import Ledger
from bot.wechat.reactions import Reaction
from bot.wechat.rows import (
    ArticleId,
    ArticleTotals,
    CommentPage,
    ListedComment,
    Media,
    Quota,
    read_comments,
    read_media,
    read_quota,
    read_totals,
)

__all__ = [
    "AnswerLost",
    "ArticleId",
    "ArticleTotals",
    "CommentPage",
    "Gateway",
    "GatewayError",
    "ListedComment",
    "Media",
    "Quota",
    "Refused",
    "Resting",
    "Unreachable",
]

PAGE = 49
"""Comments a page: the documents refuse 50."""


class Gateway:
    """WeChat for one account. Thread-safe.

    Every verb raises Refused, Unreachable, AnswerLost (writes only) or Resting, see `bot.wechat.errors`; errors of
    Redis pass through. `ledger` tells what may still be called.
    """

    def __init__(
        self,
        *,
        account: str,
        appid: str,
        secret: str,
        api_base: str,
        timeout: float,
        redis: redis.Redis,
        now: Callable[[], float],
    ) -> None:
        """`timeout` in seconds for connecting and for reading; `now` gives epoch seconds on our clock."""
        self.account = account
        self.ledger = Ledger(account, redis, now)
        self._client = Client(
            account, appid, secret, api_base=api_base, timeout=timeout, client=redis, ledger=self.ledger, now=now
        )

    def __repr__(self) -> str:
        """Without secrets."""
        return f"Gateway(account={self.account!r})"

    @property
    def clock_skew(self) -> float | None:
        """Seconds by which WeChat's clock is ahead of ours, by the last answer's Date header; None without one."""
        return self._client.clock_skew

    def check_token(self) -> None:
        """Ask WeChat for the token: proves AppID, AppSecret and that this machine's address is whitelisted."""
        self._client.check_token()

    def call(self, path: str, body: Mapping[str, Any] | None = None, *, write: bool = True) -> dict[str, Any]:
        """Any call by its path (`/cgi-bin/draft/add`): POST if there is a body, else GET.

        `write=False` only for what changes nothing that others see.
        """
        return self._client.call(path, body, write=write)

    # Comments: doc/service/api/leaving/*

    def list_comments(self, article: ArticleId, begin: int, count: int = PAGE, kind: int = 0) -> CommentPage:
        """One page from offset `begin`; `kind` 0 all, 1 ordinary only, 2 elected only. At most 49 come at a time."""
        body = {"begin": begin, "count": max(1, min(count, PAGE)), "type": kind}
        return read_comments(self._client.call("/cgi-bin/comment/list", {**_named(article), **body}, write=False))

    def reply(self, article: ArticleId, comment: int, text: str) -> None:
        """Put the one reply under a comment; Refused with DONE (88005) if it has one already."""
        self._on_comment("/cgi-bin/comment/reply/add", article, comment, content=text)

    def delete_reply(self, article: ArticleId, comment: int) -> None:
        """Take our reply away; Refused with DONE (87009) if there is none."""
        self._on_comment("/cgi-bin/comment/reply/delete", article, comment)

    def elect(self, article: ArticleId, comment: int) -> None:
        """Make a comment 精选."""
        self._on_comment("/cgi-bin/comment/markelect", article, comment)

    def unelect(self, article: ArticleId, comment: int) -> None:
        """Undo 精选."""
        self._on_comment("/cgi-bin/comment/unmarkelect", article, comment)

    def delete_comment(self, article: ArticleId, comment: int) -> None:
        """Delete a reader's comment for good."""
        self._on_comment("/cgi-bin/comment/delete", article, comment)

    def open_comments(self, article: ArticleId) -> None:
        """Let readers comment."""
        self._client.call("/cgi-bin/comment/open", _named(article), write=True)

    def close_comments(self, article: ArticleId) -> None:
        """Stop readers from commenting."""
        self._client.call("/cgi-bin/comment/close", _named(article), write=True)

    # Service messages: doc/offiaccount/Customer_Service/Customer_Service_Messages

    def send_text(self, openid: str, text: str) -> None:
        """A service message; the caller asks `window.may_send` first."""
        body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        self._client.call("/cgi-bin/message/custom/send", body, write=True)

    def typing(self, openid: str) -> None:
        """Show 正在输入; that it cannot be shown just now is no error."""
        try:
            self._client.call("/cgi-bin/message/custom/typing", {"touser": openid, "command": "Typing"}, write=False)
        except Refused as refused:
            if refused.reaction is not Reaction.DONE:
                raise

    # Media: doc/subscription/api/material/*. Uploading again is harmless, so a lost answer is merely Unreachable.

    def upload_image(self, data: bytes, filename: str = "image.jpg") -> str:
        """A picture for an article's body (jpg or png under 1 MB); its address."""
        answer = self._client.call("/cgi-bin/media/uploadimg", write=False, file=(filename, data))
        return read_media(answer).url

    def add_material(self, kind: str, data: bytes, filename: str) -> Media:
        """Permanent material (`image`, `voice` or `thumb`): what drafts take their cover from."""
        return read_media(
            self._client.call(
                "/cgi-bin/material/add_material", write=False, params={"type": kind}, file=(filename, data)
            )
        )

    def upload_temporary(self, kind: str, data: bytes, filename: str) -> Media:
        """Material for three days."""
        return read_media(
            self._client.call("/cgi-bin/media/upload", write=False, params={"type": kind}, file=(filename, data))
        )

    # Figures and settings

    def article_totals(self, day: date) -> ArticleTotals:
        """The articles published on `day` and their figures so far; from the next morning on."""
        body = {"begin_date": day.isoformat(), "end_date": day.isoformat()}
        return read_totals(self._client.call("/datacube/getarticletotaldetail", body, write=False), day)

    def quota(self, cgi_path: str) -> Quota:
        """What WeChat says of today's calls of `cgi_path`; the ledger learns the limit from it."""
        quota = read_quota(self._client.call("/cgi-bin/openapi/quota/get", {"cgi_path": cgi_path}, write=False))
        if quota.daily_limit > 0:
            self.ledger.learn_limit(cgi_path, quota.daily_limit)
        return quota

    def autoreply_info(self) -> dict[str, Any]:
        """The backend's own auto-replies, as WeChat sends them (get_current_autoreply_info)."""
        return self._client.call("/cgi-bin/get_current_autoreply_info", write=False)

    def selfmenu_info(self) -> dict[str, Any]:
        """The present menu, also one made in the backend (get_current_selfmenu_info)."""
        return self._client.call("/cgi-bin/get_current_selfmenu_info", write=False)

    def create_menu(self, menu: Mapping[str, Any]) -> None:
        """Replace the menu."""
        self._client.call("/cgi-bin/menu/create", menu, write=True)

    def _on_comment(self, path: str, article: ArticleId, comment: int, **more: str) -> None:
        self._client.call(path, {**_named(article), "user_comment_id": comment, **more}, write=True)


def _named(article: ArticleId) -> dict[str, int]:
    """The index is always sent: without it WeChat takes the first article of the post."""
    return {"msg_data_id": article.msg_data_id, "index": article.index}
