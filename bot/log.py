"""Structured logs without secrets, openids or comment text; the libraries' own logs go the same way."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
import sys
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from structlog.typing import EventDict, WrappedLogger

from bot.log_events import EVENTS
from bot.tracebacks import rendered
from config.settings import Settings

HIDDEN = "[hidden]"
# An openid is `o` and 27 more characters of Base64's URL alphabet.
OPENID = re.compile(r"(?<![\w-])o[\w-]{27}(?![\w-])", re.ASCII)
# What WeChat's addresses and answers carry, in a query, in JSON, or in the repr of a dict.
_CREDENTIAL = re.compile(
    r"""((?:access_token|refresh_token|appsecret|secret|ticket|echostr|msg_signature|signature|password)
        ["']?\s*[=:]\s*["']?)[^\s"'&,}]+""",
    re.IGNORECASE | re.VERBOSE,
)
_LOGIN = re.compile(r"(\w+://)[^/\s@]+@")
# What could end a line, colour a terminal or turn its text round.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_OF_MANY_LINES = frozenset({"exception", "stack"})
# Fields that hold what a person wrote: only their length is told.
_WRITTEN_BY_PEOPLE = frozenset({"content", "text", "comment", "title", "reply", "body", "nickname"})
_SHORTEST_SECRET = 6
_TOLD_BY_US = "Consumer encountered a connection error"
"""Dramatiq says so every three seconds while the store is away; a worker tells it once."""


class Redactor:
    """Removes from log lines what must not stand there; also a structlog processor."""

    def __init__(self, secrets: Iterable[str] = (), key: str = "") -> None:
        known = sorted({secret for secret in secrets if len(secret) >= _SHORTEST_SECRET}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None
        self._key = key.encode()

    def clean(self, text: str) -> str:
        """`text` without known secrets, credentials in addresses and openids (these become a keyed hash)."""
        if self._known:
            text = self._known.sub(HIDDEN, text)
        text = _CREDENTIAL.sub(rf"\1{HIDDEN}", text)
        text = _LOGIN.sub(rf"\1{HIDDEN}@", text)
        return OPENID.sub(self._person, text)

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        """Clean every value of one log event."""
        return {name: self._clean_field(name, value) for name, value in event.items()}

    def _clean_field(self, name: str, value: Any) -> Any:
        if name in _WRITTEN_BY_PEOPLE and isinstance(value, str | bytes):
            return f"[{len(value)} characters]"
        if isinstance(value, dict):
            return {
                _on_one_line(self.clean(str(key))): self._clean_field(str(key), item) for key, item in value.items()
            }
        if isinstance(value, list | tuple | set | frozenset):
            return [self._clean_field(name, item) for item in value]
        if value is None or isinstance(value, bool | int | float):
            return value
        text = self.clean(value if isinstance(value, str) else str(value))
        if name in _OF_MANY_LINES:
            return "\n".join(map(_on_one_line, text.split("\n")))
        return _on_one_line(text)

    def _person(self, found: re.Match[str]) -> str:
        digest = hmac.new(self._key, b"log|" + found.group().encode(), hashlib.sha256).hexdigest()
        return f"person-{digest[:8]}"


def _on_one_line(text: str) -> str:
    return _CONTROL.sub(lambda found: found.group().encode("unicode_escape").decode(), text)


def explain(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Say in each warning and error what is true now and what to do; a structlog processor."""
    if event.get("level") in ("warning", "error", "critical") and (known := EVENTS.get(str(event.get("event")))):
        event["now"], event["do"] = known
    return event


def known_secrets(settings: Settings) -> list[str]:
    """Every secret value of `settings`, for a Redactor."""
    holders = [settings.secret_key, settings.notify_url]
    for account in settings.accounts:
        holders += [account.secret, account.token]
        if account.aes_key:
            holders.append(account.aes_key)
    login = urlsplit(settings.redis_url.get_secret_value()).netloc.rpartition("@")[0]
    return [*(holder.get_secret_value() for holder in holders), unquote(login.partition(":")[2])]


def make_redactor(settings: Settings) -> Redactor:
    """The redactor that knows the secrets of `settings`."""
    return Redactor(known_secrets(settings), settings.secret_key.get_secret_value())


def configure_logging(settings: Settings | None, level: int = logging.INFO) -> None:
    """Send structlog and the standard library's logging to standard error in BOT_LOG_FORMAT, redacted.

    Without settings: a command that may not need any; its lines are for a terminal.
    """
    redactor = make_redactor(settings) if settings else Redactor(key=secrets.token_hex(16))
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        # Tracebacks become text here, so that the redactor sees them; locals are never shown.
        structlog.processors.ExceptionRenderer(rendered),
        structlog.processors.StackInfoRenderer(),
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings and settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
        )
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, explain, redactor, renderer],
        )
    )
    handler.addFilter(lambda record: not str(record.msg).startswith(_TOLD_BY_US))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Every tick of the scheduler and every request to WeChat would be a line.
    for chatty in ("apscheduler", "dramatiq", "urllib3", "werkzeug"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # A tick that waits for the store makes the next ones wait: the tick itself tells that once.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    # What nobody catches goes the same way: Python itself would print it as it is.
    sys.excepthook = _process_failed
    threading.excepthook = _thread_failed
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=settings is not None,
    )


def _process_failed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger(__name__).critical("process_failed", exc_info=(kind, error, trace))


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None and not isinstance(failed.exc_value, SystemExit):
        name = failed.thread.name if failed.thread else "?"
        structlog.get_logger(__name__).error(
            "thread_failed", thread=name, exc_info=(failed.exc_type, failed.exc_value, failed.exc_traceback)
        )
