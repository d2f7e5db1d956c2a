"""access_token: `/token` and `/stable_token` with their two separate lives.

Source: doc/subscription/api/base/api_getaccesstoken, api_getstableaccesstoken.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from bot.sandbox.clock import beijing_day
from bot.sandbox.errors import Refused
from bot.sandbox.routes import Routes, text

if TYPE_CHECKING:
    from bot.sandbox.box import Sandbox
    from bot.sandbox.wire import Ask

LIFE = 7200
RENEWED_BEFORE_END = 300
OLD_ONE_LIVES_ON = 300
FORCED_PER_DAY = 20
FORCED_APART = 30

routes = Routes("token")


@dataclass
class Token:
    """`ends` in epoch seconds; `dead` = overruled by a later one."""

    value: str
    ends: float
    dead: bool = False


class TokenDesk:
    """Issues and checks tokens; the box's lock guards it."""

    def __init__(self) -> None:
        self._tokens: dict[str, Token] = {}
        self._plain: Token | None = None
        self._stable: Token | None = None
        self._forced: list[float] = []
        self._forced_day: date | None = None
        self.issued = 0

    @property
    def values(self) -> list[str]:
        """Every token there ever was."""
        return list(self._tokens)

    def plain(self, now: float) -> Token:
        """A new `/token`; the one before it lives five more minutes."""
        if self._plain is not None:
            self._plain.ends = min(self._plain.ends, now + OLD_ONE_LIVES_ON)
        self._plain = self._issue(now)
        return self._plain

    def stable(self, now: float, force: bool) -> Token:
        """The same token while it is good for five more minutes; a forced one kills its predecessor at once."""
        if force:
            self._count_forced(now)
            if self._stable is not None:
                self._stable.dead = True
            self._stable = self._issue(now)
        elif self._stable is None or self._stable.dead or self._stable.ends - now <= RENEWED_BEFORE_END:
            self._stable = self._issue(now)
        return self._stable

    def check(self, value: str | None, now: float) -> None:
        """Refused 41001 missing, 40014 never issued, 40001 overruled, 42001 expired."""
        if not value:
            raise Refused(41001)
        token = self._tokens.get(value)
        if token is None:
            raise Refused(40014)
        if token.dead:
            raise Refused(40001)
        if token.ends <= now:
            raise Refused(42001)

    def overrule(self) -> None:
        """As if another program had taken new tokens by force: all present ones answer 40001."""
        for token in self._tokens.values():
            token.dead = True

    def expire(self) -> None:
        """As if two hours had passed for every token: all present ones answer 42001."""
        for token in self._tokens.values():
            token.ends = 0.0

    def _issue(self, now: float) -> Token:
        self.issued += 1
        token = Token(f"{80 + self.issued % 20}_{secrets.token_urlsafe(96)}", now + LIFE)
        self._tokens[token.value] = token
        return token

    def _count_forced(self, now: float) -> None:
        if beijing_day(now) != self._forced_day:
            self._forced_day, self._forced = beijing_day(now), []
        if len(self._forced) >= FORCED_PER_DAY:
            raise Refused(45009)
        if self._forced and now - self._forced[-1] < FORCED_APART:
            raise Refused(45011)
        self._forced.append(now)


def _check_account(box: Sandbox, grant_type: Any, appid: Any, secret: Any, ip: str) -> None:
    if grant_type != "client_credential":
        raise Refused(40002)
    if not appid:
        raise Refused(41002)
    if not secret:
        raise Refused(41004)
    if appid != box.appid:
        raise Refused(40013)
    if secret != box.secret:
        raise Refused(40125)
    if not box.whitelisted:
        raise Refused(40164, f"invalid ip {ip} ipv6 ::ffff:{ip}, not in whitelist")


@routes.get("/cgi-bin/token", open=True)
def token(box: Sandbox, ask: Ask) -> dict[str, Any]:
    query = ask.query
    _check_account(box, query.get("grant_type"), query.get("appid"), query.get("secret"), ask.ip)
    issued = box.tokens.plain(box.now())
    return {"access_token": issued.value, "expires_in": LIFE}


@routes.post("/cgi-bin/stable_token", open=True)
def stable_token(box: Sandbox, ask: Ask) -> dict[str, Any]:
    data = ask.json
    _check_account(box, data.get("grant_type"), data.get("appid"), data.get("secret"), ask.ip)
    now = box.now()
    issued = box.tokens.stable(now, force=data.get("force_refresh") is True)
    return {"access_token": issued.value, "expires_in": int(issued.ends - now)}


@routes.post("/cgi-bin/openapi/quota/get", family="tools")
def quota_get(box: Sandbox, ask: Ask) -> dict[str, Any]:
    path = text(ask.json, "cgi_path", None)
    if not box.knows(path):
        raise Refused(76021)
    limit, used = box.quotas.limit(path), box.quotas.used(path, box.now())
    quota = {"daily_limit": limit, "used": used, "remain": max(0, limit - used)}
    return {"quota": quota, "rate_limit": {"call_count": 0, "refresh_second": 0}}


@routes.post("/cgi-bin/clear_quota", family="tools")
def clear_quota(box: Sandbox, ask: Ask) -> dict[str, Any]:
    if text(ask.json, "appid") != box.appid:
        raise Refused(40013)
    box.quotas.clear(box.now())
    return {}


@routes.post("/cgi-bin/clear_quota/v2", family="tools", open=True)
def clear_quota_by_secret(box: Sandbox, ask: Ask) -> dict[str, Any]:
    data = ask.json
    _check_account(box, "client_credential", data.get("appid"), data.get("appsecret"), ask.ip)
    box.quotas.clear(box.now())
    return {}


@routes.get("/cgi-bin/getcallbackip", family="tools")
def callback_ips(box: Sandbox, ask: Ask) -> dict[str, Any]:
    return {"ip_list": ["127.0.0.1"]}


@routes.get("/cgi-bin/get_api_domain_ip", family="tools")
def api_ips(box: Sandbox, ask: Ask) -> dict[str, Any]:
    return {"ip_list": ["127.0.0.1"]}


@routes.post("/cgi-bin/callback/check", family="tools")
def callback_check(box: Sandbox, ask: Ask) -> dict[str, Any]:
    if not box.webhook_url:
        raise Refused(40201, "no callback url set")
    return {"dns": [{"ip": "127.0.0.1", "real_operator": "UNICOM"}], "ping": []}
