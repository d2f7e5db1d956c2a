"""The worker: tasks run to their end although tasks fail, workers are killed and Redis goes away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis as redis_py
import structlog

from bot.clock import make_clock
from bot.embedded_redis import EmbeddedRedis
from bot.log import make_redactor
from bot.metrics import Metrics
from bot.queue import Runner, build_worker, make_broker
from bot.scheduler import Sweeper, build_scheduler
from bot.stores.connection import connect_socket
from bot.stores.dues import KILLED, RESTS, Dues
from bot.wechat.errors import Unreachable
from config.settings import Settings, load_settings
from tests.conftest import ENVIRONMENT
from tests.waiting import wait_until

# A worker in a process of its own, so that it can be killed: `slow` writes its start down and waits to be released.
WORKER = """
import json, os, signal, sys, time
from pathlib import Path
from bot.queue import build_worker
from bot.stores.connection import connect
from config.settings import load_settings

settings = load_settings(json.loads(sys.argv[1]))
client = connect(settings, "worker")

def slow(account, arg, now):
    client.rpush("starts", os.getpid())
    while not client.exists("release"):
        time.sleep(0.02)
    client.rpush("ends", os.getpid())

def killer(account, arg, now):
    client.rpush("starts", os.getpid())
    os.kill(os.getpid(), signal.SIGKILL)

build_worker(settings, {"slow": slow, "killer": killer}, threads=2).start()
signal.pause()
"""


@pytest.fixture
def worker_process(settings: Settings, tmp_path: Path, redis_server: EmbeddedRedis) -> Iterator[Callable[[], int]]:
    """Starts a worker process over the test's Redis and answers its pid."""
    env = {**ENVIRONMENT, "REDIS_URL": f"unix://{redis_server.socket}", "BOT_DATA_DIR": str(tmp_path / "var")}
    started: list[subprocess.Popen[bytes]] = []

    def start() -> int:
        command = [sys.executable, "-c", textwrap.dedent(WORKER), json.dumps(env)]
        started.append(subprocess.Popen(command, cwd=settings.root))
        return started[-1].pid

    yield start
    for process in started:
        process.kill()
        process.wait()


def sweep(settings: Settings, redis: redis_py.Redis) -> Callable[[], None]:
    sweeper = Sweeper(redis, make_broker(settings), ["main"], [], settings.timezone)
    return lambda: sweeper.tick(time.time())


def test_a_task_runs_when_due_and_again_at_the_time_it_names(settings: Settings, redis: redis_py.Redis) -> None:
    runs: list[tuple[str, str]] = []

    def pull(account: str, arg: str, now: float) -> float | None:
        runs.append((account, arg))
        return now + 1000 if len(runs) == 1 else None

    worker = build_worker(settings, {"pull": pull}, threads=1)
    worker.start()
    scheduler = build_scheduler(settings)
    scheduler.start()
    try:
        Dues(redis, "main").add("pull|7_0", time.time())
        wait_until(lambda: runs == [("main", "7_0")])
        wait_until(lambda: (redis.zscore("{main}:due", "pull|7_0") or 0) > time.time() + 900)
    finally:
        scheduler.stop()
        worker.stop()
    assert redis.zcard("bot:alive:worker") == 0
    assert redis.zcard("bot:alive:scheduler") == 0


def test_a_failing_task_waits_and_its_error_is_kept_without_secrets(settings: Settings, redis: redis_py.Redis) -> None:
    def send(account: str, arg: str, now: float) -> None:
        raise RuntimeError("refused: access_token=VERYSECRET&openid=o6_bmjrPTlm6_2sgVt7hMZOPfL2M")

    worker = build_worker(settings, {"send": send}, threads=1)
    worker.start()
    try:
        Dues(redis, "main").add("send|1", time.time())
        sweep(settings, redis)()
        wait_until(lambda: redis.hget("{main}:task:send|1", "failures") == b"1")
    finally:
        worker.stop()
    error = redis.hget("{main}:task:send|1", "error").decode()
    assert error.startswith("RuntimeError: [")  # a message of somebody else might quote a reader
    assert "test_queue.py" in error
    assert "VERYSECRET" not in error
    assert "o6_bmj" not in error


