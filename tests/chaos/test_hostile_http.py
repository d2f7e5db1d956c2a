"""Hostile bodies and hostile HTTP at the real web server: the contract's answers, no effect, nothing in the log."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import redis as redis_py
import requests

from bot.embedded_redis import EmbeddedRedis
from bot.sandbox import Sandbox
from bot.wechat.callback import Credentials
from config.settings import ROOT
from tests.bot.wechat.hostile import Hostile, hostile_requests
from tests.conftest import ENVIRONMENT
from tests.ports import free_port
from tests.waiting import wait_until

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


class Web:
    """`python -m bot web` over the test's Redis, with a box that can push to it; no worker writes beside it."""

    def __init__(self, redis_server: EmbeddedRedis, folder: Path, aes_key: str) -> None:
        self.port = free_port()
        self.credentials = Credentials("main", ENVIRONMENT["WECHAT_APPID"], ENVIRONMENT["WECHAT_TOKEN"], aes_key)
        self.log = folder / "log"
        clean = {name: text for name, text in os.environ.items() if not name.startswith(("BOT_", "WECHAT_", "REDIS_"))}
        environment = {
            **clean,
            **ENVIRONMENT,
            "WECHAT_AES_KEY": aes_key,
            "REDIS_URL": f"unix://{redis_server.socket}",
            "BOT_DATA_DIR": str(folder / "var"),
            "BOT_PORT": str(self.port),
            "BOT_LOG_FORMAT": "json",
        }
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "web"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        self.box = Sandbox(
            appid=ENVIRONMENT["WECHAT_APPID"],
            token=ENVIRONMENT["WECHAT_TOKEN"],
            aes_key=aes_key,
            mode="safe" if aes_key else "plain",
            webhook_url=f"http://127.0.0.1:{self.port}/wechat",
        ).start()

    def is_up(self) -> bool:
        """Whether it answers."""
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/healthz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def post(self, request: Hostile) -> tuple[int, bytes]:
        """Status and body of one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            query = urlencode(request.query, errors="surrogatepass")
            connection.request("POST", f"/wechat?{query}", request.body, {"Content-Type": "text/xml"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def sends(self, raw: bytes, wait: float = 3.0) -> bytes:
        """What comes back for raw bytes on a connection, empty if it was closed or kept waiting."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as connection:
            try:
                connection.sendall(raw)
                return connection.recv(65536)
            except OSError:
                return b""

    def faults_in_log(self) -> list[str]:
        """Lines that speak of a fault of ours."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line for line in lines if "Traceback" in line or '"level": "error"' in line or "panic" in line.lower()]

    def close(self) -> None:
        """Stop it."""
        self.box.stop()
        self._process.terminate()
        self._process.wait(30)


@pytest.fixture(scope="module", params=["safe", "plain"])
def web(
    request: pytest.FixtureRequest, redis_server: EmbeddedRedis, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Web]:
    """One for all tests of a mode; what is stored is emptied between them."""
    one = Web(redis_server, tmp_path_factory.mktemp("web"), AES_KEY if request.param == "safe" else "")
    wait_until(one.is_up, seconds=30)
    yield one
    one.close()


@pytest.fixture(autouse=True)
def _nothing_stored(redis: redis_py.Redis) -> None:
    """Each test begins on an empty Redis."""


def everything(client: redis_py.Redis) -> dict[bytes, bytes | None]:
    """All that is stored, as dumped by the server; counters of requests aside."""
    return {key: client.dump(key) for key in client.scan_iter(count=1000) if not key.startswith(b"bot:")}


def test_hostile_bodies_get_the_contracts_answers_and_change_nothing(web: Web, redis: redis_py.Redis) -> None:
    cases = list(hostile_requests(web.credentials, time.time()))
    assert len(cases) > 300
    without_effect = [case for case in cases if case.status != 200 or case.name.startswith("timestamp")]
    before = everything(redis)
    answers = {case.name: web.post(case) for case in without_effect}
    assert everything(redis) == before
    wrong = {case.name: answers[case.name] for case in without_effect if answers[case.name][0] != case.status}
    assert wrong == {}
    assert {body for status, body in answers.values() if status != 200} == {b""}
    odd = [case for case in cases if case not in without_effect]
    assert [case.name for case in odd if web.post(case)[0] != case.status] == []
    assert web.faults_in_log() == []


POST = b"POST /wechat HTTP/1.1\r\nHost: x\r\n"
RAW = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "NULs": b"\0" * 400,
    "no length": POST + b"\r\n",
    "negative length": POST + b"Content-Length: -5\r\n\r\n",
    "length is a word": POST + b"Content-Length: many\r\n\r\n",
    "endless length": POST + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n",
    "two lengths": POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "length and chunks": POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks": POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "bad chunks": POST + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n",
    "huge header": POST + b"X: " + b"x" * 500_000 + b"\r\n\r\n",
    "folded header": POST + b"X: a\r\n b\r\nContent-Length: 0\r\n\r\n",
    "path tricks": b"GET /MP_verify_/../../../etc/passwd.txt HTTP/1.1\r\nHost: x\r\n\r\n",
    "encoded path tricks": b"GET /MP_verify_%2e%2e%2f%2e%2e%2fetc%2fpasswd.txt HTTP/1.1\r\nHost: x\r\n\r\n",
    "bytes in the query": b"POST /wechat?signature=\xff\xfe HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    "line break in the query": b"POST /wechat?nonce=%0d%0aX-Evil:1 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    "another method": b"BREW /wechat HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    "cut body": POST + b"Content-Length: 500\r\n\r\n<xml>",
}


def test_hostile_http_is_refused_and_changes_nothing(web: Web, redis: redis_py.Redis) -> None:
    before = everything(redis)
    answers = {name: web.sends(raw) for name, raw in RAW.items()}
    statuses = {name: answer.split(b" ")[1] if answer.startswith(b"HTTP/") else b"" for name, answer in answers.items()}
    assert {name: status for name, status in statuses.items() if status.startswith((b"2", b"5"))} == {}
    assert statuses["chunks"] == statuses["no length"] == b"400"
    assert not any(b"root:" in answer or b"X-Evil" in answer for answer in answers.values())
    assert everything(redis) == before
    assert web.is_up()
    assert web.faults_in_log() == []


def test_slow_bodies_do_not_keep_others_waiting(web: Web) -> None:
    reader = web.box.follower("小林")
    slow = []
    for _ in range(50):
        connection = socket.create_connection(("127.0.0.1", web.port), timeout=5)
        connection.sendall(b"POST /wechat?signature=x HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n<xml>")
        slow.append(connection)
    try:
        exchanges = [reader.says(f"我的{'' if number else ' '}") for number in range(10)]
    finally:
        for connection in slow:
            connection.close()
    assert {exchange.status for exchange in exchanges} == {200}
    assert max(exchange.deliveries[-1].seconds for exchange in exchanges) < 1.0
    assert web.faults_in_log() == []


def test_a_hundred_simultaneous_deliveries_have_one_effect_and_one_answer(web: Web, redis: redis_py.Redis) -> None:
    person = web.box.follower("小林")
    fields = {"FromUserName": person.openid, "MsgType": "text", "Content": "留言 请问第一步要怎么开始？"}
    exchange = web.box.push(fields, deliveries=100, simultaneous=True)
    assert [one.status for one in exchange.deliveries] == [200] * 100
    assert len({one.reading.xml for one in exchange.deliveries}) == 1
    assert re.search(r"第 \d+ 条", exchange.text)
    assert redis.hlen("{main}:inbox") == 1
    assert web.faults_in_log() == []


def test_a_flood_of_refused_requests_does_not_keep_wechat_waiting(web: Web) -> None:
    stop = threading.Event()

    def flood() -> None:
        while not stop.is_set():
            web.post(Hostile("flood", {"signature": "0" * 40, "timestamp": "1", "nonce": "2"}, b"<xml/>", 403))

    threads = [threading.Thread(target=flood, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    try:
        exchanges = [web.box.follower("小林").says("你好呀，今天天气不错") for _ in range(20)]
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)
    assert {exchange.status for exchange in exchanges} == {200}
    assert max(exchange.deliveries[-1].seconds for exchange in exchanges) < 1.0
