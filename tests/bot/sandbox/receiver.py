"""A webhook for tests of the pusher: answers what it is told and remembers what came."""

from __future__ import annotations

import threading
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Arrival:
    """One request as the webhook saw it."""

    method: str
    query: Mapping[str, str]
    body: bytes

    def fields(self) -> dict[str, str]:
        return {child.tag: child.text or "" for child in ET.fromstring(self.body)}


def text_reply(arrival: Arrival, text: str) -> bytes:
    """A plain text reply to a plain message; `text` is put into CDATA as it is."""
    fields = arrival.fields()
    return (
        f"<xml><ToUserName><![CDATA[{fields['FromUserName']}]]></ToUserName>"
        f"<FromUserName><![CDATA[{fields['ToUserName']}]]></FromUserName><CreateTime>1</CreateTime>"
        f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content></xml>"
    ).encode()


class Receiver:
    """Set `answer` to a function of the arrival that gives status and body. `patience` holds answers back until set."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []
        self.answer: Callable[[Arrival], tuple[int, bytes]] = lambda arrival: (200, b"success")
        self.patience = threading.Event()
        self.patience.set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                url = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                arrival = Arrival(self.command, dict(parse_qsl(url.query, keep_blank_values=True)), body)
                outer.arrivals.append(arrival)
                status, answer = outer.answer(arrival)
                outer.patience.wait(10)
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST

            def log_message(self, format: str, *args: Any) -> None:
                """Silent."""

        class Server(ThreadingHTTPServer):
            def handle_error(self, request: Any, client_address: Any) -> None:
                """A caller that did not wait is what some tests want."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/wechat"

    def says(self, text: str) -> None:
        """From now on every message gets this text."""
        self.answer = lambda arrival: (200, text_reply(arrival, text))

    def close(self) -> None:
        self.patience.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
