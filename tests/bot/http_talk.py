"""Talks with the web's HTTP over a real socket."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine
from typing import Any

from uvicorn import Config, Server

from bot.http_protocol import BoundedProtocol

GET = b"GET /%d HTTP/1.1\r\nhost: x\r\n\r\n"
HEAD_OF_POST = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n"


class Hurried(BoundedProtocol):
    whole_seconds = 0.3
    unread_seconds = 0.3


async def echo(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Says path and body again; /slow takes longer than half a request may, /large says a lot."""
    if scope["path"] == "/slow":
        await asyncio.sleep(3 * Hurried.whole_seconds)
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message["body"]
        more = message["more_body"]
    said = scope["path"].encode() + body + b"x" * (8_000_000 if scope["path"] == "/large" else 0)
    length = (b"content-length", str(len(said)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": said})


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


def talk(*talks: Talk, protocol: type[BoundedProtocol] = Hurried, most: int | None = None) -> None:
    """Serve, at most `most` - 1 at a time, and have these talks over connections of their own, side by side."""

    async def story() -> None:
        listening = socket.create_server(("127.0.0.1", 0))
        options: dict[str, Any] = {"ws": "none", "lifespan": "off", "log_config": None, "log_level": "error"}
        config = Config(echo, http=protocol, timeout_keep_alive=30, limit_concurrency=most, **options)
        server = Server(config)
        serving = asyncio.ensure_future(server._serve([listening]))

        async def one(each: Talk) -> None:
            reader, writer = await asyncio.open_connection(*listening.getsockname())
            await asyncio.wait_for(each(reader, writer), 10)
            writer.close()

        await asyncio.gather(*(one(each) for each in talks))
        server.should_exit = True
        await serving
        listening.close()

    asyncio.run(story())


async def answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Status line and body of one answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return head.split(b"\r\n", 1)[0], await reader.readexactly(length)
