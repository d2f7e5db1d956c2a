"""The bridge from the server's events to Flask: what the application sees, and senders that hang up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request

from bot.bridge import Bridge

MOST = 100


@dataclass
class Sender:
    """The other side of one request: `pieces` of a body arrive one by one; after them it may hang up."""

    pieces: tuple[bytes, ...] = (b"",)
    hangs_up: bool = False
    reads: int = 0
    answer: tuple[int, dict[bytes, bytes], bytes] | None = None

    async def receive(self) -> dict[str, Any]:
        self.reads += 1
        if self.reads > len(self.pieces):
            return {"type": "http.disconnect"}
        more = self.hangs_up or self.reads < len(self.pieces)
        return {"type": "http.request", "body": self.pieces[self.reads - 1], "more_body": more}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.answer = (message["status"], dict(message["headers"]), b"")
        else:
            assert self.answer is not None
            self.answer = (*self.answer[:2], self.answer[2] + message["body"])


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


def scope(path: str = "/wechat", headers: tuple[tuple[bytes, bytes], ...] = ()) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"a=%FF&b=1",
        "server": ("127.0.0.1", 80),
        "client": ("10.0.0.7", 5555),
        "scheme": "http",
        "http_version": "1.1",
        "headers": list(headers),
    }


def ask(sender: Sender, path: str = "/wechat", headers: tuple[tuple[bytes, bytes], ...] = ()) -> Seen:
    """One request through the bridge."""
    seen = Seen()
    asyncio.run(Bridge(application(seen), MOST)(scope(path, headers), sender.receive, sender.send))
    return seen


def test_the_application_sees_the_request_as_it_was_sent() -> None:
    sender = Sender((b"<x", b"", b"ml/>"))
    headers = (
        (b"host", b"example.com:8080"), (b"content-length", b"6"), (b"x-many", b"1"), (b"x-many", b"2"),
    )  # fmt: skip
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
    assert told[b"x-told"] == b"yes"


def test_a_sender_that_hangs_up_in_the_middle_never_reaches_the_application() -> None:
    sender = Sender((b"<xm",), hangs_up=True)
    seen = ask(sender, headers=((b"content-length", b"6"),))
    assert sender.answer is None
    assert seen.requests == []


def test_a_body_that_is_too_large_or_of_no_said_size_is_left_unread_for_the_application_to_refuse() -> None:
    for headers in (
        ((b"content-length", str(MOST + 1).encode()),),
        ((b"content-length", "٣".encode()),),
        ((b"content-length", b"1"), (b"content-length", b"2")),
        ((b"transfer-encoding", b"chunked"),),
        (),
    ):
        sender = Sender((b"x" * 500,))
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
    asyncio.run(Bridge(streaming, MOST)(scope(), sender.receive, sender.send))
    assert sender.answer == (200, {}, b"ab")
    assert closed == [True]
