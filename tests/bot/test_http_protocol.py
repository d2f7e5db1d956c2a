"""Whole requests are answered, halves and endless headers are told so and let go."""

from __future__ import annotations

import asyncio

from bot.http_protocol import MOST_HEAD_BYTES, BoundedProtocol
from tests.bot.http_talk import GET, HEAD_OF_POST, Hurried, Talk, answer, talk


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
