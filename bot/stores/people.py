"""People and their chat sessions: roles, windows, consent, the encrypted way back to an openid."""

from __future__ import annotations

import math
from typing import cast

import msgspec

from bot.domain.people import Person, Role, Session
from bot.stores.unit import Place, Unit
from bot.stores.vault import Vault

_person = msgspec.json.Decoder(Person)
_session = msgspec.json.Decoder(Session)
_encode = msgspec.json.encode


class People:
    """The people of one account, by pseudonym."""

    def __init__(self, unit: Unit, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault
        self._people = unit.key("people")
        self._openids = unit.key("openids")
        self._tombs = unit.key("tombs")

    def places(self, pid: str) -> list[Place]:
        """Where a person's values stand, for reading them together with others."""
        return [
            (self._people, pid),
            (self._openids, pid),
            (self._unit.key("creators"), pid),
            (self._unit.key("session", pid), ""),
        ]

    def pid(self, openid: str) -> str:
        """The pseudonym of an openid."""
        return self._vault.pid(self._unit.account, openid)

    def get(self, pid: str) -> Person | None:
        """The person, None if never met."""
        raw = self._unit.get(self._people, pid)
        return _person.decode(raw) if raw else None

    def many(self, pids: list[str]) -> list[Person | None]:
        """Several people in one round trip."""
        return [_person.decode(raw) if raw else None for raw in self._unit.get_many(self._people, pids)]

    def put(self, person: Person) -> None:
        """Keep a person; creators are also listed apart so that they can be found without a scan."""
        self._unit.put(self._people, person.pid, _encode(person))
        if person.is_creator:
            self._unit.put(self._unit.key("creators"), person.pid, person.role.value.encode())
        elif self._unit.get(self._unit.key("creators"), person.pid) is not None:
            self._unit.put(self._unit.key("creators"), person.pid, None)

    def creators(self) -> list[Person]:
        """Owner, editors and observers, in the order of role and seat."""
        names = sorted(
            name.decode() for name in cast("list[bytes]", self._unit.redis.hkeys(self._unit.key("creators")))
        )
        order = [Role.OWNER, Role.EDITOR, Role.OBSERVER]
        found = [person for person in self.many(names) if person and person.is_creator]
        return sorted(found, key=lambda person: (order.index(person.role), person.seat))

    def creator_or_owner(self, pid: str) -> str:
        """Who is to hear what became of this person's decision: they, else an owner; "" if there is nobody."""
        person = self.get(pid) if pid else None
        if person and person.is_creator:
            return pid
        return next((owner.pid for owner in self.creators() if owner.role is Role.OWNER), "")

    def meet(self, openid: str) -> str:
        """The pseudonym of an openid, remembering the way back to it."""
        pid = self.pid(openid)
        if pid and self._unit.get(self._openids, pid) is None:
            self._unit.put(self._openids, pid, self._vault.seal(openid))
        return pid

    def meet_all(self, openids: list[str]) -> dict[str, str]:
        """openid -> pseudonym for many commenters in one round trip; "" for those who asked to be forgotten."""
        names = {openid: self.pid(openid) for openid in openids if openid}
        tombs = {openid: self._vault.tombstone(self._unit.account, openid) for openid in names}
        self._unit.prefetch(
            [(self._tombs, tomb) for tomb in tombs.values()] + [(self._openids, pid) for pid in names.values()]
        )
        return {openid: "" if self.is_erased(openid) else self.meet(openid) for openid in names}

    def openid(self, pid: str) -> str | None:
        """The openid to send to, None if it is not kept."""
        raw = self._unit.get(self._openids, pid)
        return self._vault.open(raw) if raw else None

    def is_erased(self, openid: str) -> bool:
        """True when this person asked to be forgotten and has not come back since."""
        return self._unit.get(self._tombs, self._vault.tombstone(self._unit.account, openid)) is not None

    def bury(self, openid: str, now: float) -> None:
        """Remember, without being able to name them, that a person was erased, and in which second."""
        tomb = self._vault.tombstone(self._unit.account, openid)
        self._unit.put(self._tombs, tomb, str(math.ceil(now)).encode())

    def revive(self, openid: str) -> float:
        """A person who writes again after being erased is a new person; when they were erased, 0 if they were not."""
        tomb = self._vault.tombstone(self._unit.account, openid)
        raw = self._unit.get(self._tombs, tomb)
        if raw is None:
            return 0.0
        self._unit.put(self._tombs, tomb, None)
        return float(raw)

    def has_returned(self, openid: str) -> bool:
        """True for a person whose tombstone is being lifted by this very unit of work."""
        tomb = self._vault.tombstone(self._unit.account, openid)
        return bool(self._unit.redis.hexists(self._tombs, tomb)) and not self.is_erased(openid)

    def wrong_codes(self, openid: str) -> tuple[float, ...]:
        """When this person tried codes that were none, of late (epoch seconds).

        Kept under what a tombstone is: who leaves and comes back to go on guessing is still the one who guessed, and
        nobody else can be found by it.
        """
        raw = self._unit.get(self._guesses(openid))
        return msgspec.json.decode(raw, type=tuple[float, ...]) if raw else ()

    def put_wrong_codes(self, openid: str, times: tuple[float, ...], kept_seconds: float) -> None:
        """Keep them for so long; none are kept of somebody who joined."""
        key = self._guesses(openid)
        self._unit.put(key, "", msgspec.json.encode(times) if times else None)
        if times:
            self._unit.do("EXPIRE", key, int(kept_seconds))

    def _guesses(self, openid: str) -> str:
        return self._unit.key("guesses", self._vault.tombstone(self._unit.account, openid))

    def session(self, pid: str) -> Session:
        """The open chat state with a person, empty if there is none."""
        raw = self._unit.get(self._unit.key("session", pid))
        return _session.decode(raw) if raw else Session()

    def put_session(self, pid: str, session: Session) -> None:
        """Keep the chat state; an empty one is removed."""
        empty = session == Session()
        self._unit.put(self._unit.key("session", pid), "", None if empty else _encode(session))

    def forget(self, pid: str) -> None:
        """Remove what is kept of a person here: record, way back, session, role."""
        for key in (self._people, self._openids, self._unit.key("creators")):
            self._unit.put(key, pid, None)
        self._unit.put(self._unit.key("session", pid), "", None)
