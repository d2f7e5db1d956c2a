"""People who talk to the account, and everything a test or a player can make them do."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from bot.sandbox.chatlines import Line, Piece, pieces

if TYPE_CHECKING:
    from bot.sandbox.articles import Article
    from bot.sandbox.box import Sandbox
    from bot.sandbox.pusher import Exchange


class Follower:
    """One WeChat user as the account meets them. Made by `Sandbox.follower`; each action pushes a callback."""

    def __init__(self, box: Sandbox, number: int, name: str, openid: str, subscribed: bool, author: bool) -> None:
        self._box = box
        self.id = f"p{number}"
        self.name = name
        self.openid = openid
        self.subscribed = subscribed
        self.author = author
        self.subscribe_time = int(box.now())
        self.refuses_messages = False
        self.blacklisted = False
        self.remark = ""
        self.tagids: list[int] = []
        self.chat: list[Line] = []

    def __repr__(self) -> str:
        return f"Follower({self.name!r})"

    def says(self, text: str, from_article: Article | None = None) -> Exchange:
        """Sends a text; `from_article` = written from inside that article (MsgDataId, Idx)."""
        extra: dict[str, Any] = {}
        if from_article is not None:
            extra = {"MsgDataId": from_article.msg_data_id, "Idx": from_article.idx}
        return self._send({"MsgType": "text", "Content": text, **extra}, text)

    def taps(self, content: str, menu_id: str | None = None) -> Exchange:
        """Taps a message-menu entry: its text, with `bizmsgmenuid` if `menu_id` is given (test accounts send none)."""
        extra = {} if menu_id is None else {"bizmsgmenuid": menu_id}
        return self._send({"MsgType": "text", "Content": content, **extra}, content, tap=True)

    def links(self) -> list[Piece]:
        """The links in the last bubble of the account that has any."""
        for line in reversed(self.chat):
            found = [piece for piece in pieces(line.text) if piece.href] if line.author == "account" else []
            if found:
                return found
        return []

    def taps_link(self, label: str) -> Exchange:
        """Taps the menu link with this label in the newest bubble that has links; LookupError if there is none."""
        for piece in self.links():
            if piece.text == label and piece.content is not None:
                return self.taps(piece.content, piece.menu_id)
        raise LookupError(f"no menu link {label!r}, there are: {[piece.text for piece in self.links()]}")

    def follows(self) -> Exchange:
        self.subscribed = True
        self.subscribe_time = int(self._box.now())
        return self._event("subscribe", "（关注了公众号）", EventKey="")

    def unfollows(self) -> Exchange:
        self.subscribed = False
        with self._box.lock:
            self._box.window.close(self.openid)
        return self._event("unsubscribe", "（取消了关注）", EventKey="")

    def clicks(self, key: str) -> Exchange:
        return self._event("CLICK", f"（点了菜单 {key}）", EventKey=key)

    def views(self, url: str, menu_id: str = "") -> Exchange:
        return self._event("VIEW", f"（打开了 {url}）", EventKey=url, MenuId=menu_id)

    def scans(self, scene: str) -> Exchange:
        """Scans a QR code: a SCAN event, or a subscribe event with `qrscene_` for someone new."""
        if self.subscribed:
            return self._event("SCAN", f"（扫码 {scene}）", EventKey=scene, Ticket="gQE-" + scene)
        self.subscribed = True
        return self._event("subscribe", f"（扫码关注 {scene}）", EventKey="qrscene_" + scene, Ticket="gQE-" + scene)

    def sends_image(self, media_id: str | None = None) -> Exchange:
        media = media_id or self._box.media.from_person("image")
        url = f"http://mmbiz.qpic.cn/mmbiz_jpg/{media[:20]}/0"
        return self._send({"MsgType": "image", "PicUrl": url, "MediaId": media}, "（图片）")

    def sends_voice(self) -> Exchange:
        media = self._box.media.from_person("voice")
        return self._send({"MsgType": "voice", "MediaId": media, "Format": "amr", "MediaId16K": media}, "（语音）")

    def sends_link(self, title: str, url: str, description: str = "") -> Exchange:
        return self._send(
            {"MsgType": "link", "Title": title, "Description": description, "Url": url}, f"（链接）{title}"
        )

    def sends_location(self, latitude: float, longitude: float, label: str = "") -> Exchange:
        place = {"Location_X": str(latitude), "Location_Y": str(longitude), "Scale": 15, "Label": label}
        return self._send({"MsgType": "location", **place}, f"（位置）{label}")

    def _send(self, fields: dict[str, Any], shown: str, tap: bool = False) -> Exchange:
        if not self.subscribed:
            raise RuntimeError(f"{self.name} does not follow the account and cannot write to it")
        return self._box.push_from(self, fields, shown, tap=tap)

    def _event(self, event: str, shown: str, **fields: Any) -> Exchange:
        return self._box.push_from(self, {"MsgType": "event", "Event": event, **fields}, shown)


class People:
    """Everyone the box knows, by openid and by name; the box's lock guards it."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._by_openid: dict[str, Follower] = {}
        self._by_name: dict[str, Follower] = {}

    def __iter__(self) -> Any:
        return iter(list(self._by_openid.values()))

    def person(self, name: str, subscribed: bool, author: bool) -> Follower:
        """The person of that name, made on first use."""
        if name not in self._by_name:
            number = len(self._by_openid) + 1
            digest = hashlib.sha256(f"{self._box.appid}|{name}|{number}".encode()).digest()
            openid = "o" + base64.urlsafe_b64encode(digest)[:27].decode()
            person = Follower(self._box, number, name, openid, subscribed, author)
            self._by_openid[openid] = self._by_name[name] = person
        return self._by_name[name]

    def find(self, openid: str) -> Follower | None:
        return self._by_openid.get(openid)

    def by_id(self, short_id: str) -> Follower | None:
        """The person with the page's short id (`p1` …)."""
        return next((person for person in self if person.id == short_id), None)

    def subscribed(self) -> list[Follower]:
        return [person for person in self if person.subscribed]
