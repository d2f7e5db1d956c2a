"""The account's menu as WeChat tells it (get_current_selfmenu_info), turned into one that can be made by API. Pure."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any

from config.autoreply import LONGEST_BYTES

LINKS = {"view": ("url",), "miniprogram": ("url", "appid", "pagepath")}
"""Entries that the backend and the API make alike, with the fields each has."""

PROGRAM_ONLY = frozenset(
    {
        "click",
        "scancode_push",
        "scancode_waitmsg",
        "pic_sysphoto",
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",
        "media_id",
        "view_limited",
        "article_id",
        "article_view_limited",
    }
)
"""Entries that only the API makes: where there is one, the menu is a program's and outlives the backend's."""

KINDS = {"img": "picture", "photo": "picture", "voice": "voice message", "video": "video", "news": "article card"}


@dataclass
class MenuFound:
    """What was read of a menu: answers of its entries by key, the menu to make anew (empty: none), what to say."""

    answers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    made_by_program: bool = False


def read_menu(info: Mapping[str, Any], answered: Container[str] = ()) -> MenuFound:
    """The present menu. One made in the backend is to be made anew; one made by a program stays as it is.

    Backend entries of the type text become `click` entries whose answer stands in autoreply.yaml; `answered` are the
    keys that have an answer there already.
    """
    found = MenuFound()
    if not info.get("is_menu_open"):
        return found
    buttons = (info.get("selfmenu_info") or {}).get("button") or []
    made = [button for button in (_button(found, button, answered) for button in buttons) if button]
    if found.made_by_program:
        found.said.append("The menu was made by a program, not in the backend: it stays as it is.")
    elif made:
        found.body = {"button": made}
    return found


def _button(found: MenuFound, button: Mapping[str, Any], answered: Container[str]) -> dict[str, Any] | None:
    """One entry with those below it, None if nothing of it can be carried over."""
    name = str(button.get("name") or "")
    below = button.get("sub_button") or []
    if isinstance(below, Mapping):
        below = below.get("list") or []
    if below:
        entries = [entry for entry in (_button(found, entry, answered) for entry in below) if entry]
        return {"name": name, "sub_button": entries} if entries else None
    kind = str(button.get("type") or "")
    if kind in LINKS:
        return {"type": kind, "name": name, **{part: button.get(part) or "" for part in LINKS[kind]}}
    if kind in PROGRAM_ONLY:
        found.made_by_program = True
        key = str(button.get("key") or "")
        if key and key not in answered:
            found.said.append(
                f"The menu entry 「{name}」 sends the key {key}; answer it under menu: in autoreply.yaml."
            )
        return None
    return _web_made(found, button, kind, name)


def _web_made(found: MenuFound, button: Mapping[str, Any], kind: str, name: str) -> dict[str, Any] | None:
    """An entry that only the backend can make: texts and article cards have an equal, pictures and the like none."""
    news = button.get("news_info") or {}
    articles = [item for item in news.get("list") or [] if item.get("content_url")]
    if len(articles) == 1:
        found.said.append(f"The menu entry 「{name}」 now opens its article directly.")
        return {"type": "view", "name": name, "url": str(articles[0]["content_url"])}
    text = articles_as_text(news) or (str(button.get("value") or "") if kind == "text" else "")
    if not text.strip() or len(text.encode()) > LONGEST_BYTES:
        what = KINDS.get(kind, "a text too long" if text else "empty")
        found.said.append(f"Lost: the menu entry 「{name}」 ({what}) has no equal outside the backend.")
        return None
    if articles:
        found.said.append(f"The menu entry 「{name}」 now answers with titles and links instead of article cards.")
    key = f"adopted_{len(found.answers) + 1}"
    found.answers[key] = text.strip("\n")
    return {"type": "click", "name": name, "key": key}


def articles_as_text(news: Mapping[str, Any]) -> str:
    """Article cards (a `news_info`) as lines of title and link; empty if there is no link."""
    items = [item for item in news.get("list") or [] if item.get("content_url")]
    return "\n".join(f"《{item.get('title') or '文章'}》\n{item['content_url']}" for item in items)
