"""The command line: exit codes, one line for what is wrong, and commands that read and write the store."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis as redis_py

from bot.embedded_redis import EmbeddedRedis
from config.settings import ROOT
from handlers.command_line import main
from tests.conftest import ENVIRONMENT


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


Bot = Callable[..., Done]


@pytest.fixture
def bot(
    redis_server: EmbeddedRedis,
    redis: redis_py.Redis,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Bot:
    """Runs a command over the test server; keyword arguments are further environment."""
    for name in list(os.environ):
        if name.startswith(("BOT_", "WECHAT_")):
            monkeypatch.delenv(name)

    def run(*arguments: str, **env: str) -> Done:
        ours = {**ENVIRONMENT, "REDIS_URL": f"unix://{redis_server.socket}", "BOT_DATA_DIR": str(tmp_path / "var")}
        with monkeypatch.context() as patch:
            for name, value in {**ours, **env}.items():
                patch.setenv(name, value)
            capsys.readouterr()
            try:
                code = main(arguments)
            except SystemExit as left:
                code = int(left.code or 0)
        printed = capsys.readouterr()
        return Done(code, printed.out, printed.err)

    return run


def test_the_module_is_a_command() -> None:
    done = subprocess.run([sys.executable, "-m", "bot", "fly"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "usage: python -m bot" in done.stderr
    assert "Traceback" not in done.stderr


def test_unknown_and_missing_commands_are_usage_errors(bot: Bot) -> None:
    for arguments in ((), ("fly",), ("failed", "fly"), ("worker", "--threads", "0")):
        done = bot(*arguments)
        assert done.returncode == 2
        assert "usage:" in done.stderr
        assert "Traceback" not in done.stderr


def test_wrong_settings_end_every_serving_command_with_a_list(bot: Bot) -> None:
    for command in ("run", "web", "worker", "scheduler", "doctor", "failed"):
        done = bot(command, WECHAT_SECRET="", BOT_PORT="high")
        assert done.returncode == 2
        assert "WECHAT_SECRET is missing" in done.stderr
        assert "BOT_PORT is malformed" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_part_without_an_embedded_server_says_what_to_do(bot: Bot, tmp_path: Path) -> None:
    done = bot("worker", REDIS_URL="")
    assert done.returncode == 2
    assert "python -m bot run" in done.stderr
    EmbeddedRedis(tmp_path / "var").folder.mkdir(parents=True)
    assert bot("worker", REDIS_URL="").returncode == 1, "where one has run, it may come back"


def test_failed_tasks_are_listed_shown_and_retried(bot: Bot, redis: redis_py.Redis) -> None:
    assert bot("failed").stdout == "nothing has failed for good\n"
    entry = json.dumps({"reason": "Refused: 45009", "at": 1_790_000_000.0})
    redis.hset("{main}:failed", mapping={"send|7": entry, "pull|1_0": entry})
    listed = bot("failed", "list").stdout.splitlines()
    assert listed[0] == "main  pull|1_0  2026-09-21 22:13:20+08:00  Refused: 45009"
    assert listed[-1] == "2 failed"
    assert "reason: Refused: 45009" in bot("failed", "show", "send|7").stdout
    assert bot("failed", "retry", "send|7").returncode == 0
    assert redis.zscore("{main}:due", "send|7") > 0
    assert bot("failed", "retry", "send|7").returncode == 1
    assert bot("failed", "list", "--account", "nobody").returncode == 2


def test_the_clock_is_moved_only_when_simulated(bot: Bot, redis: redis_py.Redis) -> None:
    refused = bot("clock", "+1d")
    assert refused.returncode == 2
    assert "BOT_CLOCK=simulated" in refused.stderr
    assert bot("clock", "+1d2h", BOT_CLOCK="simulated").returncode == 0
    assert float(redis.get("bot:clock")) == 93600
    assert bot("clock", "soon", BOT_CLOCK="simulated").returncode == 2
    assert "+08:00 (system clock)" in bot("clock").stdout


def test_the_owner_code_is_the_last_line(bot: Bot) -> None:
    done = bot("owner-code")
    assert done.returncode == 0
    assert re.fullmatch(r"加入 [A-Z0-9]{6}", done.stdout.splitlines()[-1])
    assert bot("owner-code", "--account", "nobody").returncode == 2


def test_doctor_says_what_is_wrong_without_a_secret(bot: Bot) -> None:
    done = bot("doctor", WECHAT_API_BASE="http://127.0.0.1:9", BOT_CLOCK="simulated")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert any(line.startswith("warn BOT_CLOCK=simulated") for line in lines)
    assert any("appendfsync no" in line for line in lines)
    assert any(line.startswith("FAIL main: nothing useful from http://127.0.0.1:9") for line in lines)
    assert ENVIRONMENT["WECHAT_SECRET"] not in done.stdout + done.stderr


def test_doctor_names_accounts_whose_data_nobody_looks_after_any_more(bot: Bot, redis: redis_py.Redis) -> None:
    redis.hset("{old}:slots", "lifetimes", "1790000000")
    lines = bot("doctor", WECHAT_API_BASE="http://127.0.0.1:9").stdout.splitlines()
    assert [line for line in lines if line.startswith("warn old: ") and "erase" in line]
    redis.delete("{old}:slots")
    redis.hset("{main}:slots", "lifetimes", "1790000000")
    assert "no settings" not in bot("doctor", WECHAT_API_BASE="http://127.0.0.1:9").stdout


def test_a_redis_that_is_away_is_one_line(bot: Bot, tmp_path: Path) -> None:
    done = bot("failed", REDIS_URL=f"unix://{tmp_path}/nobody")
    assert done.returncode == 1
    assert done.stderr.startswith("Redis does not answer")


NO_ACCOUNT = {"WECHAT_APPID": "", "WECHAT_SECRET": "", "WECHAT_TOKEN": "", "BOT_SECRET_KEY": "", "REDIS_URL": ""}


def test_rules_are_checked_and_tried_without_an_account(bot: Bot, tmp_path: Path) -> None:
    assert bot("rules", "check", **NO_ACCOUNT).returncode == 0
    tried = bot("rules", "try", "我试过,确实有用!", **NO_ACCOUNT)
    assert tried.returncode == 0
    assert tried.stdout.startswith("类型：经历")
    broken = tmp_path / "config"
    shutil.copytree(ROOT / "config", broken)
    (broken / "phrases.yaml").write_text("greeting: [1]\n", encoding="utf-8")
    (broken / "rules.yaml").write_text("rules: 3\n", encoding="utf-8")
    (broken / "worth.yaml").write_text("start: much\n", encoding="utf-8")
    checked = bot("rules", "check", **NO_ACCOUNT, BOT_CONFIG_DIR=str(broken))
    assert checked.returncode == 1
    assert "phrases.yaml" in checked.stdout
    assert "worth.yaml:1" in checked.stdout
    assert "rules.yaml:1" in checked.stdout


def test_a_part_does_not_start_with_a_broken_file(bot: Bot, tmp_path: Path) -> None:
    broken = tmp_path / "config"
    shutil.copytree(ROOT / "config", broken)
    (broken / "rules.yaml").write_text("rules: 3\n", encoding="utf-8")
    done = bot("worker", BOT_CONFIG_DIR=str(broken))
    assert done.returncode == 2
    assert "rules.yaml:1" in done.stderr
    assert "Traceback" not in done.stderr


def test_triage_answers_one_line_for_each_comment(bot: Bot, tmp_path: Path) -> None:
    file = tmp_path / "comments.jsonl"
    file.write_text('{"content": "我试过,确实有用!"}\n{"content": "加我微信 abc12345 领资料"}\n', encoding="utf-8")
    done = bot("triage", str(file), **NO_ACCOUNT)
    assert done.returncode == 0
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["decision"] == "draft"
    assert [draft["variant"] for draft in first["drafts"]] == ["A", "B", "C"]
    assert (second["type"], second["drafts"]) == ("广告", [])
    assert not (tmp_path / "var").exists()
    assert bot("triage", str(tmp_path / "nowhere"), **NO_ACCOUNT).returncode == 1
    file.write_text('{"content": "扣1"}\nno json\n\n{"content": "我试过,确实有用!"}\n[]\n', encoding="utf-8")
    done = bot("triage", str(file), **NO_ACCOUNT)
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 2)
    assert done.stderr.splitlines() == [
        f"{file}, line 2: must be an object with a content",
        f"{file}, line 5: must be an object with a content",
    ]


def test_comments_are_imported_and_a_person_is_erased(bot: Bot, redis: redis_py.Redis, tmp_path: Path) -> None:
    file = tmp_path / "comments.csv"
    file.write_text(
        "content,openid,msg_data_id,index,user_comment_id\n写得真好,o6_bmjrPTlm6_2sgVt7hMZOPfL2M,2247487033,0,8\n",
        encoding="utf-8",
    )
    assert bot("import", str(file)).stdout == "1 new, 0 known before\n"
    assert bot("import", str(tmp_path / "nowhere.csv")).returncode == 1
    assert bot("erase", "o6_bmjrPTlm6_2sgVt7hMZOPfL2M").stdout.startswith("main: removed 1 comments")
    unknown = bot("erase", "o6_bmjrPTlm6_2sgVt7hMZOPfL2M")
    assert (unknown.returncode, unknown.stdout) == (0, "main: nothing is kept of this person\n")


@pytest.mark.parametrize("command", [["erase", "oX"], ["owner-code"], ["backup", "new.backup"], ["failed"]])
def test_no_command_touches_data_of_another_key_or_of_a_newer_program(
    bot: Bot, redis: redis_py.Redis, tmp_path: Path, command: list[str]
) -> None:
    assert bot("owner-code").returncode == 0
    command = [str(tmp_path / part) if part.endswith(".backup") else part for part in command]
    before = redis.dbsize()
    other = bot(*command, BOT_SECRET_KEY="quite another key of somebody")
    assert (other.returncode, redis.dbsize()) == (2, before)
    assert "BOT_SECRET_KEY" in other.stderr
    redis.set("bot:schema", 7)
    newer = bot(*command)
    assert (newer.returncode, redis.dbsize()) == (2, before + 1)
    assert "install the newer program" in newer.stderr
    assert not (tmp_path / "new.backup").exists()


@pytest.mark.parametrize("arguments", [["demo", "--port", "x"], ["demo", "--days", "x"], ["erase", "\udcff"]])
def test_a_wrong_argument_is_told_in_words(bot: Bot, arguments: list[str]) -> None:
    done = bot(*arguments)
    assert done.returncode == 2
    assert "must be" in done.stderr
    assert "Traceback" not in done.stderr
