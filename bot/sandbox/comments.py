"""留言管理: the eight comment calls with the platform's habits.

Source: doc/service/api/leaving/*; the quirks are developers' reports, each switchable in `Sandbox.quirks`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.articles import ELECTED_LIMIT, Article, AuthorReply, ReaderComment
from bot.sandbox.errors import Refused
from bot.sandbox.routes import Routes, number, text

if TYPE_CHECKING:
    from bot.sandbox.box import Sandbox
    from bot.sandbox.wire import Ask

PAGE_LIMIT = 49

routes = Routes("comment")


def _article(box: Sandbox, data: dict[str, Any]) -> Article:
    """The article meant; ids may be strings, even `2247487033_3` whose suffix is ignored."""
    if not box.comment_feature:
        raise Refused(88000)
    raw = data.get("msg_data_id")
    if isinstance(raw, str):
        data = {**data, "msg_data_id": raw.split("_")[0]}
    article = box.library.find(number(data, "msg_data_id", errcode=88001), number(data, "index", 0))
    if article is None or article.deleted or box.now() < article.published_at + box.quirks.comments_known_after:
        raise Refused(88001)
    if article.restricted:
        raise Refused(88002)
    return article


def _comment(box: Sandbox, data: dict[str, Any]) -> tuple[Article, ReaderComment]:
    article = _article(box, data)
    comment = article.record(number(data, "user_comment_id", errcode=88008))
    if comment is None or comment.deleted == "account":
        raise Refused(88008)
    return article, comment


def _standing(box: Sandbox, data: dict[str, Any]) -> tuple[Article, ReaderComment]:
    article, comment = _comment(box, data)
    if comment.deleted:
        raise Refused(88008)
    return article, comment


def _item(box: Sandbox, comment: ReaderComment) -> dict[str, Any]:
    item: dict[str, Any] = {
        "user_comment_id": comment.id,
        "create_time": int(comment.at),
        "content": comment.text,
        "comment_type": int(comment.elected),
    }
    if comment.openid is not None and not box.quirks.missing_openid:
        item["openid"] = comment.openid
    if comment.reply is not None:
        reply = {"content": comment.reply.content, "create_time": int(comment.reply.at)}
        item["reply"] = [reply] if box.quirks.reply_as_array else reply
    return item


@routes.post("/cgi-bin/comment/open")
def open_comments(box: Sandbox, ask: Ask) -> dict[str, Any]:
    _article(box, ask.json).comments_open = True
    return {}


@routes.post("/cgi-bin/comment/close")
def close_comments(box: Sandbox, ask: Ask) -> dict[str, Any]:
    _article(box, ask.json).comments_open = False
    return {}


@routes.post("/cgi-bin/comment/list")
def list_comments(box: Sandbox, ask: Ask) -> dict[str, Any]:
    data = ask.json
    article = _article(box, data)
    begin, count, kind = number(data, "begin"), number(data, "count"), number(data, "type")
    if not 0 < count <= PAGE_LIMIT:
        raise Refused(88010)
    if begin < 0 or kind not in (0, 1, 2):
        raise Refused(40035)
    standing = [item for item in article.listing() if kind == 0 or item.elected == (kind == 2)]
    listed = [] if box.quirks.lists_nothing else standing[begin : begin + count]
    page = [_item(box, comment) for comment in listed]
    total = len(page) if box.quirks.total_is_page_length else len(standing)
    return {"total": total, "comment_cnt": len(standing), "comment": page}


@routes.post("/cgi-bin/comment/markelect")
def elect(box: Sandbox, ask: Ask) -> dict[str, Any]:
    article, comment = _comment(box, ask.json)
    if comment.deleted:
        raise Refused(88004)
    if not comment.elected and len(article.shown_to_readers()) >= ELECTED_LIMIT:
        raise Refused(88003)
    comment.elected = True
    article.touch(comment)
    return {}


@routes.post("/cgi-bin/comment/unmarkelect")
def unelect(box: Sandbox, ask: Ask) -> dict[str, Any]:
    article, comment = _standing(box, ask.json)
    comment.elected = False
    article.touch(comment)
    return {}


@routes.post("/cgi-bin/comment/delete")
def delete(box: Sandbox, ask: Ask) -> dict[str, Any]:
    article, comment = _standing(box, ask.json)
    comment.deleted = "account"
    article.touch(comment)
    return {}


@routes.post("/cgi-bin/comment/reply/add")
def add_reply(box: Sandbox, ask: Ask) -> dict[str, Any]:
    data = ask.json
    article, comment = _standing(box, data)
    content = text(data, "content", errcode=88007)
    if not content.strip() or len(content) > box.quirks.reply_limit:
        raise Refused(88007)
    if comment.reply is not None:
        raise Refused(88005)
    comment.reply = AuthorReply(content, box.now())
    article.touch(comment)
    return {}


@routes.post("/cgi-bin/comment/reply/delete")
def delete_reply(box: Sandbox, ask: Ask) -> dict[str, Any]:
    article, comment = _standing(box, ask.json)
    if comment.reply is None:
        raise Refused(87009)
    comment.reply = None
    article.touch(comment)
    return {}
