"""草稿箱: drafts of posts, checked as the platform checks them.

Source: doc/subscription/api/draftbox/draftmanage/api_draft_*.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox.errors import Refused
from bot.sandbox.routes import Routes, number, text

if TYPE_CHECKING:
    from bot.sandbox.box import Sandbox
    from bot.sandbox.wire import Ask

MAX_ARTICLES = 8
LIMITS = (("title", 32, 45003), ("author", 16, 45110), ("digest", 128, 45004), ("content", 20_000, 45002))
CONTENT_BYTES = 1024 * 1024
SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE)
PICTURE = re.compile(r'<img\b[^>]*?\bsrc=["\']([^"\']*)["\'][^>]*>', re.IGNORECASE)
OWN_PICTURES = ("http://mmbiz.qpic.cn/", "https://mmbiz.qpic.cn/")
DEFAULTS = {"author": "", "digest": "", "content_source_url": "", "need_open_comment": 0, "only_fans_can_comment": 0}
ESCAPES = re.compile(rb"\\u[0-9a-fA-F]{4}")

routes = Routes("draft")


@dataclass
class Draft:
    """One draft with its articles, each as the API's fields."""

    media_id: str
    articles: list[dict[str, Any]]
    updated: float

    def item(self, no_content: bool = False) -> dict[str, Any]:
        return {"news_item": [news_item(article, no_content) for article in self.articles]}


def news_item(article: dict[str, Any], no_content: bool = False, url: str = "") -> dict[str, Any]:
    """An article as draft/get and freepublish return it."""
    shown = {"url": url or "http://mp.weixin.qq.com/s?tempkey=" + secrets.token_urlsafe(24), **article}
    if no_content:
        shown.pop("content", None)
    return shown


def cleaned(content: str) -> str:
    """A body as stored: scripts out, pictures from elsewhere dropped."""
    content = SCRIPT.sub("", content)
    return PICTURE.sub(lambda match: match.group(0) if match.group(1).startswith(OWN_PICTURES) else "", content)


class DraftBox:
    """All drafts; the box's lock guards it."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._drafts: dict[str, Draft] = {}

    def all(self) -> list[Draft]:
        """Newest first."""
        return sorted(self._drafts.values(), key=lambda draft: -draft.updated)

    def checked(self, article: Any) -> dict[str, Any]:
        """One article ready to store; Refused with the platform's code for what it would not take."""
        if not isinstance(article, dict):
            raise Refused(47001)
        kind = article.get("article_type", "news")
        if kind not in ("news", "newspic"):
            raise Refused(40035)
        for name, limit, errcode in LIMITS:
            if len(text(article, name)) > limit:
                raise Refused(errcode)
        if not article.get("title") or not article.get("content"):
            raise Refused(45166 if article.get("title") else 45003, "title or content is empty")
        if len(article["content"].encode()) >= CONTENT_BYTES:
            raise Refused(45002)
        if kind == "news":
            self._box.media.require(article.get("thumb_media_id"), permanent=True)
        else:
            self._check_pictures(article)
        if article.get("need_open_comment") and not self._box.comment_feature:
            raise Refused(88000)
        stored: dict[str, Any] = {**DEFAULTS, **article}
        stored["article_type"] = kind
        stored["content"] = cleaned(article["content"])
        stored["digest"] = stored["digest"] or re.sub(r"<[^>]+>", "", stored["content"])[:54]
        return stored

    def add(self, articles: list[Any]) -> Draft:
        if not articles:
            raise Refused(44003, "empty news data")
        if len(articles) > MAX_ARTICLES:
            raise Refused(45008)
        draft = Draft(secrets.token_urlsafe(48), [self.checked(article) for article in articles], self._box.now())
        self._drafts[draft.media_id] = draft
        return draft

    def require(self, media_id: object) -> Draft:
        """Refused 40007 for a draft that never was, was deleted or has been sent."""
        draft = self._drafts.get(media_id) if isinstance(media_id, str) else None
        if draft is None:
            raise Refused(40007)
        return draft

    def remove(self, draft: Draft) -> None:
        self._drafts.pop(draft.media_id, None)

    def _check_pictures(self, article: dict[str, Any]) -> None:
        pictures = article.get("image_info", {}).get("image_list", [])
        if not 1 <= len(pictures) <= 20:
            raise Refused(40035)
        for picture in pictures:
            self._box.media.require(picture.get("image_media_id"), permanent=True)


def raw_utf8(ask: Ask) -> dict[str, Any]:
    """The body's JSON; Refused 40033 if text came as \\uXXXX escapes."""
    if ESCAPES.search(ask.body):
        raise Refused(40033)
    return ask.json


@routes.post("/cgi-bin/draft/add")
def add(box: Sandbox, ask: Ask) -> dict[str, Any]:
    articles = raw_utf8(ask).get("articles")
    if not isinstance(articles, list):
        raise Refused(47001)
    return {"media_id": box.drafts.add(articles).media_id}


@routes.post("/cgi-bin/draft/update")
def update(box: Sandbox, ask: Ask) -> dict[str, Any]:
    data = raw_utf8(ask)
    draft = box.drafts.require(data.get("media_id"))
    index = number(data, "index", errcode=40114)
    if not 0 <= index < len(draft.articles):
        raise Refused(40114)
    draft.articles[index] = box.drafts.checked(data.get("articles"))
    draft.updated = box.now()
    return {"errcode": 0, "errmsg": "ok"}


@routes.post("/cgi-bin/draft/get")
def get(box: Sandbox, ask: Ask) -> dict[str, Any]:
    return box.drafts.require(ask.json.get("media_id")).item()


@routes.post("/cgi-bin/draft/delete")
def delete(box: Sandbox, ask: Ask) -> dict[str, Any]:
    box.drafts.remove(box.drafts.require(ask.json.get("media_id")))
    return {"errcode": 0, "errmsg": "ok"}


@routes.any("/cgi-bin/draft/count")
def count(box: Sandbox, ask: Ask) -> dict[str, Any]:
    return {"total_count": len(box.drafts.all())}


@routes.post("/cgi-bin/draft/batchget")
def batchget(box: Sandbox, ask: Ask) -> dict[str, Any]:
    data = ask.json
    offset, size = number(data, "offset", 0), number(data, "count", 20)
    if not 1 <= size <= 20:
        raise Refused(40097)
    drafts = box.drafts.all()
    items = [
        {
            "media_id": draft.media_id,
            "content": draft.item(data.get("no_content") == 1),
            "update_time": int(draft.updated),
        }
        for draft in drafts[offset : offset + size]
    ]
    return {"total_count": len(drafts), "item_count": len(items), "item": items}
