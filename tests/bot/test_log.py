"""Logs: nothing secret, nobody's openid, nobody's words."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
import threading
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from bot.log import Redactor, configure_logging
from config.settings import Settings

OPENID = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"


@contextlib.contextmanager
def logging_as(settings: Settings, log_format: Literal["json", "console"]) -> Iterator[None]:
    """Within a test only: pytest changes standard error between a fixture and its test."""
    before = (logging.getLogger().handlers[:], logging.getLogger().level)
    hooks = (sys.excepthook, threading.excepthook)
    configure_logging(settings.model_copy(update={"log_format": log_format}))
    structlog.configure(cache_logger_on_first_use=False)  # else loggers of the program keep this for later tests
    yield
    logging.getLogger().handlers[:], level = before
    logging.getLogger().setLevel(level)
    sys.excepthook, threading.excepthook = hooks
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("GET https://h/cgi-bin/token?appid=wx1&secret=S3CRET&x=1", "S3CRET"),
        ("https://h/comment/list?access_token=81_abc-DEF", "81_abc-DEF"),
        ("{'access_token': '81_abc', 'expires_in': 7200}", "81_abc"),
        ('{"secret": "S3CRET"}', "S3CRET"),
        ("redis://user:hunter22@host/0 is away", "hunter22"),
        ("the token is known-secret here", "known-secret"),
        (f"openid={OPENID}&lang=zh", OPENID),
        (f"['{OPENID}']", OPENID),
    ],
)
def test_what_must_be_hidden_is_hidden_and_the_rest_stays(line: str, hidden: str) -> None:
    cleaned = Redactor(["known-secret"], "key").clean(line)
    assert hidden not in cleaned
    assert len(cleaned.replace("[hidden]", "")) > len("is away")


def test_a_person_can_be_followed_through_the_log_but_not_named() -> None:
    redactor = Redactor(key="key")
    first, again = redactor.clean(f"a {OPENID}"), redactor.clean(f"b {OPENID}")
    assert first[2:] == again[2:]
    assert first[2:].startswith("person-")
    assert len(first[2:]) == len("person-") + 8
    assert Redactor(key="other").clean(f"a {OPENID}") != first


def test_ordinary_words_are_left_alone() -> None:
    line = "pull 2247487033_0 took 0.3 s for account main"
    assert Redactor(["", "abc"], "key").clean(line) == line


def test_a_line_of_ours_is_json_without_words_of_people(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with logging_as(settings, "json"):
        structlog.get_logger("test").info("drafted", content="我试过,确实有用!", who={"openid": OPENID}, number=3)
    event = json.loads(capsys.readouterr().err)
    assert (event["event"], event["number"], event["level"]) == ("drafted", 3, "info")
    assert event["content"] == "[9 characters]"
    assert OPENID not in json.dumps(event)


def test_a_librarys_traceback_goes_the_same_way(capsys: pytest.CaptureFixture[str], settings: Settings) -> None:
    secret = settings.accounts[0].secret.get_secret_value()
    with logging_as(settings, "json"):
        try:
            raise RuntimeError(f"https://h/token?secret={secret}&openid={OPENID} {secret}")
        except RuntimeError:
            logging.getLogger("some.library").exception("failed for %s", OPENID)
    printed = capsys.readouterr().err
    assert "RuntimeError" in json.loads(printed)["exception"]
    assert secret not in printed
    assert OPENID not in printed


def test_ticks_that_wait_for_each_other_are_no_lines(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with logging_as(settings, "json"):
        logging.getLogger("apscheduler.scheduler").warning("maximum number of running instances reached (1)")
        logging.getLogger("apscheduler.executors.default").warning("this one is told")
    [line] = capsys.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "this one is told"
