"""The load generator: wrk, which leaves the processors to what is measured."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

CONNECTIONS = 16
_SCRIPT = Path(__file__).with_name("load.lua")


class Load(Struct, frozen=True):
    """What wrk saw: how long it sent, how many answers came, how many of them were none or not 200, percentiles of the
    time to an answer; all times in seconds."""

    seconds: float
    answers: int
    failed: int
    p50: float
    p99: float


def require_wrk() -> None:
    """End with a word of advice if there is no load generator on this machine."""
    if shutil.which("wrk") is None:
        sys.exit("the callback table needs the load generator wrk, which is not installed: apt install wrk")


def post(path: str, body: bytes) -> bytes:
    """A request as it goes over the wire; `path` with its query."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def load(requests: Iterable[bytes], port: int, seconds: int) -> Load:
    """Send what can be sent in so many seconds over keep-alive connections, each waiting for its answer; the requests
    begin anew when all were sent."""
    with tempfile.NamedTemporaryFile(prefix="requests-") as file:
        file.write(b"\0".join(requests))
        file.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "5s", "-s", str(_SCRIPT)]
        said = subprocess.run(
            [*command, f"http://127.0.0.1:{port}/", "--", file.name], check=True, capture_output=True, text=True
        ).stdout
    seen = json.loads(said.splitlines()[-1])
    return Load(**seen)
