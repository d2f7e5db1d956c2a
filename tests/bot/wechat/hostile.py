"""Requests that must be refused, or taken without harm, each with the HTTP status the contract asks for.

`hostile_requests` makes them for any credentials, so one table is fired at the pure parser and at a running server.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.wechat import crypto
from bot.wechat.callback import Credentials, seal


class Hostile(NamedTuple):
    """One request: query string fields, body, and the status that answers it."""

    name: str
    query: dict[str, str]
    body: bytes
    status: int


def text_xml(
    content: str = "在吗", *, openid: str = "oHostile", created_at: int = 1_790_000_000, more: str = ""
) -> str:
    """A sound text message."""
    return (
        f"<xml><ToUserName>gh_x</ToUserName><FromUserName>{openid}</FromUserName><CreateTime>{created_at}</CreateTime>"
        f"<MsgType>text</MsgType><Content><![CDATA[{content}]]></Content><MsgId>7001</MsgId>{more}</xml>"
    )


def event_xml(event: str, more: str = "", *, openid: str = "oHostile") -> str:
    """A sound envelope round an event."""
    return (
        f"<xml><ToUserName>gh_x</ToUserName><FromUserName>{openid}</FromUserName><CreateTime>1790000000</CreateTime>"
        f"<MsgType>event</MsgType><Event>{event}</Event>{more}</xml>"
    )


def signed(credentials: Credentials, timestamp: str, nonce: str = "n0nce") -> dict[str, str]:
    """The query of a plain callback."""
    return {
        "signature": crypto.sign(credentials.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
    }


def sealed(
    credentials: Credentials, message: str | bytes, timestamp: str, nonce: str = "n0nce"
) -> tuple[dict[str, str], bytes]:
    """Query and body of a safe-mode callback round `message`."""
    encrypted = crypto.encrypt(
        message if isinstance(message, bytes) else message.encode(), credentials.aes_key, credentials.appid
    )
    return enveloped(credentials, encrypted, timestamp, nonce)


def enveloped(
    credentials: Credentials, encrypted: str, timestamp: str, nonce: str = "n0nce", beside: str = ""
) -> tuple[dict[str, str], bytes]:
    """Query and body of a callback whose Encrypt is exactly this, signed."""
    query = signed(credentials, timestamp, nonce)
    query["encrypt_type"] = "aes"
    query["msg_signature"] = crypto.sign(credentials.token, timestamp, nonce, encrypted)
    body = f"<xml><ToUserName>gh_x</ToUserName>{beside}<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    return query, body.encode()


_TEXT = text_xml()
_COMMENT = "<MsgDataId>2247487033</MsgDataId><Idx>1</Idx><UserCommentId>8</UserCommentId><CommentType>0</CommentType>"
_BOMB = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 9))


def _without(name: str) -> str:
    return re.sub(f"<{name}>.*?</{name}>", "", _TEXT)


def _with(name: str, value: str) -> str:
    return re.sub(f"<{name}>.*?</{name}>", lambda _: f"<{name}>{value}</{name}>", _TEXT)


def not_callbacks() -> dict[str, bytes]:
    """Bodies without Encrypt that are no callback, by name."""
    documents: dict[str, str | bytes] = {
        "empty": b"",
        "blank": b" \n ",
        "a word": "success",
        "json": '{"MsgType": "text"}',
        "form": "MsgType=text&Content=1",
        "html": "<!doctype html><html><body>hi</body></html>",
        "truncated": _TEXT[:-7],
        "half": _TEXT[: len(_TEXT) // 2],
        "one byte": b"<",
        "NUL": _TEXT.encode().replace(b"gh_x", b"gh\0x"),
        "NUL first": b"\0" + _TEXT.encode(),
        "NUL last": _TEXT.encode() + b"\0",
        "only NULs": b"\0" * 500,
        "NUL by reference": _TEXT.replace("gh_x", "gh&#0;x"),
        "bell by reference": _TEXT.replace("gh_x", "gh&#7;x"),
        "control character": _TEXT.replace("在吗", "\x01\x02"),
        "bad UTF-8": _TEXT.encode().replace("在".encode(), b"\xff\xfe"),
        "cut UTF-8": _TEXT.encode().replace("在".encode(), "在".encode()[:2]),
        "surrogate in UTF-8": _TEXT.encode().replace("在".encode(), b"\xed\xa0\x80"),
        "UTF-16": _TEXT.encode("utf-16"),
        "UTF-16 declared": ('<?xml version="1.0" encoding="utf-16"?>' + _TEXT).encode("utf-16"),
        "GBK declared": ('<?xml version="1.0" encoding="gbk"?>' + _TEXT).encode("gbk"),
        "two roots": _TEXT + _TEXT,
        "junk after": _TEXT + "junk",
        "junk before": "junk" + _TEXT,
        "other root": _TEXT.replace("<xml>", "<root>").replace("</xml>", "</root>"),
        "upper-case root": _TEXT.replace("<xml>", "<XML>").replace("</xml>", "</XML>"),
        "crossed tags": "<xml><a><b></a></b></xml>",
        "unclosed CDATA": _TEXT.replace("]]>", "]]"),
        "CDATA closed early": _TEXT.replace("在吗", "a]]><b>c"),
        "bare ampersand": _with("FromUserName", "a&b"),
        "duplicate attribute": _TEXT.replace("<xml>", '<xml a="1" a="2">'),
        "undefined entity": _with("FromUserName", "&nobody;"),
        "html entity": _with("FromUserName", "&nbsp;"),
        "DTD empty": "<!DOCTYPE xml>" + _TEXT,
        "DTD internal": "<!DOCTYPE xml [<!ELEMENT xml ANY>]>" + _TEXT,
        "DTD external": '<!DOCTYPE xml SYSTEM "http://127.0.0.1:9/x.dtd">' + _TEXT,
        "DTD public": '<!DOCTYPE xml PUBLIC "-//x" "http://127.0.0.1:9/x.dtd">' + _TEXT,
        "entity internal": '<!DOCTYPE xml [<!ENTITY a "b">]>' + _with("Content", "&a;"),
        "entity file": '<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + _with("Content", "&a;"),
        "entity http": '<!DOCTYPE xml [<!ENTITY a SYSTEM "http://127.0.0.1:9/">]>' + _with("Content", "&a;"),
        "entity parameter": '<!DOCTYPE xml [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]>' + _TEXT,
        "billion laughs": f'<!DOCTYPE xml [<!ENTITY b0 "ha">{_BOMB}]>' + _with("Content", "&b8;"),
        "quadratic": f'<!DOCTYPE xml [<!ENTITY a "{"x" * 5000}">]>' + _with("Content", "&a;" * 5000),
        "attribute default": '<!DOCTYPE xml [<!ATTLIST xml a CDATA "b">]>' + _TEXT,
        "notation": '<!DOCTYPE xml [<!NOTATION gif SYSTEM "viewer">]>' + _TEXT,
        "DTD with an envelope": "<!DOCTYPE xml><xml><Encrypt>YWJj</Encrypt></xml>",
        "truncated envelope": "<xml><ToUserName>gh_x</ToUserName><Encrypt>YWJj",
        "deep": "<xml>" + "<a>" * 5000 + "</a>" * 5000 + "</xml>",
        "just too deep": "<xml>" + "<a>" * 13 + "</a>" * 13 + _TEXT[5:],
        "too many elements": _TEXT[:-6] + "<a/>" * 5000 + "</xml>",
        "bare root": "<xml/>",
        "root with text": "<xml>text</xml>",
        "encrypt in other case": "<xml><encrypt>YWJj</encrypt></xml>",
        "nested encrypt": "<xml><a><Encrypt>YWJj</Encrypt></a></xml>",
        "namespaced": _TEXT.replace("<xml>", "<w:xml xmlns:w='w'>").replace("</xml>", "</w:xml>"),
        "event without name": event_xml(""),
        "event with blank name": event_xml("  "),
        "event with long name": event_xml("e" * 65),
        "event with nested name": event_xml("<a/>"),
        "repeated event": event_xml("subscribe", "<Event>unsubscribe</Event>"),
        "repeated event key": event_xml("CLICK", "<EventKey>a</EventKey><EventKey>b</EventKey>"),
        "event without sender": event_xml("subscribe", openid=""),
        "comment without ids": event_xml("comment"),
        "comment without comment id": event_xml("comment", "<MsgDataId>1</MsgDataId><Idx>1</Idx>"),
        "publication without info": event_xml("PUBLISHJOBFINISH"),
        "publication with empty info": event_xml("PUBLISHJOBFINISH", "<PublishEventInfo></PublishEventInfo>"),
        "publication without status": event_xml(
            "PUBLISHJOBFINISH", "<PublishEventInfo><publish_id>1</publish_id></PublishEventInfo>"
        ),
        "publication with bad status": event_xml(
            "PUBLISHJOBFINISH",
            "<PublishEventInfo><publish_id>1</publish_id><publish_status>x</publish_status></PublishEventInfo>",
        ),
        "publication with bad article number": event_xml(
            "PUBLISHJOBFINISH",
            "<PublishEventInfo><publish_id>1</publish_id><publish_status>2</publish_status>"
            "<fail_idx>0</fail_idx></PublishEventInfo>",
        ),
        "mass send without id": event_xml("MASSSENDJOBFINISH", "<Status>send success</Status>"),
        "mass send with bad count": event_xml("MASSSENDJOBFINISH", "<MsgID>1</MsgID><SentCount>-4</SentCount>"),
    }
    for field in ("ToUserName", "FromUserName", "CreateTime", "MsgType"):
        documents[f"no {field}"] = _without(field)
        documents[f"empty {field}"] = _with(field, "")
        documents[f"blank {field}"] = _with(field, " \n\t")
        documents[f"nested {field}"] = _with(field, "<a>1</a>")
        documents[f"repeated {field}"] = _TEXT[:-6] + f"<{field}>1</{field}></xml>"
        documents[f"long {field}"] = _with(field, "9" * 2000)
    for field in ("Content", "MsgId"):
        documents[f"nested {field}"] = _with(field, "<a>1</a>")
        documents[f"repeated {field}"] = _TEXT[:-6] + f"<{field}>1</{field}></xml>"
    for person in ("ToUserName", "FromUserName"):
        for name, value in (("space", "a b"), ("line break", "a\nb"), ("bidi", "a\u202eb"), ("tab", "a\tb")):
            documents[f"{name} in {person}"] = _with(person, value)
    for field in ("CreateTime", "MsgId"):
        for value in ("abc", "-1", "1.5", "0x10", "1e9", "１２３", "٣", "9" * 20, "9" * 5000, "1 2", "+1", "NaN"):
            documents[f"{field} {value[:20]}({len(value)})"] = _with(field, value)
    documents["CreateTime beyond dates"] = _with("CreateTime", "99999999999999")
    for field, values in (
        ("MsgDataId", ("0", "-1", "abc", "9" * 20, "2247487033_1")),
        ("Idx", ("0", "-1", "100", "x", "1.0")),
        ("UserCommentId", ("-1", "x", "9" * 20)),
        ("CommentType", ("2", "-1", "x")),
    ):
        for value in values:
            comment = re.sub(f"<{field}>.*?</{field}>", f"<{field}>{value}</{field}>", _COMMENT)
            documents[f"comment with {field} {value}"] = event_xml("comment", comment)
    for field, value in (("MsgDataId", "x"), ("Idx", "0")):
        documents[f"message with {field} {value}"] = text_xml(more=f"<{field}>{value}</{field}>")
    return {name: text.encode() if isinstance(text, str) else text for name, text in documents.items()}


def harmless() -> dict[str, bytes]:
    """Odd but sound callbacks: answered 200."""
    documents = {
        "unknown message type": text_xml().replace(">text<", ">hologram<"),
        "unknown event": event_xml("wxa_shop_opened"),
        "event with odd key": event_xml("VIEW", f"<EventKey>{'k' * 3000}</EventKey>"),
        "location report": event_xml("LOCATION", "<Latitude>23.1</Latitude><Longitude>x</Longitude>"),
        "empty job containers": event_xml(
            "MASSSENDJOBFINISH",
            "<MsgID>1</MsgID><Status>err(20431)</Status><ArticleUrlResult><Count>0</Count>"
            "<ResultList>\n</ResultList></ArticleUrlResult>",
        ),
        "publish id in white space": event_xml(
            "PUBLISHJOBFINISH",
            "<PublishEventInfo><publish_id>\n 5\n</publish_id><publish_status>0</publish_status>"
            "<article_id><![CDATA[ a\n]]></article_id></PublishEventInfo>",
        ),
        "comment by nobody": event_xml("comment", _COMMENT, openid=""),
        "script as content": text_xml("<script>alert(1)</script><a href='weixin://bizmsgmenu?x'>"),
        "fields as content": text_xml("</Content><MsgType>event</MsgType><Event>unsubscribe</Event>"),
        "empty content": text_xml(""),
        "no MsgId": text_xml().replace("<MsgId>7001</MsgId>", ""),
        "processing instruction": '<?xml version="1.0"?><?php system("id") ?>' + text_xml(),
    }
    return {name: text.encode() for name, text in documents.items()}


def hostile_requests(credentials: Credentials, now: float) -> Iterator[Hostile]:
    """Every case for these credentials; `now` is the server's epoch seconds."""
    at = str(int(now))
    yield from _in_any_mode(credentials, at)
    if credentials.aes_key:
        yield from _to_a_safe_account(credentials, at)
    if not credentials.aes_key or credentials.allow_plaintext:
        yield from _to_a_plain_account(credentials, at)


