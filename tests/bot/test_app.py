"""The web application without a handler: health pages, refusals without a body, and a Redis that is away."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
import redis as redis_py
from flask import Blueprint, request
from flask.testing import FlaskClient

from bot.app import create_app
from bot.clock import make_clock
from bot.embedded_redis import EmbeddedRedis
from bot.health import beat, leave
from bot.metrics import Gauge, Metrics
from bot.stores.connection import connect, connect_socket
from bot.stores.dues import Dues
from config.settings import Settings, load_settings
from handlers.assembly import make_webhook
from tests.conftest import ENVIRONMENT


@pytest.fixture
def browser(settings: Settings, redis: redis_py.Redis) -> FlaskClient:
    return create_app(settings, connect(settings, "web")).test_client()


def test_a_process_that_lives_is_healthy(browser: FlaskClient) -> None:
    assert browser.get("/healthz").status_code == 200


def test_ready_names_every_part_that_fails(browser: FlaskClient, redis: redis_py.Redis) -> None:
    answer = browser.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["failing"] == ["worker", "scheduler"]
    for part in ("worker", "scheduler"):
        beat(redis, part, "one")
    assert browser.get("/readyz").status_code == 200
    leave(redis, "worker", "one")
    assert browser.get("/readyz").get_json()["failing"] == ["worker"]


def test_further_checks_speak_their_own_words(settings: Settings, redis: redis_py.Redis) -> None:
    for part in ("worker", "scheduler"):
        beat(redis, part, "one")
    checks = {"last_poll": lambda: (True, "not due: no article yet")}
    answer = create_app(settings, redis, checks=checks).test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json()["parts"]["last_poll"] == "not due: no article yet"


def test_a_redis_that_hangs_or_is_gone_is_told_within_a_second(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path / "var")
    server.start()
    assert server.pid is not None
    settings = load_settings({**ENVIRONMENT, "BOT_DATA_DIR": str(tmp_path / "var")})
    browser = create_app(settings, connect(settings, "web")).test_client()
    assert browser.get("/readyz").get_json()["parts"]["redis"] == "ok"
    os.kill(server.pid, signal.SIGSTOP)
    for _ in range(2):  # over the old connection, and over a new one
        began = time.monotonic()
        answer = browser.get("/readyz")
        assert (answer.status_code, answer.get_json()["failing"]) == (503, ["redis"])
        assert time.monotonic() - began < 1
    os.kill(server.pid, signal.SIGCONT)
    assert browser.get("/readyz").get_json()["parts"]["redis"] == "ok"
    server.stop()
    assert browser.get("/readyz").get_json()["failing"] == ["redis"]
    assert browser.get("/metrics").status_code == 503


def test_counters_of_several_processes_add_up_beside_the_gauges(settings: Settings, redis: redis_py.Redis) -> None:
    for _ in range(2):
        metrics = Metrics()
        metrics.inc("bot_callbacks_total")
        metrics.inc("bot_callbacks_refused_total", reason="signature")
        metrics.flush(redis)
        metrics.flush(redis)
    Dues(redis, "main").add("pull|1", 1.0)
    pending = Gauge("bot_drafts_pending", "Drafts that wait.", lambda: {"main": 4})
    answer = create_app(settings, redis, gauges=[pending]).test_client().get("/metrics")
    lines = answer.get_data(as_text=True).splitlines()
    assert "bot_callbacks_total 2.0" in lines
    assert 'bot_callbacks_refused_total{reason="signature"} 2.0' in lines
    assert 'bot_drafts_pending{account="main"} 4.0' in lines
    assert 'bot_tasks_planned{account="main"} 1.0' in lines
    assert all(line.startswith(("#", "bot_")) for line in lines)


def test_counts_that_could_not_be_sent_are_kept(settings: Settings, redis: redis_py.Redis, tmp_path: Path) -> None:
    metrics = Metrics()
    metrics.inc("bot_callbacks_total")
    with pytest.raises(redis_py.RedisError):
        metrics.flush(connect_socket(str(tmp_path / "nobody")))
    metrics.flush(redis)
    assert [float(value) for value in redis.hvals("bot:metrics")] == [1.0]
    with pytest.raises(ValueError, match="not a metric name"):
        metrics.inc("callbacks")


def test_only_plain_verification_files_are_handed_out(
    settings: Settings, redis: redis_py.Redis, tmp_path: Path
) -> None:
    (tmp_path / "config" / "verify").mkdir(parents=True)
    (tmp_path / "config" / "verify" / "MP_verify_aB3.txt").write_text("aB3")
    (tmp_path / "config" / "verify" / "MP_verify_big.txt").write_text("x" * 5000)
    (tmp_path / "config" / "MP_verify_up.txt").write_text("secret")
    (tmp_path / "config" / "verify" / "MP_verify_out.txt").symlink_to(tmp_path / "config" / "MP_verify_up.txt")
    (tmp_path / "config" / "verify" / "MP_verify_in.txt").symlink_to("MP_verify_aB3.txt")
    os.mkfifo(tmp_path / "config" / "verify" / "MP_verify_pipe.txt")
    (tmp_path / "config" / "verify" / "MP_verify_folder.txt").mkdir()
    moved = settings.model_copy(update={"config_dir": tmp_path / "config"})
    browser = create_app(moved, redis).test_client()
    assert browser.get("/MP_verify_aB3.txt").get_data() == b"aB3"
    assert browser.get("/MP_verify_in.txt").get_data() == b"aB3"
    for path in (
        "MP_verify_none.txt",
        "MP_verify_big.txt",
        "MP_verify_out.txt",
        "MP_verify_pipe.txt",
        "MP_verify_folder.txt",
        "MP_verify_../MP_verify_up.txt",
        "MP_verify_%2e%2e%2fx.txt",
        "MP_verify_..%2f..%2fx.txt",
        "MP_verify_aB3.txt%00.txt",
        "MP_verify_aB3%00.txt",
        "MP_verify_aB3%0a.txt",
        "MP_verify_%EF%BC%8E%EF%BC%8E.txt",
        f"MP_verify_{'a' * 5000}.txt",
    ):
        assert browser.get(f"/{path}").status_code == 404, path
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert browser.open("/MP_verify_aB3.txt", method=method).status_code == 405


def test_a_query_of_any_bytes_is_no_fault(settings: Settings, redis: redis_py.Redis) -> None:
    # Found by fuzzing: werkzeug decodes a query as UTF-8 and raises where it is none.
    page = Blueprint("page", __name__)
    page.add_url_rule("/page", view_func=lambda: request.args.get("a", ""))
    app = create_app(settings, redis, [page])
    for query, value in (("a=\xff\xfe&b", "%FF%FE"), ("a=%E5%A5%BD\xe5\xa5\xbd", "好好"), ("\xfd&a=1", "1")):
        answer = app.test_client().get("/page", environ_overrides={"QUERY_STRING": query})
        assert (answer.status_code, answer.get_data(as_text=True)) == (200, value)


def test_what_is_not_there_and_what_breaks_is_answered_without_a_word(
    settings: Settings, redis: redis_py.Redis, capfd: pytest.CaptureFixture[str]
) -> None:
    broken = Blueprint("broken", __name__)

    @broken.get("/broken")
    def page() -> str:
        raise RuntimeError("inside")

    browser = create_app(settings, redis, [broken]).test_client()
    for path, status in (("/wall", 404), ("/broken", 500)):
        answer = browser.get(path)
        assert (answer.status_code, answer.get_data()) == (status, b"")
    assert browser.post("/healthz").status_code == 405


def test_a_doubled_slash_is_another_path_and_sends_nobody_elsewhere(settings: Settings, redis: redis_py.Redis) -> None:
    page = Blueprint("page", __name__)
    page.add_url_rule("/a/page", view_func=lambda: request.host)
    browser = create_app(settings, redis, [page]).test_client()
    assert browser.get("/a/page", headers={"Host": "a.example"}).get_data() == b"a.example"
    for path in ("/a//page", "/a/page/", "//evil.example/a/page"):
        answer = browser.get("/", headers={"Host": "evil.example"}, environ_overrides={"PATH_INFO": path})
        assert (answer.status_code, answer.headers.get("Location")) == (404, None), path


@pytest.mark.parametrize(
    "claims",
    [
        {"CONTENT_LENGTH": "8"},  # the sender hung up after four
        {"CONTENT_LENGTH": ""},
        {"CONTENT_LENGTH": "4,4"},
        {"CONTENT_LENGTH": "\u0664"},
        {"CONTENT_LENGTH": "4", "HTTP_TRANSFER_ENCODING": "chunked"},
        {"CONTENT_LENGTH": "9" * 5_000},
    ],
)
def test_a_body_whose_size_is_not_what_is_said_is_refused(
    settings: Settings, redis: redis_py.Redis, claims: dict[str, str]
) -> None:
    webhook = make_webhook(settings, redis, make_clock(settings, redis), Metrics())
    answer = (
        create_app(settings, redis, [webhook])
        .test_client()
        .post("/wechat", query_string={"signature": "x"}, data=b"<a/>", environ_overrides=claims)
    )
    assert (answer.status_code, answer.get_data()) == (400, b"")
