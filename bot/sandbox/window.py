"""Who may still be messaged by 客服消息: the ledger of section 7.1's table.

Source: doc/subscription/guide/product/kf/intro. A message refills to 5 for 48 h; a menu click, a tap on a message menu,
a follow and a scan each allow 3 for one minute. How overlapping triggers add up is not documented: here each trigger is
a grant of its own, a new one of the same kind replaces the old one, and the grant that ends first is spent first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.sandbox.errors import Refused

Trigger = Literal["message", "click", "tap", "follow", "scan", "pay"]

MINUTE = 60.0
TWO_DAYS = 48 * 3600.0
UNLIMITED = 10**9
ALLOWANCE: dict[Trigger, tuple[int, float]] = {
    "message": (5, TWO_DAYS),
    "click": (3, MINUTE),
    "tap": (3, MINUTE),
    "follow": (3, MINUTE),
    "scan": (3, MINUTE),
    "pay": (UNLIMITED, TWO_DAYS),
}
CLICKS = frozenset({"CLICK", "scancode_push", "scancode_waitmsg"})


def trigger_of(fields: Mapping[str, Any]) -> Trigger | None:
    """What an incoming message or event opens, None for nothing (VIEW, LOCATION, job results …)."""
    if fields.get("MsgType") != "event":
        return "tap" if fields.get("bizmsgmenuid") else "message"
    event = fields.get("Event")
    if event == "subscribe":
        return "scan" if str(fields.get("EventKey", "")).startswith("qrscene_") else "follow"
    if event == "SCAN":
        return "scan"
    return "click" if event in CLICKS else None


@dataclass
class Grant:
    """So many messages until `ends` (epoch seconds)."""

    left: int
    ends: float


class ServiceWindow:
    """Grants per openid; the box's lock guards it."""

    def __init__(self) -> None:
        self._grants: dict[str, dict[Trigger, Grant]] = {}
        self._contact: dict[str, float] = {}

    def open(self, openid: str, trigger: Trigger, now: float) -> None:
        """A person did something that allows messages."""
        count, seconds = ALLOWANCE[trigger]
        self._grants.setdefault(openid, {})[trigger] = Grant(count, now + seconds)
        self._contact[openid] = now

    def close(self, openid: str) -> None:
        """The person unsubscribed: nothing may be sent any more."""
        self._grants.pop(openid, None)
        self._contact.pop(openid, None)

    def left(self, openid: str, now: float) -> int:
        """How many messages could be sent now."""
        return sum(grant.left for grant in self._open_grants(openid, now))

    def spend(self, openid: str, now: float) -> None:
        """One message sent; Refused 45015 without an open window, 45047 when its count is used up."""
        grants = self._open_grants(openid, now)
        if not grants:
            raise Refused(45015)
        usable = [grant for grant in grants if grant.left > 0]
        if not usable:
            raise Refused(45047)
        min(usable, key=lambda grant: grant.ends).left -= 1

    def last_contact(self, openid: str) -> float | None:
        """When the person last did something, epoch seconds."""
        return self._contact.get(openid)

    def _open_grants(self, openid: str, now: float) -> list[Grant]:
        return [grant for grant in self._grants.get(openid, {}).values() if now < grant.ends]
