"""Who may still be sent a service message (客服消息), how many and until when (feature A11).

    what the person did                              messages   within
    wrote anything                                   5          48 hours
    used a menu entry, or tapped a message menu      3          1 minute
    followed                                         3          1 minute
    scanned a QR code                                3          1 minute

doc/subscription/guide/product/kf/intro. Passive replies cost nothing here.
How overlapping windows add up is not documented, so we assume the least: a new text fills the five up again and
never adds to what is left, and a short window counts only while no long one has messages left.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from bot.domain.events import Event, Followed, MenuClicked, Message, Scanned, TextMessage, Unfollowed


class Contact(StrEnum):
    """What a person did that opens or closes a window."""

    TEXT = "text"
    TAP = "tap"
    CLICK = "click"
    FOLLOW = "follow"
    SCAN = "scan"
    LEAVE = "leave"


class Window(Struct, frozen=True, omit_defaults=True):
    """`allowance` messages may be sent before `until` (epoch seconds)."""

    allowance: int = 0
    until: float = 0.0


_HOUR = 3600.0
# Our clock, WeChat's and the time a message takes are not one: we stop a little before WeChat does.
_LONG = (5, 48 * _HOUR - 600.0)
_SHORT = (3, 60.0 - 10.0)
_OPENS: dict[Contact, tuple[int, float]] = {
    Contact.TEXT: _LONG,
    Contact.TAP: _SHORT,
    Contact.CLICK: _SHORT,
    Contact.FOLLOW: _SHORT,
    Contact.SCAN: _SHORT,
}


def contact_of(event: Event) -> Contact | None:
    """What `event` means for its sender's window, None if nothing.

    A tapped link of a message menu arrives as text; it is known by its menu id. Test accounts give none, and then it
    passes for typed text: `after_event` can be told Contact.TAP by whoever recognises the link's own text.
    """
    if isinstance(event, TextMessage) and event.menu_id:
        return Contact.TAP
    if isinstance(event, Message):
        return Contact.TEXT
    if isinstance(event, MenuClicked):
        return Contact.CLICK
    if isinstance(event, Followed):
        return Contact.FOLLOW
    if isinstance(event, Scanned):
        return Contact.SCAN
    if isinstance(event, Unfollowed):
        return Contact.LEAVE
    return None


def after_event(window: Window, contact: Contact | None, now: float) -> Window:
    """The window after the person did this at `now` (epoch seconds)."""
    if contact is None:
        return window
    if contact is Contact.LEAVE:
        return closed(window)
    allowance, seconds = _OPENS[contact]
    opened = Window(allowance, now + seconds)
    return window if may_send(window, now) and window.until > opened.until else opened


def may_send(window: Window, now: float) -> bool:
    """Whether one more message may be sent at `now` (epoch seconds)."""
    return window.allowance > 0 and now < window.until


def after_send(window: Window, now: float) -> Window:
    """The window after one message was sent, or may have been."""
    return Window(window.allowance - 1, window.until) if may_send(window, now) else closed(window)


def closed(_window: Window) -> Window:
    """The window after WeChat said 45015 or 45047, or the person left: nothing until they do something again."""
    return Window()
