"""Plain functions that share one event loop: while one waits for the store, the others go on.

Flask's views are no coroutines. Given threads they would take turns at the interpreter's lock, which costs more than
the waiting saves; here each call runs in a greenlet of the loop's own thread and steps aside while it waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context
from typing import Any, Generic, TypeVar

from greenlet import getcurrent, greenlet

T = TypeVar("T")


class _Fiber(greenlet):
    """A call that may wait without holding the loop."""


async def run(function: Callable[..., T], *arguments: Any) -> T:
    """The function's result; inside it `wait_for` may be used. What it raises is raised here.

    A call that has begun comes to its end even if nobody waits for its result any more.
    """
    ended: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    def call() -> None:
        try:
            result = function(*arguments)
        except BaseException as error:
            if not ended.done():
                # A future refuses StopIteration, and who waits for it would wait for ever.
                ended.set_exception(RuntimeError(repr(error)) if isinstance(error, StopIteration) else error)
        else:
            if not ended.done():
                ended.set_result(result)

    fiber = _Fiber(call)
    fiber.gr_context = Context()  # what Flask knows of a request is this request's alone
    fiber.switch()
    return await ended


def inside() -> bool:
    """True inside of a call that `run` runs."""
    return type(getcurrent()) is _Fiber


def wait_for(future: asyncio.Future[T]) -> T:
    """The future's result; meanwhile the loop does other things. Only inside of a call that `run` runs."""
    fiber = getcurrent()
    loop_side = fiber.parent
    assert loop_side is not None, "wait_for is for calls that run() runs"
    if not future.done():
        future.add_done_callback(fiber.switch)
        loop_side.switch()
    return future.result()


class Together(Generic[T]):
    """One call for many: whoever comes while it runs waits, and then they are served by one call together."""

    def __init__(self, work: Callable[[list[T]], None]) -> None:
        """`work` gets what each of them brought; what it raises is raised for all of them."""
        self._work = work
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._runs = False

    def __call__(self, brought: T) -> None:
        """Returns once a call that began after this one came has ended well."""
        if not inside():
            self._work([brought])
            return
        loop = asyncio.get_running_loop()
        served: asyncio.Future[None] = loop.create_future()
        self._waiting.append((brought, served))
        if not self._runs:
            self._runs = True
            self._task = loop.create_task(self._serve())
        wait_for(served)

    async def _serve(self) -> None:
        try:
            while self._waiting:
                served, self._waiting = self._waiting, []
                problem: Exception | None = None
                try:
                    await run(self._work, [brought for brought, _ in served])
                except Exception as error:
                    problem = error
                for _, future in served:
                    if problem:
                        future.set_exception(type(problem)(*problem.args))
                    else:
                        future.set_result(None)
        finally:
            self._runs = False
