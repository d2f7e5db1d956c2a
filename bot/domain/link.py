"""Addresses of articles: the long form names the article, the short form hides it (platform reference 5.4)."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urlsplit

from msgspec import Struct

from bot.domain.article import article_key

HOST = "mp.weixin.qq.com"
_SHORT = re.compile(r"/s/([A-Za-z0-9_-]{10,64})/?")


class ArticleLink(Struct, frozen=True, omit_defaults=True):
    """An article's address as we keep it; `key` is empty for a short link, `biz` names the publishing account."""

    url: str
    key: str = ""
    biz: str = ""


def read_link(text: str) -> ArticleLink | None:
    """The article that an address leads to, None if it is no article's address.

    A long link carries `mid` (= msg_data_id) and `idx`, which counts from 1.
    """
    try:
        parts = urlsplit(html.unescape(text.strip()))
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.hostname != HOST:
        return None
    short = _SHORT.fullmatch(parts.path)
    if short:
        return ArticleLink(f"https://{HOST}/s/{short[1]}")
    query = parse_qs(parts.query)
    mid, idx = query.get("mid", [""])[0], query.get("idx", [""])[0]
    if parts.path.rstrip("/") != "/s" or not re.fullmatch(r"[0-9]{1,19}", mid) or not re.fullmatch(r"[1-9][0-9]?", idx):
        return None
    biz = query.get("__biz", [""])[0].replace(" ", "+")
    sn = query.get("sn", [""])[0]
    if not re.fullmatch(r"[A-Za-z0-9+/=]*", biz) or not re.fullmatch(r"[0-9a-f]*", sn):
        return None
    url = f"https://{HOST}/s?__biz={biz}&mid={mid}&idx={idx}&sn={sn}"
    return ArticleLink(url, article_key(int(mid), int(idx) - 1), biz)
