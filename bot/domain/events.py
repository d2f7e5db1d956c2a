"""What reaches us by callback: messages and events, already verified, parsed and bounded.

Article positions are 0-based everywhere in here (`index`), although WeChat's callbacks count from 1:
the parser subtracts the one, so that nobody else has to remember it.
"""

from __future__ import annotations

import hashlib

import msgspec
from msgspec import Struct

_ENCODER = msgspec.json.Encoder()


def _digest(kind: str, *parts: str | int) -> str:
    """A short, unambiguous name for these parts that shows no openid."""
    return f"{kind}:{hashlib.sha256(_ENCODER.encode(parts)).hexdigest()[:32]}"


class Event(Struct, frozen=True, omit_defaults=True, tag=True):
    """Something WeChat told us.

    `openid` is who caused it (may be empty for a comment), `to` the account's gh_ id,
    `created_at` epoch seconds by WeChat's clock.
    """

    openid: str
    to: str
    created_at: int

    def delivery_key(self) -> str:
        """The same for every delivery of this one event, different for any other; holds no openid."""
        raise NotImplementedError


class Message(Event, frozen=True, omit_defaults=True):
    """A message written by a person.

    `msg_data_id` and `index` (0-based) name the article it was sent from, if WeChat says so.
    `msg_id` is empty only for senders that give none; then content and time stand in for it.
    doc/subscription/guide/product/message/Receiving_standard_messages
    """

    msg_id: str
    msg_data_id: int | None = None
    index: int | None = None

    @property
    def article_key(self) -> str | None:
        """`<msg_data_id>_<0-based index>` of the article this was sent from, or None."""
        if self.msg_data_id is None or self.index is None:
            return None
        return f"{self.msg_data_id}_{self.index}"

    def delivery_key(self) -> str:
        """(openid, MsgId): two people may have the same MsgId, so both are needed."""
        if self.msg_id:
            return _digest("message", self.openid, self.msg_id)
        return _digest("unnumbered", self.openid, _ENCODER.encode(self).decode())


class TextMessage(Message, frozen=True, omit_defaults=True):
    """Text; `menu_id` is the id of the message-menu entry that was tapped, if one was and WeChat told us."""

    text: str = ""
    menu_id: str | None = None


class LinkMessage(Message, frozen=True, omit_defaults=True):
    """A forwarded article or page."""

    title: str = ""
    description: str = ""
    url: str = ""


class OtherMessage(Message, frozen=True, omit_defaults=True):
    """Any other message; `kind` is WeChat's MsgType (image, voice, video, location …).

    `text` is the recognised speech of a voice message where WeChat sends it, else empty.
    """

    kind: str = ""
    text: str = ""


class _KeyedEvent(Event, frozen=True, omit_defaults=True):
    """An event without an id of its own: known by who, what, on what and when."""

    name: str = ""
    key: str = ""

    def delivery_key(self) -> str:
        """(openid, Event, EventKey, CreateTime)."""
        return _digest("event", self.openid, self.name, self.key, self.created_at)


class Followed(_KeyedEvent, frozen=True, omit_defaults=True):
    """Somebody followed the account; `key` is `qrscene_…` if by a QR code, else empty."""


class Unfollowed(_KeyedEvent, frozen=True, omit_defaults=True):
    """Somebody left; their personal data must go."""


class MenuClicked(_KeyedEvent, frozen=True, omit_defaults=True):
    """A menu entry with `key` was used (CLICK, scancode_push or scancode_waitmsg: those that open a window)."""


class Scanned(_KeyedEvent, frozen=True, omit_defaults=True):
    """A follower scanned one of the account's QR codes; `key` is its scene."""


class UnknownEvent(_KeyedEvent, frozen=True, omit_defaults=True):
    """An event we make nothing of; `key` is its EventKey or, for job events, the job's id."""


class CommentEvent(Event, frozen=True, omit_defaults=True):
    """A comment under an article as a relay reports it; `openid` may be empty.

    `comment_type` is 0 ordinary, 1 elected. `index` is 0-based.
    """

    msg_data_id: int
    index: int
    user_comment_id: int
    comment_type: int = 0
    content: str = ""

    @property
    def article_key(self) -> str:
        """`<msg_data_id>_<0-based index>`."""
        return f"{self.msg_data_id}_{self.index}"

    def delivery_key(self) -> str:
        """(MsgDataId, Idx, UserCommentId, CommentType): a changed type is news, not a repeat."""
        return _digest("comment", self.msg_data_id, self.index, self.user_comment_id, self.comment_type)


class PublishFinished(Event, frozen=True, omit_defaults=True):
    """A freepublish job ended; `status` 0 is success, `urls` are (0-based index, address) pairs.

    doc/subscription/guide/product/publish
    """

    publish_id: str
    status: int
    article_id: str = ""
    urls: tuple[tuple[int, str], ...] = ()
    failed: tuple[int, ...] = ()

    def delivery_key(self) -> str:
        """(publish_id, status): one job may report success and, later, a deletion."""
        return _digest("publish", self.publish_id, self.status)


class MassFinished(Event, frozen=True, omit_defaults=True):
    """A mass send ended; counts of people, `urls` as in PublishFinished (short form, may be empty).

    `status` is WeChat's word for it: `send success`, `send fail` or `err(NUMBER)`.
    doc/subscription/guide/product/message/Batch_Sends
    """

    msg_id: str
    status: str
    total: int = 0
    filtered: int = 0
    sent: int = 0
    failed: int = 0
    urls: tuple[tuple[int, str], ...] = ()

    def delivery_key(self) -> str:
        """MsgID of the mass send."""
        return _digest("mass", self.msg_id)


AnyEvent = (
    TextMessage
    | LinkMessage
    | OtherMessage
    | Followed
    | Unfollowed
    | MenuClicked
    | Scanned
    | CommentEvent
    | PublishFinished
    | MassFinished
    | UnknownEvent
)
"""Every event there is, for reading a kept one back."""
