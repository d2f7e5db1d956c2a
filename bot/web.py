"""Serving wsgi.py with granian: one master and BOT_WEB_WORKERS processes, each an event loop and two threads."""

from __future__ import annotations

import importlib
import os
import signal
from functools import partial
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

from bot.bridge import Bridge
from bot.die_with_parent import end_with_parent
from bot.supervisor import require_free_port, say
from bot.wechat.callback import MAX_BODY
from config.settings import Settings

TARGET = "wsgi"
THREADS = 2  # a request waits for Redis; more threads would only wait for the interpreter's lock
KILL_SECONDS = 10  # after which a process that does not finish its requests is ended


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; requests that run are finished. Raises StartError if the port is taken."""
    require_free_port(settings.host, settings.port)
    server = Server(
        TARGET,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.RSGI,
        workers=settings.web_workers,
        http=HTTPModes.http1,  # stopping hangs with HTTP/2 keep-alive (granian issue 611)
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_SECONDS,
        # Its loggers speak through ours, which knows what must not be said.
        log_level=LogLevels.warning,
        log_dictconfig={"loggers": {"_granian": {"handlers": [], "propagate": True}}},
    )
    server.serve(target_loader=partial(_load, settings.host, settings.port, os.getpid()), wrap_loader=False)


def _load(host: str, port: int, master: int) -> Any:
    """Load the application inside a granian process, which must not outlive its master: it would keep the port."""
    end_with_parent(signal.SIGKILL, master)
    application = Bridge(importlib.import_module(TARGET).application, THREADS, MAX_BODY)
    shown = f"[{host}]" if ":" in host else host
    say(f"web ready: http://{shown}:{port}")
    return application