def _in_any_mode(credentials: Credentials, at: str) -> Iterator[Hostile]:
    good, body = signed(credentials, at), _TEXT.encode()
    huge = text_xml("x" * 1_000_000).encode()
    yield Hostile("1 MB", good, huge, 400)
    yield Hostile("1 MB unsigned", {}, huge, 400)
    yield Hostile("65 KiB", good, text_xml("x" * 65 * 1024).encode(), 400)
    for name, query in (
        ("no query", {}),
        ("no signature", {"timestamp": at, "nonce": "n0nce"}),
        ("empty signature", {**good, "signature": ""}),
        ("both empty", {**good, "signature": "", "msg_signature": ""}),
        ("wrong signature", {**good, "signature": "0" * 40}),
        ("short signature", {**good, "signature": good["signature"][:-1]}),
        ("long signature", {**good, "signature": good["signature"] + "0"}),
        ("upper-case signature", {**good, "signature": good["signature"].upper() + "A"}),
        ("Chinese signature", {**good, "signature": "签名"}),
        ("surrogate signature", {**good, "signature": "\udcff"}),
        ("signature of an empty token", {**good, "signature": crypto.sign("", at, "n0nce")}),
        ("no timestamp", {k: v for k, v in good.items() if k != "timestamp"}),
        ("no nonce", {k: v for k, v in good.items() if k != "nonce"}),
        ("signed without timestamp", {"signature": crypto.sign(credentials.token, "n0nce"), "nonce": "n0nce"}),
        ("signed without nonce", {"signature": crypto.sign(credentials.token, at), "timestamp": at}),
        ("other timestamp", {**good, "timestamp": str(int(at) + 1)}),
        ("other nonce", {**good, "nonce": "n0ncf"}),
        ("only msg_signature", {"msg_signature": good["signature"], "timestamp": at, "nonce": "n0nce"}),
        ("another token", {**good, "signature": crypto.sign(credentials.token + "x", at, "n0nce")}),
    ):
        yield Hostile(name, query, body, 403)
        yield Hostile(f"{name}, empty body", query, b"", 403)
    for name, document in not_callbacks().items():
        yield Hostile(f"{name}, unsigned", {}, document, 403)
        yield Hostile(f"{name}, wrongly signed", {**good, "signature": "f" * 40}, document, 403)
        yield Hostile(f"{name}, signed", good, document, 400)
    for name, encrypted in (("empty", ""), ("blank", " "), ("not base64", "ä!"), ("truncated base64", "YWJjZGVmZw=")):
        query, document = enveloped(credentials, encrypted, at)
        yield Hostile(f"envelope {name}", query, document, 400)
    nested = b"<xml><Encrypt><a>YWJj</a></Encrypt></xml>"
    yield Hostile("envelope nested", good | {"msg_signature": "0" * 40}, nested, 400)
    twice = b"<xml><Encrypt>YWJj</Encrypt><Encrypt>YWJj</Encrypt></xml>"
    yield Hostile("envelope twice", good | {"msg_signature": "0" * 40}, twice, 400)
    query, document = enveloped(credentials, "YWJjZGVmZ2g=", at)
    yield Hostile("envelope too short", query, document, 400)
    yield Hostile("envelope signed as plain", {**query, "msg_signature": query["signature"]}, document, 403)
    yield Hostile("envelope without msg_signature", good, document, 403)
    garbage = base64.b64encode(bytes(range(64))).decode()
    query, document = enveloped(credentials, garbage, at)
    yield Hostile("envelope of garbage", query, document, 400)
    yield Hostile("envelope of garbage, wrongly signed", {**query, "msg_signature": "0" * 40}, document, 403)


