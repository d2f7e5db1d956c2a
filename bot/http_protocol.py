"""HTTP/1.1 as uvicorn reads it, with bounds on how long and how large a request may be before it is whole."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD_BYTES = 64 * 1024
"""Of a request line and its headers, about: what came in one piece with the end of them is not counted."""

_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedProtocol(HttpToolsProtocol):
    """One connection. Who sends half a request and stops, or headers without end, is told so and let go."""

    whole_seconds = 4.0
    """How long a request may take to arrive; WeChat itself gives up after five."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._alarm: asyncio.TimerHandle | None = None
        self._has_begun = False
        self._is_whole = False
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A new connection has the same time for its first request."""
        super().connection_made(transport)
        self._alarm = self.loop.call_later(self.whole_seconds, self._give_up)

    def connection_lost(self, error: Exception | None) -> None:
        """Nobody is there any more."""
        self._quiet()
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """Some bytes of a request, or several requests."""
        self._has_begun = True
        self._head_bytes += len(data)
        super().data_received(data)
        if self._is_whole:
            if self._alarm:
                self._quiet()
        elif self._head_bytes > MOST_HEAD_BYTES:
            self._refuse(_TOO_LARGE)
        elif self._alarm is None:
            self._alarm = self.loop.call_later(self.whole_seconds, self._give_up)

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self._is_whole = False
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The body, if any, is bounded by its reader."""
        self._head_bytes = -(1 << 62)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """A whole request."""
        self._is_whole, self._head_bytes = True, 0
        super().on_message_complete()

    def _quiet(self) -> None:
        if self._alarm:
            self._alarm.cancel()
            self._alarm = None

    def _give_up(self) -> None:
        self._alarm = None
        self._refuse(_TOO_SLOW)

    def _refuse(self, answer: bytes) -> None:
        self._quiet()
        if self.transport.is_closing():
            return
        answering = self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete
        if self._has_begun and not answering:
            self.transport.write(answer)
        self.transport.close()
