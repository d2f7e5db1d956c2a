"""Connections over a real socket: whole requests are answered, halves and endless headers are told so and let go."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Coroutine
from typing import Any

from uvicorn import Config, Server

from bot.http_protocol import MOST_BYTES, MOST_HEAD_BYTES, MOST_WAITING, BoundedProtocol

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


def talk(*talks: Talk, protocol: type[BoundedProtocol] = Hurried) -> None:
    """Serve, and have these talks over connections of their own, side by side."""

    async def story() -> None:
        listening = socket.create_server(("127.0.0.1", 0))
        config = Config(
            echo, http=protocol, ws="none", lifespan="off", log_config=None, log_level="error", timeout_keep_alive=30
        )
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


def test_whole_requests_are_answered_one_after_the_other_and_in_a_row() -> None:
    async def patient(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number in range(3):
            writer.write(GET % number)
            assert await answer(reader) == (b"HTTP/1.1 200 OK", b"/%d" % number)
            await asyncio.sleep(2 * Hurried.whole_seconds)  # between two requests there is no hurry
        writer.write(GET % 7 + HEAD_OF_POST + b"hello" + GET % 8)
        assert [(await answer(reader))[1] for _ in range(3)] == [b"/7", b"/hello", b"/8"]

    async def in_pieces(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for byte in HEAD_OF_POST + b"hello":
            writer.write(bytes([byte]))
            await writer.drain()
        assert (await answer(reader))[1] == b"/hello"

    talk(patient, in_pieces)


def test_who_stops_in_the_middle_is_told_408_and_let_go_while_others_are_answered() -> None:
    def stops_after(beginning: bytes) -> Talk:
        async def stopping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(beginning)
            assert await reader.read() == (
                b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            )

        return stopping

    async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD_OF_POST)
        for _ in range(4):  # a byte now and then does not make it younger
            await asyncio.sleep(Hurried.whole_seconds / 3)
            writer.write(b"x")
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.read() == b""

    async def other(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GET % 1)
        assert (await answer(reader))[1] == b"/1"

    async def stops_later(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GET % 1 + b"GET /2 HT")
        assert (await answer(reader))[1] == b"/1"
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")

    halves = [stops_after(half) for half in (b"G", b"POST / HTTP/1.1\r\nhost:", HEAD_OF_POST, HEAD_OF_POST + b"hel")]
    talk(*halves, dripping, silent, other, stops_later)


def test_headers_without_end_are_refused() -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET / HTTP/1.1\r\n")
        line, sent = b"x-more: " + b"x" * 1000 + b"\r\n", 0
        told = b""
        while not told and sent < 8 * MOST_HEAD_BYTES:
            writer.write(line)
            sent += len(line)
            try:
                told = await asyncio.wait_for(reader.read(1000), 0.01)
            except TimeoutError:
                continue
        assert told.startswith(b"HTTP/1.1 431 ")
        assert sent <= MOST_HEAD_BYTES + 2 * len(line)

    async def large(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        body = b"x" * (4 * MOST_HEAD_BYTES)
        writer.write(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
        assert (await answer(reader))[1] == b"/" + body
        writer.write(GET % 3)
        assert (await answer(reader))[1] == b"/3"

    talk(endless, large, protocol=BoundedProtocol)


def test_what_is_no_http_is_refused() -> None:
    async def noise(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x16\x03\x01\x02\x00 hello\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 400 ")

    talk(noise)


SLOW, LARGE = (GET.replace(b"%d", name) for name in (b"slow", b"large"))


def test_nobody_takes_a_refusal_for_the_answer_to_an_earlier_request() -> None:
    def followed_by(what: bytes) -> Talk:
        async def talking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(SLOW + what)
            assert await answer(reader) == (b"HTTP/1.1 200 OK", b"/slow")
            rest = await reader.read()
            assert rest == b"" or rest.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 408 "))

        return talking

    talk(*(followed_by(what) for what in (b"GET /half HT", HEAD_OF_POST + b"hel", b"\x00 no http\r\n\r\n")))


def test_each_request_has_its_own_time() -> None:
    async def overlapping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request, cut = GET % 1, 9
        writer.write(request[:cut])
        for _ in range(6):
            await asyncio.sleep(Hurried.whole_seconds / 2)
            writer.write(request[cut:] + request[:cut])
            assert (await answer(reader))[1] == b"/1"

    talk(overlapping)


def test_who_sends_many_requests_without_waiting_is_let_go() -> None:
    taken = 0

    async def flooding(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal taken
        try:
            for _ in range(400):
                writer.write(SLOW * 100)
                await writer.drain()
            data = await reader.read()
        except ConnectionError:
            return
        taken = data.count(b"HTTP/1.1 200")

    async def other(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number in range(20):
            writer.write(GET % number)
            assert (await answer(reader))[1] == b"/%d" % number

    talk(flooding, other)
    assert taken <= MOST_WAITING + 1


def test_trailers_and_bodies_without_end_are_not_collected() -> None:
    async def trailing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n0\r\nmore: x\r\nmore: y\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 400 ")

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 999999999\r\n\r\n")
        try:
            for _ in range(64):
                writer.write(b"x" * (MOST_BYTES // 8))
                await writer.drain()
            assert await reader.read() == b""
        except ConnectionError:
            pass
        else:
            raise AssertionError("all of it was taken")

    talk(trailing, endless, protocol=BoundedProtocol)


def test_who_does_not_read_or_sends_only_line_ends_is_let_go() -> None:
    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(LARGE)
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.sleep(3 * Hurried.unread_seconds)
        writer.transport.resume_reading()  # type: ignore[attr-defined]
        with contextlib.suppress(ConnectionError):
            assert len(await reader.read()) < 8_000_000

    async def line_ends(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GET % 1)
        assert (await answer(reader))[1] == b"/1"
        writer.write(b"\r\n")
        assert await reader.read() == b""

    talk(deaf, line_ends)


def test_an_upgrade_is_answered_as_if_it_had_not_been_asked_for() -> None:
    async def upgrading(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET /7 HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n")
        assert (await answer(reader))[1] == b"/7"
        assert await reader.read() == b""

    talk(upgrading)
