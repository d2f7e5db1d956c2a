"""One input for the callback parser: bytes in, and whatever comes of them must be a promise kept.

The first byte chooses how the rest reaches the parser; the rest is the body, the sealed message, the ciphertext or the
whole query. A promise broken is an AssertionError; any other exception is a crash.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from xml.etree import ElementTree

import msgspec

from bot.domain import events
from bot.wechat.callback import Credentials, Delivery, Refusal, answer_xml, read_callback, seal, verify_server
from tests.bot.wechat.hostile import enveloped, harmless, not_callbacks, sealed, signed

NOW = 1_790_000_000.0
AT = "1790000000"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
PLAIN = Credentials(account="main", appid="wx1234567890", token="tok3n")
SAFE = Credentials(account="main", appid="wx1234567890", token="tok3n", aes_key=KEY)
LENIENT = Credentials(account="main", appid="wx1234567890", token="tok3n", aes_key=KEY, allow_plaintext=True)

_FIELDS = ("signature", "msg_signature", "timestamp", "nonce", "openid", "encrypt_type", "echostr")
_KEY = re.compile(r"[a-z_]+:[0-9a-f]{32}")
_ANY_EVENT = msgspec.json.Decoder(
    events.TextMessage
    | events.LinkMessage
    | events.OtherMessage
    | events.Followed
    | events.Unfollowed
    | events.MenuClicked
    | events.Scanned
    | events.UnknownEvent
    | events.CommentEvent
    | events.PublishFinished
    | events.MassFinished
)


def one_input(data: bytes) -> None:
    """Feed one input; returns if every promise was kept."""
    if data:
        FORMS[data[0] % len(FORMS)](data[1:])


def corpus() -> list[bytes]:
    """Where the search begins: every hand-written case in every form."""
    bodies = [*not_callbacks().values(), *harmless().values()]
    return [bytes([form]) + body for form in range(len(FORMS)) for body in bodies if len(body) < 3000]


DICTIONARY = (
    *(f"<{name}>" for name in ("xml", "ToUserName", "FromUserName", "CreateTime", "MsgType", "Content", "MsgId")),
    *(f"<{name}>" for name in ("Event", "EventKey", "MsgDataId", "Idx", "UserCommentId", "CommentType", "Encrypt")),
    *(f"<{name}>" for name in ("PublishEventInfo", "publish_id", "publish_status", "article_detail", "item", "idx")),
    *(f"<{name}>" for name in ("MsgID", "Status", "ArticleUrlResult", "ResultList", "ArticleIdx", "Recognition")),
    *("</xml>", "<![CDATA[", "]]>", "<!DOCTYPE", "<!ENTITY", "&amp;", "&#0;", "&#x10ffff;", "<?xml", "encoding="),
    *("text", "event", "voice", "link", "subscribe", "unsubscribe", "comment", "CLICK", "SCAN", "9223372036854775808"),
)


# ---- forms


def _plain_signed(rest: bytes) -> None:
    _taken(signed(PLAIN, AT), rest, PLAIN, plain_body=rest)


def _plain_signed_to_both(rest: bytes) -> None:
    _taken(signed(LENIENT, AT), rest, LENIENT, plain_body=rest)


def _plain_to_safe(rest: bytes) -> None:
    assert _taken(signed(SAFE, AT), rest, SAFE) is None, "plaintext was taken although an AES key is set"


def _unsigned(rest: bytes) -> None:
    forged = {**signed(PLAIN, AT), "signature": rest[:40].hex()[:40], "msg_signature": rest[:40].hex()[:40]}
    for credentials in (PLAIN, SAFE, LENIENT):
        assert _taken(forged, rest, credentials) is None, "a forged signature was taken"


def _inside(rest: bytes) -> None:
    _taken(*sealed(SAFE, rest, AT), SAFE, plain_body=rest)


def _ciphertext(rest: bytes) -> None:
    """Nobody without the key can write one block that opens."""
    query, body = enveloped(SAFE, base64.b64encode(rest).decode(), AT)
    assert _taken(query, body, SAFE) is None, "a made-up ciphertext was taken"


def _envelope(rest: bytes) -> None:
    text = rest.decode("utf-8", "replace").replace("]]>", "")
    assert _taken(*enveloped(SAFE, text, AT), SAFE) is None, "a made-up envelope was taken"


def _query(rest: bytes) -> None:
    """Any query, on the server's verification and on a callback."""
    parts = rest.split(b"\xff")
    query = {name: part.decode("utf-8", "surrogateescape") for name, part in zip(_FIELDS, parts, strict=False)}
    try:
        verify_server(query, SAFE)
    except Refusal as refusal:
        _promise(refusal, 403)
    else:
        raise AssertionError("an unsigned server verification was taken")
    for credentials in (PLAIN, SAFE, LENIENT):
        assert _taken(query, rest, credentials) is None, "an unsigned callback was taken"


