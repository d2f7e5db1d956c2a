"""The queue engine: Dramatiq on Redis, tuned, carrying one kind of message that says "this member may be due".

The state is in `stores/dues.py`; a lost message is sent again by the sweep, a doubled one is refused by the claim.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import dramatiq
import redis
import structlog
from dramatiq.brokers.redis import RedisBroker

from bot.clock import Clock, make_clock
from bot.errors import OutsideError
from bot.health import beat, leave
from bot.log import Redactor, make_redactor
from bot.metrics import Metrics
from bot.stores.connection import connect
from bot.stores.dues import QUEUE, QUEUE_NAMESPACE, Dues
from bot.tracebacks import placed
from config.settings import Settings

log = structlog.get_logger(__name__)

TaskFn = Callable[[str, str, float], "float | None"]
"""A task: called with (account, arg, now), answers when it is due next, or None for done. Raising is a failure."""

ACTOR = "run_due"
MOST_QUEUED = 1_000
"""Above this the sweep waits: what is due stays due, and the queue stays short enough to outrun the leases."""

LEASE = 30.0
"""Seconds on our clock after which a member that was taken and not run is due again."""

_PULSE = 1.0  # seconds between signs of life and renewals of locks
_AWAY_PATIENCE = 60.0  # how long a task's end waits for the store to come back
_ERROR_LENGTH = 300


class _QueueClient(redis.Redis):
    """Tells a timeout as a lost connection, the only trouble after which Dramatiq tries an acknowledgement again."""

    def execute_command(self, *args: Any, **options: Any) -> Any:
        try:
            return super().execute_command(*args, **options)
        except redis.TimeoutError as error:
            raise redis.ConnectionError(str(error)) from None


def make_broker(settings: Settings) -> RedisBroker:
    """The broker over the Redis of `settings`; it re-runs the message of a dead worker after six seconds."""
    client = _QueueClient(connection_pool=connect(settings, "worker").connection_pool)
    # No middleware: retries, age and time limits are kept by the due set, where they survive.
    broker = RedisBroker(
        client=client, namespace=QUEUE_NAMESPACE, middleware=[], heartbeat_timeout=6_000, maintenance_chance=1_000_000
    )
    broker.declare_queue(QUEUE)
    return broker


def enqueue(broker: RedisBroker, account: str, members: Iterable[str]) -> None:
    """Send one message for each member of `account`."""
    for member in members:
        broker.enqueue(
            dramatiq.Message(queue_name=QUEUE, actor_name=ACTOR, args=(account, member), kwargs={}, options={})
        )


def identity(part: str) -> str:
    """A name for this process, unlike any other's on any machine."""
    return f"{part}-{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"


