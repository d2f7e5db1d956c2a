"""Flask behind an event loop: a body is complete before a view sees it, and views that wait for Redis hold nobody up.

A server of threads reads bodies inside its few threads: two connections that stall in the middle of a body would keep
every callback waiting, and WeChat with them.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterable
from io import BytesIO
from typing import Any

from bot import fibers

Environ = dict[str, Any]
WsgiApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[bytes, bytes]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Bridge:
    """A WSGI application as an ASGI server wants it. Bodies longer than `most` bytes are not read: the app refuses."""

    def __init__(self, app: WsgiApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        length = _length(scope["headers"])
        wanted = length is not None and 0 < length <= self._most
        body = await _whole(receive) if wanted else b""
        if body is None:
            return
        status, headers, content = await fibers.run(self._call, _environ(scope, body))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _call(self, environ: Environ) -> tuple[int, Headers, bytes]:
        """Run the application to its end."""
        said: list[Any] = [500, []]

        def start_response(status: str, headers: list[tuple[str, str]], error: Any = None) -> None:
            said[:] = [int(status[:3]), [(name.lower().encode("latin-1"), value.encode("latin-1"))
                                         for name, value in headers]]  # fmt: skip

        content = self._app(environ, start_response)
        try:
            return said[0], said[1], b"".join(content)
        finally:
            close = getattr(content, "close", None)
            if close:
                close()


async def _whole(receive: Receive) -> bytes | None:
    """The body to its end; None if the sender hung up in the middle of it, or took too long."""
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    return body if message["type"] == "http.request" else None


def _length(headers: Headers) -> int | None:
    """The size that a request claims for its body, None if it claims none that can be read."""
    claimed = [value for name, value in headers if name == b"content-length"]
    return int(claimed[0]) if len(claimed) == 1 and claimed[0].isdigit() else None


def _environ(scope: dict[str, Any], body: bytes) -> Environ:
    """The WSGI environment of a request (PEP 3333)."""
    server, port = scope["server"] or ("", 0)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": scope["client"][0] if scope["client"] else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, raw in scope["headers"]:
        key = _KEYS.get(name) or _key(name)
        if key:
            value = raw.decode("latin-1")
            environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ


def _key(name: bytes) -> str:
    """Under which name the WSGI environment holds a header; empty for one that would pass for another's."""
    if b"_" in name:
        return ""
    key = name.decode("latin-1").upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


_KEYS = {
    name: _key(name)
    for name in (
        b"accept", b"accept-encoding", b"cache-control", b"connection", b"content-length", b"content-type", b"host",
        b"pragma", b"user-agent", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip",
    )
}  # fmt: skip
"""What nearly every request brings."""
