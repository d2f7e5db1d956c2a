"""Reads the webhook's answer as WeChat's server does: handled, a reply to show, or abnormal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.sandbox import xmltext
from bot.sandbox.signing import Sealer, signature

TEXT_LIMIT = 2048
MEDIA_KINDS = {"image": "Image", "voice": "Voice", "video": "Video"}


@dataclass(frozen=True)
class Reading:
    """`kind`: none (no HTTP 200), handled (success or empty), reply, abnormal (`reason` says what was wrong)."""

    kind: Literal["none", "handled", "reply", "abnormal"]
    text: str = ""
    xml: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


def read_answer(
    body: bytes,
    sent: Mapping[str, Any],
    token: str,
    sealer: Sealer | None,
    known_media: Callable[[str], bool],
) -> Reading:
    """Judges an HTTP 200 body given the message it answers; `sealer` if replies must be encrypted."""
    if body in (b"", b"success"):
        return Reading("handled")
    try:
        if sealer is not None:
            body = _unseal(body, token, sealer)
        fields = xmltext.read(body)
        text = _check(fields, sent, known_media)
    except (ValueError, KeyError, TypeError) as error:
        return Reading("abnormal", xml=body.decode(errors="replace"), reason=str(error))
    return Reading("reply", text, body.decode(), fields)


def _unseal(body: bytes, token: str, sealer: Sealer) -> bytes:
    outer = xmltext.read(body)
    if "Encrypt" not in outer:
        raise ValueError("a plaintext reply where an encrypted one is due")
    sealed = str(outer["Encrypt"])
    if outer.get("MsgSignature") != signature(token, str(outer.get("TimeStamp")), str(outer.get("Nonce")), sealed):
        raise ValueError("wrong MsgSignature")
    return sealer.open(sealed)


def _check(fields: Mapping[str, Any], sent: Mapping[str, Any], known_media: Callable[[str], bool]) -> str:
    """The text to show ("" for other kinds); ValueError or KeyError for what a client would not show."""
    if fields["ToUserName"] != sent.get("FromUserName") or fields["FromUserName"] != sent.get("ToUserName"):
        raise ValueError("ToUserName and FromUserName are not the swapped ones")
    int(fields["CreateTime"])
    kind = fields["MsgType"]
    if kind == "text":
        text = str(fields["Content"])
        if not text:
            raise ValueError("empty text")
        if len(text.encode()) > TEXT_LIMIT:
            raise ValueError("text over 2048 bytes")
        return text
    if kind in MEDIA_KINDS:
        if not known_media(str(fields[MEDIA_KINDS[kind]]["MediaId"])):
            raise ValueError("unknown MediaId")
    elif kind == "news":
        if int(fields["ArticleCount"]) < 1 or not fields["Articles"]["item"]:
            raise ValueError("news without articles")
    elif kind == "music":
        if not known_media(str(fields["Music"]["ThumbMediaId"])):
            raise ValueError("unknown ThumbMediaId")
    elif kind != "transfer_customer_service":
        raise ValueError(f"unknown MsgType {kind}")
    return ""
