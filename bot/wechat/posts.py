"""What a post needs of WeChat: pictures, drafts, publishing without a push (发布) and mass sending (群发).

doc/subscription/api/draftbox/draftmanage/api_draft_*, doc/subscription/api/public/api_freepublish_*,
doc/subscription/guide/product/message/Batch_Sends. Every function raises what `bot.wechat.gateway` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from bot.wechat.errors import Refused, Unreachable
from bot.wechat.gateway import Gateway

PAGE = 20
"""Items a page at most, drafts, publications and pictures alike."""

PAGES = 3
"""What we look for is among the newest, so more pages are not read: freepublish has 100 calls a day."""

NO_SUCH_JOB, NO_SUCH_MEDIA, SENT_BEFORE, NO_COMMENTS = 40002, 40007, 45065, 88000

DONE, RUNNING = 0, 1
"""publish_status; 2 originality failed, 3 failed, 4 rejected by review, 5 deleted since, 6 banned since."""


class DraftArticle(Struct, frozen=True):
    """The one article of a draft: `digest` at most 128 字, `cover` the media id of a permanent picture."""

    title: str
    body: str
    digest: str
    cover: str
    open_comments: bool = True

    def fields(self) -> dict[str, Any]:
        """As draft/add wants it."""
        return {
            "article_type": "news",
            "title": self.title,
            "digest": self.digest,
            "content": self.body,
            "thumb_media_id": self.cover,
            "need_open_comment": int(self.open_comments),
            "only_fans_can_comment": 0,
        }


class Job(Struct, frozen=True):
    """A publication or mass send that WeChat has accepted; `msg_data_id` is 0 where the answer does not tell."""

    id: str
    msg_data_id: int = 0


class Published(Struct, frozen=True):
    """What became of a publication: `status` as in PUBLISHJOBFINISH, the address once it is out."""

    status: int
    url: str = ""


def find_picture(gateway: Gateway, name: str) -> str:
    """The media id of the permanent picture that was uploaded under this file name, empty if there is none."""
    for item in _newest(gateway, "/cgi-bin/material/batchget_material", {"type": "image"}):
        if item.get("name") == name and item.get("media_id"):
            return str(item["media_id"])
    return ""


def add_draft(gateway: Gateway, article: DraftArticle) -> str:
    """Put a draft into the 草稿箱; its media id."""
    path = "/cgi-bin/draft/add"
    media_id = gateway.call(path, {"articles": [article.fields()]}).get("media_id")
    if not isinstance(media_id, str) or not media_id:
        raise Unreachable(path, "an answer without media_id")
    return media_id


def update_draft(gateway: Gateway, media_id: str, article: DraftArticle) -> None:
    """Replace the article of a draft; Refused with 40007 if the draft is not there any more."""
    gateway.call("/cgi-bin/draft/update", {"media_id": media_id, "index": 0, "articles": article.fields()})


def delete_draft(gateway: Gateway, media_id: str) -> None:
    """Take a draft out of the 草稿箱 for good; one that is not there any more is no trouble."""
    try:
        gateway.call("/cgi-bin/draft/delete", {"media_id": media_id})
    except Refused as refusal:
        if refusal.code != NO_SUCH_MEDIA:
            raise


def has_draft(gateway: Gateway, media_id: str) -> bool:
    """Whether the draft is still in the 草稿箱; what was published or sent has left it."""
    try:
        gateway.call("/cgi-bin/draft/get", {"media_id": media_id}, write=False)
    except Refused as refusal:
        if refusal.code == NO_SUCH_MEDIA:
            return False
        raise
    return True


def find_draft(gateway: Gateway, mark: str) -> str:
    """The media id of the newest draft whose digest holds `mark`, empty if there is none."""
    for item in _newest(gateway, "/cgi-bin/draft/batchget", {"no_content": 1}):
        if any(mark in str(news.get("digest", "")) for news in _news(item)):
            return str(item.get("media_id", ""))
    return ""


def submit(gateway: Gateway, media_id: str) -> Job:
    """发布 a draft: accepted, not yet published."""
    answer = gateway.call("/cgi-bin/freepublish/submit", {"media_id": media_id})
    return Job(str(answer.get("publish_id", "")), _whole(answer.get("msg_data_id")))


def publish_result(gateway: Gateway, publish_id: str) -> Published:
    """What became of a publication; Refused with 40002 for an unknown one."""
    answer = gateway.call("/cgi-bin/freepublish/get", {"publish_id": publish_id}, write=False)
    detail = answer.get("article_detail")
    items = detail.get("item") if isinstance(detail, dict) else None
    urls = [str(item.get("article_url", "")) for item in items or () if isinstance(item, dict)]
    return Published(_whole(answer.get("publish_status"), RUNNING), urls[0] if urls else "")


def find_published(gateway: Gateway, mark: str) -> Published | None:
    """The newest publication without a push whose digest holds `mark`; deleted ones are none."""
    for item in _newest(gateway, "/cgi-bin/freepublish/batchget", {"no_content": 1}):
        for news in _news(item):
            if mark in str(news.get("digest", "")) and not news.get("is_deleted"):
                return Published(DONE, str(news.get("url", "")))
    return None


def send_to_all(gateway: Gateway, media_id: str, client_id: str) -> Job:
    """群发 a draft to all followers; the same `client_id` (at most 32 bytes) within 24 h is sent once (45065)."""
    body = {
        "filter": {"is_to_all": True},
        "mpnews": {"media_id": media_id},
        "msgtype": "mpnews",
        "send_ignore_reprint": 0,
        "clientmsgid": client_id,
    }
    answer = gateway.call("/cgi-bin/message/mass/sendall", body)
    return Job(str(answer.get("msg_id", "")), _whole(answer.get("msg_data_id")))


def mass_result(gateway: Gateway, msg_id: str) -> str:
    """SENDING, SEND_SUCCESS, SEND_FAIL or DELETE."""
    answer = gateway.call("/cgi-bin/message/mass/get", {"msg_id": _whole(msg_id)}, write=False)
    return str(answer.get("msg_status", "")).upper()


def _newest(gateway: Gateway, path: str, body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The newest items of a list, page by page as they are asked for."""
    for page in range(PAGES):
        found = gateway.call(path, {**body, "offset": page * PAGE, "count": PAGE}, write=False).get("item")
        items = [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
        yield from items
        if len(items) < PAGE:
            return


def _news(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    content = item.get("content")
    found = content.get("news_item") if isinstance(content, dict) else None
    return [news for news in found if isinstance(news, dict)] if isinstance(found, list) else []


def _whole(value: Any, otherwise: int = 0) -> int:
    """A whole number, also where WeChat sends it as text."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return otherwise
