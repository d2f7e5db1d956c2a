"""What waits to be said to a person: it travels with the next passive reply or in an open window (feature A11)."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from bot.stores.unit import Unit

_encode = msgspec.json.encode


class Letter(Struct, frozen=True, omit_defaults=True):
    """One text that waits. `about` is the comment it belongs to, `draft` the draft that is delivered with it.

    `sending` is when it was put on the wire without an answer so far (epoch seconds, 0: it was not). A `passive` letter
    may have arrived already and goes out only with an answer to its reader's next message. An `urgent` one may go out
    to a creator at night.
    """

    text: str
    at: float
    about: str = ""
    draft: str = ""
    sending: float = 0.0
    passive: bool = False
    urgent: bool = False


_letters = msgspec.json.Decoder(tuple[Letter, ...])
KEPT = 20


class Mailbox:
    """Waiting letters of one account, by pseudonym."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def key(self, pid: str) -> str:
        """Where a person's letters stand."""
        return self._unit.key("mailbox", pid)

    def of(self, pid: str) -> tuple[Letter, ...]:
        """A person's waiting letters, oldest first."""
        raw = self._unit.get(self.key(pid))
        return _letters.decode(raw) if raw else ()

    def put(self, pid: str, letters: tuple[Letter, ...]) -> None:
        """Keep these letters for a person: every one that delivers a draft, and of the others the newest 20."""
        notices = [letter for letter in letters if not letter.draft][-KEPT:]
        kept = tuple(letter for letter in letters if letter.draft or letter in notices)
        self._unit.put(self.key(pid), "", _encode(kept) if kept else None)

    def add(self, pid: str, letter: Letter) -> None:
        """Add a letter."""
        self.put(pid, (*self.of(pid), letter))
