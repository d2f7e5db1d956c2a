"""Events that a fault of ours kept from being answered: kept encrypted until tried again or their person is erased."""

from __future__ import annotations

from typing import cast

import msgspec

from bot.domain.events import AnyEvent
from bot.stores.unit import Unit
from bot.stores.vault import Vault

_event: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


class Broken:
    """Kept events of one account by delivery key; each stands among the failed tasks as `event|<delivery key>`."""

    def __init__(self, unit: Unit, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault
        self._key = unit.key("broken")

    def keep(self, event: AnyEvent, reason: str, now: float) -> None:
        """Keep an event and list it among the failed tasks, where it can be tried again."""
        name = event.delivery_key()
        self._unit.put(self._key, name, self._vault.seal(msgspec.json.encode(event).decode()))
        entry = msgspec.json.encode({"reason": reason, "at": now})
        self._unit.put(self._unit.key("failed"), f"event|{name}", entry)

    def get(self, name: str) -> AnyEvent | None:
        """The kept event, None if it is gone."""
        raw = self._unit.get(self._key, name)
        return _event.decode(self._vault.open(raw)) if raw else None

    def remove(self, name: str) -> None:
        """An event that has been dealt with."""
        self._unit.put(self._key, name, None)

    def forget(self, pid: str) -> None:
        """Drop what is kept of one person (not watched: such events are few and rare)."""
        for name in cast("list[bytes]", self._unit.redis.hkeys(self._key)):
            event = self.get(name.decode())
            if event and self._vault.pid(self._unit.account, event.openid) == pid:
                self.remove(name.decode())
                self._unit.put(self._unit.key("failed"), f"event|{name.decode()}", None)
