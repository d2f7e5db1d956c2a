"""`run`, and its three parts apart: `web`, `worker`, `scheduler`."""

from __future__ import annotations

import argparse
import contextlib
import os
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import redis
import structlog

from bot.embedded_redis import EmbeddedRedis
from bot.errors import StartError
from bot.log import configure_logging
from bot.parts import on_stop_signals
from bot.stores.connection import connect
from bot.stores.fitness import make_fit
from bot.supervisor import Supervisor
from config.autoreply import AutoReplyError
from config.campaigns import CampaignsError
from config.lifetimes import LifetimesError
from config.phrases import PhrasesError
from config.post_template import PostTemplateError
from config.settings import Settings, load_settings
from replies.case import RulesError

log = structlog.get_logger(__name__)

T = TypeVar("T")

AWAY_SECONDS = 0.5
"""How often a part that starts looks whether the store has come."""


def add(commands: Any) -> None:
    """Add the commands that serve."""
    for name, summary, function in (
        ("run", "everything in one process tree: Redis (if REDIS_URL is empty), web, worker, scheduler", _run),
        ("web", "the part that answers WeChat's callbacks (many may run over one REDIS_URL)", _web),
        ("worker", "the part that carries out tasks (many may run over one REDIS_URL)", _worker),
        ("scheduler", "the part that turns the clock into tasks (many may run over one REDIS_URL)", _scheduler),
    ):
        command = commands.add_parser(name, help=summary, description=summary)
        command.set_defaults(command=function)
        if name == "web":
            command.add_argument("--beside-others", action="store_true", help=argparse.SUPPRESS)
        if name == "worker":
            command.add_argument("--threads", type=int, default=4, choices=range(1, 65), metavar="N", help="at once")


def _run(arguments: argparse.Namespace) -> int:
    settings = load_settings()
    configure_logging(settings)
    Supervisor(settings).run()
    return 0


def _web(arguments: argparse.Namespace) -> int:
    from bot.web import serve, serve_alone
    from handlers.assembly import make_tools

    settings = _part_settings()
    _require_good_files(lambda: make_tools(settings))
    if arguments.beside_others:
        serve_alone(settings, beside_others=True)
    else:
        serve(settings)
    return 0


def _worker(arguments: argparse.Namespace) -> int:
    from bot.clock import make_clock
    from bot.queue import build_worker
    from handlers.assembly import make_tasks, make_tools
    from replies.desk import Desk

    settings = _part_settings()
    # What takes long comes before the waiting: the work goes on as soon as the store is back.
    tools = _require_good_files(lambda: make_tools(settings))
    desk = _require_good_files(lambda: Desk.load(settings.config_dir, settings.data_dir))
    _wait_until_fit(settings, lambda error: log.warning("worker_waits_for_store", error=error))
    client = connect(settings, "worker")
    tasks = make_tasks(settings, client, make_clock(settings, client), desk, tools)
    worker = build_worker(settings, tasks, threads=arguments.threads)
    worker.start()
    print(f"worker ready: {arguments.threads} threads, process {os.getpid()}", flush=True)
    _wait_for_signal()
    worker.stop()
    return 0


def _scheduler(arguments: argparse.Namespace) -> int:
    from bot.scheduler import build_scheduler
    from handlers.everything import JOBS

    settings = _part_settings()
    _wait_until_fit(settings, lambda error: log.warning("scheduler_waits_for_store", error=error))
    scheduler = build_scheduler(settings, JOBS)
    scheduler.start()
    print(f"scheduler ready: {len(JOBS)} jobs, process {os.getpid()}", flush=True)
    _wait_for_signal()
    scheduler.stop()
    return 0


def _part_settings() -> Settings:
    """Settings of a part that is started apart: an outside Redis may still come, an embedded one must run."""
    settings = load_settings()
    configure_logging(settings)
    try:
        _make_fit(settings)
    except redis.RedisError:
        if settings.embedded:
            # Where one has run it may come back, as below `run` on a full disk: no fault of the settings, try again.
            has_run = EmbeddedRedis(settings.data_dir).folder.exists()
            raise StartError(
                "no Redis runs on BOT_DATA_DIR: start `python -m bot run`, or set REDIS_URL",
                exit_code=1 if has_run else 2,
            ) from None
    return settings


def _make_fit(settings: Settings) -> None:
    with contextlib.closing(connect(settings, "worker")) as client:
        names = [account.name for account in settings.accounts]
        make_fit(client, names, settings.secret_key.get_secret_value().encode())


def _wait_until_fit(settings: Settings, tell: Callable[[str], None]) -> None:
    """Nothing is done to a store that has not been looked at; web does the same before each message."""
    told = False
    while True:
        try:
            return _make_fit(settings)
        except redis.RedisError as error:
            if not told:
                tell(type(error).__name__)
            told = True
            time.sleep(AWAY_SECONDS)


def _require_good_files(load: Callable[[], T]) -> T:
    """What `load` makes of the files under BOT_CONFIG_DIR; StartError with every fault if one of them is wrong."""
    try:
        return load()
    except (RulesError, PhrasesError, AutoReplyError, CampaignsError, PostTemplateError, LifetimesError) as error:
        raise StartError(f"a file in BOT_CONFIG_DIR has to be mended (`python -m bot rules check`):\n{error}") from None


def _wait_for_signal() -> None:
    stop = threading.Event()
    on_stop_signals(lambda *_: stop.set())
    while not stop.wait(0.5):
        pass
