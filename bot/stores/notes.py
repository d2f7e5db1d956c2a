"""What each creator was told without having asked: the ledger that keeps the bot's own notes few (feature D11)."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from bot.stores.unit import Unit


class Ledger(Struct, frozen=True, omit_defaults=True):
    """Notes to one creator. Times are epoch seconds.

    `day` (ISO date in BOT_TIMEZONE) is the day that `count` belongs to. `summary_day` is the day of the last summary.
    `nudged_for` is the typed message whose closing window a nudge was sent for. `night` is the night (its evening's
    ISO date) in which an alert broke the quiet hours.
    """

    day: str = ""
    count: int = 0
    summary_day: str = ""
    nudged_for: float = 0.0
    night: str = ""


_ledger = msgspec.json.Decoder(Ledger)
_encode = msgspec.json.encode


class Notes:
    """The ledgers of one account's creators, and the days on which the group robot was told."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._key = unit.key("notes")

    def of(self, pid: str) -> Ledger:
        """A creator's ledger, empty if nothing was sent yet."""
        raw = self._unit.get(self._key, pid)
        return _ledger.decode(raw) if raw else Ledger()

    def put(self, pid: str, ledger: Ledger) -> None:
        """Keep a creator's ledger."""
        self._unit.put(self._key, pid, _encode(ledger))

    def forget(self, pid: str) -> None:
        """Drop the ledger of a person who asked to be forgotten."""
        self._unit.put(self._key, pid, None)

    def robot_day(self) -> str:
        """The day (ISO date) of the last summary given to the group robot, empty if none."""
        raw = self._unit.get(self._key, "robot")
        return raw.decode() if raw else ""

    def put_robot_day(self, day: str) -> None:
        """Remember that the group robot has had its summary of `day`."""
        self._unit.put(self._key, "robot", day.encode())
