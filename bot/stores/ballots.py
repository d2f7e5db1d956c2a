"""Ballots of each round in one hash, under keys that lead back to nobody; cast by one write, counted by one scan."""

from __future__ import annotations

from typing import cast

import msgspec

from bot.domain.ballot import Ballot
from bot.stores.unit import Place, Unit

KEPT_SECONDS = 90 * 86400
"""After its round a ballot is kept this long (feature N1)."""

_SCAN = 5_000
_ballot = msgspec.json.Decoder(Ballot)
_encode = msgspec.json.encode


class Ballots:
    """The ballots of one account."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def _key(self, round_id: str) -> str:
        return self._unit.key("ballots", round_id)

    def place(self, round_id: str, key: str) -> Place:
        """Where one ballot stands, for reading it together with others."""
        return self._key(round_id), key

    def get(self, round_id: str, key: str) -> Ballot | None:
        """One person's ballot."""
        raw = self._unit.get(self._key(round_id), key)
        return _ballot.decode(raw) if raw else None

    def put(self, round_id: str, key: str, ballot: Ballot) -> None:
        """Cast or change one person's ballot."""
        self._unit.put(self._key(round_id), key, _encode(ballot))

    def all(self, round_id: str) -> dict[str, Ballot]:
        """Every ballot of a round by its key (not watched for changes)."""
        found: dict[str, Ballot] = {}
        cursor = 0
        while True:
            answer = self._unit.redis.hscan(self._key(round_id), cursor, count=_SCAN)
            cursor, rows = cast("tuple[int, dict[bytes, bytes]]", answer)
            found.update({key.decode(): _ballot.decode(raw) for key, raw in rows.items()})
            if not cursor:
                return found

    def count(self, round_id: str) -> int:
        """How many ballots a round has, valid or not (not watched for changes)."""
        return int(self._unit.redis.hlen(self._key(round_id)))

    def drop(self, round_id: str) -> None:
        """Remove the ballots of a round."""
        self._unit.do("DEL", self._key(round_id))

    def let_expire(self, round_id: str) -> None:
        """The round is over: its ballots go by themselves in 90 days."""
        self._unit.do("EXPIRE", self._key(round_id), KEPT_SECONDS)
