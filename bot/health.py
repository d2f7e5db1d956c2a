"""Is this deployment able to do its work? Signs of life of its parts, and the pages that tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import cast

import redis
from flask import Blueprint, Response, abort, jsonify

from bot.metrics import Gauge, render

ALIVE_SECONDS = 10
FORGET_SECONDS = 600
_VERIFY_MAX_BYTES = 4096

Check = Callable[[], tuple[bool, str]]
"""A named part of readiness: (is it well?, in words). Redis errors may pass through."""

# By the server's own clock: machines may disagree, and our clock may be simulated.
_BEAT = """
local now = tonumber(redis.call('TIME')[1])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]))
return 1
"""
_ALIVE = "return redis.call('ZCOUNT', KEYS[1], tonumber(redis.call('TIME')[1]) - tonumber(ARGV[1]), '+inf')"


def beat(client: redis.Redis, part: str, identity: str) -> None:
    """Leave a sign of life of one `worker` or `scheduler` process."""
    client.register_script(_BEAT)(keys=[f"bot:alive:{part}"], args=[identity, FORGET_SECONDS])


def leave(client: redis.Redis, part: str, identity: str) -> None:
    """Take the sign of life back: the process is stopping as asked."""
    client.zrem(f"bot:alive:{part}", identity)


def count_alive(client: redis.Redis, part: str) -> int:
    """How many processes of `part` gave a sign of life within ALIVE_SECONDS."""
    return cast(int, client.register_script(_ALIVE)(keys=[f"bot:alive:{part}"], args=[ALIVE_SECONDS]))


def part_check(client: redis.Redis, part: str) -> Check:
    """A check that at least one process of `part` is alive."""

    def check() -> tuple[bool, str]:
        alive = count_alive(client, part)
        return alive > 0, f"{alive} running" if alive else f"no {part} gave a sign of life for {ALIVE_SECONDS} s"

    return check


def readiness(client: redis.Redis, checks: Mapping[str, Check]) -> tuple[bool, dict[str, object]]:
    """Whether all is well, and the JSON that says so part by part. Never raises for a Redis that is away."""
    parts: dict[str, str] = {}
    failing: list[str] = []
    try:
        client.ping()
        parts["redis"] = "ok"
        for name, check in checks.items():
            well, parts[name] = check()
            if not well:
                failing.append(name)
    except redis.RedisError as error:
        # Nothing else can be known without it, and each further try would cost its timeout again.
        parts = {"redis": f"away ({type(error).__name__})"}
        failing = ["redis"]
    return not failing, {"ready": not failing, "failing": failing, "parts": parts}


def health_pages(
    client: redis.Redis, verify_folder: Path, checks: Mapping[str, Check], gauges: Sequence[Gauge]
) -> Blueprint:
    """The pages /healthz, /readyz, /metrics and /MP_verify_*.txt (files of `verify_folder`)."""
    pages = Blueprint("health", __name__)

    @pages.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @pages.get("/readyz")
    def readyz() -> tuple[Response, int]:
        ready, report = readiness(client, checks)
        return jsonify(report), 200 if ready else 503

    @pages.get("/metrics")
    def metrics() -> Response:
        return Response(render(client, gauges), content_type="text/plain; version=0.0.4; charset=utf-8")

    @pages.get("/MP_verify_<name>.txt")
    def verify(name: str) -> Response:
        if not re.fullmatch(r"[A-Za-z0-9]{1,64}", name):
            abort(404)
        try:
            file = (verify_folder / f"MP_verify_{name}.txt").resolve()
            # A link must not lead out of the folder, and whoever waits for a pipe waits for ever.
            if not file.is_relative_to(verify_folder.resolve()) or not file.is_file():
                abort(404)
            with file.open("rb") as opened:
                content = opened.read(_VERIFY_MAX_BYTES + 1)
        except OSError:
            abort(404)
        if len(content) > _VERIFY_MAX_BYTES:
            abort(404)
        return Response(content, mimetype="text/plain")

    return pages
