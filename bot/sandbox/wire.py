"""The box's HTTP server: bytes to `Ask`, `Answer` to bytes, and the ways a connection can die."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from bot.sandbox.errors import Refused

MAX_BODY = 20 * 1024 * 1024


@dataclass(frozen=True)
class Call:
    """One API call as the box saw it. `http` is 0 when the connection was cut; `fault` names an injected fault."""

    path: str
    body: Any
    errcode: int
    at: float
    method: str = "POST"
    query: dict[str, str] = field(default_factory=dict)
    http: int = 200
    fault: str = ""


@dataclass(frozen=True)
class Upload:
    """A file of a multipart request."""

    filename: str
    content: bytes


@dataclass(frozen=True)
class Ask:
    """One HTTP request."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    ip: str

    @property
    def json(self) -> dict[str, Any]:
        """The body as a JSON object; Refused 44002 if empty, 47001 if not one."""
        if not self.body.strip():
            raise Refused(44002)
        try:
            data = json.loads(self.body)
        except ValueError as error:
            raise Refused(47001) from error
        if not isinstance(data, dict):
            raise Refused(47001)
        return data

    def loggable(self) -> Any:
        """The body for the list of calls: the JSON if it is some, else its size."""
        if not self.body:
            return {}
        try:
            return json.loads(self.body)
        except ValueError:
            return {"bytes": len(self.body)}

    def upload(self, name: str = "media") -> tuple[Upload, dict[str, str]]:
        """The uploaded file and the other form fields; Refused 41005 without a file."""
        mimetype, options = parse_options_header(self.headers.get("content-type", ""))
        parser = FormDataParser(stream_factory=lambda *_, **__: BytesIO())
        _, form, files = parser.parse(BytesIO(self.body), mimetype, len(self.body), options)
        found = files.get(name)
        if found is None:
            raise Refused(41005)
        return Upload(found.filename or "", found.read()), {key: str(value) for key, value in form.items()}


@dataclass(frozen=True)
class Answer:
    """One HTTP response; `cut` closes the connection instead ("silent") or resets it ("reset")."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; encoding=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    cut: Literal["", "silent", "reset"] = ""


def json_answer(data: Any) -> Answer:
    return Answer(body=json.dumps(data, ensure_ascii=False).encode())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 60
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        if size > MAX_BODY:
            self.close_connection = True
            self._send(Answer(413))
            return
        url = urlsplit(self.path)
        ask = Ask(
            self.command,
            url.path,
            dict(parse_qsl(url.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(size),
            self.client_address[0],
        )
        self._send(self.server.answer(ask))

    def _send(self, answer: Answer) -> None:
        if answer.cut:
            self.close_connection = True
            if answer.cut == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            else:
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        return formatdate(self.server.now() if timestamp is None else timestamp, usegmt=True)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: what happened stands in the list of calls."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, host: str, answer: Callable[[Ask], Answer], now: Callable[[], float]) -> None:
        super().__init__((host, port), _Handler)
        self.answer = answer
        self.now = now
        self._connections: set[socket.socket] = set()
        self._guard = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._connections.discard(request)
        if request.fileno() != -1 and request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)[:4] == b"\x01\0\0\0":
            self.close_request(request)  # closing with linger 0 sends the reset; a shutdown before it would not
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up is no news."""

    def end(self) -> None:
        self.shutdown()
        self.server_close()
        with self._guard:
            open_now = list(self._connections)
        for connection in open_now:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class Wire:
    """Starts and stops the server in its own thread."""

    def __init__(self, answer: Callable[[Ask], Answer], now: Callable[[], float]) -> None:
        self._answer = answer
        self._now = now
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def base(self) -> str:
        """`http://host:port`; RuntimeError while stopped."""
        if self._server is None:
            raise RuntimeError("the sandbox is not started")
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def start(self, port: int, host: str) -> None:
        """Listens; OSError if the port is taken."""
        self._server = _Server(port, host, self._answer, self._now)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,), name="sandbox", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.end()
            self._thread.join(5)
            self._server = self._thread = None
