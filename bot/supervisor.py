"""`run`: the embedded Redis and all parts as child processes; whatever dies is started again, and all stop in order."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Sequence
from types import FrameType

import redis
import structlog

from bot.embedded_redis import EmbeddedRedis
from bot.errors import StartError
from bot.parts import LOOK_SECONDS, Backoff, Part, on_stop_signals, say, stop_parts
from bot.stores.connection import connect, refuse_cluster
from config.settings import Settings

log = structlog.get_logger(__name__)

PARTS = ("web", "scheduler", "worker")
"""In the order in which they are stopped: first no new messages come in, then no new tasks, then what runs ends."""

SILENT_SECONDS = 5.0  # after which a left-over Redis that does not answer is ended
DRAIN_SECONDS = {"web": 12.0, "scheduler": 5.0, "worker": 25.0}
_PORT_PATIENCE = 2.0  # a predecessor's children may take a moment to end


def require_free_port(host: str, port: int, mend: str = "set BOT_PORT") -> None:
    """Raise StartError if nobody can listen there; a port that is just being given up is waited for."""
    deadline = time.monotonic() + _PORT_PATIENCE
    while True:
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
                return
        except PermissionError:
            raise StartError(f"port {port} needs root: {mend} to 1024 or higher") from None
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno is None or time.monotonic() > deadline:
                raise StartError(
                    f"port {port} on {host} cannot be had ({error.strerror}): stop what uses it or {mend}"
                ) from None
        time.sleep(0.05)


class Supervisor:
    """The process tree of `run`. Use it from the main thread: children end with the thread that started them."""

    def __init__(self, settings: Settings, parts: Sequence[str] = PARTS) -> None:
        self._settings = settings
        self._parts = [Part(name, (name,), DRAIN_SECONDS[name]) for name in parts]
        self._redis = EmbeddedRedis(settings.data_dir) if settings.embedded else None
        self._redis_backoff = Backoff()
        self._redis_began = 0.0
        self._client = connect(settings, "web")
        self._stop = threading.Event()
        self._hurry = threading.Event()

    def run(self) -> None:
        """Start everything and keep it running until SIGTERM, SIGINT or SIGHUP; then stop everything in order.

        Raises StartError if it cannot start at all.
        """
        on_stop_signals(self._on_signal)
        require_free_port(self._settings.host, self._settings.port)
        try:
            self._start_redis()
            while not self._stop.is_set():
                self._keep_redis()
                for part in self._parts:
                    part.keep(self._settings)
                self._stop.wait(LOOK_SECONDS)
        finally:
            self._stop_all()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._stop.is_set():
            self._hurry.set()
        self._stop.set()

    def _start_redis(self) -> None:
        if self._redis:
            mine = self._redis.start(end_silent=SILENT_SECONDS)
            self._redis_began = time.monotonic()
            say(f"redis ready: {'started' if mine else 'joined'}, data in {self._redis.folder}")
            return
        try:
            refuse_cluster(self._client)
            say("redis ready: at REDIS_URL")
        except redis.RedisError as error:
            say(f"redis away ({type(error).__name__}): all parts wait for REDIS_URL to answer")

    def _keep_redis(self) -> None:
        """Start the embedded server again if it ended, also where another process had started it."""
        now = time.monotonic()
        if self._redis is None or self._redis.owned or now < self._redis_backoff.not_before:
            return
        try:
            self._client.ping()
        except redis.RedisError:
            self._redis_backoff.died(now - self._redis_began, now)
            free = shutil.disk_usage(self._redis.folder).free // 1_000_000
            log.error("part_died", part="redis", last_words=self._redis.last_log_line(), disk_free_mb=free)
            try:
                self._start_redis()
            except StartError as error:
                log.error("part_does_not_start", part="redis", reason=str(error))
        else:
            self._redis_backoff.not_before = now + 1.0  # joined and well: ask again in a while

    def _stop_all(self) -> None:
        stop_parts(self._parts, self._hurry)
        if self._redis:
            self._redis.stop()
        say("stopped")