def _signed_query(rest: bytes) -> None:
    """Any timestamp and nonce, rightly signed: taken if near, stale if not, never anything else."""
    stamp, _, nonce = rest.partition(b"\xff")
    query = signed(PLAIN, stamp.decode("utf-8", "surrogateescape"), nonce.decode("utf-8", "surrogateescape"))
    delivery = _taken(query, harmless()["no MsgId"], PLAIN)
    near = stamp.isdigit() and len(stamp) <= 12 and abs(NOW - int(stamp)) <= 300
    if delivery is not None:
        assert delivery.stale is not near


FORMS: tuple[Callable[[bytes], None], ...] = (
    _plain_signed,
    _inside,
    _plain_signed_to_both,
    _plain_to_safe,
    _unsigned,
    _ciphertext,
    _envelope,
    _query,
    _signed_query,
)


# ---- promises


def _taken(
    query: dict[str, str], body: bytes, credentials: Credentials, *, plain_body: bytes | None = None
) -> Delivery | None:
    """What the parser makes of it; None for a refusal. `plain_body` is what the event must come from."""
    try:
        delivery = read_callback(query, body, credentials, clocks=[NOW])
    except Refusal as refusal:
        _promise(refusal, 400, 403)
        return None
    again = read_callback(query, body, credentials, clocks=[NOW])
    assert again == delivery
    if delivery.event is not None:
        _check(delivery.event, delivery, credentials)
        if plain_body is not None and b"Encrypt" not in plain_body:
            _compare(delivery.event, plain_body)
    return delivery


def _promise(refusal: Refusal, *statuses: int) -> None:
    assert refusal.status in statuses, refusal
    assert refusal.reason.isascii()


def _check(event: events.Event, delivery: Delivery, credentials: Credentials) -> None:
    for person in (event.openid, event.to):
        assert len(person) <= 128
        assert person.isprintable()
        assert not any(char.isspace() for char in person)
    assert 0 <= event.created_at <= 4_102_444_800
    key = event.delivery_key()
    assert _KEY.fullmatch(key), key
    stored = msgspec.json.encode(event)
    assert _ANY_EVENT.decode(stored) == event
    answer = answer_xml(event, "好]]>的\x00", 5)
    root = ElementTree.fromstring(answer)
    assert root.findtext("ToUserName") == event.openid
    assert root.findtext("Content") == "好]]>的"
    if delivery.sealed:
        ElementTree.fromstring(seal(answer, credentials, timestamp=delivery.timestamp, nonce=delivery.nonce))


def _compare(event: events.Event, body: bytes) -> None:
    """Another parser reads the same sender and time out of the same bytes."""
    root = ElementTree.fromstring(body.decode("utf-8"))
    assert (root.findtext("FromUserName") or "").strip() == event.openid
    assert int((root.findtext("CreateTime") or "").strip()) == event.created_at
