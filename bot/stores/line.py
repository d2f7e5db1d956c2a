"""One connection to Redis for all requests of an event loop: what they ask at the same moment goes out in one piece.

The server answers in the order of the questions and syncs what came in one piece to disk together, so that eight
requests side by side cost it little more than one.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import hiredis
import redis
from redis.asyncio.connection import AbstractConnection
from redis.connection import DefaultParser

from bot import fibers

_MORE = object()
"""What the reader gives while an answer is not whole."""

_LOST = "the connection to Redis was lost"


class Line:
    """Asks on behalf of fibers; connects when first asked, and anew after the connection was lost.

    Nothing is asked twice: a command whose answer was lost may have been carried out.
    """

    def __init__(self, make: Callable[[], AbstractConnection], patience: float) -> None:
        """`make` gives a connection that is not connected yet; `patience` are the seconds to wait for an answer."""
        self._make = make
        self._patience = patience
        self._wire: _Wire | None = None
        self._connecting: asyncio.Task[None] | None = None

    def ask(self, commands: Sequence[bytes]) -> list[Any]:
        """The answers to packed commands, in their order; an error of the server's is an object among them.

        Raises redis.ConnectionError or redis.TimeoutError, and then nobody knows what was carried out.
        """
        if self._wire is None or self._wire.lost:
            fibers.wait_for(self._connected())
        wire = self._wire
        assert wire is not None
        answers = fibers.wait_for(wire.ask(commands))
        if any(isinstance(answer, redis.ReadOnlyError) for answer in answers):
            wire.drop(redis.ConnectionError, "the master has become a replica")
        return answers

    def close(self) -> None:
        """Let the connection go; to be called on its loop."""
        if self._wire is not None:
            self._wire.drop(redis.ConnectionError, "the connection to Redis was closed")

    def _connected(self) -> asyncio.Future[None]:
        """A new connection, which all who wait for one share."""
        if self._connecting is None or self._connecting.done():
            self._connecting = asyncio.get_running_loop().create_task(self._connect())
        return asyncio.shield(self._connecting)

    async def _connect(self) -> None:
        connection = self._make()
        await connection.connect()
        self._wire = _Wire(connection, self._patience)


@dataclass(eq=False)
class _Question:
    """Commands that were sent together, and where their answers go. `until` is the loop's time."""

    wanted: int
    until: float
    future: asyncio.Future[list[Any]]
    answers: list[Any] = field(default_factory=list)


class _Wire(asyncio.Protocol):
    """A connection that stands, until it is `lost`."""

    def __init__(self, connection: AbstractConnection, patience: float) -> None:
        self.lost = False
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        # redis-py has greeted the server; from here its streams would cost more than the command.
        self._stream, connection._reader, connection._writer = connection._writer, None, None
        assert self._stream is not None, "a connection that is up has one"
        self._transport = self._stream.transport
        self._transport.set_protocol(self)
        self._reader = hiredis.Reader(
            protocolError=redis.InvalidResponse, replyError=DefaultParser.parse_error, notEnoughData=_MORE
        )
        self._asked: deque[_Question] = deque()
        self._outgoing: list[bytes] = []
        self._alarm: asyncio.TimerHandle | None = None

    def ask(self, commands: Sequence[bytes]) -> asyncio.Future[list[Any]]:
        """The answers to come."""
        question = _Question(len(commands), self._loop.time() + self._patience, self._loop.create_future())
        if self.lost:
            question.future.set_exception(redis.ConnectionError(_LOST))
            return question.future
        if not self._outgoing:
            self._loop.call_soon(self._send)
        self._outgoing += commands
        self._asked.append(question)
        if self._alarm is None:
            self._alarm = self._loop.call_at(question.until, self._look_at_the_clock)
        return question.future

    def drop(self, error: type[redis.RedisError], why: str) -> None:
        """Close; whoever still waits for an answer is told an `error` of their own."""
        self.lost = True
        self._transport.abort()
        while self._asked:
            question = self._asked.popleft()
            if not question.future.done():
                question.future.set_exception(error(why))

    def data_received(self, data: bytes) -> None:
        """Hand out what is whole."""
        self._reader.feed(data)
        try:
            while (answer := self._reader.gets()) is not _MORE:
                if not self._asked:
                    raise redis.InvalidResponse("an answer that nobody asked for")
                question = self._asked[0]
                question.answers.append(answer)
                if len(question.answers) == question.wanted:
                    self._asked.popleft()
                    if not question.future.done():  # its request may have been given up
                        question.future.set_result(question.answers)
        except redis.InvalidResponse as error:
            self.drop(redis.InvalidResponse, str(error))

    def connection_lost(self, _error: Exception | None) -> None:
        """The server hung up or died."""
        self.drop(redis.ConnectionError, _LOST)

    def _send(self) -> None:
        outgoing, self._outgoing = self._outgoing, []
        if not self.lost:
            self._transport.write(b"".join(outgoing))

    def _look_at_the_clock(self) -> None:
        """One alarm for all questions: answers come in order, so the oldest is the first to be late."""
        self._alarm = None
        if not self._asked:
            return
        if self._asked[0].until <= self._loop.time():
            self.drop(redis.TimeoutError, "Redis did not answer in time")
        else:
            self._alarm = self._loop.call_at(self._asked[0].until, self._look_at_the_clock)
