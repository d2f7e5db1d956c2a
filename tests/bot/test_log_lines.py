"""Log lines under attack and under stress: one line each, nobody's words, and what to do beside what happened."""

from __future__ import annotations

import ast
import json
import logging
import subprocess
import sys
import time
from pathlib import Path
from typing import Literal

import pytest
import structlog
from pydantic import SecretStr

from bot.embedded_redis import EmbeddedRedis
from bot.log_events import EVENTS
from bot.queue import build_worker
from bot.stores.connection import connect_socket
from bot.stores.unit import Busy
from bot.tracebacks import described, placed, rendered
from bot.wechat.errors import Unreachable
from config.settings import ROOT, Settings
from tests.bot.test_log import OPENID, logging_as
from tests.waiting import wait_until

WORDS = "我妈去年住院花了三万"
EVIL = f'x\r\n\x1b[31m{{"level": "forged"}}\x9b2J\u2028\u202e{OPENID}\x00\x7f'


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_nothing_from_outside_makes_a_line_or_a_colour(
    settings: Settings, capsys: pytest.CaptureFixture[str], log_format: Literal["json", "console"]
) -> None:
    with logging_as(settings, log_format):
        structlog.get_logger("test").warning("callback_refused", reason=EVIL, more={EVIL: [EVIL]})
        logging.getLogger("some.library").warning("about %s", EVIL)
    printed = capsys.readouterr().err
    assert len(printed.splitlines()) == 2
    assert not [char for char in printed.replace("\n", "") if not char.isprintable()]
    assert OPENID not in printed


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_an_error_that_quotes_a_reader_is_told_without_the_quotation(
    settings: Settings, capsys: pytest.CaptureFixture[str], log_format: Literal["json", "console"]
) -> None:
    def fails() -> None:
        try:
            int(WORDS)
        except ValueError as error:
            raise KeyError(WORDS, "\x1b[31mforged") from error

    with logging_as(settings, log_format):
        try:
            fails()
        except KeyError as error:
            structlog.get_logger("test").error("handler_failed", exc_info=error)
            logging.getLogger("some.library").exception("it failed")
    printed = capsys.readouterr().err
    assert printed.count("KeyError: [") == printed.count("ValueError: [") == 2
    assert "in fails" in printed
    assert WORDS not in printed
    assert "\x1b" not in printed


def test_errors_of_our_own_and_of_the_store_say_what_is_wrong() -> None:
    assert described(Unreachable("/cgi-bin/comment/list", "HTTP 502")) == "Unreachable: /cgi-bin/comment/list: HTTP 502"
    assert described(OSError(28, "No space left on device")) == "OSError: [Errno 28] No space left on device"
    assert described(Busy("main")) == "Busy: main"
    assert described(ValueError()) == "ValueError"
    with pytest.raises(ValueError, match=WORDS) as raised:
        raise ValueError(WORDS)
    assert placed(raised.value).startswith("ValueError: [10 characters] (in test_errors_of_our_own")
    raised.value.__context__ = raised.value  # a chain that bites its tail ends all the same
    assert rendered((ValueError, raised.value, raised.tb)).count("ValueError: [") == 1


@pytest.mark.parametrize("where", ["the process", "a thread"])
def test_what_nobody_catches_goes_the_same_way(where: str) -> None:
    program = f"""
import threading
from bot.log import configure_logging
configure_logging(None)
def fails():
    raise RuntimeError("secret=hunter22 {WORDS} {OPENID}")
if {where == "a thread"}:
    thread = threading.Thread(target=fails); thread.start(); thread.join()
else:
    fails()
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == (0 if where == "a thread" else 1)
    assert "RuntimeError: [" in done.stderr
    assert ("thread_failed" if where == "a thread" else "process_failed") in done.stderr
    assert not any(needle in done.stderr for needle in ("hunter22", WORDS, OPENID))


def test_a_warning_says_what_is_true_now_and_what_to_do(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with logging_as(settings, "json"):
        structlog.get_logger("test").error("callback_not_stored", account="main")
        structlog.get_logger("test").info("store_is_back")
    warned, told = map(json.loads, capsys.readouterr().err.splitlines())
    assert "WeChat tries again" in warned["now"]
    assert "doctor" in warned["do"]
    assert "do" not in told


def _events(levels: tuple[str, ...]) -> set[str]:
    found = set()
    for folder in ("bot", "handlers", "replies"):
        for path in (ROOT / folder).rglob("*.py"):
            if "sandbox" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if _is_log_call(node, levels):
                    found.add(node.args[0].value)  # type: ignore[attr-defined]
    return found


def _is_log_call(node: ast.AST, levels: tuple[str, ...]) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in levels
        and bool(node.args)
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        and (getattr(node.func.value, "id", "") == "log" or isinstance(node.func.value, ast.Call))
    )


def test_every_warning_of_ours_is_explained_here_and_in_the_book() -> None:
    events = _events(("warning", "error", "critical", "exception"))
    assert events == set(EVENTS)
    book = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    missing = [name for name, (now, do) in EVENTS.items() if f"| `{name}` | {now} | {do} |" not in book]
    assert missing == []


def test_a_store_that_is_away_is_told_once_by_a_worker(
    settings: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    server = EmbeddedRedis(tmp_path / "var", fsync="no")
    server.start()
    with logging_as(settings, "json"):
        worker = build_worker(
            settings.model_copy(update={"redis_url": SecretStr(f"unix://{server.socket}")}), {}, threads=1
        )
        worker.start()
        wait_until(lambda: connect_socket(server.socket).zcard("bot:alive:worker") == 1)
        server.stop()
        time.sleep(4.5)  # Dramatiq tries again every three seconds, our pulse every second
        server.start()
        wait_until(lambda: connect_socket(server.socket).zcard("bot:alive:worker") == 1)
        worker.stop()
        server.stop()
    events = [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()]
    assert [event for event in events if "store" in event] == ["worker_waits_for_store", "store_is_back"]
    assert not [event for event in events if event.startswith("Consumer")]
