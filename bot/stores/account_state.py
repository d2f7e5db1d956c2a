"""Facts about the account as a whole: paused or not, open codes, features found missing, the inbox of raw comments."""

from __future__ import annotations

from typing import cast

import msgspec
from msgspec import Struct

from bot.domain.comment import Comment
from bot.stores.unit import Place, Unit

_encode = msgspec.json.encode


class Pause(Struct, frozen=True):
    """Sending is paused: by whom (pid, or empty when WeChat's ban did it) and since when."""

    by: str
    at: float


class Invite(Struct, frozen=True, omit_defaults=True):
    """A one-time code that lets somebody join as `role`; `until` epoch seconds, `wrong` tries while it was open."""

    code: str
    role: str
    until: float
    by: str = ""
    wrong: int = 0


_pause = msgspec.json.Decoder(Pause)
_invites = msgspec.json.Decoder(tuple[Invite, ...])
_comment = msgspec.json.Decoder(Comment)


class AccountState:
    """Account-wide facts."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._state = unit.key("state")
        self._inbox = unit.key("inbox")

    def places(self) -> list[Place]:
        """What nearly every message needs, for reading it together with others."""
        return [(self._state, "pause"), (self._state, "invites")]

    @property
    def pause(self) -> Pause | None:
        """Set while sending is paused."""
        raw = self._unit.get(self._state, "pause")
        return _pause.decode(raw) if raw else None

    def put_pause(self, pause: Pause | None) -> None:
        """Pause or resume sending."""
        self._unit.put(self._state, "pause", _encode(pause) if pause else None)

    @property
    def invites(self) -> tuple[Invite, ...]:
        """Open one-time codes (lapsed ones included until they are next written)."""
        raw = self._unit.get(self._state, "invites")
        return _invites.decode(raw) if raw else ()

    def put_invites(self, invites: tuple[Invite, ...]) -> None:
        """Keep exactly these codes."""
        self._unit.put(self._state, "invites", _encode(invites) if invites else None)

    def fact(self, name: str) -> str:
        """A named account-wide fact, empty if not set."""
        raw = self._unit.get(self._state, name)
        return raw.decode() if raw else ""

    def put_fact(self, name: str, value: str) -> None:
        """Set a named fact; empty removes it."""
        self._unit.put(self._state, name, value.encode() or None)

    def put_in(self, comment: Comment) -> None:
        """Leave a comment for the worker to triage; the same comment again is the same entry."""
        self._unit.put(self._inbox, comment.id, _encode(comment))

    def inbox(self, limit: int) -> list[Comment]:
        """Up to `limit` comments not yet triaged, empty only if there are none (not watched for changes)."""
        rows = self._unit.redis.execute_command("HRANDFIELD", self._inbox, limit, "WITHVALUES")
        return [_comment.decode(raw) for raw in rows[1::2]]

    def inbox_entries(self, comment_ids: list[str]) -> list[Comment | None]:
        """What the inbox holds of these comments now."""
        return [_comment.decode(raw) if raw else None for raw in self._unit.get_many(self._inbox, comment_ids)]

    def inbox_of(self, pid: str) -> list[Comment]:
        """What one person sent that is not yet triaged (not watched for changes)."""
        waiting = [_comment.decode(raw) for raw in self._unit.redis.hvals(self._inbox)]
        return [comment for comment in waiting if comment.pid == pid]

    def inbox_length(self) -> int:
        """How many comments wait for triage."""
        return int(self._unit.redis.hlen(self._inbox))

    def taken_in(self, comment_id: str) -> None:
        """A comment that has been triaged."""
        self._unit.put(self._inbox, comment_id, None)

    def put_notice(self, name: str, text: str) -> None:
        """Something every creator is told once; empty text withdraws it."""
        self._unit.put(self._unit.key("notices"), name, text.encode() or None)

    def notices(self) -> dict[str, str]:
        """What creators are told once, by name (not watched for changes)."""
        rows = cast("dict[bytes, bytes]", self._unit.redis.hgetall(self._unit.key("notices")))
        return {name.decode(): text.decode() for name, text in rows.items()}
