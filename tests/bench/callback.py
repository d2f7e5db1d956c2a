"""(a) The whole callback path beside its floors: requests a second, processor time a request, latency.

Every variant is served, loaded by sixteen connections for a moment, and stopped again, round after round in turn, so
that a slow spell of the machine falls on all of them. Each request is a message of its own; ours votes.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

import redis as redis_py

from bot.domain.campaign import Campaign
from bot.domain.nominee import Nominee
from bot.domain.round import Round, Terms
from bot.domain.round_state import RoundState
from bot.embedded_redis import EmbeddedRedis
from bot.sandbox import Sandbox
from bot.stores.connection import connect_socket
from bot.stores.stores import Stores
from bot.stores.unit import Unit, transact
from bot.stores.vault import Vault
from config.settings import ROOT
from tests.bench.floors import AES_KEY, APPID, TOKEN
from tests.bench.load import load, post, require_wrk
from tests.bench.table import Table, say
from tests.chaos.program import cpu_seconds, descendants
from tests.ports import free_port

FOLLOWERS = 6_000
MOST_A_SECOND = 4_000
"""Messages made for each second of load; what is faster gets them again, which only ours would notice."""
SECRET = "a secret key for the bench only"
VARIANTS = (
    ("bare Flask, success", "bare", 1),
    ("Flask + wechatpy AES echo", "aes", 1),
    ("Flask + one Redis write, synced", "redis", 1),
    ("WeRoBot, no session, plaintext", "werobot", 1),
    ("WeRoBot, default session (gunicorn sync)", "werobot-session", 1),
    ("ours: AES, once, ballot stored", "ours", 1),
    ("Flask + one Redis write, 2 workers", "redis", 2),
    ("ours, 2 workers", "ours", 2),
    ("ours, a reader's very first message", "strangers", 1),
)


@dataclass
class Found:
    """What the rounds of one variant showed."""

    rate: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    failed: int = 0


def measure(seconds: int, rounds: int) -> None:
    """Play the rounds and print the table."""
    require_wrk()
    found = {name: Found() for name, _, _ in VARIANTS}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        server = EmbeddedRedis(Path(folder))
        server.start()
        try:
            client = connect_socket(server.socket)
            _open_vote(client)
            messages = itertools.count(1)
            with _served("ours", 1, Path(folder), server.socket) as (port, _):
                _meet_everybody(port, messages)
            for number in range(rounds):
                for name, kind, workers in VARIANTS:
                    with _served(kind, workers, Path(folder), server.socket) as (port, pid):
                        _round(found[name], port, pid, kind, messages, seconds)
                say(f"round {number + 1} of {rounds}")
            client.close()
        finally:
            server.stop()
    _print(found)


def _print(found: dict[str, Found]) -> None:
    base = statistics.median(found["Flask + one Redis write, synced"].rate)
    table = Table("(a) callbacks", ("variant", "req/s", "× of one write", "cpu ms", "p50 ms", "p99 ms", "failed"))
    for name, one in found.items():
        table.row(
            name,
            f"{statistics.median(one.rate):.0f}",
            f"{statistics.median(one.rate) / base:.2f}",
            f"{1000 * statistics.median(one.cpu):.2f}",
            f"{1000 * statistics.median(one.p50):.1f}",
            f"{1000 * statistics.median(one.p99):.1f}",
            str(one.failed),
        )
    table.print()
    ours = statistics.median(found["ours: AES, once, ballot stored"].rate)

    def times_of(name: str) -> float:
        return ours / max(1.0, statistics.median(found[name].rate))

    two = statistics.median(found["ours, 2 workers"].rate) / ours
    print(f"ours: {ours / base:.2f} of Flask + one write (bar 0.5)")
    print(f"ours: {times_of('WeRoBot, default session (gunicorn sync)'):.2f} × WeRoBot's default session (bar 2)")
    print(f"ours: {times_of('WeRoBot, no session, plaintext'):.2f} × WeRoBot without sessions (aim 1)")
    print(f"ours: two workers {two:.2f} × one (bar 1.1)")


@contextmanager
def _served(kind: str, workers: int, folder: Path, store: str) -> Iterator[tuple[int, int]]:
    """A variant that answers: its port and the process above its workers."""
    port = free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("BOT_", "WECHAT_", "REDIS_"))}
    env = {**clean, "BENCH_FLOOR": kind, "BENCH_SOCKET": store}
    if kind in ("ours", "strangers"):
        command = [sys.executable, "-m", "bot", "web"]
        env |= {
            "WECHAT_APPID": APPID, "WECHAT_SECRET": "0" * 32, "WECHAT_TOKEN": TOKEN, "WECHAT_AES_KEY": AES_KEY,
            "BOT_SECRET_KEY": SECRET, "REDIS_URL": f"unix://{store}", "BOT_DATA_DIR": str(folder / "var"),
            "BOT_PORT": str(port), "BOT_WEB_WORKERS": str(workers), "BOT_LOG_FORMAT": "json",
        }  # fmt: skip
    elif kind == "werobot-session":
        gunicorn = ["-m", "gunicorn", "--workers", str(workers), "--bind", f"127.0.0.1:{port}"]
        command = [sys.executable, *gunicorn, "--log-level", "critical", "tests.bench.floors:application"]
    else:  # plain views are fastest on granian's threads: what ours is measured by gets the best there is
        granian = ["-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
        shape = ["--workers", str(workers), "--blocking-threads", "2", "--http", "1", "--no-ws", "--no-log"]
        command = [sys.executable, *granian, *shape, "tests.bench.floors:application"]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=quiet, stderr=quiet)
    try:
        asyncio.run(_up(port))
        yield port, process.pid
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def _up(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        except OSError:
            await asyncio.sleep(0.05)
    raise RuntimeError("a server did not start")


def _requests(kind: str, messages: Iterator[int], count: int) -> list[bytes]:
    """Signed messages, each of another follower; the vote changes with every turn of the crowd. Strangers never wrote
    before."""
    box = Sandbox(appid=APPID, token=TOKEN, aes_key=AES_KEY, mode="safe")
    plain = kind.startswith("werobot")
    made = []
    for number in itertools.islice(messages, count):
        fields = {
            "ToUserName": "gh_x", "CreateTime": int(time.time()), "MsgType": "text",
            "FromUserName": f"n{number:027d}" if kind == "strangers" else f"o{number % FOLLOWERS:027d}",
            "Content": f"投{number // FOLLOWERS % 3 + 1}", "MsgId": 10**15 + number,
        }  # fmt: skip
        query, body = box.pusher.envelope(fields, "plain" if plain else "safe")
        made.append(post(f"{'/' if plain else '/wechat'}?{urlencode(query)}", body))
    return made


def _round(found: Found, port: int, pid: int, kind: str, messages: Iterator[int], seconds: int) -> None:
    load(_requests(kind, messages, MOST_A_SECOND), port, 1)
    batch = _requests(kind, messages, MOST_A_SECOND * seconds)
    below = [pid, *descendants(pid)]
    before = sum(map(cpu_seconds, below))
    seen = load(batch, port, seconds)
    found.rate.append(seen.answers / seen.seconds)
    found.cpu.append((sum(map(cpu_seconds, below)) - before) / max(1, seen.answers))
    found.p50.append(seen.p50)
    found.p99.append(seen.p99)
    found.failed += seen.failed


def _meet_everybody(port: int, messages: Iterator[int]) -> None:
    """Each follower votes for the first time: what they are known by is stored with it."""
    with socket.create_connection(("127.0.0.1", port), 5) as line:
        for request in _requests("ours", messages, FOLLOWERS):
            line.sendall(request)
            answer = HTTPResponse(line)
            answer.begin()
            if answer.status != 200 or not answer.read():
                raise RuntimeError("a vote was not taken")


def _open_vote(client: redis_py.Redis) -> None:
    """A round that is voted on, for a day."""
    now = time.time()
    nominees = tuple(Nominee(n, f"a_0_{n}", f"p{n}", 60, 60.0, "精选", comment_number=n) for n in (1, 2, 3))
    round_ = Round(
        "2026W47", RoundState.VOTING, "本周最有料", "最有料", "有料", Terms(), now, now, now + 86400, nominees=nominees,
        opened_at=now - 3600,
    )  # fmt: skip

    def put(unit: Unit) -> None:
        campaigns = Stores(unit, Vault(SECRET.encode())).campaigns
        campaigns.make_key(round_.id)
        campaigns.put(Campaign(current=round_.id))
        campaigns.put_round(round_)

    transact(client, "main", put)
