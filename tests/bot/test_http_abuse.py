"""Connections that would starve the others, fill the memory or confuse a sender are let go."""

from __future__ import annotations

import asyncio
import contextlib

from bot.http_protocol import MOST_BYTES, MOST_WAITING, BoundedProtocol
from tests.bot.http_talk import GET, HEAD_OF_POST, Hurried, Talk, answer, talk

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


def test_connections_beyond_the_most_are_not_taken_and_the_others_are_answered_all_the_same() -> None:
    answered, refused = 0, 0

    async def holding(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal answered, refused
        for _ in range(3):
            try:
                writer.write(GET % 1)
                assert (await answer(reader)) == (b"HTTP/1.1 200 OK", b"/1")
            except (ConnectionError, asyncio.IncompleteReadError):
                refused += 1
                return
            answered += 1
            await asyncio.sleep(0.1)  # while the others come

    talk(*[holding] * 9, protocol=BoundedProtocol, most=5)
    assert (answered, refused) == (3 * 4, 5)
