"""Routes one request: injected faults, token, permission, quota, then the call itself."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from bot.sandbox import comments, drafts, mass, media, menus, messages, publishing, statistics, tags, tokens, users
from bot.sandbox.errors import Refused
from bot.sandbox.faults import Fault
from bot.sandbox.page import answer_page
from bot.sandbox.routes import Route
from bot.sandbox.wire import Answer, Ask, Call, json_answer

if TYPE_CHECKING:
    from bot.sandbox.box import Sandbox

FAMILIES = (tokens, comments, messages, media, drafts, publishing, mass, statistics, users, tags, menus)
TABLE: dict[str, Route] = {route.path: route for family in FAMILIES for route in family.routes.all}
GATEWAY_PAGE = (
    b"<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"
)


def answer(box: Sandbox, ask: Ask) -> Answer:
    """The answer to any request the box gets: an API call, or the chat page's."""
    if ask.path.startswith(("/cgi-bin/", "/datacube/")):
        return _api(box, ask)
    return answer_page(box, ask)


def _api(box: Sandbox, ask: Ask) -> Answer:
    struck = box.faults.strike(ask.path)
    name = ",".join(fault.kind for fault in struck)
    for fault in struck:
        if fault.kind == "slow":
            time.sleep(float(fault.value or 1.0))
        elif fault.kind != "lost_answer":
            refused = _without_effect(box, fault)
            _record(box, ask, _errcode_of(fault), refused, name)
            return refused
    with box.lock:
        result, errcode = _call(box, ask)
    if any(fault.kind == "lost_answer" for fault in struck):
        result = Answer(cut="silent")
    _record(box, ask, errcode, result, name)
    return result


def _call(box: Sandbox, ask: Ask) -> tuple[Answer, int]:
    try:
        route = TABLE.get(ask.path)
        if route is None:
            raise Refused(40066)
        if route.method not in ("ANY", ask.method):
            raise Refused(43002 if route.method == "POST" else 43001)
        if not route.open:
            box.tokens.check(ask.query.get("access_token"), box.now())
        if route.family not in box.profile.families | {"token"}:
            raise Refused(48001)
        box.quotas.count(ask.path, box.now())
        result = route.handler(box, ask)
    except (KeyError, TypeError, AttributeError, IndexError):
        return json_answer(Refused(47001).answer(box.now())), 47001  # a body of another shape
    except Refused as refused:
        return json_answer(refused.answer(box.now())), refused.errcode
    if isinstance(result, Answer):
        return result, 0
    if not result or route.family in ("comment", "custom", "freepublish", "mass"):
        result = {"errcode": 0, "errmsg": "ok", **result}
    return json_answer(result), 0


def _without_effect(box: Sandbox, fault: Fault) -> Answer:
    if fault.kind == "errcode":
        return json_answer(Refused(int(fault.value)).answer(box.now()))
    if fault.kind == "http":
        return Answer(int(fault.value or 502), GATEWAY_PAGE, "text/html")
    if fault.kind == "html":
        return Answer(200, GATEWAY_PAGE, "text/html")
    return Answer(cut="reset")


def _errcode_of(fault: Fault) -> int:
    return int(fault.value) if fault.kind == "errcode" else 0


def _record(box: Sandbox, ask: Ask, errcode: int, result: Answer, fault: str) -> None:
    query: dict[str, Any] = {key: value for key, value in ask.query.items() if key not in ("access_token", "secret")}
    body = ask.loggable()
    if isinstance(body, dict):
        body = {key: value for key, value in body.items() if key not in ("secret", "appsecret")}
    http = 0 if result.cut else result.status
    box.record(Call(ask.path, body, errcode, box.now(), ask.method, query, http, fault))
