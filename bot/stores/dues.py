"""What is due and when, per account: the state behind the queue, in `{account}:due` with members `kind|arg`.

Life of a member, all times on our clock unless said otherwise:

    due ──sweep takes it──▶ taken (score = now + lease) ──claim──▶ running ──finish──▶ gone, or due again later
     ▲                            │ nobody claims: lease ends          ├──fail──▶ due again after a backoff
     └────────────────────────────┘                                    └──given up──▶ `{account}:failed`

`{account}:leased` remembers the score that *we* gave a member. A score that differs was set by somebody's own commit
meanwhile, which is a newer wish than ours: it is never overwritten nor removed by the end of a run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import msgspec
import redis

from bot.stores import due_scripts as scripts

BACKOFF = (1, 4, 10, 60, 300, 900, 3600, 3600)
"""Seconds to wait after the first, second, … failure; one more failure and the task is given up."""

MAX_STARTS = 3
"""A task begun this often without an end may kill its worker (dramatiq issue 213): set aside, first for a rest."""

RESTS = (60, 300, 900)
"""Seconds for which it is set aside, with one more start after each, before it is for good: a task may as well have
been a bystander each time, of workers killed by somebody else."""

RUN_LOCK_MS = 5_000
"""A running task's lock in *real* milliseconds: it excludes processes, so a jump of our clock must not end it.
Shorter than the queue's heartbeat timeout, so that the message of a dead worker finds the task free."""

KEEP_SECONDS = 30 * 86400
KILLED = "killed its worker"

QUEUE = "tasks"
QUEUE_NAMESPACE = "bot:queue"


@dataclass(frozen=True)
class Failed:
    """A task that failed for good: why, and when (epoch seconds on our clock)."""

    member: str
    reason: str
    at: float


class Dues:
    """The due set of one account. Redis errors pass through."""

    def __init__(self, client: redis.Redis, account: str) -> None:
        self._redis = client
        self._prefix = f"{{{account}}}:"
        self.due_key = self._prefix + "due"
        self._keys = [self.due_key, self._prefix + "leased", self._prefix + "failed"]
        self._slots = self._prefix + "slots"

    def add(self, member: str, at: float) -> None:
        """Make `member` due at `at`; an earlier time that stands already is kept."""
        self._redis.zadd(self.due_key, {member: at}, lt=True)

    def take_due(self, now: float, limit: int = 200, lease: float = 30.0) -> list[str]:
        """Take up to `limit` members that are due; each is due again after `lease` seconds unless it is run."""
        taken = self._run(scripts.TAKE, self._prefix, now, now + lease, limit)
        return [member.decode() for member in cast(list[bytes], taken)]

    def claim(self, member: str, token: str, now: float, lease: float = 30.0) -> int | None:
        """Begin to run `member` under `token`: the number of this start, or None if it is not to be run now."""
        entry = _entry(KILLED, now)
        arguments = (now, now + lease, RUN_LOCK_MS, MAX_STARTS, entry, KEEP_SECONDS, *RESTS)
        start = cast(int, self._run(scripts.CLAIM, self._prefix, member, token, *arguments))
        return start if start > 0 else None

    def renew(self, member: str, token: str) -> bool:
        """Hold on to a running task; False if somebody else has it by now."""
        script = self._redis.register_script(scripts.RENEW)
        return bool(script(keys=[f"{self._prefix}run:{member}"], args=[token, RUN_LOCK_MS]))

    def finish(self, member: str, token: str, next_at: float | None = None) -> bool:
        """End a run well: due again at `next_at`, or gone. False (and no change) if the run is not ours any more."""
        return bool(self._run(scripts.FINISH, self._prefix, member, token, "" if next_at is None else next_at))

    def fail(self, member: str, token: str, error: str, now: float) -> bool:
        """End a run badly: due again after the backoff, or set aside for good. True if it was given up."""
        given_up = self._run(scripts.FAIL, self._prefix, member, token, now, _entry(error, now), error, *BACKOFF)
        return given_up == -1

    def postpone(self, member: str, token: str, at: float) -> bool:
        """End a run that could not be tried (the store was away); it counts neither as start nor as failure."""
        return bool(self._run(scripts.POSTPONE, self._prefix, member, token, at))

    def failed(self) -> list[Failed]:
        """All tasks that failed for good, the latest first."""
        entries = cast(dict[bytes, bytes], self._redis.hgetall(self._keys[2]))
        found = [Failed(member.decode(), **msgspec.json.decode(entry)) for member, entry in entries.items()]
        return sorted(found, key=lambda one: (-one.at, one.member))

    def retry(self, member: str, now: float) -> bool:
        """Make a task that failed for good due again, with a clean slate; False if it is not among them."""
        return bool(self._run(scripts.RETRY, self._prefix, member, now))

    def failures(self, member: str) -> int:
        """How often `member` has failed since it last ended well."""
        return int(cast("bytes | None", self._redis.hget(f"{self._prefix}task:{member}", "failures")) or 0)

    def count(self) -> int:
        """How many members are planned, whenever they are due."""
        return self._redis.zcard(self.due_key)

    def lag(self, now: float) -> float:
        """By how many seconds the most overdue member is late."""
        first = cast("list[tuple[bytes, float]]", self._redis.zrange(self.due_key, 0, 0, withscores=True))
        return max(0.0, now - first[0][1]) if first else 0.0

    def last_slot(self, job: str, now: float) -> float:
        """The last slot of `job` that was claimed; a job seen for the first time starts at `now`."""
        self._redis.hsetnx(self._slots, job, repr(now))
        return float(cast(bytes, self._redis.hget(self._slots, job)))

    def claim_slot(self, job: str, slot: float, member: str) -> bool:
        """Make `member` due at `slot` unless this or a later slot of `job` was claimed before; True for the winner."""
        script = self._redis.register_script(scripts.CLAIM_SLOT)
        return bool(script(keys=[self.due_key, self._slots], args=[job, repr(slot), member]))

    def _run(self, script: str, *arguments: Any) -> Any:
        plain = [repr(value) if isinstance(value, float) else value for value in arguments]
        return self._redis.register_script(script)(keys=self._keys, args=plain)


def _entry(reason: str, now: float) -> bytes:
    return msgspec.json.encode({"reason": reason, "at": now})


def queue_length(client: redis.Redis) -> int:
    """How many messages of all accounts wait in the queue."""
    return client.llen(f"{QUEUE_NAMESPACE}:{QUEUE}")
