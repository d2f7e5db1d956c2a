"""自定义菜单 and the rules that the account had in the backend before.

Source: doc/subscription/api/menu/*, …/autoreply; `selfmenu` and `autoreply` are what `adopt` reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.drafts import raw_utf8
from bot.sandbox.errors import Refused
from bot.sandbox.routes import Routes, text

if TYPE_CHECKING:
    from bot.sandbox.box import Sandbox
    from bot.sandbox.wire import Ask

TOP, SUB = (3, 16), (5, 60)
KEYED = frozenset(
    {
        "click",
        "scancode_push",
        "scancode_waitmsg",
        "pic_sysphoto",
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",
    }
)
PLACES = {"view": "url", "miniprogram": "pagepath", "media_id": "media_id", "article_id": "article_id"}

routes = Routes("menu")


class Menus:
    """The API's menu, and `autoreply`/`selfmenu` as the backend keeps them (set them for a test of `adopt`)."""

    def __init__(self) -> None:
        self.api_menu: dict[str, Any] | None = None
        self.selfmenu: dict[str, Any] = {"is_menu_open": 0, "selfmenu_info": {"button": []}}
        self.autoreply: dict[str, Any] = {"is_add_friend_reply_open": 0, "is_autoreply_open": 0}


def _check(buttons: Any, level: tuple[int, int], top: bool) -> None:
    """Refused with the platform's codes for number, name, type, key and url of buttons."""
    most, name_bytes = level
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= most:
        raise Refused(40016 if top else 40023, "invalid button size")
    for button in buttons:
        name = text(button, "name")
        if not name or len(name.encode()) > name_bytes:
            raise Refused(40018 if top else 40025, "invalid button name size")
        if top and button.get("sub_button"):
            _check(button["sub_button"], SUB, top=False)
            continue
        kind = button.get("type")
        if kind in KEYED:
            if not 1 <= len(text(button, "key").encode()) <= 128:
                raise Refused(40019, "invalid button key size")
        elif kind not in PLACES:
            raise Refused(40017 if top else 40024)
        elif not 1 <= len(text(button, PLACES[kind]).encode()) <= 1024:
            raise Refused(40020 if top else 40027, "invalid button url size")


@routes.post("/cgi-bin/menu/create")
def create(box: Sandbox, ask: Ask) -> dict[str, Any]:
    data = raw_utf8(ask)
    _check(data.get("button"), TOP, top=True)
    box.menus.api_menu = {"button": data["button"]}
    return {}


@routes.get("/cgi-bin/menu/get")
def get(box: Sandbox, ask: Ask) -> dict[str, Any]:
    if box.menus.api_menu is None:
        raise Refused(46003)
    return {"menu": box.menus.api_menu}


@routes.get("/cgi-bin/menu/delete")
def delete(box: Sandbox, ask: Ask) -> dict[str, Any]:
    box.menus.api_menu = None
    return {}


@routes.get("/cgi-bin/get_current_selfmenu_info", family="selfmenu")
def selfmenu(box: Sandbox, ask: Ask) -> dict[str, Any]:
    if box.menus.api_menu is not None:
        return {"is_menu_open": 1, "selfmenu_info": box.menus.api_menu}
    return box.menus.selfmenu


@routes.get("/cgi-bin/get_current_autoreply_info", family="selfmenu")
def autoreply(box: Sandbox, ask: Ask) -> dict[str, Any]:
    return box.menus.autoreply
