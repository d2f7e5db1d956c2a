"""One token for all: fetched once under load, renewed once when refused, forced as rarely as WeChat allows."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis as redis_py

from bot.embedded_redis import EmbeddedRedis
from bot.stores.connection import connect_socket
from bot.wechat.gateway import ArticleId, Gateway, Refused
from tests.bot.wechat.conftest import Clock
from tests.bot.wechat.fake_api import SECRET, STABLE_TOKEN, FakeApi, Raw, refusal

ARTICLE = ArticleId(2247487033, 0)
LIST = "/cgi-bin/comment/list"


def list_once(socket: str, base: str, barrier: object, failures: object) -> None:
    """What one of several processes does: a gateway of its own and one call at the same moment as the others."""
    client = connect_socket(socket, "worker")
    gateway = Gateway(account="main", appid="wx1", secret=SECRET, api_base=base, timeout=5, redis=client, now=time.time)
    barrier.wait(20)  # type: ignore[attr-defined]
    try:
        gateway.list_comments(ARTICLE, 0)
    except Exception as problem:
        failures.put(repr(problem))  # type: ignore[attr-defined]


def test_eight_processes_that_start_cold_fetch_one_token(
    api: FakeApi, redis_server: EmbeddedRedis, redis: redis_py.Redis
) -> None:
    context = multiprocessing.get_context("fork")
    barrier, failures = context.Barrier(8), context.SimpleQueue()
    processes = [
        context.Process(target=list_once, args=(redis_server.socket, api.base, barrier, failures)) for _ in range(8)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(20)
    assert [process.exitcode for process in processes] == [0] * 8
    assert failures.empty()
    assert api.count == {STABLE_TOKEN: 1, LIST: 8}


def at_once(gateways: list[Gateway]) -> None:
    """One call by every gateway at the same moment; raises what any of them raises."""
    barrier = threading.Barrier(len(gateways))

    def work(gateway: Gateway) -> None:
        barrier.wait(20)
        gateway.list_comments(ARTICLE, 0)

    with ThreadPoolExecutor(len(gateways)) as pool:
        list(pool.map(work, gateways))


@pytest.mark.parametrize("code", [40001, 40014, 42001, 41001])
def test_a_token_refused_under_eight_workers_is_renewed_once(
    api: FakeApi, make_gateway: Callable[..., Gateway], code: int
) -> None:
    at_once([make_gateway()])
    api.tokens += 1  # another program of this account forced a new one
    api.on[LIST] = lambda request: {"comment": []} if request.params["access_token"] == api.token else refusal(code)
    at_once([make_gateway() for _ in range(8)])
    assert api.count[STABLE_TOKEN] == 2


def test_an_expired_token_is_fetched_once_by_eight_workers(
    api: FakeApi, make_gateway: Callable[..., Gateway], clock: Clock
) -> None:
    at_once([make_gateway()])
    clock.now += 7200
    at_once([make_gateway() for _ in range(8)])
    assert api.count[STABLE_TOKEN] == 2


def test_a_token_is_not_used_in_its_last_minute(api: FakeApi, gateway: Gateway, clock: Clock) -> None:
    gateway.list_comments(ARTICLE, 0)
    clock.now += 7200 - 61
    gateway.list_comments(ARTICLE, 0)
    assert api.count[STABLE_TOKEN] == 1
    clock.now += 2
    gateway.list_comments(ARTICLE, 0)
    assert api.count[STABLE_TOKEN] == 2


def test_endless_40001_costs_one_renewal_and_one_retry(api: FakeApi, gateway: Gateway) -> None:
    api.on[LIST] = lambda _: refusal(40001)
    with pytest.raises(Refused) as refused:
        gateway.list_comments(ARTICLE, 0)
    assert refused.value.code == 40001
    assert api.count == {STABLE_TOKEN: 2, LIST: 2}


def forced(api: FakeApi) -> int:
    return sum(bool(call.json["force_refresh"]) for call in api.calls if call.path == STABLE_TOKEN)


def test_forced_refreshes_keep_thirty_seconds_apart_and_twenty_a_day(
    api: FakeApi, gateway: Gateway, clock: Clock
) -> None:
    api.on[LIST] = lambda _: refusal(40001)
    start = clock.now
    for wait in (0, 5, 20):
        clock.now += wait
        with pytest.raises(Refused):
            gateway.list_comments(ARTICLE, 0)
    assert forced(api) == 1
    for _ in range(30):
        clock.now += 31
        with pytest.raises(Refused):
            gateway.list_comments(ARTICLE, 0)
    assert forced(api) == 20
    clock.now = start + 24 * 3600 + 100
    with pytest.raises(Refused):
        gateway.list_comments(ARTICLE, 0)
    assert forced(api) == 21


def test_an_expired_token_is_not_forced(api: FakeApi, gateway: Gateway) -> None:
    gateway.list_comments(ARTICLE, 0)
    api.tokens += 1
    api.on[LIST] = lambda request: {"comment": []} if request.params["access_token"] == api.token else refusal(42001)
    gateway.list_comments(ARTICLE, 0)
    assert forced(api) == 0


@pytest.mark.parametrize("code", [-1, 45009, 45011, 40001])
def test_a_refused_force_falls_back_on_the_plain_call(api: FakeApi, gateway: Gateway, clock: Clock, code: int) -> None:
    gateway.list_comments(ARTICLE, 0)
    api.on[STABLE_TOKEN] = lambda request: (
        refusal(code) if request.json["force_refresh"] else {"access_token": api.token, "expires_in": 345}
    )
    for _ in range(2):
        clock.now += 31
        api.tokens += 1
        gateway.list_comments(ARTICLE, 0)
    assert api.count[LIST] == 5
    assert 1 <= forced(api) <= 2


@pytest.mark.parametrize("code", [40001, 40013, 40125, 40164, 40243, 89503])
def test_a_refusal_of_the_token_itself_is_told_and_remembered(api: FakeApi, gateway: Gateway, code: int) -> None:
    api.on[STABLE_TOKEN] = lambda _: refusal(code, "invalid ip 203.0.113.7, not in whitelist")
    with pytest.raises(Refused) as refused:
        gateway.check_token()
    assert refused.value.code == code
    assert gateway.ledger.features()["token"].state == str(code)
    assert ("203.0.113.7" in refused.value.sentence) == (code == 40164)
    assert api.count == {STABLE_TOKEN: 1}


@pytest.mark.parametrize(
    "answer",
    [{}, {"access_token": ""}, {"access_token": "x"}, {"access_token": 5, "expires_in": 7200}, Raw(b"<html>")],
)
def test_an_answer_without_a_token_is_no_token(api: FakeApi, gateway: Gateway, answer: dict[str, object] | Raw) -> None:
    api.on[STABLE_TOKEN] = lambda _: answer
    with pytest.raises(Exception, match="stable_token"):
        gateway.list_comments(ARTICLE, 0)
    assert api.count == {STABLE_TOKEN: 1}


def test_checking_the_token_asks_even_if_one_is_stored(api: FakeApi, gateway: Gateway) -> None:
    gateway.list_comments(ARTICLE, 0)
    gateway.check_token()
    assert api.count[STABLE_TOKEN] == 2
    assert forced(api) == 0


def test_two_accounts_have_two_tokens(
    api: FakeApi, make_gateway: Callable[..., Gateway], redis: redis_py.Redis
) -> None:
    for account in ("one", "two"):
        make_gateway(account).list_comments(ARTICLE, 0)
    assert set(redis.scan_iter("*:token")) == {b"{one}:token", b"{two}:token"}
    assert api.count[STABLE_TOKEN] == 2
