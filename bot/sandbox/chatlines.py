"""What a person sees in the chat, line by line, and how WeChat renders the text of a bubble."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

Author = Literal["person", "account", "system"]
Via = Literal["typed", "tapped", "event", "passive", "service", "mass", "preview", "fault"]

FAULT_TEXT = "该公众号提供的服务出现故障，请稍后再试"
# Laxer than the client is known to be: whatever might become a live link counts as one.
ANCHOR = re.compile(r"""<a\b[^>]*?\bhref\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)[^>]*>(.*?)</a>""", re.DOTALL | re.IGNORECASE)
MENU_SCHEME = "weixin://bizmsgmenu?"


@dataclass(frozen=True)
class Line:
    """One entry of a chat. `at` in epoch seconds; `data` holds what a kind needs beyond its text."""

    at: float
    author: Author
    via: Via
    kind: str
    text: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Piece:
    """A run of a bubble's text: plain, a web link (`href`), or a menu entry (`content` is sent when tapped)."""

    text: str
    href: str = ""
    content: str | None = None
    menu_id: str | None = None


def pieces(text: str) -> list[Piece]:
    """Splits a text as WeChat's client does: `<a href>` anchors are live, everything else is text."""
    found: list[Piece] = []
    end = 0
    for match in ANCHOR.finditer(text):
        if match.start() > end:
            found.append(Piece(text[end : match.start()]))
        found.append(_anchor(html.unescape(match.group(1).strip("\"'")), match.group(2)))
        end = match.end()
    if end < len(text):
        found.append(Piece(text[end:]))
    return found


def _anchor(href: str, label: str) -> Piece:
    if href.startswith(MENU_SCHEME):
        query = parse_qs(urlsplit(href).query, keep_blank_values=True)
        content = query.get("msgmenucontent", [""])[0]
        return Piece(label, href, content, query.get("msgmenuid", [None])[0])
    if href.startswith(("http://", "https://")):
        return Piece(label, href)
    return Piece(label)
