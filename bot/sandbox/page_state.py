"""What the chat page shows: one person's chat, the articles as they see them, and what happened on WeChat's side."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from bot.sandbox.chatlines import Line, pieces
from bot.sandbox.clock import beijing
from bot.sandbox.pusher import Exchange
from bot.sandbox.wire import Call

if TYPE_CHECKING:
    from bot.sandbox.articles import Article, ReaderComment
    from bot.sandbox.box import Sandbox
    from bot.sandbox.people import Follower

CHAT_LINES = 120
COMMENTS = 100
LOG_ROWS = 60
BLOCKS = frozenset({"p", "div", "section", "h1", "h2", "h3", "h4", "li", "br", "blockquote", "img", "hr"})
CALLS = {
    "/cgi-bin/stable_token": "取接口凭证",
    "/cgi-bin/token": "取接口凭证",
    "/cgi-bin/comment/list": "拉取留言",
    "/cgi-bin/comment/reply/add": "回复留言",
    "/cgi-bin/comment/reply/delete": "删除回复",
    "/cgi-bin/comment/markelect": "精选留言",
    "/cgi-bin/comment/unmarkelect": "取消精选",
    "/cgi-bin/comment/delete": "删除留言",
    "/cgi-bin/message/custom/send": "发客服消息",
    "/cgi-bin/draft/add": "新建草稿",
    "/cgi-bin/draft/update": "修改草稿",
    "/cgi-bin/freepublish/submit": "提交发布",
    "/cgi-bin/message/mass/sendall": "群发",
    "/cgi-bin/message/mass/preview": "预览",
    "/cgi-bin/media/upload": "上传图片",
    "/cgi-bin/material/add_material": "上传永久图片",
    "/cgi-bin/menu/create": "更新菜单",
    "/cgi-bin/menu/get": "查菜单",
    "/cgi-bin/draft/count": "查草稿",
    "/cgi-bin/draft/batchget": "查草稿",
    "/cgi-bin/freepublish/batchget": "查已发布",
    "/cgi-bin/material/get_materialcount": "查素材",
    "/cgi-bin/openapi/quota/get": "查剩余次数",
    "/datacube/getarticletotaldetail": "查文章数据",
    "/datacube/getbizsummary": "查账号数据",
}
EVENTS = {
    "subscribe": "关注",
    "unsubscribe": "取消关注",
    "CLICK": "点击菜单",
    "SCAN": "扫码",
    "comment": "新留言",
    "PUBLISHJOBFINISH": "发布完成",
    "MASSSENDJOBFINISH": "群发完成",
}
MESSAGES = {"text": "文字消息", "image": "图片", "voice": "语音", "link": "链接", "location": "位置"}


class _Paragraphs(HTMLParser):
    """Readable paragraphs of a body, HTML or plain text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.parts.append("")
        if tag == "img":
            self.parts[-1] += "［图片］"

    def handle_data(self, data: str) -> None:
        first, *rest = data.split("\n")
        self.parts[-1] += first
        self.parts.extend(rest)


def paragraphs(body: str) -> list[str]:
    """The body as paragraphs of plain text."""
    parser = _Paragraphs()
    parser.feed(body)
    parser.close()
    return [part.strip() for part in parser.parts if part.strip()]


def article_of(box: Sandbox, key: str) -> Article:
    """The article with that key; LookupError if there is none."""
    found = next((article for article in box.library.all() if article.key == key and not article.deleted), None)
    if found is None:
        raise LookupError("没有这篇文章")
    return found


def state(box: Sandbox, me: str, article_key: str) -> dict[str, Any]:
    """Everything the page needs for one refresh, as JSON data without openids."""
    with box.lock:
        people = sorted(box.people, key=lambda one: (not one.author, not one.subscribed))
        person = box.people.by_id(me) or (people[0] if people else None)
        articles = [article for article in reversed(box.library.all()) if not article.deleted]
        chosen = next((article for article in articles if article.key == article_key), None)
        return {
            "account": {"name": box.name, "profile": box.profile.name},
            "clock": {"text": beijing(box.now()).strftime("%m月%d日 %H:%M:%S"), "moves": box.page_moves_time},
            "people": [_person(one) for one in people],
            "me": person.id if person else "",
            "chat": [_line(box, line) for line in person.chat[-CHAT_LINES:]] if person else [],
            "window": box.window.left(person.openid, box.now()) if person else 0,
            "hints": list(box.hints.get("author" if person and person.author else "reader", ())),
            "menu": (box.menus.api_menu or {}).get("button", []),
            "articles": [_title(article) for article in articles],
            "article": _article(chosen, person) if chosen and person else None,
            "log": _log(box),
        }


