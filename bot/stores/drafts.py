"""Drafts, the queue of those that wait for a creator, their item numbers, and what each creator was shown."""

from __future__ import annotations

from typing import cast

import msgspec
from msgspec import Struct

from bot.domain.draft import UNDECIDED, Draft, DraftState, digest_of
from bot.domain.order import Waiting
from bot.stores.choices import Choices
from bot.stores.comments import split_id
from bot.stores.unit import Unit

NUMBERS = 999
RESERVED_FOR = 72 * 3600.0

_draft = msgspec.json.Decoder(Draft)
_waiting = msgspec.json.Decoder(Waiting)
_encode = msgspec.json.encode


class Holder(Struct, frozen=True, array_like=True):
    """Who has an item number: a draft, and since when it is free again (0 while the draft is open)."""

    id: str
    closed_at: float = 0.0


class Shown(Struct, frozen=True, array_like=True):
    """What one creator was shown of a draft: the version on the last card, and digests of every text displayed."""

    version: int
    digests: tuple[str, ...] = ()


_holder = msgspec.json.Decoder(Holder)
_shown = msgspec.json.Decoder(Shown)


class NumbersUsedUp(Exception):
    """All 999 item numbers are taken by open or recently closed items."""


class Drafts:
    """The drafts of one account."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._queue = unit.key("pending")
        self._numbers = unit.key("numbers")
        self._approved = unit.key("approved")
        self._to_paste = unit.key("to_paste")
        self._choices = Choices(unit)
        self._changed: dict[str, Waiting | None] = {}
        """Entries of the queue that this unit puts in or, None, takes out."""

    def _key(self, article: str) -> str:
        return self._unit.key("drafts", article)

    def get(self, draft_id: str) -> Draft | None:
        """The draft of a comment, None if there is none."""
        article, cid = split_id(draft_id)
        raw = self._unit.get(self._key(article), cid)
        return _draft.decode(raw) if raw else None

    def many(self, ids: list[str]) -> list[Draft]:
        """Those of the drafts that exist, in one round trip."""
        self._unit.prefetch((self._key(article), cid) for article, cid in map(split_id, ids))
        return [draft for draft in map(self.get, ids) if draft]

    def peek(self, ids: list[str]) -> list[Draft]:
        """Those of the drafts that exist, for telling about them only (not watched for changes)."""
        pipe = self._unit.redis.pipeline(transaction=False)
        for article, cid in map(split_id, ids):
            pipe.hget(self._key(article), cid)
        return [_draft.decode(raw) for raw in pipe.execute() if raw] if ids else []

    def put(self, draft: Draft, now: float) -> None:
        """Keep a draft; what no longer waits leaves the queue, and a closed draft frees its number in 72 h."""
        article, cid = split_id(draft.id)
        before = self.get(draft.id)
        self._unit.put(self._key(article), cid, _encode(draft))
        self._choices.note(before, draft, now)
        if draft.state not in UNDECIDED:
            self._leave(draft.id)
        if draft.state is DraftState.APPROVED:
            self._unit.do("ZADD", self._approved, draft.due_at, draft.id)
        elif before is not None and before.state is DraftState.APPROVED:
            self._unit.do("ZREM", self._approved, draft.id)
        if draft.state is DraftState.TO_PASTE:
            self._unit.do("ZADD", self._to_paste, draft.approved_at, draft.id)
        elif before is not None and before.state is DraftState.TO_PASTE:
            self._unit.do("ZREM", self._to_paste, draft.id)
        if draft.number and not draft.is_open and (before is None or before.is_open):
            self._unit.put(self._numbers, str(draft.number), _encode(Holder(draft.id, now)))

    def remove(self, draft: Draft, now: float) -> None:
        """Remove a draft entirely; its number rests like that of any closed draft."""
        article, cid = split_id(draft.id)
        self._unit.put(self._key(article), cid, None)
        self._choices.forget(draft.id)
        self._leave(draft.id)
        self._unit.do("ZREM", self._approved, draft.id)
        self._unit.do("ZREM", self._to_paste, draft.id)
        if draft.number:
            self._unit.put(self._numbers, str(draft.number), _encode(Holder("", now)))

    def wait(self, waiting: Waiting) -> None:
        """Put a draft into the queue that creators work through."""
        self._unit.do("HSET", self._queue, waiting.id, _encode(waiting))
        self._changed[waiting.id] = waiting

    def _leave(self, draft_id: str) -> None:
        self._unit.do("HDEL", self._queue, draft_id)
        self._changed[draft_id] = None

    def waiting(self, draft_id: str) -> Waiting | None:
        """The queue entry of a draft (not watched for changes)."""
        raw = self._unit.redis.hget(self._queue, draft_id)
        return _waiting.decode(raw) if raw else None

    def queue(self) -> list[Waiting]:
        """The whole queue as this unit leaves it, unsorted (not watched for changes)."""
        stored = [_waiting.decode(raw) for raw in self._unit.redis.hvals(self._queue)]
        kept = [waiting for waiting in stored if waiting.id not in self._changed]
        return [*kept, *(waiting for waiting in self._changed.values() if waiting)]

    def approved(self) -> list[str]:
        """Ids of approved drafts not yet sent, soonest first (not watched for changes)."""
        return [raw.decode() for raw in cast("list[bytes]", self._unit.redis.zrange(self._approved, 0, -1))]

    def to_paste(self) -> list[str]:
        """Ids of drafts that a creator is to paste by hand, oldest approval first (not watched for changes)."""
        return [raw.decode() for raw in cast("list[bytes]", self._unit.redis.zrange(self._to_paste, 0, -1))]

    def batch(self, batch: str) -> list[str]:
        """The drafts that one message decided together."""
        raw = self._unit.get(self._unit.key("batch", batch))
        return msgspec.json.decode(raw, type=list[str]) if raw else []

    def put_batch(self, batch: str, ids: list[str]) -> None:
        """Remember for a week which drafts one message decided, so that they can be taken back together."""
        self._unit.do("SET", self._unit.key("batch", batch), _encode(ids), "EX", 7 * 86400)

    def queue_length(self) -> int:
        """How many drafts wait, those put off for later included."""
        return int(self._unit.redis.hlen(self._queue))

    def ready_length(self, now: float) -> int:
        """How many drafts wait now, as 待审 counts them."""
        return sum(1 for waiting in self.queue() if waiting.snoozed_until <= now)

    def open_numbers(self, most: int) -> list[int]:
        """The lowest item numbers under which something can still be decided (not watched for changes)."""
        rows = cast("dict[bytes, bytes]", self._unit.redis.hgetall(self._numbers))
        held = sorted((int(number), _holder.decode(raw)) for number, raw in rows.items())
        open_ones = [(number, holder.id) for number, holder in held if holder.id and not holder.closed_at]
        waiting = {draft.id for draft in self.peek([draft_id for _, draft_id in open_ones]) if draft.state in UNDECIDED}
        return [number for number, draft_id in open_ones if draft_id in waiting][:most]

    def numbered(self, number: int) -> Draft | None:
        """The draft that has this item number, also within 72 h after it was closed."""
        raw = self._unit.get(self._numbers, str(number))
        return self.get(_holder.decode(raw).id) if raw and _holder.decode(raw).id else None

    def held_numbers(self) -> dict[str, int]:
        """The item number of each open draft that has one (not watched for changes)."""
        rows = {number: _holder.decode(raw) for number, raw in self._unit.redis.hgetall(self._numbers).items()}
        return {holder.id: int(number) for number, holder in rows.items() if holder.id and not holder.closed_at}

    def give_numbers(self, drafts: list[Draft], now: float) -> list[Draft]:
        """The drafts, each with an item number; NumbersUsedUp if 1-999 are all taken or resting.

        Numbers go round, so that one that was just freed is the last to come again.
        """
        if all(draft.number for draft in drafts):
            return drafts
        taken = {int(number): _holder.decode(raw) for number, raw in self._unit.redis.hgetall(self._numbers).items()}
        last = int(self._unit.get(self._unit.key("state"), "last_number") or 0)
        given = []
        for draft in drafts:
            if not draft.number:
                last = self._free_after(last, taken, now)
                taken[last] = Holder(draft.id)
                self._unit.get(self._numbers, str(last))
                self._unit.put(self._numbers, str(last), _encode(Holder(draft.id)))
                draft = msgspec.structs.replace(draft, number=last)
                self.put(draft, now)
            given.append(draft)
        self._unit.put(self._unit.key("state"), "last_number", str(last).encode())
        return given

    @staticmethod
    def _free_after(last: int, taken: dict[int, Holder], now: float) -> int:
        for step in range(1, NUMBERS + 1):
            number = (last + step - 1) % NUMBERS + 1
            holder = taken.get(number)
            if holder is None or (holder.closed_at and now - holder.closed_at > RESERVED_FOR):
                return number
        raise NumbersUsedUp

    def reopen_number(self, draft: Draft) -> Draft:
        """A draft that waits again keeps its number if it still holds it; else it gets one when it is next shown."""
        raw = self._unit.get(self._numbers, str(draft.number)) if draft.number else None
        if raw is None or _holder.decode(raw).id != draft.id:
            return msgspec.structs.replace(draft, number=0)
        self._unit.put(self._numbers, str(draft.number), _encode(Holder(draft.id)))
        return draft

    def shown(self, pid: str, draft_id: str) -> Shown:
        """What this creator was shown of a draft; version 0 if nothing."""
        raw = self._unit.get(self._unit.key("shown", pid), draft_id)
        return _shown.decode(raw) if raw else Shown(0)

    def shown_many(self, pid: str, draft_ids: list[str]) -> dict[str, Shown]:
        """What this creator was shown of several drafts, in one round trip (not watched for changes)."""
        rows = cast("list[bytes | None]", self._unit.redis.hmget(self._unit.key("shown", pid), draft_ids or [""]))
        return {
            draft_id: _shown.decode(raw) if raw else Shown(0)
            for draft_id, raw in zip(draft_ids, rows if draft_ids else [], strict=True)
        }

    def show(self, pid: str, draft: Draft, texts: list[str]) -> None:
        """Remember that this creator was shown these texts of a draft, on a card of its present version."""
        before = self.shown(pid, draft.id).digests
        fresh = tuple(dict.fromkeys((*before, *(digest_of(text) for text in texts if text))))[-12:]
        self._unit.put(self._unit.key("shown", pid), draft.id, _encode(Shown(draft.version, fresh)))

    def forget_shown(self, pid: str, draft_id: str) -> None:
        """Drop what a creator was shown of a draft that is closed."""
        self._unit.do("HDEL", self._unit.key("shown", pid), draft_id)
