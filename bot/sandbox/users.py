"""用户管理: who follows, and the little the platform tells about each.

Source: doc/offiaccount/User_Management/*. Nickname, avatar and sex are no longer returned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.errors import Refused
from bot.sandbox.people import Follower
from bot.sandbox.routes import Routes, text

if TYPE_CHECKING:
    from bot.sandbox.box import Sandbox
    from bot.sandbox.wire import Ask

PAGE = 10_000

routes = Routes("user")


def person_of(box: Sandbox, openid: object) -> Follower:
    """Refused 40003 for an openid that is none of this account's."""
    person = box.people.find(openid) if isinstance(openid, str) else None
    if person is None:
        raise Refused(40003)
    return person


def _info(person: Follower) -> dict[str, Any]:
    if not person.subscribed:
        return {"subscribe": 0, "openid": person.openid}
    return {
        "subscribe": 1,
        "openid": person.openid,
        "nickname": "",
        "sex": 0,
        "language": "zh_CN",
        "headimgurl": "",
        "subscribe_time": person.subscribe_time,
        "remark": person.remark,
        "groupid": 0,
        "tagid_list": list(person.tagids),
        "subscribe_scene": "ADD_SCENE_SEARCH",
        "qr_scene": 0,
        "qr_scene_str": "",
    }


def openid_page(openids: list[str], after: str) -> tuple[list[str], str]:
    """Up to 10,000 openids behind `after`, and the last of them."""
    start = openids.index(after) + 1 if after in openids else 0
    page = openids[start : start + PAGE]
    return page, page[-1] if page else ""


@routes.get("/cgi-bin/user/get")
def get(box: Sandbox, ask: Ask) -> dict[str, Any]:
    openids = [person.openid for person in box.people.subscribed()]
    page, last = openid_page(openids, ask.query.get("next_openid", ""))
    answer: dict[str, Any] = {"total": len(openids), "count": len(page), "next_openid": last}
    return answer | ({"data": {"openid": page}} if page else {})


@routes.get("/cgi-bin/user/info")
def info(box: Sandbox, ask: Ask) -> dict[str, Any]:
    return _info(person_of(box, ask.query.get("openid")))


@routes.post("/cgi-bin/user/info/batchget")
def batchget(box: Sandbox, ask: Ask) -> dict[str, Any]:
    wanted = ask.json.get("user_list")
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= 100:
        raise Refused(40032)
    return {"user_info_list": [_info(person_of(box, entry.get("openid"))) for entry in wanted]}


@routes.post("/cgi-bin/user/info/updateremark")
def update_remark(box: Sandbox, ask: Ask) -> dict[str, Any]:
    data = ask.json
    remark = text(data, "remark")
    if len(remark) >= 30:
        raise Refused(40092, "invalid remark name")
    person_of(box, data.get("openid")).remark = remark
    return {}


def _openids(data: dict[str, Any], limit: int) -> list[Any]:
    openids = data.get("openid_list")
    if not isinstance(openids, list) or not 1 <= len(openids) <= limit:
        raise Refused(40032)
    return openids


@routes.post("/cgi-bin/tags/members/getblacklist")
def get_blacklist(box: Sandbox, ask: Ask) -> dict[str, Any]:
    openids = [person.openid for person in box.people if person.blacklisted]
    page, last = openid_page(openids, text(ask.json, "begin_openid"))
    return {"total": len(openids), "count": len(page), "data": {"openid": page}, "next_openid": last}


@routes.post("/cgi-bin/tags/members/batchblacklist")
def blacklist(box: Sandbox, ask: Ask) -> dict[str, Any]:
    for openid in _openids(ask.json, 20):
        person_of(box, openid).blacklisted = True
    return {}


@routes.post("/cgi-bin/tags/members/batchunblacklist")
def unblacklist(box: Sandbox, ask: Ask) -> dict[str, Any]:
    for openid in _openids(ask.json, 20):
        person_of(box, openid).blacklisted = False
    return {}