def _person(person: Follower) -> dict[str, Any]:
    seen = sum(1 for line in person.chat if line.author != "person")
    return {
        "id": person.id,
        "name": person.name,
        "author": person.author,
        "follows": person.subscribed,
        "received": seen,
    }


def _line(box: Sandbox, line: Line) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "at": beijing(line.at).strftime("%H:%M"),
        "author": line.author,
        "via": line.via,
        "kind": line.kind,
        "pieces": [
            {"text": piece.text, "href": piece.href, "content": piece.content, "menu_id": piece.menu_id}
            for piece in (pieces(line.text) if line.author == "account" else [])
        ],
        "text": line.text,
    }
    if line.kind == "image":
        shown["picture"] = line.data.get("media_id") or line.data.get("Image", {}).get("MediaId", "")
    elif line.kind == "news" and line.author == "account":
        entries = line.data.get("articles") or line.data.get("Articles", {}).get("item", [])
        shown["card"] = {key.lower(): str(value) for key, value in entries[0].items()}
    elif line.kind == "mpnews":
        shown["articles"] = line.data.get("articles", [])
    return shown


def _title(article: Article) -> dict[str, Any]:
    standing = [one for one in article.comments if not one.deleted]
    return {
        "key": article.key,
        "title": article.title,
        "date": beijing(article.published_at).strftime("%m月%d日"),
        "comments": len(standing),
        "replies": sum(one.reply is not None for one in standing),
        "notified": article.notified,
    }


def _article(article: Article, person: Follower) -> dict[str, Any]:
    """The article as `person` sees it: the author everything, a reader what is elected and their own."""
    standing = [one for one in reversed(article.comments) if not one.deleted]
    mine = [one for one in standing if one.openid == person.openid]
    shown = standing if person.author else [one for one in standing if one.elected or one in mine]
    return {
        **_title(article),
        "author": article.author,
        "body": paragraphs(article.body),
        "open": article.comments_open,
        "url": article.long_url,
        "shown": len(shown),
        "list": [_comment(one, one in mine) for one in shown[:COMMENTS]],
    }


def _comment(comment: ReaderComment, mine: bool) -> dict[str, Any]:
    return {
        "id": comment.id,
        "name": comment.name,
        "text": comment.text,
        "at": beijing(comment.at).strftime("%m月%d日 %H:%M"),
        "elected": comment.elected,
        "mine": mine,
        "reply": comment.reply.content if comment.reply else None,
        "by_hand": bool(comment.reply and comment.reply.by_hand),
    }


def _log(box: Sandbox) -> list[dict[str, Any]]:
    """The last calls and pushes, newest first, equal neighbours counted together."""
    happened: list[Call | Exchange] = [*box.calls[-400:], *box.pushes[-200:]]
    rows: list[dict[str, Any]] = []
    for entry in sorted(happened, key=lambda one: one.at):
        row = _call_row(entry) if isinstance(entry, Call) else _push_row(entry)
        if rows and {**rows[-1], "times": 1, "at": row["at"]} == row:
            rows[-1] = {**row, "times": rows[-1]["times"] + 1}
        else:
            rows.append(row)
    return rows[::-1][:LOG_ROWS]


def _call_row(call: Call) -> dict[str, Any]:
    if call.http != 200:
        outcome = "连接断开" if call.http == 0 else f"HTTP {call.http}"
    else:
        outcome = "成功" if call.errcode == 0 else f"错误 {call.errcode}"
    return {
        "at": beijing(call.at).strftime("%H:%M:%S"),
        "side": "api",
        "what": CALLS.get(call.path, call.path.removeprefix("/cgi-bin/").removeprefix("/datacube/")),
        "path": call.path,
        "outcome": outcome,
        "ok": call.http == 200 and call.errcode == 0,
        "times": 1,
    }


def _push_row(push: Exchange) -> dict[str, Any]:
    kind = str(push.fields.get("MsgType", ""))
    event = str(push.fields.get("Event", ""))
    what = EVENTS.get(event, event) if kind == "event" else MESSAGES.get(kind, kind)
    tries = f"（送了 {len(push.deliveries)} 次）" if len(push.deliveries) > 1 else ""
    outcome = "没有回应" if push.fault else "被动回复" if push.reply else "已收下"
    return {
        "at": beijing(push.at).strftime("%H:%M:%S"),
        "side": "push",
        "what": "推送：" + what,
        "path": "",
        "outcome": outcome + tries,
        "ok": not push.fault,
        "times": 1,
    }
