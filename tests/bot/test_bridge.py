"""The bridge from granian's events to Flask: what the application sees, and senders that stall or hang up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, request
from granian.rsgi import ProtocolClosed

from bot.bridge import Bridge

MOST = 100


@dataclass
class Sender:
    """The other side of one request: `body` arrives at once, after a stall, or not at all."""

    body: bytes = b""
    fails: Exception | None = None
    stalls: bool = False
    reads: int = 0
    answer: tuple[int, list[tuple[str, str]], bytes] | None = None

    async def __call__(self) -> bytes:
        self.reads += 1
        if self.stalls:
            await asyncio.Event().wait()
        if self.fails:
            raise self.fails
        return self.body

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.answer = (status, headers, b"")

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answer = (status, headers, body)


@dataclass
class Seen:
    """What the application was asked."""

    requests: list[dict[str, Any]] = field(default_factory=list)


def application(seen: Seen) -> Flask:
    app = Flask(__name__)

    @app.route("/<path:path>", methods=["GET", "POST"])
    def echo(path: str) -> Response:
        seen.requests.append(
            {
                "path": path,
                "query": request.query_string.decode(),
                "length": request.content_length,
                "body": request.get_data(),
                "host": request.host,
                "many": request.headers.get("X-Many"),
                "from": request.remote_addr,
            }
        )
        return Response("好", status=203, headers={"X-Told": "yes"})

    return app


def ask(sender: Sender, path: str = "/wechat", headers: tuple[tuple[str, str], ...] = (), **options: Any) -> Seen:
    """One request through the bridge."""
    seen = Seen()
    scope = SimpleNamespace(
        method="POST",
        path=path,
        query_string="a=%FF&b=1",
        server="127.0.0.1:80",
        client="10.0.0.7:5555",
        scheme="http",
        http_version="1.1",
        headers=SimpleNamespace(items=lambda: list(headers)),
    )
    asyncio.run(Bridge(application(seen), 1, MOST, **options).__rsgi__(scope, sender))
    return seen


def test_the_application_sees_the_request_as_it_was_sent() -> None:
    sender = Sender(b"<xml/>")
    headers = (("host", "example.com:8080"), ("content-length", "6"), ("x-many", "1"), ("x-many", "2"))
    seen = ask(sender, "/a b/你", headers)
    assert seen.requests == [
        {
            "path": "a b/你",
            "query": "a=%FF&b=1",
            "length": 6,
            "body": b"<xml/>",
            "host": "example.com:8080",
            "many": "1,2",
            "from": "10.0.0.7",
        }
    ]
    assert sender.answer is not None
    status, told, body = sender.answer
    assert (status, body) == (203, "好".encode())
    assert dict(told)["X-Told"] == "yes"


def test_a_body_that_stalls_is_given_up_and_never_reaches_the_application() -> None:
    sender = Sender(stalls=True)
    seen = ask(sender, headers=(("content-length", "6"),), body_seconds=0.05)
    assert sender.answer == (408, [("connection", "close")], b"")
    assert seen.requests == []


def test_a_sender_that_hangs_up_is_let_go() -> None:
    sender = Sender(fails=ProtocolClosed())
    seen = ask(sender, headers=(("content-length", "6"),))
    assert sender.answer is None
    assert seen.requests == []


def test_a_body_that_is_too_large_or_of_no_said_size_is_left_unread_for_the_application_to_refuse() -> None:
    for headers in (
        (("content-length", str(MOST + 1)),),
        (("content-length", "٣"),),
        (("content-length", "1"), ("content-length", "2")),
        (("transfer-encoding", "chunked"),),
        (),
    ):
        sender = Sender(b"x" * 500)
        ask(sender, headers=headers)
        assert sender.reads == 0, headers
        assert sender.answer is not None


def test_an_application_that_streams_is_read_to_its_end_and_closed() -> None:
    closed = []

    class Stream:
        def __iter__(self) -> Any:
            return iter([b"a", b"b"])

        def close(self) -> None:
            closed.append(True)

    def streaming(environ: dict[str, Any], start_response: Callable[..., Any]) -> Stream:
        start_response("200 OK", [])
        return Stream()

    sender = Sender()
    bridge = Bridge(streaming, 1, MOST)
    scope = SimpleNamespace(
        method="GET",
        path="/",
        query_string="",
        server="x:1",
        client="y:2",
        scheme="http",
        http_version="1.1",
        headers=SimpleNamespace(items=list),
    )
    asyncio.run(bridge.__rsgi__(scope, sender))
    assert sender.answer == (200, [], b"ab")
    assert closed == [True]
