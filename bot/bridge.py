"""Flask behind an event loop: a body is complete before a thread sees it, so that slow senders hold no thread.

granian's own WSGI reads bodies inside its few threads: two connections that stall in the middle of a body would keep
every callback waiting, and WeChat with them.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

from granian.rsgi import ProtocolClosed

BODY_SECONDS = 4.0
"""How long a body may take to arrive; WeChat itself gives up after five."""

Environ = dict[str, Any]
WsgiApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Bridge:
    """A WSGI application as granian's RSGI wants it. Bodies longer than `most` bytes are not read: the app refuses."""

    def __init__(self, app: WsgiApp, threads: int, most: int, body_seconds: float = BODY_SECONDS) -> None:
        self._app = app
        self._body_seconds = body_seconds
        self._most = most
        self._pool = ThreadPoolExecutor(threads, "request")

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        headers = scope.headers.items()
        length = _length(headers)
        try:
            wanted = length is not None and 0 < length <= self._most
            async with asyncio.timeout(self._body_seconds):  # wait_for would make a task of each request
                body = await protocol() if wanted else b""
        except TimeoutError:
            protocol.response_empty(408, [("connection", "close")])
            return
        except ProtocolClosed:  # the sender hung up in the middle of its body
            return
        environ = _environ(scope, headers, body)
        loop = asyncio.get_running_loop()
        status, answered, content = await loop.run_in_executor(self._pool, self._call, environ)
        protocol.response_bytes(status, answered, content)

    def _call(self, environ: Environ) -> tuple[int, list[tuple[str, str]], bytes]:
        """Run the application to its end."""
        said: list[Any] = [500, []]

        def start_response(status: str, headers: list[tuple[str, str]], error: Any = None) -> None:
            said[:] = [int(status.split(" ", 1)[0]), headers]

        content = self._app(environ, start_response)
        try:
            return said[0], said[1], b"".join(content)
        finally:
            close = getattr(content, "close", None)
            if close:
                close()


def _length(headers: Iterable[tuple[str, str]]) -> int | None:
    """The size that a request claims for its body, None if it claims none that can be read."""
    claimed = [value for name, value in headers if name == "content-length"]
    return int(claimed[0]) if len(claimed) == 1 and claimed[0].isascii() and claimed[0].isdigit() else None


def _environ(scope: Any, headers: Iterable[tuple[str, str]], body: bytes) -> Environ:
    """The WSGI environment of a request (PEP 3333)."""
    server, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in headers:
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ
