"""Redis behind Sentinel: what the address says, what a failover costs, and what a 200 is worth with `?replicas=1`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis as redis_py
from flask.testing import FlaskClient

from bot.app import create_app
from bot.clock import make_clock
from bot.metrics import Metrics
from bot.stores.breaker import REST_SECONDS
from bot.stores.connection import connect
from bot.stores.sentinel import NotReplicated, confirmation, read_address
from config.settings import Settings, load_settings
from handlers.assembly import credentials, make_webhook
from handlers.command_line.doctor import about_redis
from tests.bot.wechat.hostile import signed, text_xml
from tests.chaos.sentinels import Sentinels
from tests.conftest import ENVIRONMENT
from tests.waiting import wait_until


@pytest.mark.parametrize(
    ("url", "hosts", "name", "rest"),
    [
        ("sentinel://a:1,b:2/m/3?replicas=1", (("a", 1), ("b", 2)), "m", (3, "", "", 1)),
        ("sentinel://u%40x:p%3A@a:26379/m", (("a", 26379),), "m", (0, "u@x", "p:", 0)),
        ("sentinel://:p@a:1/m/0", (("a", 1),), "m", (0, "", "p", 0)),
    ],
)
def test_the_address_is_read(url: str, hosts: tuple, name: str, rest: tuple) -> None:
    address = read_address(url)
    assert address is not None
    assert (address.hosts, address.name) == (hosts, name)
    assert (address.database, address.user, address.password, address.replicas) == rest


def test_other_addresses_are_none_and_need_no_confirmation(redis: redis_py.Redis) -> None:
    assert read_address("redis://localhost/0") is None
    confirmation("redis://localhost/0", redis)("key")
    confirmation("sentinel://a:1/m/0", redis)("key")


@pytest.fixture(scope="module")
def sentinels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sentinels]:
    servers = Sentinels(tmp_path_factory.mktemp("sentinels"))
    try:
        servers.start()
        yield servers
    finally:
        servers.close()


@pytest.fixture
def browser(sentinels: Sentinels, tmp_path: Path) -> FlaskClient:
    settings = load_settings({**ENVIRONMENT, "REDIS_URL": sentinels.url, "BOT_DATA_DIR": str(tmp_path / "var")})
    client = connect(settings, "web")
    clock, metrics = make_clock(settings, client), Metrics()
    return create_app(settings, client, [make_webhook(settings, client, clock, metrics)]).test_client()


def says(browser: FlaskClient, settings: Settings, text: str, number: int) -> tuple[int, bytes]:
    """One delivery; the same number is WeChat's repeat of the same message."""
    now = int(time.time())
    xml = text_xml(text, openid="oSentinel", created_at=1_790_000_000).replace("7001", str(number))
    [account] = settings.accounts
    answer = browser.post("/wechat", query_string=signed(credentials(account), str(now), f"n{number}"), data=xml)
    return answer.status_code, answer.get_data()


def test_what_no_replica_has_is_not_answered_and_the_repeat_is_the_same_message(
    sentinels: Sentinels, browser: FlaskClient, settings: Settings
) -> None:
    replicas = [port for port in sentinels.ports if port != sentinels.master()]
    assert says(browser, settings, "隐私", 1)[0] == 200
    for port in replicas:
        sentinels.freeze(port)
    try:
        began = time.monotonic()
        assert says(browser, settings, "留言 请问第一步怎么开始？", 2) == (503, b"")
        assert time.monotonic() - began < 1.0
        time.sleep(REST_SECONDS + 0.05)  # so that this one is not refused for the other's sake
        assert says(browser, settings, "留言 请问第一步怎么开始？", 2) == (503, b""), "an answer known but not safe"
    finally:
        for port in replicas:
            sentinels.thaw(port)
    answers: list[tuple[int, bytes]] = []

    def answered() -> bool:
        answers.append(says(browser, settings, "留言 请问第一步怎么开始？", 2))
        return answers[-1][0] == 200

    wait_until(answered, 10)
    assert "第 1 条".encode() in answers[-1][1]
    assert sentinels.client().hlen("{main}:inbox") == 1


def test_what_another_connection_changed_is_waited_for_too(sentinels: Sentinels) -> None:
    # Found by failovers under load: a web process has several connections, and WAIT behind a PING on one of them says
    # at once that the replicas have all that this one wrote, which is nothing.
    replicas = [port for port in sentinels.ports if port != sentinels.master()]
    writer, other = sentinels.client(), sentinels.client()
    confirm = confirmation(sentinels.url, other)
    writer.set("{main}:zero", "1")
    confirm("{main}:zero")
    with pytest.raises(NotReplicated, match="master"):
        confirm("{main}:one")  # as if another master had taken it
    for port in replicas:
        sentinels.freeze(port)
    try:
        writer.set("{main}:one", "1")
        with pytest.raises(NotReplicated):
            confirm("{main}:one")
        with pytest.raises(NotReplicated):
            confirmation(sentinels.url, sentinels.client())("{main}:one")  # over a connection that is new
    finally:
        for port in replicas:
            sentinels.thaw(port)
    wait_until(lambda: _is_confirmed(confirm), 10)


def _is_confirmed(confirm: Callable[[str], None]) -> bool:
    try:
        confirm("{main}:one")
    except redis_py.RedisError:
        return False
    return True


def test_a_dead_master_costs_seconds_of_503_and_nothing_that_was_answered(
    sentinels: Sentinels, browser: FlaskClient, settings: Settings
) -> None:
    assert says(browser, settings, "退订", 10)[0] == 200
    before = sentinels.kill_master()
    statuses = [says(browser, settings, "恢复", 11)[0]]
    wait_until(lambda: statuses.append(says(browser, settings, "恢复", 11)[0]) is None and statuses[-1] == 200, 20)
    assert set(statuses) == {503, 200}
    assert sentinels.master() not in (None, before)
    repeated = says(browser, settings, "退订", 10)
    assert repeated[0] == 200
    assert "不再主动发".encode() in repeated[1]
    sentinels.revive(before)


def test_asking_for_more_replicas_than_there_are_is_refused(sentinels: Sentinels) -> None:
    client = sentinels.client()
    client.set("{main}:one", "1")
    with pytest.raises(NotReplicated, match="fewer than 3"):
        confirmation(sentinels.url.replace("replicas=1", "replicas=3"), client)("{main}:one")


@pytest.mark.parametrize(
    ("asked", "state", "words"),
    [("", "warn", "?replicas=1"), ("?replicas=1", "ok", "1 of 2 replicas"), ("?replicas=2", "warn", "add one")],
)
def test_doctor_says_what_a_failover_would_lose(
    sentinels: Sentinels, tmp_path: Path, asked: str, state: str, words: str
) -> None:
    url = sentinels.url.partition("?")[0] + asked
    settings = load_settings({**ENVIRONMENT, "REDIS_URL": url, "BOT_DATA_DIR": str(tmp_path / "var")})
    findings = list(about_redis(connect(settings, "worker"), settings))
    assert any(found == state and words in sentence for found, sentence in findings), findings