class Runner:
    """Runs one member at a time per thread: claim, call, write down how it ended."""

    def __init__(
        self, client: redis.Redis, clock: Clock, tasks: Mapping[str, TaskFn], metrics: Metrics, redactor: Redactor
    ) -> None:
        self._redis = client
        self._clock = clock
        self._tasks = tasks
        self._metrics = metrics
        self._redactor = redactor
        self._lock = threading.Lock()
        self._running: dict[str, tuple[Dues, str]] = {}

    def run(self, account: str, member: str) -> None:
        """Run `member` of `account` if it is due and free. Never raises for a task that fails."""
        dues, token = Dues(self._redis, account), secrets.token_hex(8)
        now = 0.0

        def claim() -> bool:
            nonlocal now
            now = self._clock.now()
            return dues.claim(member, token, now, LEASE) is not None

        # Its message is gone: without insisting it would come again only when its lease ends.
        if not self._insist(claim):
            return
        with self._lock:
            self._running[token] = (dues, member)
        kind, _, arg = member.partition("|")
        began = time.monotonic()
        try:
            next_at = self._tasks[kind](account, arg, now)
        except redis.RedisError as error:
            log.warning("task_waits_for_store", account=account, kind=kind, error=type(error).__name__)
            self._insist(lambda: dues.postpone(member, token, self._clock.now() + 1))
        except Exception as error:
            self._failed(dues, account, member, token, error)
        else:
            self._insist(lambda: dues.finish(member, token, next_at))
            self._metrics.inc("bot_tasks_done_total", kind=kind)
            log.debug("task_done", account=account, kind=kind, seconds=round(time.monotonic() - began, 3))
        finally:
            with self._lock:
                del self._running[token]

    def renew(self) -> None:
        """Hold on to every task that runs now."""
        with self._lock:
            running = list(self._running.items())
        for token, (dues, member) in running:
            dues.renew(member, token)

    def _failed(self, dues: Dues, account: str, member: str, token: str, error: Exception) -> None:
        kind = member.partition("|")[0]
        reason = f"unknown kind of task: {kind}" if kind not in self._tasks else placed(error)
        reason = self._redactor.clean(reason)[:_ERROR_LENGTH]
        self._metrics.inc("bot_tasks_failed_total", kind=kind)
        if isinstance(error, OutsideError):
            log.warning("task_failed", account=account, kind=kind, reason=reason)
        else:
            log.error("task_failed", account=account, kind=kind, reason=reason, exc_info=error)
        if self._insist(lambda: dues.fail(member, token, reason, self._clock.now())):
            self._metrics.inc("bot_tasks_given_up_total", kind=kind)
            log.error("task_given_up", account=account, kind=kind, reason=reason)

    def _insist(self, write: Callable[[], bool]) -> bool:
        """Write that a run begins or ends even if the store is away for a while; after that its lease tells."""
        deadline = time.monotonic() + _AWAY_PATIENCE
        while True:
            try:
                return write()
            except redis.RedisError:
                if time.monotonic() > deadline:
                    return False
                time.sleep(0.5)


class Worker:
    """A Dramatiq worker in this process, with signs of life and renewal of the locks of what runs."""

    def __init__(self, settings: Settings, tasks: Mapping[str, TaskFn], threads: int) -> None:
        self._redis = connect(settings, "worker")
        self._metrics = Metrics()
        clock = make_clock(settings, self._redis)
        self._runner = Runner(self._redis, clock, tasks, self._metrics, make_redactor(settings))
        self._broker = make_broker(settings)
        dramatiq.Actor(
            self._runner.run, broker=self._broker, actor_name=ACTOR, queue_name=QUEUE, priority=0, options={}
        )
        self._worker = dramatiq.Worker(self._broker, worker_threads=threads, worker_timeout=250)
        self._identity = identity("worker")
        self._stopping = threading.Event()
        self._pulse = threading.Thread(target=self._beat, name="pulse", daemon=True)

    def start(self) -> None:
        """Begin to take tasks; returns at once. A Redis that is away is waited for."""
        self._pulse.start()
        self._metrics.start(self._redis)
        self._worker.start()

    def stop(self, seconds: float = 20.0) -> None:
        """Take no more tasks and wait up to `seconds` for those that run."""
        self._worker.stop(timeout=int(seconds * 1000))
        self._stopping.set()
        self._pulse.join(timeout=_PULSE * 2)
        self._metrics.stop()
        self._broker.close()

    def _beat(self) -> None:
        waits = False
        while not self._stopping.is_set():
            try:
                beat(self._redis, "worker", self._identity)
                self._runner.renew()
            except redis.RedisError as error:
                if not waits:
                    log.warning("worker_waits_for_store", error=type(error).__name__)
                waits = True
            else:
                if waits:
                    log.info("store_is_back")
                waits = False
            self._stopping.wait(_PULSE)
        try:
            leave(self._redis, "worker", self._identity)
        except redis.RedisError as error:
            log.warning("worker_left_without_telling", error=type(error).__name__)


def build_worker(settings: Settings, tasks: Mapping[str, TaskFn], *, threads: int = 4) -> Worker:
    """A worker that runs `tasks` by kind (the part of a member before `|`)."""
    return Worker(settings, tasks, threads)
