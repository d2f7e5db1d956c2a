"""Callbacks out: signs, encrypts, posts, repeats and judges the answer as WeChat does."""

from __future__ import annotations

import http.client
import secrets
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode, urlsplit

from bot.sandbox import xmltext
from bot.sandbox.answers import Reading, read_answer
from bot.sandbox.signing import Sealer, signature

if TYPE_CHECKING:
    from bot.sandbox.box import Sandbox

Mode = Literal["plain", "compatible", "safe"]


@dataclass(frozen=True)
class Delivery:
    """One HTTP try: `status` is None when there was no answer in time; `seconds` by the wall clock."""

    status: int | None
    body: bytes
    seconds: float
    error: str = ""
    reading: Reading = field(default_factory=lambda: Reading("none"))


@dataclass(frozen=True)
class Exchange:
    """One message pushed, with all its deliveries and what the person saw.

    `text` is the passive reply's text ("" for none), `xml` its decrypted XML, `reply` the parsed fields, `status` the
    last HTTP status, `fault` whether the person saw the grey line, `reason` why.
    """

    fields: Mapping[str, Any]
    deliveries: tuple[Delivery, ...]
    at: float
    text: str = ""
    xml: str = ""
    reply: Mapping[str, Any] = field(default_factory=dict)
    fault: bool = False
    reason: str = ""

    @property
    def status(self) -> int | None:
        return self.deliveries[-1].status if self.deliveries else None


class Pusher:
    """Delivers callbacks. `timeout`, `tries` and `pause` (seconds before a repeat) may be changed."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self.timeout = 5.0
        self.tries = 3
        self.pause = 0.2

    def sealer(self) -> Sealer:
        """ValueError if the box has no AES key."""
        return Sealer(self._box.aes_key, self._box.appid)

    def envelope(
        self,
        fields: Mapping[str, Any],
        mode: Mode | None = None,
        timestamp: int | None = None,
    ) -> tuple[dict[str, str], bytes]:
        """Query and body of one delivery, freshly signed."""
        mode = mode or self._box.mode
        message = xmltext.write(fields)
        query = self.signed(timestamp)
        query["openid"] = str(fields.get("FromUserName", ""))
        if mode == "plain":
            return query, message
        sealed = self.sealer().seal(message)
        query["encrypt_type"] = "aes"
        query["msg_signature"] = signature(self._box.token, query["timestamp"], query["nonce"], sealed)
        shown = dict(fields) if mode == "compatible" else {"ToUserName": fields["ToUserName"]}
        return query, xmltext.write({**shown, "Encrypt": sealed})

    def signed(self, timestamp: int | None = None) -> dict[str, str]:
        """signature, timestamp and nonce of a delivery made now."""
        stamp = str(int(self._box.now()) if timestamp is None else timestamp)
        nonce = str(secrets.randbelow(2**31))
        return {"signature": signature(self._box.token, stamp, nonce), "timestamp": stamp, "nonce": nonce}

    def post(
        self, query: Mapping[str, str], body: bytes, method: str = "POST", headers: Mapping[str, str] | None = None
    ) -> Delivery:
        """One HTTP request to the webhook; without one nothing is sent."""
        if not self._box.webhook_url:
            return Delivery(None, b"", 0.0, "no webhook")
        url = urlsplit(self._box.webhook_url)
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = kind(url.hostname or "", url.port, timeout=self.timeout)
        target = url.path + ("?" + urlencode(query) if query else "")
        started = time.monotonic()
        try:
            connection.request(method, target, body or None, {"Content-Type": "text/xml", **(headers or {})})
            response = connection.getresponse()
            return Delivery(response.status, response.read(), time.monotonic() - started)
        except (OSError, http.client.HTTPException) as error:
            return Delivery(None, b"", time.monotonic() - started, type(error).__name__)
        finally:
            connection.close()

    def deliver(
        self,
        fields: Mapping[str, Any],
        *,
        deliveries: int | None = None,
        simultaneous: bool = False,
        mode: Mode | None = None,
        timestamp: int | None = None,
    ) -> Exchange:
        """Pushes one message.

        Repeats until it is handled, at most `tries` times; with `deliveries` exactly that often although answered; with
        `simultaneous` all of them at the same moment.
        """
        at = self._box.now()
        count = deliveries or self.tries
        if simultaneous:
            with ThreadPoolExecutor(count) as pool:
                done = list(pool.map(lambda _: self._once(fields, mode, timestamp), range(count)))
        else:
            done = []
            for number in range(count):
                if number and self._box.webhook_url:
                    time.sleep(self.pause)
                done.append(self._once(fields, mode, timestamp))
                if deliveries is None and done[-1].reading.kind in ("handled", "reply", "abnormal"):
                    break
        return self._judge(fields, tuple(done), at)

    def _once(self, fields: Mapping[str, Any], mode: Mode | None, timestamp: int | None) -> Delivery:
        query, body = self.envelope(fields, mode, timestamp)
        got = self.post(query, body)
        if got.status != 200:
            return got
        sealed = (mode or self._box.mode) != "plain"
        sealer = self.sealer() if sealed else None
        reading = read_answer(got.body, fields, self._box.token, sealer, self._box.media.known)
        return Delivery(got.status, got.body, got.seconds, got.error, reading)

    @staticmethod
    def _judge(fields: Mapping[str, Any], done: tuple[Delivery, ...], at: float) -> Exchange:
        answered = next((one.reading for one in done if one.reading.kind in ("handled", "reply")), None)
        if answered is not None:
            return Exchange(fields, done, at, answered.text, answered.xml, answered.fields)
        reason = next((one.reading.reason for one in done if one.reading.kind == "abnormal"), "no answer")
        return Exchange(fields, done, at, fault=True, reason=reason)
