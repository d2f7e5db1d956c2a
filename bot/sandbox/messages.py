"""客服消息: messages to one person inside the window, and the typing sign.

Source: doc/subscription/guide/product/kf/intro, doc/offiaccount/Customer_Service/Customer_Service_Messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.answers import TEXT_LIMIT
from bot.sandbox.chatlines import Line, Via
from bot.sandbox.errors import Refused
from bot.sandbox.routes import Routes, text

if TYPE_CHECKING:
    from bot.sandbox.box import Sandbox
    from bot.sandbox.people import Follower
    from bot.sandbox.wire import Ask

TYPING_AFTER_CONTACT = 30.0
MEDIA_BRANCHES = ("image", "voice", "video", "music")

routes = Routes("custom")


def content_of(box: Sandbox, data: dict[str, Any], via: Via) -> Line:
    """The bubble a message body shows; Refused if WeChat would not take it."""
    kind = text(data, "msgtype", None)
    branch = data.get(kind)
    if not isinstance(branch, dict):
        raise Refused(40008)
    shown = ""
    if kind == "text":
        shown = text(branch, "content", None)
        if not shown:
            raise Refused(44004, "empty content")
        if len(shown.encode()) > TEXT_LIMIT:
            raise Refused(45002)
    elif kind == "msgmenu":
        shown = _menu_text(branch)
    elif kind == "news":
        articles = branch.get("articles")
        if not isinstance(articles, list) or len(articles) != 1:
            raise Refused(45008)
    elif kind == "mpnewsarticle":
        if box.publishing.article(branch.get("article_id")) is None:
            raise Refused(53600)
    elif kind in MEDIA_BRANCHES:
        box.media.require(branch.get("thumb_media_id" if kind == "music" else "media_id"))
    elif kind != "miniprogrampage":
        raise Refused(40008)
    return Line(box.now(), "account", via, kind, shown, branch)


def _menu_text(branch: dict[str, Any]) -> str:
    """A msgmenu as the bubble it becomes: its entries are links."""
    entries = branch.get("list")
    if not isinstance(entries, list) or not entries:
        raise Refused(40035)
    links = [
        f'<a href="weixin://bizmsgmenu?msgmenucontent={entry["content"]}&msgmenuid={entry["id"]}">{entry["content"]}</a>'
        for entry in entries
    ]
    return "\n".join(part for part in (branch.get("head_content"), *links, branch.get("tail_content")) if part)


def reachable(box: Sandbox, openid: object) -> Follower:
    """The person, if messages may go to them at all; Refused 40003, 43004, 43019, 48002."""
    person = box.people.find(openid) if isinstance(openid, str) else None
    if person is None:
        raise Refused(40003)
    if not person.subscribed:
        raise Refused(43004)
    if person.blacklisted:
        raise Refused(43019)
    if person.refuses_messages:
        raise Refused(48002)
    return person


@routes.post("/cgi-bin/message/custom/send")
def send(box: Sandbox, ask: Ask) -> dict[str, Any]:
    data = ask.json
    person = reachable(box, data.get("touser"))
    line = content_of(box, data, "service")
    box.window.spend(person.openid, box.now())
    person.chat.append(line)
    box.typing.discard(person.openid)
    return {}


@routes.post("/cgi-bin/message/custom/typing")
def typing(box: Sandbox, ask: Ask) -> dict[str, Any]:
    data = ask.json
    person = reachable(box, data.get("touser"))
    command = data.get("command")
    if command not in ("Typing", "CancelTyping"):
        raise Refused(45072)
    contact = box.window.last_contact(person.openid)
    if contact is None or box.now() - contact > TYPING_AFTER_CONTACT:
        raise Refused(45080)
    if command == "CancelTyping":
        box.typing.discard(person.openid)
    elif person.openid in box.typing:
        raise Refused(45081)
    else:
        box.typing.add(person.openid)
    return {}