def _to_a_plain_account(credentials: Credentials, at: str) -> Iterator[Hostile]:
    good, body = signed(credentials, at), _TEXT.encode()
    yield Hostile("another openid in the query", {**good, "openid": "oSomebodyElse"}, body, 403)
    yield Hostile("an empty openid in the query", {**good, "openid": ""}, body, 403)
    anonymous = event_xml("comment", _COMMENT, openid="").encode()
    yield Hostile("an openid for a comment by nobody", {**good, "openid": "oSomebodyElse"}, anonymous, 403)
    for name, document in harmless().items():
        yield Hostile(name, signed(credentials, at, f"n{name}"), document, 200)
    for name, timestamp in _off_times(at):
        yield Hostile(f"timestamp {name}", signed(credentials, timestamp), body, 200)


def _off_times(at: str) -> list[tuple[str, str]]:
    return [
        ("400 s ago", str(int(at) - 400)),
        ("400 s ahead", str(int(at) + 400)),
        ("zero", "0"),
        ("a word", "yesterday"),
        ("negative", "-1"),
        ("endless", "9" * 5000),
        ("full-width", "１７９"),
    ]


def _to_a_safe_account(credentials: Credentials, at: str) -> Iterator[Hostile]:
    good = signed(credentials, at)
    if not credentials.allow_plaintext:
        yield Hostile("plaintext", good, _TEXT.encode(), 403)
        yield Hostile("plaintext that claims AES", {**good, "encrypt_type": "aes"}, _TEXT.encode(), 403)
    for name, document in not_callbacks().items():
        query, body = sealed(credentials, document, at)
        yield Hostile(f"{name}, sealed", query, body, 400)
    for name, document in harmless().items():
        query, body = sealed(credentials, document, at, f"s{name}")
        yield Hostile(f"{name}, sealed", query, body, 200)
    query, body = sealed(credentials, _TEXT, at)
    yield Hostile("sealed, wrongly signed", {**query, "msg_signature": "0" * 40}, body, 403)
    yield Hostile("sealed, signed for plain only", {k: v for k, v in query.items() if k != "msg_signature"}, body, 403)
    for name, appid in (("another", credentials.appid + "x"), ("a shorter", credentials.appid[:-1]), ("no", "")):
        stranger = Credentials(credentials.account, appid, credentials.token, credentials.aes_key)
        yield Hostile(f"sealed for {name} AppID", *sealed(stranger, _TEXT, at), 400)
    other_key = Credentials(credentials.account, credentials.appid, credentials.token, credentials.aes_key[::-1])
    if other_key.aes_key != credentials.aes_key:
        yield Hostile("sealed with another key", *sealed(other_key, _TEXT, at), 400)
    stranger = Credentials(credentials.account, credentials.appid, credentials.token + "x", credentials.aes_key)
    yield Hostile("sealed under another token", *sealed(stranger, _TEXT, at), 403)
    raw = base64.b64decode(crypto.encrypt(_TEXT.encode(), credentials.aes_key, credentials.appid))
    for name, part in (("cut by a byte", raw[:-1]), ("cut by a block", raw[:-16]), ("only a block", raw[:16])):
        yield Hostile(f"sealed, {name}", *enveloped(credentials, base64.b64encode(part).decode(), at), 400)
    for place in (16, 40, len(raw) - 1):
        flipped = raw[:place] + bytes([raw[place] ^ 255]) + raw[place + 1 :]
        yield Hostile(
            f"sealed, byte {place} flipped", *enveloped(credentials, base64.b64encode(flipped).decode(), at), 400
        )
    inner = seal(_TEXT, credentials, timestamp=at, nonce="n0nce")
    yield Hostile("sealed twice", *sealed(credentials, inner, at), 400)
    for name, timestamp in _off_times(at):
        query, body = sealed(credentials, _TEXT, timestamp)
        yield Hostile(f"timestamp {name}, sealed", query, body, 200)
    encrypted = crypto.encrypt(_TEXT.encode(), credentials.aes_key, credentials.appid)
    forged = "<MsgType>event</MsgType><Event>unsubscribe</Event><FromUserName>oVictim</FromUserName>"
    query, body = enveloped(credentials, encrypted, at, beside=forged)
    yield Hostile("forged fields beside the envelope", {**query, "openid": "oVictim"}, body, 200)
