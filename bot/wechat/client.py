"""wechatpy's client with its holes closed: one address for every call, timeouts, our token, one retry, clean errors."""

from __future__ import annotations

import json
import logging
import ssl
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import redis
import requests
import urllib3.exceptions
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from bot.wechat.errors import AnswerLost, GatewayError, Refused, Unreachable
from bot.wechat.ledger import Ledger
from bot.wechat.reactions import Reaction
from bot.wechat.tokens import FORCED_TOKEN, STABLE_TOKEN, Tokens

_EXPIRED = (41001, 42001)


_JSON = {"Content-Type": "application/json; charset=utf-8"}


class Client(WeChatClient):
    """Calls to WeChat for one account, by all threads of a process.

    Every call, the token's included, is counted in the ledger and goes to `api_base`. `timeout` is in seconds, for
    connecting and for reading each. What goes wrong with WeChat is a GatewayError of some kind, and none of them, nor
    what Python keeps beside them, holds the AppSecret or the token. Errors of Redis pass through.
    """

    def __init__(
        self,
        account: str,
        appid: str,
        secret: str,
        *,
        api_base: str,
        timeout: float,
        client: redis.Redis,
        ledger: Ledger,
        now: Callable[[], float],
    ) -> None:
        """`now` gives epoch seconds on our clock."""
        super().__init__(appid, secret, timeout=timeout, auto_retry=False)
        self.clock_skew: float | None = None
        self._base = api_base.rstrip("/")
        self._ledger = ledger
        self._now = now
        self._tokens = Tokens(account, client, self._fetch_token, patience=2 * timeout, now=now)
        self._http.hooks["response"].append(self._note_date)
        # At DEBUG urllib3 logs whole addresses, and ours carry the token.
        logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

    def call(
        self,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        write: bool,
        params: Mapping[str, str] | None = None,
        file: tuple[str, bytes] | None = None,
    ) -> dict[str, Any]:
        """WeChat's answer to one call of `path` (as `/cgi-bin/…`): POST if there is a body or file, else GET.

        `write` says that it changes something others see: an answer lost on the way is then AnswerLost, and it is held
        back while writes are halted. A refused token is renewed once and the call made once more.
        """
        return self._request(
            "get" if body is None and file is None else "post",
            path,
            write=write,
            params=params,
            data=None if body is None else _encode(body),
            files={"media": file} if file else None,
        )

    @property
    def access_token(self) -> str:
        """The shared token, for wechatpy's own methods."""
        return self._tokens.current()

    def fetch_access_token(self) -> None:
        """wechatpy's own way to a token has no timeout and another address; ours is asked instead."""
        self._tokens.current()

    def check_token(self) -> None:
        """Ask WeChat for the token now, whatever is stored: proves AppID, AppSecret and this machine's address."""
        self._tokens.check()

    def _request(self, method: str, url_or_endpoint: str, *, write: bool = True, **kwargs: Any) -> Any:
        """wechatpy's single door, so that its own methods are as safe as `call`."""
        path = _path(url_or_endpoint, kwargs.pop("api_base_url", "/cgi-bin/"))
        params = dict(kwargs.pop("params", None) or {})
        process = kwargs.pop("result_processor", None)
        token = self._tokens.current()
        expired: bool | None = None
        answer: Any = None
        try:
            answer = self._once(method, path, write, params={**params, "access_token": token}, **kwargs)
        except Refused as refused:
            if refused.reaction is not Reaction.REFRESH:
                raise
            expired = refused.code in _EXPIRED
        if expired is not None:
            token = self._tokens.renew(token, expired=expired)
            answer = self._once(method, path, write, params={**params, "access_token": token}, **kwargs)
        return process(answer) if process else answer

    def _fetch_token(self, force: bool) -> tuple[str, float]:
        body = {
            "grant_type": "client_credential",
            "appid": self.appid,
            "secret": self.secret,
            "force_refresh": force,
        }
        # Forced calls have a book of their own: that WeChat allows no more of them must not stop the plain ones.
        # With a dict for params wechatpy would ask for a token to put there.
        entry = FORCED_TOKEN if force else STABLE_TOKEN
        answer = self._once("post", STABLE_TOKEN, False, entry, params=[], data=_encode(body))
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise Unreachable(STABLE_TOKEN, "an answer without a token")
        return token, float(seconds)

    def _once(self, method: str, path: str, write: bool, entry: str = "", **kwargs: Any) -> dict[str, Any]:
        """One request on the wire, counted and its answer noted in the ledger under `entry` (else its path).

        Redirects are not followed: they would take the token along.
        """
        entry = entry or path
        self._ledger.admit(entry, write=write)
        failure: GatewayError | None = None
        answer: Any = None
        try:
            answer = super()._request(method, self._base + path, allow_redirects=False, **_labelled(kwargs))
        except Exception as problem:  # wechatpy, requests and urllib3 raise a dozen classes
            failure = _failure(problem, entry, write)
        # Raised out here, so that no context of it leads back to those classes: their texts quote whole addresses.
        if failure is None and not isinstance(answer, dict):
            lost = write and not 300 <= getattr(answer, "status_code", 200) < 400
            failure = AnswerLost(entry, "no JSON") if lost else Unreachable(entry, "no JSON")
        if isinstance(failure, Refused):
            self._ledger.note_refusal(failure)
        if failure is not None:
            raise failure
        self._ledger.note_success(entry)
        return answer

    def _note_date(self, response: requests.Response, **_: Any) -> None:
        try:
            told = parsedate_to_datetime(response.headers.get("Date", ""))
        except ValueError:
            return
        self.clock_skew = told.timestamp() - self._now()


