"""The webhook: verifies, looks whether this delivery was answered before, has it answered, stores, replies.

Never calls WeChat. What is answered with 200 is durably stored; what cannot be stored now is a 503, so that WeChat
tries again. Simultaneous deliveries of one message may be worked on side by side: one of them commits, the others
find its answer and give the same.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Protocol

import redis
import structlog
from flask import Blueprint, Response, request

from bot.clock import Clock
from bot.domain.events import Event
from bot.metrics import Metrics
from bot.stores.answers import Answer, Answers
from bot.stores.breaker import Breaker
from bot.stores.unit import Busy, Conflict, Place, Unit
from bot.wechat.callback import MAX_BODY, Credentials, Delivery, Refusal, answer_xml, read_callback, seal, verify_server

log = structlog.get_logger()


class Answerer(Protocol):
    """What decides about events. The others give (text, pseudonym of its reader); an empty text is silence."""

    def places(self, unit: Unit, account: str, event: Event) -> list[Place]:
        """What `answer` will need in any case, for reading it together with what the webhook needs."""

    def answer(self, unit: Unit, account: str, event: Event, now: float) -> tuple[str, str]:
        """Decide about an event, writing its effect into the unit."""

    def apologise(self, unit: Unit, account: str, event: Event, now: float, error: Exception) -> tuple[str, str]:
        """`answer` raised: keep the event for another try and find honest words."""


TRIES = 20
BUDGET_SECONDS = 3.5
_SIZE = re.compile(r"[0-9]{1,9}")


def webhook(
    accounts: dict[str, Credentials],
    client: redis.Redis,
    clock: Clock,
    metrics: Metrics,
    answerer: Answerer,
    confirm: Callable[[str], None] = lambda key: None,
    fit: Callable[[], None] = lambda: None,
) -> Blueprint:
    """The routes `/wechat` and `/wechat/<account>`; the first account is the one without a name.

    `confirm` takes the key of a kept answer, returns once that and what it came with is as safe as it was asked to be,
    and raises redis errors if it is not. `fit` raises one while the store may not be worked on.
    """
    routes = Blueprint("wechat", __name__)
    first = next(iter(accounts), "")
    breaker = Breaker()

    @routes.get("/wechat")
    @routes.get("/wechat/<name>")
    def verify(name: str = first) -> Response:
        if name not in accounts:
            return Response(status=404)
        try:
            return Response(verify_server(request.args, accounts[name]), mimetype="text/plain")
        except Refusal as refusal:
            return _refused(metrics, name, refusal)

    @routes.post("/wechat")
    @routes.post("/wechat/<name>")
    def receive(name: str = first) -> Response:
        if name not in accounts:
            return Response(status=404)
        try:
            body = _bounded_body()
            delivery = read_callback(request.args.to_dict(), body, accounts[name], clocks=_clocks(clock, breaker))
            if delivery.event is None:
                metrics.inc("bot_callbacks_stale_total")
                log.warning("callback_stale", account=name)
                return Response("success", mimetype="text/plain")
            with breaker.trying():
                fit()
                text, key = _answer_once(client, name, delivery, clock, answerer, metrics)
                confirm(key)
        except Refusal as refusal:
            return _refused(metrics, name, refusal)
        except (redis.RedisError, Busy) as error:
            metrics.inc("bot_callbacks_unstored_total")
            log.error("callback_not_stored", account=name, error=type(error).__name__)
            return Response(status=503)
        metrics.inc("bot_callbacks_total")
        if not text.text:
            return Response("success", mimetype="text/plain")
        xml = answer_xml(delivery.event, text.text, text.created_at)
        if delivery.sealed:
            xml = seal(xml, accounts[name], timestamp=delivery.timestamp, nonce=delivery.nonce)
        return Response(xml, mimetype="application/xml")

    return routes


def _clocks(clock: Clock, breaker: Breaker) -> list[float]:
    """Epoch seconds of every clock that a callback may go by."""
    if clock.is_system:
        return [time.time()]
    with breaker.trying():  # a simulated clock is asked from the store
        return [time.time(), clock.now()]


def _bounded_body() -> bytes:
    """The body, refused before it is read if it is too large or its size is not said.

    Read from the server's own stream: the body of a stated size is all of it, and werkzeug's stream around it would
    only count along.
    """
    environ = request.environ
    claimed = environ.get("CONTENT_LENGTH", "")
    if not _SIZE.fullmatch(claimed) or int(claimed) > MAX_BODY or "HTTP_TRANSFER_ENCODING" in environ:
        raise Refusal(400, "size")
    body: bytes = environ["wsgi.input"].read(int(claimed))
    if len(body) < int(claimed):
        raise Refusal(400, "size")
    return body


def _answer_once(
    client: redis.Redis, account: str, delivery: Delivery, clock: Clock, answerer: Answerer, metrics: Metrics
) -> tuple[Answer, str]:
    """The answer to a delivery, the stored one or a new one committed together with its effect, and where it stands."""
    event = delivery.event
    assert event is not None
    key = event.delivery_key()
    deadline = time.monotonic() + BUDGET_SECONDS
    for _ in range(TRIES):
        unit = Unit(client, account)
        answers = Answers(unit)
        unit.prefetch([*answers.places(key, delivery.triple), *answerer.places(unit, account, event)])
        if delivery.triple and answers.is_forged(delivery.triple, delivery.digest):
            raise Refusal(403, "signature used for another message")
        known = answers.get(key)
        if known is not None:
            metrics.inc("bot_callbacks_repeated_total")
            return known, answers.key(key)
        now = clock.now()
        try:
            text, pid = answerer.answer(unit, account, event, now)
        except redis.RedisError:
            raise
        except Exception as error:
            # A fault of ours: WeChat's repeats would only meet it again, so it is kept and answered honestly.
            metrics.inc("bot_callbacks_faulty_total")
            log.error("handler_failed", account=account, kind=type(event).__name__, exc_info=error)
            unit = Unit(client, account)
            answers = Answers(unit)
            if answers.get(key) is not None:
                continue
            text, pid = answerer.apologise(unit, account, event, now, error)
        fresh = Answer(text, int(now))
        answers.keep(key, fresh, pid)
        if delivery.triple:
            answers.keep_triple(delivery.triple, delivery.digest)
        try:
            unit.commit()
        except Conflict:
            if time.monotonic() > deadline:
                break
            continue
        return fresh, answers.key(key)
    raise Busy(account)


def _refused(metrics: Metrics, account: str, refusal: Refusal) -> Response:
    metrics.inc("bot_callbacks_refused_total", reason=refusal.reason)
    log.warning("callback_refused", account=account, status=refusal.status, reason=refusal.reason)
    return Response(status=refusal.status)
