"""Plain functions that share one event loop: while one waits for the store, the others go on.

Flask's views are no coroutines. Given threads they would take turns at the interpreter's lock, which costs more than
the waiting saves; here each call runs in a greenlet of the loop's own thread and steps aside while it waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context
from typing import Any, TypeVar

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
                ended.set_exception(error)
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
