"""From a parsed callback to one of our events, with every number and name checked on the way."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.domain.events import (
    CommentEvent,
    Event,
    Followed,
    LinkMessage,
    MassFinished,
    MenuClicked,
    OtherMessage,
    PublishFinished,
    Scanned,
    TextMessage,
    Unfollowed,
    UnknownEvent,
)
from bot.wechat.xml import Element, NotXml

MAX_ID_CHARS = 128
_MAX_NUMBER = 2**63 - 1
_MAX_MSG_ID = 2**64 - 1  # 64 bits, by the page; it only tells messages apart
_MAX_TIME = 4_102_444_800  # the year 2100: no later date is meant seriously, and every one of them fits a datetime
_MAX_INDEX = 99
_NUMBER = re.compile(r"[0-9]{1,20}")


class NotACallback(ValueError):
    """Well-formed XML that is not a callback of WeChat's; the text says what is missing and quotes nothing."""


class _Fields:
    """Reads the fields of one callback by name, refusing what is repeated, nested or out of bounds."""

    def __init__(self, root: Element) -> None:
        self.root = root

    def text(self, name: str) -> str:
        """The text as sent, empty without it."""
        try:
            return self.root.value(name) or ""
        except NotXml as problem:
            raise NotACallback(f"{name}: {problem}") from None

    def word(self, name: str) -> str:
        """A stripped, short, printable text such as an id or a key; empty without it."""
        word = self.text(name).strip()
        if len(word) > MAX_ID_CHARS or not word.isprintable():
            raise NotACallback(f"{name}: not a word")
        return word

    def key(self, name: str) -> str:
        """A key or address as sent, stripped and cut: odd ones are no reason to refuse an event."""
        return self.text(name).strip()[:1024]

    def person(self, name: str, *, may_be_empty: bool = False) -> str:
        """An openid or gh_ id."""
        word = self.word(name)
        if " " in word or not (word or may_be_empty):  # no other white space is printable
            raise NotACallback(f"{name}: not an id")
        return word

    def number(self, name: str, *, least: int = 0, most: int = _MAX_NUMBER) -> int | None:
        """A whole number in bounds, None without it or if empty; anything else is no callback."""
        word = self.text(name).strip()
        if not word:
            return None
        if not _NUMBER.fullmatch(word) or not least <= int(word) <= most:
            raise NotACallback(f"{name}: not a number in bounds")
        return int(word)

    def needed(self, name: str, *, least: int = 0, most: int = _MAX_NUMBER) -> int:
        """As `number`, but it must be there."""
        number = self.number(name, least=least, most=most)
        if number is None:
            raise NotACallback(f"{name}: missing")
        return number

    def inside(self, name: str) -> _Fields:
        """The fields of the one child of this name; none if it is missing."""
        try:
            return _Fields(self.root.child(name) or Element(name))
        except NotXml as problem:
            raise NotACallback(f"{name}: {problem}") from None


def read_event(root: Element) -> Event:
    """The event in the root element of a (decrypted) callback; NotACallback if there is none.

    doc/subscription/guide/product/message/Receiving_standard_messages, Receiving_event_pushes
    """
    if root.name != "xml":
        raise NotACallback("root is not xml")
    fields = _Fields(root)
    kind = fields.word("MsgType").lower()
    if not kind or len(kind) > 64:
        raise NotACallback("MsgType: missing")
    if kind == "event":
        return _event(fields)
    return _message(fields, kind)


def _message(fields: _Fields, kind: str) -> Event:
    openid, to = fields.person("FromUserName"), fields.person("ToUserName")
    created_at = fields.needed("CreateTime", most=_MAX_TIME)
    msg_id = fields.number("MsgId", most=_MAX_MSG_ID)
    msg_data_id = fields.number("MsgDataId", least=1)
    idx = fields.number("Idx", least=1, most=_MAX_INDEX)
    common = (
        openid,
        to,
        created_at,
        "" if msg_id is None else str(msg_id),
        msg_data_id,
        None if idx is None else idx - 1,
    )
    if kind == "text":
        return TextMessage(*common, text=fields.text("Content"), menu_id=fields.word("bizmsgmenuid") or None)
    if kind == "link":
        return LinkMessage(
            *common, title=fields.text("Title"), description=fields.text("Description"), url=fields.key("Url")
        )
    # Recognition is a relic of old set-ups; where it still comes, what was said is as good as typed.
    return OtherMessage(*common, kind=kind, text=fields.text("Recognition") if kind == "voice" else "")


