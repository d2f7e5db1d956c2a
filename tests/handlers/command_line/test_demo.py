"""The demo: ports that cannot be had are one clear line; the caller's own accounts stay outside."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from config.settings import ROOT
from handlers.command_line import main
from tests.ports import free_port
from tests.waiting import wait_until


@pytest.mark.parametrize("port", ["0", "65535", "-1", "70000", "a"])
def test_a_port_that_cannot_be_is_a_usage_error(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["demo", f"--port={port}"])
    assert left.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("next_one", [False, True])
def test_a_taken_port_is_one_line_naming_the_option(next_one: bool, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["demo", "--port", str(port - next_one)]) == 2
    [line] = capsys.readouterr().err.splitlines()
    # Whatever else runs on this machine may hold the first of the two ports.
    named = {f"port {one} on 127.0.0.1 cannot be had" for one in (port, port - next_one)}
    assert line.startswith(tuple(named))
    assert "--port" in line


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_beside_accounts_of_ones_own_the_demo_plays_and_leaves_nothing_running(
    tmp_path: Path, end: signal.Signals
) -> None:
    own = tmp_path / "project"
    own.mkdir()
    for name in ("bot", "config", "handlers", "replies", "wsgi.py"):
        if (ROOT / name).is_dir():
            (own / name).mkdir()
            for entry in (ROOT / name).iterdir():
                (own / name / entry.name).symlink_to(entry)
        else:
            (own / name).symlink_to(ROOT / name)
    (own / "config" / "settings.py").unlink()
    (own / "config" / "settings.py").write_bytes((ROOT / "config" / "settings.py").read_bytes())
    (own / "config" / "accounts.yaml").write_text("- {name: mine, appid: wxmine, secret: NOT, token: THERE}\n")
    port = free_port(following=1)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("BOT_", "WECHAT_"))}
    program = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--port", str(port)],
        cwd=own,
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until(lambda: program.poll() is not None or _answers(f"http://127.0.0.1:{port + 1}/readyz"), 60)
        assert program.poll() is None
        os.killpg(program.pid, end)
        assert program.wait(30) == (0 if end is signal.SIGINT else -signal.SIGKILL)
    finally:
        program.kill()
        program.wait()
    wait_until(lambda: not _answers(f"http://127.0.0.1:{port + 1}/healthz"), 20)
