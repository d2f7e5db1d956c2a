"""A store that hangs: many requests at once are told within a second, and work goes on when it answers again."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis as redis_py

from bot.embedded_redis import EmbeddedRedis
from bot.stores.breaker import REST_SECONDS, Breaker, StoreAway
from bot.stores.connection import connect_socket
from tests.waiting import wait_until


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    server = EmbeddedRedis(tmp_path / "var")
    server.start()
    yield server
    os.kill(server.pid or 0, signal.SIGCONT)
    server.stop()


def _ask(breaker: Breaker, client: redis_py.Redis, arrived: float) -> float:
    """How long a request that arrived then has waited in all; negative if the store answered it."""
    try:
        with breaker.trying():
            client.ping()
    except redis_py.RedisError:
        return time.monotonic() - arrived
    return -1.0


def test_thirty_requests_on_two_threads_are_all_told_within_a_second(server: EmbeddedRedis) -> None:
    breaker, client = Breaker(), connect_socket(server.socket, "web")
    assert _ask(breaker, client, time.monotonic()) < 0
    os.kill(server.pid or 0, signal.SIGSTOP)
    for _ in range(2):  # when it has just gone, and when that is known
        with ThreadPoolExecutor(2) as threads:
            arrived = time.monotonic()
            waited = [threads.submit(_ask, breaker, client, arrived) for _ in range(30)]
            assert all(0 <= one.result() < 1 for one in waited)
        time.sleep(REST_SECONDS)  # as long as the breaker itself waits
    os.kill(server.pid or 0, signal.SIGCONT)
    wait_until(lambda: _ask(breaker, client, time.monotonic()) < 0, 3)
    assert all(_ask(breaker, client, time.monotonic()) < 0 for _ in range(5))


def test_while_one_tries_the_others_are_told_at_once() -> None:
    breaker = Breaker()
    with pytest.raises(redis_py.TimeoutError), breaker.trying():
        raise redis_py.TimeoutError
    time.sleep(REST_SECONDS)
    tried, end = threading.Event(), threading.Event()

    def one() -> None:
        with breaker.trying():
            tried.set()
            end.wait(5)

    thread = threading.Thread(target=one)
    thread.start()
    assert tried.wait(5)
    with pytest.raises(StoreAway), breaker.trying():
        pass
    end.set()
    thread.join(5)
    with breaker.trying():
        reached = True
    assert reached


@pytest.mark.parametrize("fault", [KeyError, redis_py.ConnectionError])
def test_a_fault_that_costs_no_time_closes_nothing(fault: type[Exception]) -> None:
    breaker = Breaker()
    for _ in range(2):
        with pytest.raises(fault), breaker.trying():
            raise fault
    with breaker.trying():
        reached = True
    assert reached
