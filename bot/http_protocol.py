"""HTTP/1.1 as uvicorn reads it, with bounds on how long and how large a request may be, and on who may keep us waiting.

WeChat and the proxies before us send one request after the other, with bodies of a stated size. Whoever does otherwise
gets what costs us nothing: an answer where it is cheap, else the end of the connection.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD_BYTES = 64 * 1024
"""Of a request line and its headers, about: bytes are counted as they arrive."""

MOST_BYTES = 1 << 20
"""Of one request in all. The application refuses much less, but whoever still sends must be able to read that."""

MOST_WAITING = 8
"""Requests that may be sent before the first of them is answered."""

MOST_CONNECTIONS = 1_000
"""At one time, in one process; more are not taken."""

_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_NOT_HTTP = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class _Unwanted(Exception):
    """Stops the parser in the middle of what has arrived."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection. Who sends half a request and stops, or headers without end, is told so and let go."""

    whole_seconds = 4.0
    """How long a request may take to arrive; WeChat itself gives up after five."""

    unread_seconds = 10.0
    """How long answers may wait for a sender that does not read them."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._alarm: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._has_begun = False
        """A request has begun and is not whole."""
        self._in_head = False
        self._bytes = 0
        self._is_last = False
        """The answer that is being made is still given, then this connection ends."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A new connection, with the same time for its first request."""
        super().connection_made(transport)
        if len(self.connections) >= (self.limit_concurrency or MOST_CONNECTIONS):
            self.connections.discard(self)  # uvicorn would refuse the requests of all others, too
            transport.abort()
            return
        self._alarm = self.loop.call_later(self.whole_seconds, self._too_slow)

    def connection_lost(self, error: Exception | None) -> None:
        """Nobody is there any more."""
        self._quiet()
        self.resume_writing()
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """Some bytes of a request, or of several."""
        if self.transport.is_closing():
            return
        self._bytes += len(data)
        super().data_received(data)
        if self._has_begun:
            if self._in_head and self._bytes > MOST_HEAD_BYTES:
                self._refuse(_TOO_LARGE)
            elif self._bytes > MOST_BYTES:
                self._refuse(b"")
        if self._alarm is None and (self._has_begun or self._is_idle()):
            # Idle: a stray line end has just stopped uvicorn's own clock.
            self._alarm = self.loop.call_later(self.whole_seconds, self._too_slow)

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self._has_begun = self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """All headers are there; a body may follow."""
        self._in_head = False
        super().on_headers_complete()
        if len(self.pipeline) > MOST_WAITING:
            raise _Unwanted

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; behind a body it would be a trailer, which nobody here needs."""
        if not self._in_head:
            raise _Unwanted
        super().on_header(name, value)

    def on_message_complete(self) -> None:
        """A whole request."""
        self._has_begun, self._bytes = False, 0
        self._quiet()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """An answer has been given; what waits behind it comes first, then what is still to be read."""
        super().on_response_complete()
        if self._is_last:
            self.transport.close()
        elif self.pipeline:
            self.flow.pause_reading()

    def pause_writing(self) -> None:
        """The sender does not read what it asked for."""
        super().pause_writing()
        self._unread = self._unread or self.loop.call_later(self.unread_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """It reads again."""
        if self._unread:
            self._unread.cancel()
            self._unread = None
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP, or was stopped in the middle."""
        self._refuse(_NOT_HTTP)

    def _unsupported_upgrade_warning(self) -> None:
        self.cycle.keep_alive = False  # what follows is in no language of ours

    def _is_idle(self) -> bool:
        return self.timeout_keep_alive_task is None and (self.cycle is None or self.cycle.response_complete)

    def _quiet(self) -> None:
        if self._alarm:
            self._alarm.cancel()
            self._alarm = None

    def _too_slow(self) -> None:
        self._alarm = None
        self._refuse(_TOO_SLOW if self._has_begun else b"")

    def _refuse(self, answer: bytes) -> None:
        """Say so, unless that could be taken for the answer to an earlier request, and hang up."""
        self._quiet()
        cycle = self.cycle
        is_open = cycle is not None and not cycle.response_complete
        if is_open and (self.pipeline or not cycle.more_body):
            self._is_last = True
            self.pipeline.clear()
            self.flow.pause_reading()
            return
        if self.transport.is_closing():
            return
        if answer and not (is_open and cycle.response_started):
            self.transport.write(answer)
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.close()
