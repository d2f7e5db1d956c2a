"""/wall: the wall as a page that needs no script and knows no openid (feature G1, contract section 4)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from importlib import resources

import redis
from flask import Blueprint, Response
from jinja2 import Environment, StrictUndefined

from bot.clock import Clock
from bot.stores.stores import Stores
from bot.stores.unit import Unit
from bot.wechat.text import quoted
from config.settings import Settings
from handlers.context import Tools
from handlers.wall import Shown, on_the_wall

FRESH_SECONDS = 2.0
"""How long a page is shown again as it was read: what is taken down must be gone within five seconds."""

LONGEST = 120

_TEMPLATE = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(
    resources.files("handlers").joinpath("wall.html").read_text(encoding="utf-8")
)


def wall_page(settings: Settings, tools: Tools, client: redis.Redis, clock: Clock) -> Blueprint:
    """The route, for every account; 404 for an account there is none of, and 503 while Redis is away."""
    pages = Blueprint("wall", __name__)
    names = [account.name for account in settings.accounts]
    read: dict[str, tuple[float, list[Shown]]] = {}

    def show(account: str) -> Response:
        now = clock.now()
        at, shown = read.get(account, (float("-inf"), []))
        if abs(now - at) > FRESH_SECONDS:
            shown = on_the_wall(Stores(Unit(client, account), tools.vault), tools)
            read[account] = (now, shown)
        return answer(shown)

    pages.add_url_rule("/wall", "first", lambda: show(names[0]), methods=["GET"])
    pages.add_url_rule("/wall/<account>", "named", _known(names, show), methods=["GET"])
    return pages


def _known(names: list[str], show: Callable[[str], Response]) -> Callable[[str], Response]:
    return lambda account: show(account) if account in names else Response(status=404)


def answer(shown: list[Shown]) -> Response:
    """The page with these sentences; nothing but its own style may load or run."""
    nonce = secrets.token_urlsafe(16)
    sayings = [
        {"text": quoted(one.text, LONGEST), "name": quoted(one.name, 20), "article": one.article, "number": one.number}
        for one in shown
    ]
    sample = next((one.number for one in shown if one.number), 12)
    response = Response(_TEMPLATE.render(sayings=sayings, sample=sample, nonce=nonce), mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-cache"
    return response
