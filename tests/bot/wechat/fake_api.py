"""A small HTTP server that stands for WeChat's API where a test needs one exact behaviour, and counts calls."""

from __future__ import annotations

import json
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

SECRET = "s3cret-0123456789"
STABLE_TOKEN = "/cgi-bin/stable_token"


class Request(NamedTuple):
    """One call as it arrived."""

    path: str
    params: dict[str, str]
    body: bytes
    content_type: str | None = None

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Raw(NamedTuple):
    """An answer that is not plain JSON; `reset` closes the connection instead, `hang` does so when the test ends."""

    body: bytes = b""
    status: int = 200
    reset: bool = False
    hang: bool = False


Answer = dict[str, Any] | Raw


class FakeApi:
    """`on[path]` answers a call; without it `{"errcode": 0}`. Tokens follow the rules of stable_token."""

    def __init__(self) -> None:
        """Not yet serving: see `serve`."""
        self.on: dict[str, Callable[[Request], Answer]] = {}
        self.calls: list[Request] = []
        self.tokens = 1
        self.token_life = 7200
        self.base = ""
        self.over = threading.Event()
        self._lock = threading.Lock()

    @property
    def count(self) -> Counter[str]:
        """Calls by path."""
        return Counter(call.path for call in self.calls)

    @property
    def token(self) -> str:
        """The token that is valid now."""
        return f"T{self.tokens}-t0k3n"

    def answer(self, request: Request) -> Answer:
        """What to say to one call."""
        with self._lock:
            self.calls.append(request)
            special = self.on.get(request.path)
            if special is None and request.path == STABLE_TOKEN:
                self.tokens += bool(request.json.get("force_refresh"))
                return {"access_token": self.token, "expires_in": self.token_life}
        if special is not None:
            return special(request)
        if request.params.get("access_token") != self.token:
            return refusal(40001)
        return {"errcode": 0, "errmsg": "ok"}


def refusal(code: int, words: str = "refused") -> dict[str, Any]:
    """WeChat's way to say no."""
    return {"errcode": code, "errmsg": f"{words} rid: 64449407-4c4c6550-08a4ca2c"}


def sequence(*answers: Answer) -> Callable[[Request], Answer]:
    """These answers one after another, the last for ever."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


@contextmanager
def serve() -> Iterator[FakeApi]:
    """A running fake on a free port of the loopback."""
    api = FakeApi()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet, else each call waits 40 ms for an acknowledgement

        def do_POST(self) -> None:
            self._handle()

        def do_GET(self) -> None:
            self._handle()

        def _handle(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = api.answer(Request(parts.path, dict(parse_qsl(parts.query)), body, self.headers["Content-Type"]))
            raw = answer if isinstance(answer, Raw) else Raw(json.dumps(answer).encode())
            if raw.hang:
                api.over.wait(20)
            if raw.hang or raw.reset:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(raw.status)
            self.send_header("Content-Length", str(len(raw.body)))
            self.end_headers()
            self.wfile.write(raw.body)

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    api.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        api.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
