"""WeChat's answers as frozen rows, read so that what is missing, oddly typed or merely rumoured breaks nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from msgspec import Struct

_MSGID = re.compile(r"([0-9]{1,19})_([0-9]{1,2})")


class ArticleId(Struct, frozen=True):
    """An article as the comment calls want it: `index` counts from 0."""

    msg_data_id: int
    index: int


class ListedComment(Struct, frozen=True, omit_defaults=True):
    """One comment of comment/list; times are epoch seconds, `openid` is empty for a reader without WeChat identity."""

    user_comment_id: int
    openid: str
    created_at: int
    content: str
    elected: bool = False
    reply: str | None = None
    replied_at: int | None = None


class CommentPage(Struct, frozen=True):
    """One page of comment/list.

    `received` is how many items WeChat sent: fewer than asked for means the last page. `total` is often just that and
    `comment_count` (comment_cnt, undocumented) the number of all; neither can be trusted, either may be missing.
    """

    rows: tuple[ListedComment, ...]
    received: int
    total: int | None = None
    comment_count: int | None = None


class DayTotal(Struct, frozen=True, omit_defaults=True):
    """Figures of one article up to the end of `day`, cumulative since it was published."""

    day: str
    readers: int = 0
    sharers: int = 0
    likers: int = 0
    recommenders: int = 0
    comments: int = 0
    collectors: int = 0
    subscribed_readers: int = 0
    finish_rate: float = 0.0
    minutes: float = 0.0


class ArticleTotal(Struct, frozen=True, omit_defaults=True):
    """One article of getarticletotaldetail; `is_notified` is False for one published without a push."""

    id: ArticleId
    title: str = ""
    url: str = ""
    is_notified: bool = True
    days: tuple[DayTotal, ...] = ()


class ArticleTotals(Struct, frozen=True):
    """All articles published on `day`; figures are not final while `is_delayed`."""

    day: date
    rows: tuple[ArticleTotal, ...]
    is_delayed: bool


class Quota(Struct, frozen=True):
    """Calls of one endpoint in a day, as WeChat counts them."""

    daily_limit: int
    used: int
    remain: int


class Media(Struct, frozen=True):
    """An uploaded file; `url` is empty for temporary ones."""

    media_id: str
    url: str = ""


def read_comments(answer: Mapping[str, Any]) -> CommentPage:
    """comment/list, doc/service/api/leaving/api_listcomment."""
    items = _items(answer, "comment")
    rows = (_comment(item) for item in items)
    return CommentPage(
        rows=tuple(row for row in rows if row is not None),
        received=len(items),
        total=_number(answer.get("total")),
        comment_count=_number(answer.get("comment_cnt")),
    )


def read_totals(answer: Mapping[str, Any], day: date) -> ArticleTotals:
    """datacube/getarticletotaldetail, doc/subscription/api/wedata/news/api_getarticletotaldetail."""
    rows = (_total(item) for item in _items(answer, "list"))
    return ArticleTotals(
        day=day, rows=tuple(row for row in rows if row is not None), is_delayed=bool(answer.get("is_delay", False))
    )


def read_quota(answer: Mapping[str, Any]) -> Quota:
    """openapi/quota/get, doc/subscription/api/apimanage/api_getapiquota."""
    quota = answer.get("quota")
    found = quota if isinstance(quota, dict) else {}
    limit, used = _number(found.get("daily_limit")) or 0, _number(found.get("used")) or 0
    remain = _number(found.get("remain"))
    return Quota(daily_limit=limit, used=used, remain=max(0, limit - used) if remain is None else remain)


def read_media(answer: Mapping[str, Any]) -> Media:
    """Any upload."""
    return Media(media_id=_text(answer.get("media_id")), url=_text(answer.get("url")))


def _comment(item: Mapping[str, Any]) -> ListedComment | None:
    number = _number(item.get("user_comment_id"))
    if number is None:
        return None
    reply = _reply(item.get("reply"))
    return ListedComment(
        user_comment_id=number,
        openid=_text(item.get("openid")),
        created_at=_number(item.get("create_time")) or 0,
        content=_text(item.get("content")),
        elected=_number(item.get("comment_type")) == 1,
        reply=None if reply is None else _text(reply.get("content")),
        replied_at=None if reply is None else _number(reply.get("create_time")),
    )


def _reply(found: Any) -> Mapping[str, Any] | None:
    """The reply: an object by the documents, a list in one SDK, null or missing or empty if there is none."""
    if isinstance(found, list):
        found = next((item for item in found if isinstance(item, dict)), None)
    if not isinstance(found, dict) or not (found.get("content") or found.get("create_time")):
        return None
    return found


def _total(item: Mapping[str, Any]) -> ArticleTotal | None:
    name = _MSGID.fullmatch(_text(item.get("msgid")).strip())
    if name is None or int(name[2]) < 1:
        return None
    return ArticleTotal(
        id=ArticleId(int(name[1]), int(name[2]) - 1),
        title=_text(item.get("title")),
        url=_text(item.get("content_url")),
        is_notified=_number(item.get("publish_type")) != 1,
        days=tuple(_day(detail) for detail in _items(item, "detail_list")),
    )


def _day(detail: Mapping[str, Any]) -> DayTotal:
    def count(name: str) -> int:
        return _number(detail.get(name)) or 0

    return DayTotal(
        day=_text(detail.get("stat_date")),
        readers=count("read_user"),
        sharers=count("share_user"),
        likers=count("like_user"),
        recommenders=count("zaikan_user"),
        comments=count("comment_count"),
        collectors=count("collection_user"),
        subscribed_readers=count("read_subscribe_user"),
        finish_rate=_fraction(detail.get("read_finish_rate")),
        minutes=_fraction(detail.get("read_avg_activetime")),
    )


def _items(answer: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = answer.get(name)
    items: Iterable[Any] = found if isinstance(found, list) else ()
    return [item if isinstance(item, dict) else {} for item in items]


def _number(value: Any) -> int | None:
    """A whole number, also where WeChat sends it as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,19}", value.strip()):
        return int(value)
    return None


def _fraction(value: Any) -> float:
    """A number, 0 if it is none."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
