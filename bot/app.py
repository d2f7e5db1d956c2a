"""The web application: the callback's blueprint and the health pages joined, errors answered without a body."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import redis
import structlog
from flask import Blueprint, Flask, Request, Response
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from bot.clock import make_clock
from bot.gauges import frame_gauges
from bot.health import Check, health_pages, part_check
from bot.metrics import Gauge
from config.settings import Settings

log = structlog.get_logger(__name__)


def create_app(
    settings: Settings,
    client: redis.Redis,
    blueprints: Iterable[Blueprint] = (),
    *,
    checks: Mapping[str, Check] | None = None,
    gauges: Sequence[Gauge] = (),
) -> Flask:
    """The WSGI application over `client` (made for `web`).

    `checks` are further parts of /readyz (such as `last_poll`), beside redis, worker and scheduler;
    `gauges` are shown at /metrics.
    """
    app = _App(__name__, static_folder=None)
    app.request_class = _Request
    app.url_map.merge_slashes = False  # `/wechat//a` is another path, not to be redirected
    parts = {part: part_check(client, part) for part in ("worker", "scheduler")}
    names = [account.name for account in settings.accounts]
    figures = [*frame_gauges(client, names, make_clock(settings, client)), *gauges]
    app.register_blueprint(health_pages(client, settings.config_dir / "verify", {**parts, **(checks or {})}, figures))
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(redis.RedisError, _answer_store_away)
    app.register_error_handler(Exception, _answer_fault)
    return app


class _App(Flask):
    """Finds views by path and method alone; nothing here goes by the host, which werkzeug would look at every time."""

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """What looks the view up."""
        if request is None:
            return super().create_url_adapter(request)
        return MapAdapter(self.url_map, "", "/", "", "http", request.path, request.method)


class _Request(Request):
    """A request whose query may hold any bytes: those that are no ASCII are read as if they were escaped.

    Werkzeug decodes the whole query as UTF-8 and raises where it is none, for the first field that anybody asks for.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.query_string.isascii():
            self.query_string = re.sub(rb"[\x80-\xff]", lambda byte: b"%%%02X" % ord(byte[0]), self.query_string)


def _answer_http_error(error: HTTPException) -> Response:
    response = Response(status=error.code or 500)
    if isinstance(error.get_response().headers.get("Allow"), str):
        response.headers["Allow"] = error.get_response().headers["Allow"]
    return response


def _answer_store_away(error: redis.RedisError) -> Response:
    """503, so that WeChat tries again (contract section 4)."""
    log.warning("store away", error=type(error).__name__)
    return Response(status=503)


def _answer_fault(error: Exception) -> Response:
    log.error("request failed", exc_info=error)
    return Response(status=500)
