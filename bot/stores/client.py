"""The client of Redis that everything here uses: redis-py's, without what nobody needs, and at home in fibers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import hiredis
import redis
from redis.client import Pipeline

from bot import fibers
from bot.stores.line import Line

_DIRECT = frozenset({"EVALSHA", "HVALS"})
"""Commands whose answers are taken as the server gives them."""


class Client(redis.Redis):
    """Runs what callbacks do with the store without redis-py's retries, timing and tracing.

    Nobody here uses those, and they cost more processor time than the command itself. In a fiber every command goes
    over `line`, so that nobody else waits for it.
    """

    line: Line | None = None

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """One command and its answer; errors as redis-py raises them."""
        direct = args[0] in _DIRECT and not options
        if self.line is not None and fibers.inside():
            [answer] = self.line.ask([_packed(args)])
            if not direct:
                return self.parse_response(cast(Any, _Heard(answer)), args[0], **options)
            return _Heard(answer).read_response()
        if not direct:
            return super().execute_command(*args, **options)
        pool = self.connection_pool
        connection = pool.get_connection()
        try:
            connection.send_packed_command([hiredis.pack_command(args)])
            return connection.read_response()
        finally:
            pool.release(connection)

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:
        """As redis-py's; one that is no transaction goes over the line in a fiber."""
        if transaction or self.line is None or not fibers.inside():
            return super().pipeline(transaction, shard_hint)
        return _Batch(self)


def _packed(args: tuple[Any, ...]) -> bytes:
    """A command as it goes to the server; redis-py names some by two words in one text."""
    name = args[0]
    if isinstance(name, str) and " " in name:
        args = (*name.split(), *args[1:])
    return cast(bytes, hiredis.pack_command(args))


class _Heard:
    """An answer, where redis-py expects a connection to read it from."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def read_response(self, disable_decoding: bool = False) -> Any:
        """The answer; raised if it is an error."""
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


class _Batch(Pipeline):
    """Commands sent together over the line."""

    def __init__(self, client: Client) -> None:
        super().__init__(client.connection_pool, client.response_callbacks, False, None)
        assert client.line is not None
        self._line = client.line

    def execute(self, raise_on_error: bool = True) -> list[Any]:
        """All answers, in order; the first error among them is raised unless told otherwise."""
        commands: Sequence[tuple[tuple[Any, ...], dict[str, Any]]] = self.command_stack
        self.reset()
        if not commands:
            return []
        heard = self._line.ask([_packed(args) for args, _ in commands])
        answers: list[Any] = []
        for (args, options), answer in zip(commands, heard, strict=True):
            try:
                answers.append(self.parse_response(cast(Any, _Heard(answer)), args[0], **options))
            except redis.ResponseError as error:
                if raise_on_error:
                    raise
                answers.append(error)
        return answers