def _event(fields: _Fields) -> Event:
    name = fields.word("Event")
    if not name or len(name) > 64:
        raise NotACallback("Event: missing")
    return _READERS.get(name.lower(), _unknown)(fields, name)


_Keyed = type[Followed] | type[Unfollowed] | type[MenuClicked] | type[Scanned] | type[UnknownEvent]


def _keyed(event: _Keyed) -> Callable[[_Fields, str], Event]:
    def read(fields: _Fields, name: str) -> Event:
        return event(
            fields.person("FromUserName"),
            fields.person("ToUserName"),
            fields.needed("CreateTime", most=_MAX_TIME),
            name=name,
            key=fields.key("EventKey"),
        )

    return read


def _unknown(fields: _Fields, name: str) -> Event:
    """Any other event. Job events (TEMPLATESENDJOBFINISH …) carry MsgID instead of EventKey."""
    return UnknownEvent(
        fields.person("FromUserName"),
        fields.person("ToUserName"),
        fields.needed("CreateTime", most=_MAX_TIME),
        name=name,
        key=fields.key("EventKey") or fields.key("MsgID"),
    )


def _comment(fields: _Fields, _name: str) -> Event:
    """The relay's comment event; WeChat itself has none (contract, "Comment callbacks")."""
    return CommentEvent(
        fields.person("FromUserName", may_be_empty=True),
        fields.person("ToUserName"),
        fields.needed("CreateTime", most=_MAX_TIME),
        msg_data_id=fields.needed("MsgDataId", least=1),
        index=fields.needed("Idx", least=1, most=_MAX_INDEX) - 1,
        user_comment_id=fields.needed("UserCommentId"),
        comment_type=fields.number("CommentType", most=1) or 0,
        content=fields.text("Content"),
    )


def _published(fields: _Fields, _name: str) -> Event:
    """doc/subscription/guide/product/publish: ids may be wrapped in white space; nobody in particular sends it."""
    info = fields.inside("PublishEventInfo")
    publish_id = info.word("publish_id")
    if not publish_id:
        raise NotACallback("publish_id: missing")
    return PublishFinished(
        fields.person("FromUserName", may_be_empty=True),
        fields.person("ToUserName"),
        fields.needed("CreateTime", most=_MAX_TIME),
        publish_id=publish_id,
        status=info.needed("publish_status", most=99),
        article_id=info.word("article_id"),
        urls=_urls(info.inside("article_detail"), "idx", "article_url"),
        failed=tuple(_index(idx.text) for idx in info.root.named("fail_idx") if idx.text.strip()),
    )


def _sent(fields: _Fields, _name: str) -> Event:
    """doc/subscription/guide/product/message/Batch_Sends: containers may be empty."""
    return MassFinished(
        fields.person("FromUserName", may_be_empty=True),
        fields.person("ToUserName"),
        fields.needed("CreateTime", most=_MAX_TIME),
        msg_id=str(fields.needed("MsgID")),
        status=fields.word("Status"),
        total=fields.number("TotalCount") or 0,
        filtered=fields.number("FilterCount") or 0,
        sent=fields.number("SentCount") or 0,
        failed=fields.number("ErrorCount") or 0,
        urls=_urls(fields.inside("ArticleUrlResult").inside("ResultList"), "ArticleIdx", "ArticleUrl"),
    )


def _urls(container: _Fields, index_name: str, url_name: str) -> tuple[tuple[int, str], ...]:
    items = [_Fields(item) for item in container.root.named("item")]
    return tuple((_index(item.text(index_name)), item.key(url_name)) for item in items)


def _index(text: str) -> int:
    """0-based from WeChat's 1-based."""
    word = text.strip()
    if not _NUMBER.fullmatch(word) or not 1 <= int(word) <= _MAX_INDEX:
        raise NotACallback("article number: not a number in bounds")
    return int(word) - 1


_READERS: dict[str, Callable[[_Fields, str], Event]] = {
    "subscribe": _keyed(Followed),
    "unsubscribe": _keyed(Unfollowed),
    "scan": _keyed(Scanned),
    "click": _keyed(MenuClicked),
    "scancode_push": _keyed(MenuClicked),
    "scancode_waitmsg": _keyed(MenuClicked),
    "comment": _comment,
    "publishjobfinish": _published,
    "freepublishjobfinish": _published,
    "masssendjobfinish": _sent,
}
