"""Temporary and permanent media: what was uploaded, for how long, and of what kind.

Source: doc/subscription/api/material/*.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from bot.sandbox.errors import Refused
from bot.sandbox.routes import Routes, number, text
from bot.sandbox.wire import Answer

if TYPE_CHECKING:
    from bot.sandbox.box import Sandbox
    from bot.sandbox.wire import Ask, Upload

THREE_DAYS = 3 * 86400
MB = 1024 * 1024
MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"#!AMR", "amr"),
    (b"ID3", "mp3"),
    (b"\xff\xfb", "mp3"),
)
SIZES = {"image": 10 * MB, "voice": 2 * MB, "video": 10 * MB, "thumb": 64 * 1024}
KINDS: dict[str, frozenset[str]] = {
    "image": frozenset({"png", "jpg", "gif", "bmp"}),
    "voice": frozenset({"amr", "mp3"}),
    "video": frozenset({"mp4"}),
    "thumb": frozenset({"jpg"}),
}
CONTENT_TYPES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "mp3": "audio/mpeg", "mp4": "video/mp4"}

routes = Routes("material")


def file_kind(content: bytes) -> str:
    """The format by its first bytes, "" if unknown."""
    if content[4:8] == b"ftyp":
        return "mp4"
    return next((kind for magic, kind in MAGIC if content.startswith(magic)), "")


@dataclass(frozen=True)
class Medium:
    """One file; `ends` is None for permanent material."""

    media_id: str
    kind: str
    content: bytes
    name: str
    at: float
    ends: float | None
    url: str = ""


class MediaStore:
    """All media of the account; the box's lock guards it."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._media: dict[str, Medium] = {}
        self.body_pictures: dict[str, bytes] = {}

    def add(self, kind: str, content: bytes, name: str, permanent: bool) -> Medium:
        now = self._box.now()
        media_id = secrets.token_urlsafe(48)
        url = f"http://mmbiz.qpic.cn/sz_mmbiz/{media_id[:40]}/0" if permanent else ""
        medium = Medium(media_id, kind, content, name, now, None if permanent else now + THREE_DAYS, url)
        self._media[media_id] = medium
        return medium

    def from_person(self, kind: Literal["image", "voice"]) -> str:
        """What a person sent in the chat: temporary media like any other."""
        with self._box.lock:
            content = b"\x89PNG\r\n\x1a\n" if kind == "image" else b"#!AMR\n"
            return self.add(kind, content, "from-chat", permanent=False).media_id

    def known(self, media_id: str) -> bool:
        return self.find(media_id) is not None

    def find(self, media_id: str) -> Medium | None:
        """A medium that still lives."""
        medium = self._media.get(media_id)
        if medium is None or (medium.ends is not None and medium.ends <= self._box.now()):
            return None
        return medium

    def permanent(self, kind: str | None = None) -> list[Medium]:
        found = [medium for medium in self._media.values() if medium.ends is None]
        return [medium for medium in found if kind is None or medium.kind == kind]

    def require(self, media_id: object, permanent: bool = False) -> Medium:
        """Refused 40007 for an unknown, dead or (where permanent is asked for) temporary id."""
        medium = self.find(media_id) if isinstance(media_id, str) else None
        if medium is None or (permanent and medium.ends is not None):
            raise Refused(40007)
        return medium

    def delete(self, media_id: str) -> None:
        del self._media[media_id]


def _checked(kind: str, upload: Upload) -> None:
    if kind not in KINDS:
        raise Refused(40004)
    if file_kind(upload.content) not in KINDS[kind]:
        raise Refused(40005)
    if len(upload.content) > SIZES[kind]:
        raise Refused(40009 if kind == "image" else 45001, "media size out of limit")


@routes.post("/cgi-bin/media/upload", family="media")
def upload_temporary(box: Sandbox, ask: Ask) -> dict[str, Any]:
    kind = ask.query.get("type", "")
    upload, _ = ask.upload()
    _checked(kind, upload)
    medium = box.media.add(kind, upload.content, upload.filename, permanent=False)
    key = "thumb_media_id" if kind == "thumb" else "media_id"
    return {"type": kind, key: medium.media_id, "created_at": int(medium.at)}


@routes.get("/cgi-bin/media/get", family="media")
def download_temporary(box: Sandbox, ask: Ask) -> Answer:
    medium = box.media.require(ask.query.get("media_id"))
    return binary_answer(medium)


@routes.post("/cgi-bin/media/uploadimg", family="media")
def upload_body_picture(box: Sandbox, ask: Ask) -> dict[str, Any]:
    upload, _ = ask.upload()
    if file_kind(upload.content) not in ("png", "jpg"):
        raise Refused(40005)
    if len(upload.content) >= MB:
        raise Refused(40009)
    url = f"http://mmbiz.qpic.cn/mmbiz_png/{hashlib.sha256(upload.content).hexdigest()[:40]}/0"
    box.media.body_pictures[url] = upload.content
    return {"url": url}


@routes.post("/cgi-bin/material/add_material")
def add_material(box: Sandbox, ask: Ask) -> dict[str, Any]:
    kind = ask.query.get("type", "")
    upload, _ = ask.upload()
    _checked(kind, upload)
    medium = box.media.add(kind, upload.content, upload.filename, permanent=True)
    return {"media_id": medium.media_id, "url": medium.url}


@routes.post("/cgi-bin/material/get_material")
def get_material(box: Sandbox, ask: Ask) -> Answer:
    return binary_answer(box.media.require(ask.json.get("media_id"), permanent=True))


@routes.post("/cgi-bin/material/del_material")
def delete_material(box: Sandbox, ask: Ask) -> dict[str, Any]:
    box.media.delete(box.media.require(ask.json.get("media_id"), permanent=True).media_id)
    return {}


@routes.get("/cgi-bin/material/get_materialcount")
def count_material(box: Sandbox, ask: Ask) -> dict[str, Any]:
    return {f"{kind}_count": len(box.media.permanent(kind)) for kind in ("voice", "video", "image")} | {"news_count": 0}


@routes.post("/cgi-bin/material/batchget_material")
def list_material(box: Sandbox, ask: Ask) -> dict[str, Any]:
    data = ask.json
    kind, offset, count = text(data, "type", None), number(data, "offset", 0), number(data, "count", 20)
    if kind == "news":
        raise Refused(45106, "this interface is withdrawn, use draft")
    if kind not in KINDS:
        raise Refused(40004)
    if not 1 <= count <= 20:
        raise Refused(40097)
    found = sorted(box.media.permanent(kind), key=lambda medium: -medium.at)
    items = [
        {"media_id": medium.media_id, "name": medium.name, "update_time": int(medium.at), "url": medium.url}
        for medium in found[offset : offset + count]
    ]
    return {"total_count": len(found), "item_count": len(items), "item": items}


def binary_answer(medium: Medium) -> Answer:
    """A medium as a download."""
    kind = CONTENT_TYPES.get(file_kind(medium.content), "application/octet-stream")
    disposition = {"Content-disposition": f'attachment; filename="{medium.media_id[:16]}"'}
    return Answer(200, medium.content, kind, disposition)
