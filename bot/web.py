"""Serving wsgi.py with uvicorn: BOT_WEB_WORKERS processes at one port, each an event loop of its own."""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import importlib
import resource
import signal
import socket
import threading
from collections.abc import Iterator
from typing import Any

from uvicorn import Config, Server

from bot.bridge import Bridge
from bot.http_protocol import MOST_CONNECTIONS, BoundedProtocol
from bot.parts import LOOK_SECONDS, Part, on_stop_signals, say, stop_parts
from bot.supervisor import require_free_port
from bot.wechat.callback import MAX_BODY
from config.settings import Settings

KILL_SECONDS = 10
"""After which a process that does not finish its requests is ended."""

STUCK_SECONDS = 20
"""A process whose loop does not turn for so long ends itself, saying where it stands, and is started again."""

IDLE_SECONDS = 60
"""How long a connection is kept for the next request."""

BACKLOG = 128
"""Connections that may wait to be taken."""

COLLECT_AFTER = (20_000, 10, 50)
"""Objects made before the youngest are looked through (a request leaves some hundred), and how often the older."""


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; requests that run are finished. Raises StartError if the port is taken."""
    require_free_port(settings.host, settings.port)
    if settings.web_workers == 1:
        serve_alone(settings)
    else:
        _keep(settings)


def serve_alone(settings: Settings, *, beside_others: bool = False) -> None:
    """Serve in this process; beside others at the same port, each gets its share of the connections."""
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    application = Bridge(importlib.import_module("wsgi").application, MAX_BODY)
    config = Config(
        application,
        interface="asgi3",
        http=BoundedProtocol,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,  # its loggers speak through ours, which knows what must not be said
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        limit_concurrency=min(MOST_CONNECTIONS, most_files * 4 // 5),
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=KILL_SECONDS,
    )
    # What was loaded stays: the collector need not look through it again and again while callbacks are answered.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    listening = _listening(settings, shared=beside_others)
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    Serving(config, f"web ready: http://{shown}:{settings.port}").run([listening])


class Serving(Server):
    """uvicorn's server that says when it is ready, notices when its loop is stuck, and ends quietly when asked to."""

    def __init__(self, config: Config, ready: str, stuck_seconds: float = STUCK_SECONDS) -> None:
        super().__init__(config)
        self._ready = ready
        self._stuck_seconds = stuck_seconds

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """From here on requests are answered."""
        await super().startup(sockets)
        say(self._ready)

    async def on_tick(self, counter: int) -> bool:
        """Comes ten times a second."""
        if counter % 10 == 0:
            faulthandler.dump_traceback_later(self._stuck_seconds, exit=True)
        return await super().on_tick(counter)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn would raise the signal again in the end, and we should end by it instead of well."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.handle_exit)
        yield
        faulthandler.cancel_dump_traceback_later()


def _keep(settings: Settings) -> None:
    """Several processes, each started again when it dies."""
    stop, hurry = threading.Event(), threading.Event()

    def on_signal(number: int, frame: Any) -> None:
        (hurry if stop.is_set() else stop).set()

    on_stop_signals(on_signal)
    parts = [Part("web", ("web", "--beside-others"), KILL_SECONDS + 1) for _ in range(settings.web_workers)]
    try:
        while not stop.is_set():
            for part in parts:
                part.keep(settings)
            stop.wait(LOOK_SECONDS)
    finally:
        for part in parts:
            if part.process:
                part.process.terminate()  # all at once: each may need its whole time
        stop_parts(parts, hurry)


def _listening(settings: Settings, *, shared: bool) -> socket.socket:
    """With a socket of its own each process gets its share from the kernel; of one between them, whoever wakes first
    would take all that come together."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind(address)
    listening.listen(BACKLOG)
    return listening
