"""One connection for all requests of a loop: everybody gets their own answer, and trouble is told to who waits."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
import redis as redis_py

from bot import fibers
from bot.embedded_redis import EmbeddedRedis
from bot.stores.client import Client
from bot.stores.connection import connect
from bot.stores.unit import Script
from config.settings import Settings, load_settings
from tests.conftest import ENVIRONMENT
from tests.waiting import wait_until

T = TypeVar("T")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    server = EmbeddedRedis(tmp_path / "var")
    server.start()
    yield server
    if server.pid:
        os.kill(server.pid, signal.SIGCONT)
    server.stop()


@pytest.fixture
def client(settings: Settings, redis: redis_py.Redis) -> Iterator[Client]:
    """As a web process has it, over an empty server."""
    client = connect(settings, "web")
    assert isinstance(client, Client)
    yield client
    client.close()


def over(server: EmbeddedRedis) -> Client:
    client = connect(load_settings({**ENVIRONMENT, "REDIS_URL": f"unix://{server.socket}"}), "web")
    assert isinstance(client, Client)
    return client


def run(client: Client, story: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """A story on a loop of its own."""

    async def whole() -> T:
        try:
            return await story()
        finally:
            assert client.line
            client.line.close()
            await asyncio.sleep(0)

    return asyncio.run(whole())


def side_by_side(client: Client, *calls: Callable[[], Any]) -> list[Any]:
    """What the calls give, each in a fiber of its own; errors as objects."""

    async def story() -> list[Any]:
        return await asyncio.gather(*(fibers.run(call) for call in calls), return_exceptions=True)

    return run(client, story)


def test_each_of_many_gets_the_answers_to_its_own_questions(client: Client, redis: redis_py.Redis) -> None:

    def work(number: int) -> list[Any]:
        client.set(f"k{number}", "x" * number)
        pipe = client.pipeline(transaction=False)
        pipe.strlen(f"k{number}")
        pipe.get(f"k{number}")
        return [*pipe.execute(), client.exists(f"k{number}", "none"), len(client.client_list())]

    others = len(redis.client_list())
    found = side_by_side(client, *(lambda number=number: work(number) for number in range(60)))
    assert found == [[number, b"x" * number, 1, others + 1] for number in range(60)]


def test_commands_give_in_a_fiber_what_they_give_outside(client: Client, redis: redis_py.Redis) -> None:
    redis.zadd("z", {"a": 1.5, "b": 2})
    redis.hset("h", mapping={"f": "1", "g": "2"})
    calls: list[Callable[[], Any]] = [
        lambda: client.zrange("z", 0, -1, withscores=True),
        lambda: client.zscore("z", "none"),
        lambda: client.hgetall("h"),
        lambda: dict(client.hscan_iter("h")),
        lambda: client.set("s", 1, nx=True, ex=100),
        lambda: client.hincrby("h", "f", 0),
        lambda: client.script_exists("0" * 40),
        lambda: client.info("server")["process_id"],
        lambda: client.register_script("return ARGV[1]")(args=["said"]),
        lambda: Script("return {1, ARGV[2]}")(client, ["a", "b"]),
        lambda: client.type("z"),
        lambda: client.pipeline(transaction=False).execute(),
        lambda: client.pipeline(transaction=True).incrby("n", 0).get("n").execute(),
    ]
    inside = side_by_side(client, *calls)
    redis.delete("s")
    assert inside == [call() for call in calls]


def test_errors_of_the_server_are_raised_where_they_were_asked_for(client: Client, redis: redis_py.Redis) -> None:
    redis.set("word", "x")

    def both() -> list[Any]:
        pipe = client.pipeline(transaction=False)
        pipe.incr("word")
        pipe.get("word")
        return pipe.execute(raise_on_error=False)

    found = side_by_side(client, lambda: client.incr("word"), lambda: client.get("word"), both)
    assert isinstance(found[0], redis_py.ResponseError)
    assert found[1] == b"x"
    assert isinstance(found[2][0], redis_py.ResponseError)
    assert found[2][1] == b"x"


def test_a_server_that_hangs_is_told_to_all_within_a_second_and_used_again_later(server: EmbeddedRedis) -> None:
    client = over(server)

    async def story() -> tuple[list[Any], float, list[Any]]:
        assert await fibers.run(client.ping)
        assert server.pid
        os.kill(server.pid, signal.SIGSTOP)
        began = time.monotonic()
        calls = (fibers.run(client.incr, "n") for _ in range(20))
        told = await asyncio.gather(*calls, return_exceptions=True)
        took = time.monotonic() - began
        os.kill(server.pid, signal.SIGCONT)
        return told, took, await asyncio.gather(*(fibers.run(client.get, "other") for _ in range(3)))

    told, took, later = run(client, story)
    assert {type(one) for one in told} == {redis_py.TimeoutError}
    assert took < 1
    assert later == [None] * 3


def test_a_server_that_dies_is_told_at_once_and_the_next_one_is_used(server: EmbeddedRedis) -> None:
    client = over(server)

    async def story() -> list[Any]:
        await fibers.run(client.set, "kept", 1)
        assert server.pid
        os.kill(server.pid, signal.SIGSTOP)
        waiting = asyncio.gather(*(fibers.run(client.get, "kept") for _ in range(5)), return_exceptions=True)
        await asyncio.sleep(0)
        os.kill(server.pid, signal.SIGKILL)
        return await waiting

    told = run(client, story)
    assert len(told) == 5
    assert all(isinstance(one, redis_py.ConnectionError) for one in told)
    assert all(isinstance(one, redis_py.ConnectionError) for one in side_by_side(client, client.ping, client.ping))
    server.start()
    wait_until(lambda: side_by_side(client, client.ping) == [True], 10)
    assert side_by_side(client, lambda: client.get("kept")) == [b"1"]


def test_a_master_that_became_a_replica_is_left(client: Client, redis: redis_py.Redis) -> None:

    async def story() -> list[Any]:
        first = await fibers.run(client.client_id)
        redis.execute_command("REPLICAOF", "127.0.0.1", "1")
        try:
            refused = await asyncio.gather(fibers.run(client.incr, "n"), return_exceptions=True)
        finally:
            redis.execute_command("REPLICAOF", "NO", "ONE")
        return [first, refused[0], await fibers.run(client.client_id)]

    first, refused, second = run(client, story)
    assert isinstance(refused, redis_py.ReadOnlyError)
    assert second != first


def test_only_one_connection_stands_however_many_ask_while_it_is_made(client: Client, redis: redis_py.Redis) -> None:
    async def story() -> int:
        for _ in range(10):
            assert client.line
            client.line.close()
            calls = []
            for _ in range(30):  # one comes with every turn of the loop
                calls.append(asyncio.ensure_future(fibers.run(client.ping)))
                await asyncio.sleep(0)
            await asyncio.gather(*calls, return_exceptions=True)
        await asyncio.sleep(0.05)
        return len(redis.client_list())

    others = len(redis.client_list())
    assert run(client, story) == others + 1


def test_an_answer_that_nobody_asked_for_is_never_taken_for_ones_own(tmp_path: Path) -> None:
    path = str(tmp_path / "odd.sock")

    gone = 0

    async def odd(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1000):
            writer.write(b"+OK\r\n" * data.count(b"*"))
            if b"odd" in data:
                await writer.drain()
                writer.write(b"$7\r\nsurplus\r\n")
        writer.close()
        await writer.wait_closed()
        nonlocal gone
        gone += 1

    client = connect(load_settings({**ENVIRONMENT, "REDIS_URL": f"unix://{path}"}), "web")
    assert isinstance(client, Client)

    async def story() -> list[Any]:
        async with await asyncio.start_unix_server(odd, path):
            first = await fibers.run(client.get, "odd")
            await asyncio.sleep(0.05)
            second = await fibers.run(client.get, "even")
            assert client.line
            client.line.close()
            while gone < 2:  # the line was left once, and closed once
                await asyncio.sleep(0.01)
            return [first, second]

    assert run(client, story) == [b"OK", b"OK"]
