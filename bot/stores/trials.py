"""The one trial of other rules that may run at a time."""

from __future__ import annotations

import msgspec

from bot.domain.trial import Trial
from bot.stores.unit import Unit

_trial = msgspec.json.Decoder(Trial)


class Trials:
    """How far the trial of one account has come; nothing is left of it when it has ended."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._key = unit.key("trial")

    def running(self) -> Trial | None:
        """The trial that runs, None if there is none."""
        raw = self._unit.get(self._key)
        return _trial.decode(raw) if raw else None

    def put(self, trial: Trial | None) -> None:
        """Keep how far it has come; None: it has ended."""
        self._unit.put(self._key, "", msgspec.json.encode(trial) if trial else None)

    def forget(self, pid: str) -> None:
        """Who asked for the trial asked to be forgotten: nobody waits for it any more."""
        trial = self.running()
        if trial is not None and trial.by == pid:
            self.put(None)
