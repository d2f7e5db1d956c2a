"""A running box on a clock that tests move, a caller of its API, and a webhook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import requests

from bot.sandbox import Sandbox
from bot.sandbox.clock import BEIJING
from tests.bot.sandbox.receiver import Receiver

MONDAY_NOON = datetime(2026, 9, 21, 12, tzinfo=BEIJING).timestamp()
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


class Clock:
    """Epoch seconds that only tests move."""

    def __init__(self) -> None:
        self.now = MONDAY_NOON

    def __call__(self) -> float:
        return self.now

    def pass_(self, *, days: float = 0, hours: float = 0, seconds: float = 0) -> None:
        self.now += days * 86400 + hours * 3600 + seconds


class Api:
    """Calls the box as any client does."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self.session = requests.Session()
        self._token = ""

    def stable(self, **more: Any) -> dict[str, Any]:
        body = {"grant_type": "client_credential", "appid": self._box.appid, "secret": self._box.secret, **more}
        return self.session.post(self._box.api_base + "/cgi-bin/stable_token", json=body).json()

    def plain(self, **more: str) -> dict[str, Any]:
        query = {"grant_type": "client_credential", "appid": self._box.appid, "secret": self._box.secret, **more}
        return self.session.get(self._box.api_base + "/cgi-bin/token", params=query).json()

    @property
    def token(self) -> str:
        if not self._token:
            self._token = self.stable()["access_token"]
        return self._token

    def renew(self) -> None:
        """The clock has moved on: take a new token before the next call."""
        self._token = ""

    def raw(self, path: str, method: str = "POST", **options: Any) -> requests.Response:
        params = {"access_token": self.token, **options.pop("params", {})}
        return self.session.request(method, self._box.api_base + path, params=params, **options)

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        """A POST with a JSON body as raw UTF-8; path without /cgi-bin."""
        return self.raw(self._full(path), json=body if not body else None, data=self._json(body)).json()

    def get(self, path: str, **params: str) -> dict[str, Any]:
        return self.raw(self._full(path), "GET", params=params).json()

    def code(self, path: str, **body: Any) -> int:
        """The errcode of a POST, 0 if there is none."""
        return self.post(path, **body).get("errcode", 0)

    def upload(self, path: str, content: bytes, kind: str = "image", name: str = "a.png") -> dict[str, Any]:
        files = {"media": (name, content)}
        return self.raw(self._full(path), params={"type": kind}, files=files).json()

    @staticmethod
    def _full(path: str) -> str:
        return path if path.startswith("/") else "/cgi-bin/" + path

    @staticmethod
    def _json(body: dict[str, Any]) -> bytes | None:
        return json.dumps(body, ensure_ascii=False).encode() if body else None


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def box(clock: Clock, receiver: Receiver) -> Iterator[Sandbox]:
    """A 认证公众号 at noon on a Monday whose webhook answers `success`."""
    with Sandbox(now=clock, aes_key=AES_KEY, webhook_url=receiver.url) as running:
        running.pusher.pause = 0.01
        yield running


@pytest.fixture
def api(box: Sandbox) -> Iterator[Api]:
    api = Api(box)
    yield api
    api.session.close()