def _labelled(request: dict[str, Any]) -> dict[str, Any]:
    """A request that says of its body that it is JSON: WeChat does not ask, a proxy in between may."""
    return {**request, "headers": _JSON} if request.get("data") and not request.get("files") else request


def _encode(body: Mapping[str, Any]) -> bytes:
    """Raw UTF-8: WeChat shows `\\uXXXX` literally or refuses it with 40033."""
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def _path(endpoint: str, base: str) -> str:
    """The path of any address wechatpy may use: `comment/list`, `/cgi-bin/comment/list`, or absolute with a host."""
    if endpoint.startswith(("http://", "https://", "/")):
        return urlsplit(endpoint).path
    return urlsplit(base).path + endpoint


def _failure(problem: Exception, path: str, write: bool) -> GatewayError:
    """Our error for whatever the libraries raised, without keeping it."""
    if isinstance(problem, WeChatClientException):
        if problem.errcode is not None:
            at_token = path.startswith(STABLE_TOKEN)
            return Refused(path, problem.errcode, str(problem.errmsg), at_token=at_token, job=_job(problem))
        status = problem.response.status_code
        if write and status >= 500:
            return AnswerLost(path, f"HTTP {status}")
        return Unreachable(path, f"HTTP {status}")
    name = type(problem).__name__
    if write and not _never_sent(problem):
        return AnswerLost(path, f"no answer ({name})")
    return Unreachable(path, f"no answer ({name})")


def _job(problem: WeChatClientException) -> int:
    """The msg_id beside an errcode, 0 without one."""
    try:
        return int(problem.response.json().get("msg_id", 0))
    except (AttributeError, TypeError, ValueError):
        return 0


def _never_sent(problem: Exception) -> bool:
    """Whether the request surely did not reach WeChat."""
    if isinstance(problem, requests.ConnectTimeout | requests.exceptions.ProxyError | requests.exceptions.InvalidURL):
        return True
    if not isinstance(problem, requests.ConnectionError) or not problem.args:
        return False
    reason = getattr(problem.args[0], "reason", None)
    if isinstance(reason, urllib3.exceptions.SSLError):
        return bool(reason.args) and isinstance(reason.args[0], ssl.SSLCertVerificationError)
    return isinstance(reason, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError)
