"""The weekly campaign: its rounds, what voters need of the open one in one reading, its keys, and who has won."""

from __future__ import annotations

import secrets
from typing import cast

import msgspec
from msgspec import Struct

from bot.domain.campaign import Campaign
from bot.domain.round import Round
from bot.domain.round_state import RoundState
from bot.stores.unit import Place, Unit

_encode = msgspec.json.encode
_campaign = msgspec.json.Decoder(Campaign)
_round = msgspec.json.Decoder(Round)

QUOTES_KEPT_SECONDS = 86400.0
"""As long as answers are kept for repeats."""


class Box(Struct, frozen=True, array_like=True):
    """The open ballot box: what casting a ballot needs. `key` makes ballot keys; times in epoch seconds.

    `choices` are (nominee number, comment id) of those who stand, `honorary` the numbers of those who cannot win.
    """

    round: str
    key: str
    opened_at: float
    close_at: float
    choices: tuple[tuple[int, str], ...]
    honorary: tuple[int, ...] = ()


class Win(Struct, frozen=True, array_like=True):
    """One honour: the round, and the time of its nomination (epoch seconds)."""

    round: str
    at: float


_box = msgspec.json.Decoder(Box)
_wins = msgspec.json.Decoder(tuple[Win, ...])


class Campaigns:
    """The campaign of one account."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._rounds = unit.key("rounds")
        self._keys = unit.key("round_keys")
        self._wins = unit.key("wins")

    def places(self) -> list[Place]:
        """What voting needs, for reading it together with what every message needs."""
        return [(self._unit.key("campaign"), "box")]

    def get(self) -> Campaign | None:
        """The campaign, None before the first 开启周榜."""
        raw = self._unit.get(self._unit.key("campaign"), "state")
        return _campaign.decode(raw) if raw else None

    def put(self, campaign: Campaign) -> None:
        """Keep the campaign; a paused one takes no ballots."""
        self._unit.put(self._unit.key("campaign"), "state", _encode(campaign))
        current = self.round(campaign.current)
        if current:
            self._put_box(current, campaign.is_paused)

    def round(self, round_id: str) -> Round | None:
        """The round of a week."""
        raw = self._unit.get(self._rounds, round_id) if round_id else None
        return _round.decode(raw) if raw else None

    def put_round(self, round_: Round) -> None:
        """Keep a round; while it is voted on, what voters need of it stands ready."""
        self._unit.put(self._rounds, round_.id, _encode(round_))
        campaign = self.get()
        if campaign and campaign.current == round_.id:
            self._put_box(round_, campaign.is_paused)

    def rounds(self) -> list[Round]:
        """Every round, oldest first (not watched for changes)."""
        rows = cast("dict[bytes, bytes]", self._unit.redis.hgetall(self._rounds))
        return [_round.decode(raw) for _, raw in sorted(rows.items())]

    def box(self) -> Box | None:
        """The open ballot box, None while nothing can be voted on."""
        raw = self._unit.get(self._unit.key("campaign"), "box")
        return _box.decode(raw) if raw else None

    def _put_box(self, round_: Round, paused: bool) -> None:
        place = (self._unit.key("campaign"), "box")
        if round_.state is not RoundState.VOTING or paused:
            self._unit.put(*place, None)
            return
        choices = tuple((one.number, one.id) for one in round_.standing)
        honorary = tuple(sorted(round_.honorary))
        box = Box(round_.id, self.key(round_.id), round_.opened_at, round_.close_at, choices, honorary)
        self._unit.put(*place, _encode(box))

    def key(self, round_id: str) -> str:
        """The secret that makes a round's ballot keys; empty once it is destroyed."""
        raw = self._unit.get(self._keys, round_id)
        return raw.decode() if raw else ""

    def make_key(self, round_id: str) -> None:
        """Give a round its secret, unless it has one."""
        if not self.key(round_id):
            self._unit.put(self._keys, round_id, secrets.token_hex(32).encode())

    def destroy_key(self, round_id: str) -> None:
        """From now on nobody can tell whose ballot is whose."""
        self._unit.put(self._keys, round_id, None)

    def keyed_rounds(self) -> list[str]:
        """Rounds whose keys still exist (not watched for changes)."""
        return sorted(raw.decode() for raw in cast("list[bytes]", self._unit.redis.hkeys(self._keys)))

    def wins(self, pids: list[str]) -> dict[str, tuple[Win, ...]]:
        """The honours of each of these people, oldest first."""
        rows = self._unit.get_many(self._wins, pids)
        return {pid: _wins.decode(raw) if raw else () for pid, raw in zip(pids, rows, strict=True)}

    def add_win(self, pid: str, win: Win) -> None:
        """Remember an honour, once."""
        known = self.wins([pid])[pid]
        if all(one.round != win.round for one in known):
            self._unit.put(self._wins, pid, _encode((*known, win)))

    def forget(self, pid: str) -> None:
        """Drop the honours of a person who asked to be forgotten."""
        self._unit.put(self._wins, pid, None)

    def quoted_in(self, delivery: str, now: float) -> None:
        """Remember that the answer kept for this delivery quotes nominees, so that it can be blanked."""
        key = self._unit.key("quoting")
        self._unit.do("ZADD", key, now, delivery)
        self._unit.do("ZREMRANGEBYSCORE", key, "-inf", now - QUOTES_KEPT_SECONDS)
        self._unit.do("EXPIRE", key, int(QUOTES_KEPT_SECONDS))

    def quoting(self) -> list[str]:
        """Deliveries whose kept answers quote nominees (not watched for changes)."""
        rows = cast("list[bytes]", self._unit.redis.zrange(self._unit.key("quoting"), 0, -1))
        return [raw.decode() for raw in rows]
