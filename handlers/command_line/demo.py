"""`demo`: the whole program beside WeChat in a box, to play with in the browser, or one story played by itself."""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.die_with_parent import ending_with_us
from bot.errors import StartError
from bot.supervisor import require_free_port
from config.settings import ROOT

if TYPE_CHECKING:  # the sandbox is loaded by this command alone: every part of `run` reads this file too
    from bot.sandbox import Sandbox
    from bot.sandbox.samples import Samples, Stage
    from handlers.command_line.demo_time import DemoTime
    from handlers.command_line.telling import Teller

DEFAULT_PORT = 8000
READY_SECONDS = 60.0
STOP_SECONDS = 45.0
WEEK = 7
LOG, LAST_LINES = "program.log", 40
PLAY = {"BOT_POLL_SECONDS": "5", "BOT_HOLD_SECONDS": "20"}
"""In the browser the clock goes at its own pace: nobody wants to wait; the story moves it instead."""


def add(commands: Any) -> None:
    """Add the command."""
    summary = "the program beside a WeChat sandbox, with sample articles and comments"
    command = commands.add_parser("demo", help=summary, description=summary)
    command.add_argument("--once", action="store_true", help="play one whole story without a browser, then stop")
    command.add_argument(
        "--days",
        type=_days,
        default=0,
        metavar="N",
        help=f"the story goes on for N simulated days ({WEEK}, if only --once is given), weekly rounds included",
    )
    command.add_argument(
        "--port",
        type=_port,
        default=DEFAULT_PORT,
        metavar="P",
        help=f"the chat page's port; the bot takes the next one ({DEFAULT_PORT})",
    )
    command.set_defaults(command=_demo)


def _port(text: str) -> int:
    """A port whose successor is one, too."""
    return _number(text, 65534)


def _days(text: str) -> int:
    """Days that a story can last."""
    return _number(text, 60)


def _number(text: str, most: int) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"must be a number from 1 to {most}")
    return int(text)


def _demo(arguments: argparse.Namespace) -> int:
    port: int = arguments.port
    for wanted in (port, port + 1):
        require_free_port("127.0.0.1", wanted, "choose others with --port")
    folder = Path(tempfile.mkdtemp(prefix="huixiang-demo-"))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    code = 1
    try:
        code = _play(arguments.days or (WEEK if arguments.once else 0), port, folder, stop)
        return code
    finally:
        log = folder / LOG
        if code and log.exists():
            print(*log.read_text(errors="replace").splitlines()[-LAST_LINES:], sep="\n", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)


def _play(days: int, port: int, folder: Path, stop: threading.Event) -> int:
    """Set everything up; tell the story of `days` days, or with 0 leave the stage to whoever opens the page."""
    from bot.sandbox import Sandbox
    from bot.sandbox.samples import load_samples, set_stage
    from handlers.command_line.demo_time import DemoTime
    from handlers.command_line.telling import Teller

    samples = load_samples()
    aes_key = secrets.token_hex(22)[:43]
    demo_time = DemoTime()
    box = Sandbox(
        profile="认证公众号",
        aes_key=aes_key,
        mode="safe",
        name=samples.account,
        now=demo_time.now,
        advance=None if days else demo_time.advance,
    )
    box.webhook_url = f"http://127.0.0.1:{port + 1}/wechat"
    with _listening(box, port):
        environment = _environment(box, port + 1, folder, {} if days else PLAY)
        # Should this process be killed, the program is told to stop: nobody would be left to do it.
        told = ending_with_us(signal.SIGTERM)
        # A story is read as it is told; what the program logs meanwhile is shown only if it fails.
        log = (folder / LOG).open("wb") if days else None
        command = [*told, sys.executable, "-m", "bot", "run"]
        program = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True, stderr=log)
        try:
            _wait_until_ready(program, port + 1, stop)
            if stop.is_set():
                return 1 if days else 0
            demo_time.follow(environment)
            if days:
                return _tell(days, Teller(box, stop), samples, environment, demo_time)
            stage = set_stage(box, samples)
            _invite(box, stage, port, environment)
            while not stop.wait(0.3):
                if program.poll() is not None:
                    print("the program has ended by itself: its last lines above say why", file=sys.stderr)
                    return 1
            return 0
        finally:
            _end(program)


