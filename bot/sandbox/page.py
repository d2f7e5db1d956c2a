"""The chat page: serves its files, tells them the state and takes what the player does."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import resources
from typing import TYPE_CHECKING, Any

from bot.sandbox.media import binary_answer
from bot.sandbox.page_state import article_of, state
from bot.sandbox.wire import Answer, Ask, json_answer

if TYPE_CHECKING:
    from bot.sandbox.box import Sandbox
    from bot.sandbox.people import Follower

FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/sandbox/page.css": ("page.css", "text/css; charset=utf-8"),
    **{f"/sandbox/{name}": (name, "text/javascript; charset=utf-8") for name in ("page.js", "chat.js", "articles.js")},
}
# Nothing but our own files may run or load; what people write is only ever text.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
LONGEST_STEP = 400 * 86400.0

Deed = Callable[["Sandbox", dict[str, Any]], dict[str, Any]]


def answer_page(box: Sandbox, ask: Ask) -> Answer:
    """The answer to a request of the chat page; 404 for anything else, 400 for a deed that cannot be done."""
    if ask.method == "GET" and ask.path in FILES:
        name, kind = FILES[ask.path]
        return Answer(200, resources.files(__package__).joinpath("static", name).read_bytes(), kind, HEADERS)
    if ask.method == "GET" and ask.path == "/sandbox/state":
        return _with_headers(json_answer(state(box, ask.query.get("me", ""), ask.query.get("article", ""))))
    if ask.method == "GET" and ask.path == "/sandbox/media":
        medium = box.media.find(ask.query.get("id", ""))
        return Answer(404) if medium is None else _with_headers(binary_answer(medium))
    if ask.path == "/favicon.ico":
        return Answer(204)
    deed = DEEDS.get(ask.path) if ask.method == "POST" else None
    if deed is None:
        return Answer(404, b"not found", "text/plain")
    if "x-sandbox" not in ask.headers:
        return Answer(403, b"only the chat page may do this", "text/plain")
    try:
        return _with_headers(json_answer(deed(box, json.loads(ask.body or b"{}"))))
    except (LookupError, RuntimeError, ValueError, TypeError) as error:
        body = json.dumps({"error": str(error)}, ensure_ascii=False).encode()
        return _with_headers(Answer(400, body))


def _with_headers(answer: Answer) -> Answer:
    return Answer(answer.status, answer.body, answer.content_type, {**answer.headers, **HEADERS})


def _person(box: Sandbox, data: dict[str, Any]) -> Follower:
    person = box.people.by_id(str(data.get("me", "")))
    if person is None:
        raise LookupError("没有这个人")
    return person


def _text(data: dict[str, Any], name: str = "text", longest: int = 600) -> str:
    value = str(data.get(name, "")).strip()
    if not value or len(value) > longest:
        raise ValueError(f"请写 1 到 {longest} 个字")
    return value


def say(box: Sandbox, data: dict[str, Any]) -> dict[str, Any]:
    """A typed message, or a tapped menu link (`tap`)."""
    person, text = _person(box, data), _text(data, longest=2000)
    if not person.subscribed:
        raise RuntimeError("先关注才能发消息")
    menu_id = data.get("menu_id")
    exchange = person.taps(text, None if menu_id is None else str(menu_id)) if data.get("tap") else person.says(text)
    return {"fault": exchange.fault}


def forward(box: Sandbox, data: dict[str, Any]) -> dict[str, Any]:
    """Forwards an article into the chat: a link message, as WeChat sends it."""
    article = article_of(box, str(data.get("article")))
    return {"fault": _person(box, data).sends_link(article.title, article.long_url).fault}


def click(box: Sandbox, data: dict[str, Any]) -> dict[str, Any]:
    return {"fault": _person(box, data).clicks(_text(data, "key", 128)).fault}


def follow(box: Sandbox, data: dict[str, Any]) -> dict[str, Any]:
    person = _person(box, data)
    exchange = person.follows() if data.get("on") else person.unfollows()
    return {"fault": exchange.fault}


def newcomer(box: Sandbox, data: dict[str, Any]) -> dict[str, Any]:
    """A new person who does not follow yet."""
    return {"me": box.follower(_text(data, "name", 12), subscribed=False).id}


def comment(box: Sandbox, data: dict[str, Any]) -> dict[str, Any]:
    return {"comment": article_of(box, str(data.get("article"))).comment(_person(box, data), _text(data))}


def backend(box: Sandbox, data: dict[str, Any]) -> dict[str, Any]:
    """What the author does by hand in WeChat's own backend, or a reader with their own comment (`withdraw`)."""
    article, number = article_of(box, str(data.get("article"))), int(data.get("comment", 0))
    action = data.get("action")
    if action == "reply":
        article.reply_by_hand(number, _text(data))
    elif action in ("elect", "unelect"):
        article.elect_by_hand(number, action == "elect")
    elif action == "withdraw":
        article.delete_comment(number)
    else:
        raise ValueError("没有这个动作")
    return {}


def open_article(box: Sandbox, data: dict[str, Any]) -> dict[str, Any]:
    """Somebody opened an article: one reader more in its figures."""
    article_of(box, str(data.get("article"))).read()
    return {}


def publish(box: Sandbox, data: dict[str, Any]) -> dict[str, Any]:
    """The author publishes an article by hand."""
    return {"article": box.publish_by_hand(_text(data, "title", 32), _text(data, "body", 20_000)).key}


def advance(box: Sandbox, data: dict[str, Any]) -> dict[str, Any]:
    seconds = float(data.get("seconds", 0))
    if box.advance is None or not box.page_moves_time:
        raise RuntimeError("这里的时间不能推进")
    if not 0 < seconds <= LONGEST_STEP:
        raise ValueError("时间只能往前推")
    box.advance(seconds)
    return {}


DEEDS: dict[str, Deed] = {
    "/sandbox/say": say,
    "/sandbox/forward": forward,
    "/sandbox/click": click,
    "/sandbox/follow": follow,
    "/sandbox/newcomer": newcomer,
    "/sandbox/comment": comment,
    "/sandbox/backend": backend,
    "/sandbox/open": open_article,
    "/sandbox/publish": publish,
    "/sandbox/advance": advance,
}