def test_a_failure_of_the_outside_is_one_line_and_a_fault_of_ours_has_its_traceback(
    settings: Settings, redis: redis_py.Redis
) -> None:
    def away(account: str, arg: str, now: float) -> float | None:
        raise Unreachable("/cgi-bin/comment/list", "HTTP 502")

    def broken(account: str, arg: str, now: float) -> float | None:
        raise KeyError(arg)

    clock, dues = make_clock(settings, redis), Dues(redis, "main")
    runner = Runner(redis, clock, {"away": away, "broken": broken}, Metrics(), make_redactor(settings))
    with structlog.testing.capture_logs() as lines:
        for kind in ("away", "broken"):
            dues.add(f"{kind}|1", 1.0)
            runner.run("main", f"{kind}|1")
    assert [(line["kind"], line["log_level"], "exc_info" in line) for line in lines] == [
        ("away", "warning", False),
        ("broken", "error", True),
    ]
    assert dues.count() == 2


def test_the_task_of_a_killed_worker_is_run_again(
    settings: Settings, redis: redis_py.Redis, worker_process: Callable[[], int]
) -> None:
    first = worker_process()
    Dues(redis, "main").add("slow|1", time.time())
    sweep(settings, redis)()
    wait_until(lambda: redis.llen("starts") == 1)
    os.kill(first, signal.SIGKILL)
    began = time.monotonic()
    second = worker_process()
    redis.set("release", 1)
    wait_until(lambda: redis.llen("ends") == 1, seconds=15)
    assert time.monotonic() - began < 10
    assert redis.lrange("ends", 0, -1) == [str(second).encode()]
    wait_until(lambda: redis.zcard("{main}:due") == 0)


def test_a_task_that_kills_its_worker_three_times_is_set_aside_and_ever_again_until_it_is_for_good(
    settings: Settings, redis: redis_py.Redis, worker_process: Callable[[], int]
) -> None:
    dues, tick = Dues(redis, "main"), sweep(settings, redis)
    dues.add("killer|1", time.time())
    for number in (1, 2, 3):
        worker_process()
        tick()
        wait_until(lambda number=number: redis.llen("starts") == number, seconds=15)
        # What would take its time: the lock of the dead worker runs out, and so does its lease.
        redis.delete("{main}:run:killer|1")
        redis.zadd("{main}:due", {"killer|1": 1})
    worker_process()
    tick()
    wait_until(lambda: (redis.zscore("{main}:due", "killer|1") or 0) > time.time() + RESTS[0] / 2, seconds=15)
    assert redis.llen("starts") == 3
    assert dues.failed() == []
    redis.hset("{main}:task:killer|1", mapping={"starts": 3 + len(RESTS), "rested": len(RESTS)})  # after all its rests
    redis.zadd("{main}:due", {"killer|1": 1})
    tick()
    wait_until(lambda: bool(dues.failed()), seconds=15)
    assert [(one.member, one.reason) for one in dues.failed()] == [("killer|1", KILLED)]
    assert redis.llen("starts") == 3


def test_worker_and_scheduler_go_on_by_themselves_when_redis_is_back(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path / "var")
    server.start()
    settings = load_settings({**ENVIRONMENT, "BOT_DATA_DIR": str(tmp_path / "var")})
    client = connect_socket(server.socket)
    runs: list[str] = []
    worker = build_worker(settings, {"note": lambda account, arg, now: runs.append(arg)}, threads=1)
    scheduler = build_scheduler(settings)
    worker.start()
    scheduler.start()
    try:
        Dues(client, "main").add("note|before", time.time())
        wait_until(lambda: runs == ["before"])
        os.kill(server.pid, signal.SIGKILL)
        with pytest.raises(redis_py.RedisError):
            client.ping()
        server.start()
        back = time.monotonic()
        Dues(client, "main").add("note|after", time.time())
        wait_until(lambda: runs == ["before", "after"], seconds=10)
        assert time.monotonic() - back < 6
    finally:
        scheduler.stop()
        worker.stop()
        client.close()
        server.stop()


def test_a_task_taken_just_as_redis_dies_runs_as_soon_as_it_is_back(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path / "var")
    server.start()
    settings = load_settings({**ENVIRONMENT, "BOT_DATA_DIR": str(tmp_path / "var")})
    client = connect_socket(server.socket)
    runs: list[str] = []
    tasks = {"note": lambda account, arg, now: runs.append(arg)}
    runner = Runner(client, make_clock(settings, client), tasks, Metrics(), make_redactor(settings))
    dues = Dues(client, "main")
    dues.add("note|kept", time.time())
    assert dues.take_due(time.time()) == ["note|kept"]
    server.stop()
    taken = threading.Thread(target=runner.run, args=("main", "note|kept"))
    taken.start()
    try:
        server.start()
        taken.join(5)
        assert runs == ["kept"]
    finally:
        client.close()
        server.stop()
