"""Serving wsgi.py with uvicorn: one master and BOT_WEB_WORKERS processes, each an event loop of its own."""

from __future__ import annotations

import gc
import importlib
import multiprocessing
import os
import signal
import socket
from typing import Any

from uvicorn import Config
from uvicorn.supervisors.multiprocess import Multiprocess

from bot.bridge import Bridge
from bot.die_with_parent import end_with_parent
from bot.http_protocol import BoundedProtocol
from bot.supervisor import require_free_port, say
from bot.wechat.callback import MAX_BODY
from config.settings import Settings

KILL_SECONDS = 10
"""After which a process that does not finish its requests is ended."""

DEAF_SECONDS = 30
"""A process that does not answer its master for so long is ended; a busy machine may need that long to start one."""

IDLE_SECONDS = 60
"""How long a connection is kept for the next request."""

COLLECT_AFTER = (20_000, 10, 50)
"""Objects made before the youngest are looked through (a request leaves some hundred), and how often the older."""


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; requests that run are finished. Raises StartError if the port is taken."""
    require_free_port(settings.host, settings.port)
    config = Config(
        "bot.web:load",
        factory=True,
        interface="asgi3",
        host=settings.host,
        port=settings.port,
        workers=settings.web_workers,
        http=BoundedProtocol,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,  # its loggers speak through ours, which knows what must not be said
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=KILL_SECONDS,
        timeout_worker_healthcheck=DEAF_SECONDS,
    )
    Multiprocess(config, [_listening(settings)]).run()


def load() -> Any:
    """The application inside a serving process, which must not outlive its master: it would keep the port."""
    master = multiprocessing.parent_process()
    end_with_parent(signal.SIGKILL, (master and master.pid) or os.getppid())
    application = Bridge(importlib.import_module("wsgi").application, MAX_BODY)
    # What was loaded stays: the collector need not look through it again and again while callbacks are answered.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    return application


def _listening(settings: Settings) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(address)
    listening.listen(1024)
    listening.set_inheritable(True)
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    say(f"web ready: http://{shown}:{settings.port}")
    return listening
