"""WeChat's callbacks, bytes to events and answers to bytes, without input or output.

The refusals come in the order of contract section 4; only Content-Length and the repeat of a plain-mode
triple with another message are left to the webhook, which knows the request and the past.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from bot.domain.events import Event
from bot.wechat import crypto, xml
from bot.wechat.incoming import NotACallback, read_event

MAX_BODY = xml.MAX_BYTES
MAX_SKEW = 300  # seconds between a callback's timestamp and our clock
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


class Refusal(Exception):
    """A request we do not take: HTTP `status`, and a `reason` for counters and logs that quotes nothing of it."""

    def __init__(self, status: int, reason: str) -> None:
        """`status` is 400 or 403."""
        super().__init__(f"{status} {reason}")
        self.status = status
        self.reason = reason


class Credentials(Struct, frozen=True):
    """What proves that a callback is WeChat's and for this account; `aes_key` is empty in plain mode."""

    account: str
    appid: str
    token: str
    aes_key: str = ""
    allow_plaintext: bool = False

    def __repr__(self) -> str:
        """Without the secrets, so that no traceback or log can show them."""
        return f"Credentials(account={self.account!r})"


class Delivery(Struct, frozen=True):
    """One verified callback.

    `event` is None exactly when `stale`: the timestamp is off, so answer `success` without effect.
    `sealed`: an answer must be encrypted, with `timestamp` and `nonce` for `seal`.
    `triple` stands for (signature, timestamp, nonce) in plain mode, None otherwise: seen before with another `digest`
    (SHA-256 of the body, empty without a triple) means forged. It is the signature alone, which is the same for every
    other way to cut the same characters into a timestamp and a nonce.
    """

    event: Event | None
    sealed: bool
    stale: bool
    triple: str | None
    digest: str
    timestamp: str
    nonce: str


def verify_server(query: Mapping[str, str], credentials: Credentials) -> str:
    """The `echostr` to answer a server verification with; Refusal 403 if it is not WeChat asking.

    doc/subscription/guide/dev/push/configure
    """
    echo = query.get("echostr", "")
    if not query.get("signature"):
        raise Refusal(403, "no signature")
    if not echo or not crypto.is_signed(
        query["signature"], credentials.token, query.get("timestamp", ""), query.get("nonce", "")
    ):
        raise Refusal(403, "wrong signature")
    return echo


def read_callback(
    query: Mapping[str, str], body: bytes, credentials: Credentials, *, clocks: Sequence[float]
) -> Delivery:
    """The event a callback brings; Refusal if it is not to be taken.

    `clocks` are epoch seconds of every clock we may be judged by (the real one and, in a demo, the simulated one): a
    callback is stale only if it is more than MAX_SKEW off from all of them.
    """
    if len(body) > MAX_BODY:
        raise Refusal(400, "too large")
    if not query.get("signature") and not query.get("msg_signature"):
        raise Refusal(403, "no signature")
    root, encrypted = _outer(body)
    if encrypted is not None:
        event = _read_sealed(query, encrypted, credentials)
    else:
        event = _read_plain(query, root, credentials)
    timestamp = query["timestamp"]
    stale = _is_stale(timestamp, clocks)
    return Delivery(
        event=None if stale else event,
        sealed=encrypted is not None,
        stale=stale,
        triple=None if encrypted is not None else query["signature"],
        digest="" if encrypted is not None else hashlib.sha256(body).hexdigest(),
        timestamp=timestamp,
        nonce=query["nonce"],
    )


def answer_xml(event: Event, text: str, created_at: int) -> str:
    """The passive text reply to `event`; `text` is at most 1,800 UTF-8 bytes and not empty.

    doc/subscription/guide/product/message/Passive_user_reply_message
    """
    return (
        f"<xml><ToUserName>{xml.cdata(event.openid)}</ToUserName>"
        f"<FromUserName>{xml.cdata(event.to)}</FromUserName>"
        f"<CreateTime>{created_at}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content>{xml.cdata(text)}</Content></xml>"
    )


def seal(answer: str, credentials: Credentials, *, timestamp: str, nonce: str) -> str:
    """`answer` in the encrypted envelope that compatible and safe mode ask for; never for a bare `success`."""
    encrypted = crypto.encrypt(answer.encode(), credentials.aes_key, credentials.appid)
    signature = crypto.sign(credentials.token, timestamp, nonce, encrypted)
    return (
        f"<xml><Encrypt>{xml.cdata(encrypted)}</Encrypt><MsgSignature>{xml.cdata(signature)}</MsgSignature>"
        f"<TimeStamp>{xml.clean(timestamp)}</TimeStamp><Nonce>{xml.cdata(nonce)}</Nonce></xml>"
    )


def _outer(body: bytes) -> tuple[xml.Element | None, list[xml.Element] | None]:
    """The root (None if malformed) and its Encrypt elements (None if it has none).

    A body that cannot be read has no Encrypt we could know of, so it is plain, and its signature comes first.
    """
    try:
        root = xml.parse(body)
    except xml.NotXml:
        return None, None
    return root, root.named("Encrypt") or None


def _read_plain(query: Mapping[str, str], root: xml.Element | None, credentials: Credentials) -> Event:
    if not _is_signed(query, "signature", credentials):
        raise Refusal(403, "wrong signature")
    event = _event_in(root)
    if credentials.aes_key and not credentials.allow_plaintext:
        raise Refusal(403, "plaintext refused")
    if "openid" in query and query["openid"] != event.openid:
        raise Refusal(403, "another sender")
    return event


def _read_sealed(query: Mapping[str, str], encrypted: list[xml.Element], credentials: Credentials) -> Event:
    """Everything beside Encrypt is ignored, for nothing vouches for it.

    Without an AES key of ours even a well signed envelope is "not decryptable": the plain fields that compatible
    mode puts beside it may not be used, and a 400 shows the owner in the backend that the key is missing here.
    """
    if len(encrypted) > 1 or encrypted[0].children:
        raise Refusal(400, "malformed envelope")
    text = encrypted[0].text.strip()
    try:
        ciphertext = crypto.decode_base64(text)
    except ValueError:
        raise Refusal(400, "malformed envelope") from None
    if not _is_signed(query, "msg_signature", credentials, text):
        raise Refusal(403, "wrong msg_signature")
    try:
        inner = xml.parse(crypto.decrypt(ciphertext, credentials.aes_key, credentials.appid))
    except crypto.Undecryptable as problem:
        raise Refusal(400, str(problem)) from None
    except xml.NotXml:
        raise Refusal(400, "not a callback") from None
    return _event_in(inner)


def _event_in(root: xml.Element | None) -> Event:
    if root is None:
        raise Refusal(400, "not a callback")
    try:
        return read_event(root)
    except NotACallback:
        raise Refusal(400, "not a callback") from None


def _is_signed(query: Mapping[str, str], name: str, credentials: Credentials, *more: str) -> bool:
    return crypto.is_signed(
        query.get(name, ""), credentials.token, query.get("timestamp", ""), query.get("nonce", ""), *more
    )


def _is_stale(timestamp: str, clocks: Sequence[float]) -> bool:
    """True if no clock of ours is near; a signed timestamp that is no number is near nothing."""
    if not _TIMESTAMP.fullmatch(timestamp):
        return True
    return all(abs(clock - int(timestamp)) > MAX_SKEW for clock in clocks)
