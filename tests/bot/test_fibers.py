"""Fibers: plain functions that wait side by side on one loop."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

import pytest

from bot import fibers

_whose = ContextVar("whose", default="nobody's")


def test_functions_that_wait_let_the_others_go_on() -> None:
    order: list[str] = []

    async def story() -> list[int]:
        gates = [asyncio.get_running_loop().create_future() for _ in range(3)]

        def work(number: int) -> int:
            order.append(f"begun {number}")
            got = fibers.wait_for(gates[number]) + fibers.wait_for(gates[0])
            order.append(f"done {number}")
            return got

        calls = [asyncio.ensure_future(fibers.run(work, number)) for number in (2, 1, 0)]
        await asyncio.sleep(0)
        for number in (1, 2, 0):
            gates[number].set_result(number)
        return await asyncio.gather(*calls)

    assert asyncio.run(story()) == [2, 1, 0]
    assert order[:3] == ["begun 2", "begun 1", "begun 0"]
    assert sorted(order[3:]) == ["done 0", "done 1", "done 2"]


def test_what_is_waited_for_may_fail_and_so_may_the_function() -> None:
    async def story() -> None:
        broken = asyncio.get_running_loop().create_future()
        broken.set_exception(OSError("away"))

        def careful() -> str:
            try:
                fibers.wait_for(broken)
            except OSError as error:
                return str(error)
            return "no error"

        assert await fibers.run(careful) == "away"
        with pytest.raises(OSError, match="away"):
            await fibers.run(lambda: fibers.wait_for(broken))

    asyncio.run(story())


def test_each_has_a_context_of_its_own() -> None:
    async def story() -> list[str]:
        gate = asyncio.get_running_loop().create_future()

        def work(name: str) -> str:
            found = _whose.get()
            _whose.set(name)
            fibers.wait_for(gate)
            return f"{found} {_whose.get()}"

        calls = [asyncio.ensure_future(fibers.run(work, name)) for name in ("a", "b")]
        await asyncio.sleep(0)
        gate.set_result(None)
        return [*await asyncio.gather(*calls), _whose.get()]

    assert asyncio.run(story()) == ["nobody's a", "nobody's b", "nobody's"]


def test_a_call_that_nobody_waits_for_any_more_comes_to_its_end() -> None:
    done: list[bool] = []

    async def story() -> None:
        gate = asyncio.get_running_loop().create_future()

        def work() -> None:
            fibers.wait_for(gate)
            done.append(fibers.inside())

        call = asyncio.ensure_future(fibers.run(work))
        await asyncio.sleep(0)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        assert not done
        gate.set_result(None)
        await asyncio.sleep(0)

    asyncio.run(story())
    assert done == [True]
    assert not fibers.inside()


def test_those_who_come_while_it_runs_share_the_next_call() -> None:
    calls: list[list[int]] = []

    async def story() -> None:
        gates = [asyncio.get_running_loop().create_future() for _ in range(2)]

        def work(brought: list[int]) -> None:
            calls.append(brought)
            fibers.wait_for(gates[len(calls) - 1])

        together = fibers.Together(work)
        early = [asyncio.ensure_future(fibers.run(together, number)) for number in (1, 2)]
        await asyncio.sleep(0.01)
        late = [asyncio.ensure_future(fibers.run(together, number)) for number in (3, 4, 5)]
        await asyncio.sleep(0.01)
        assert not any(call.done() for call in early + late)
        gates[0].set_result(None)
        await asyncio.gather(*early)
        await asyncio.sleep(0.01)
        assert not any(call.done() for call in late)
        gates[1].set_exception(OSError("away"))
        assert [str(one) for one in await asyncio.gather(*late, return_exceptions=True)] == ["away"] * 3

    asyncio.run(story())
    assert calls == [[1, 2], [3, 4, 5]]


def test_outside_of_fibers_everybody_is_served_alone() -> None:
    calls: list[list[int]] = []
    together = fibers.Together(calls.append)
    together(1)
    together(2)
    assert calls == [[1], [2]]


def test_a_function_that_lets_a_stop_iteration_out_fails_instead_of_hanging() -> None:
    async def story() -> None:
        with pytest.raises(RuntimeError, match="StopIteration"):
            await asyncio.wait_for(fibers.run(lambda: next(iter(()))), 5)

    asyncio.run(story())