@contextlib.contextmanager
def _listening(box: Sandbox, port: int) -> Iterator[None]:
    """The sandbox on a port for the length of a `with`."""
    try:
        box.start(port=port)
    except OSError as error:
        raise StartError(f"port {port} cannot be had ({error.strerror}): choose another with --port") from None
    try:
        yield
    finally:
        box.stop()


def _environment(box: Sandbox, port: int, folder: Path, pace: dict[str, str]) -> dict[str, str]:
    """The settings of the program under the demo; nothing of the caller's own accounts reaches it."""
    own = shutil.ignore_patterns("accounts.yaml", "autoreply.yaml.before-*", "*.py", "__pycache__")
    shutil.copytree(ROOT / "config", folder / "config", ignore=own)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BOT_", "WECHAT_", "REDIS_"))}
    return {
        **kept,
        "WECHAT_APPID": box.appid,
        "WECHAT_SECRET": box.secret,
        "WECHAT_TOKEN": box.token,
        "WECHAT_AES_KEY": box.aes_key,
        "WECHAT_ALLOW_PLAINTEXT": "0",
        "WECHAT_API_BASE": box.api_base,
        "REDIS_URL": "",
        "BOT_DATA_DIR": str(folder),
        "BOT_CONFIG_DIR": str(folder / "config"),
        "BOT_HOST": "127.0.0.1",
        "BOT_PORT": str(port),
        "BOT_CLOCK": "simulated",
        "BOT_NOTIFY_URL": "",
        **pace,
    }


def _wait_until_ready(program: subprocess.Popen[bytes], port: int, stop: threading.Event) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and not stop.is_set():
        if program.poll() is not None:
            raise StartError("the program did not start: its lines above say why", exit_code=1)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        stop.wait(0.2)
    if not stop.is_set():
        raise StartError(f"the program was not ready within {READY_SECONDS:.0f} s", exit_code=1)


def _tell(days: int, teller: Teller, samples: Samples, environment: dict[str, str], demo_time: DemoTime) -> int:
    from bot.sandbox.samples import set_stage
    from handlers.command_line.story import Story
    from handlers.command_line.telling import NotObserved
    from handlers.command_line.weeks import STORY, Weeks, first_morning

    demo_time.advance(first_morning(demo_time.now()) - demo_time.now())
    stage = set_stage(teller.box, samples, slugs=(STORY,), comments=False)
    try:
        Story(teller, stage, samples, environment, demo_time.advance).tell()
        Weeks(teller, stage, samples, demo_time.now, demo_time.advance).tell(days)
    except NotObserved as missing:
        print(f"✗ {missing}", file=sys.stderr)
        return 1
    print(f"\n✓ {teller.steps} steps, {days} days, each seen on the WeChat side, in {teller.seconds:.0f} s", flush=True)
    return 0


def _invite(box: Sandbox, stage: Stage, port: int, environment: dict[str, str]) -> None:
    """Say what to open and what to type."""
    from handlers.command_line.story import owner_code

    code = owner_code(environment)
    box.hints = {"author": (code, "待审", "更多", "状态", "帮助"), "reader": ("留言 你们好", "我的", "隐私", "帮助")}
    print(
        f"""
Open   http://127.0.0.1:{port}/   (a phone with WeChat: play the author and any reader)
Then, as the author 「{stage.author.name}」:

    {code}            type it: you become the owner
    转发到聊天             open an article and forward it into the chat: its comments are read from then on
    待审                   see the comments worth answering
    通过 1                 send the first reply (held {environment["BOT_HOLD_SECONDS"]} s: 撤回 takes it back)
    帮助                   everything else

As a reader, open an article and comment, or type:  留言 你们好
Ctrl-C stops everything.
""",
        flush=True,
    )


def _end(program: subprocess.Popen[bytes]) -> None:
    if program.poll() is None:
        program.terminate()
        try:
            program.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()
