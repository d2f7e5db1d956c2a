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

BACKOFF = (1, 4, 10, 60, 300, 900, 3600, 3600)
"""Seconds to wait after the first, second, … failure; one more failure and the task is given up."""

MAX_STARTS = 3
"""A task begun this often without an end kills its worker (dramatiq issue 213) and is set aside."""

RUN_LOCK_MS = 5_000
"""A running task's lock in *real* milliseconds: it excludes processes, so a jump of our clock must not end it.
Shorter than the queue's heartbeat timeout, so that the message of a dead worker finds the task free."""

KEEP_SECONDS = 30 * 86400
KILLED = "killed its worker"

# All scripts: KEYS due, leased, failed; ARGV[1] prefix of the account's keys.
# A running member's score is pushed on (it is still ours), or left alone if somebody asked for it anew.
_TAKE = """
local now, upto, limit = tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local taken = {}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2], 'LIMIT', 0, limit + 64)) do
  if #taken == limit then break end
  local leased = redis.call('HGET', KEYS[2], member)
  local running = redis.call('EXISTS', ARGV[1] .. 'run:' .. member) == 1
  local ours = leased and tonumber(leased) == tonumber(redis.call('ZSCORE', KEYS[1], member))
  if not running or ours then
    redis.call('ZADD', KEYS[1], upto, member)
    redis.call('HSET', KEYS[2], member, upto)
  end
  if not running then taken[#taken + 1] = member end
end
return taken
"""

# Answers 0: not to be run (gone, moved later, or running), -1: just set aside, n > 0: this is start number n.
# The failed entry is written here and not by the caller, so that a crash cannot lose the member in between.
_CLAIM = """
local member, token, now, upto, lock_ms, most = ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5], ARGV[6], tonumber(ARGV[7])
local score = redis.call('ZSCORE', KEYS[1], member)
if not score then return 0 end
local leased = redis.call('HGET', KEYS[2], member)
if tonumber(score) > now and not (leased and tonumber(leased) == tonumber(score)) then return 0 end
local task = ARGV[1] .. 'task:' .. member
if redis.call('EXISTS', ARGV[1] .. 'run:' .. member) == 1 then return 0 end
local starts = redis.call('HINCRBY', task, 'starts', 1)
if starts > most then
  redis.call('HSET', KEYS[3], member, ARGV[8])
  redis.call('ZREM', KEYS[1], member)
  redis.call('HDEL', KEYS[2], member)
  redis.call('DEL', task)
  return -1
end
redis.call('EXPIRE', task, ARGV[9])
redis.call('SET', ARGV[1] .. 'run:' .. member, token, 'PX', lock_ms)
redis.call('ZADD', KEYS[1], upto, member)
redis.call('HSET', KEYS[2], member, upto)
return starts
"""

_END = """
local member, token = ARGV[2], ARGV[3]
local run, task = ARGV[1] .. 'run:' .. member, ARGV[1] .. 'task:' .. member
if redis.call('GET', run) ~= token then return 0 end
redis.call('DEL', run)
local score, leased = redis.call('ZSCORE', KEYS[1], member), redis.call('HGET', KEYS[2], member)
redis.call('HDEL', KEYS[2], member)
local ours = score and leased and tonumber(score) == tonumber(leased)
"""

_FINISH = (
    _END
    + """
local next_at = ARGV[4]
redis.call('DEL', task)
redis.call('HDEL', KEYS[3], member)
if next_at == '' then
  if ours then redis.call('ZREM', KEYS[1], member) end
elseif ours or not score or tonumber(score) > tonumber(next_at) then
  redis.call('ZADD', KEYS[1], next_at, member)
end
return 1
"""
)

# ARGV: 4 now, 5 the failed entry, 6 error, 7… the backoff schedule. Answers the failures so far, -1 when given up.
_FAIL = (
    _END
    + """
local failures = redis.call('HINCRBY', task, 'failures', 1)
redis.call('HSET', task, 'starts', 0, 'error', ARGV[6])
local wait = ARGV[6 + failures]
if not wait then
  redis.call('HSET', KEYS[3], member, ARGV[5])
  redis.call('DEL', task)
  if ours then redis.call('ZREM', KEYS[1], member) end
  return -1
end
if ours then redis.call('ZADD', KEYS[1], tonumber(ARGV[4]) + tonumber(wait), member) end
return failures
"""
)

# Not the task's fault (the store was away): the start does not count.
_POSTPONE = (
    _END
    + """
redis.call('HINCRBY', task, 'starts', -1)
if ours then redis.call('ZADD', KEYS[1], ARGV[4], member) end
return 1
"""
)

_RENEW = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""

_RETRY = """
if redis.call('HDEL', KEYS[3], ARGV[2]) == 0 then return 0 end
redis.call('DEL', ARGV[1] .. 'task:' .. ARGV[2])
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[2])
return 1
"""

# Slots only go forward, so the last one claimed is all that need be kept; first sight of a job starts it at `now`.
_CLAIM_SLOT = """
local job, slot = ARGV[1], ARGV[2]
local last = redis.call('HGET', KEYS[2], job)
if last and tonumber(last) >= tonumber(slot) then return 0 end
redis.call('HSET', KEYS[2], job, slot)
redis.call('ZADD', KEYS[1], slot, ARGV[3])
return 1
"""


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
        taken = self._run(_TAKE, self._prefix, now, now + lease, limit)
        return [member.decode() for member in cast(list[bytes], taken)]

    def claim(self, member: str, token: str, now: float, lease: float = 30.0) -> int | None:
        """Begin to run `member` under `token`: the number of this start, or None if it is not to be run now."""
        entry = _entry(KILLED, now)
        arguments = (now, now + lease, RUN_LOCK_MS, MAX_STARTS, entry, KEEP_SECONDS)
        start = cast(int, self._run(_CLAIM, self._prefix, member, token, *arguments))
        return start if start > 0 else None

    def renew(self, member: str, token: str) -> bool:
        """Hold on to a running task; False if somebody else has it by now."""
        script = self._redis.register_script(_RENEW)
        return bool(script(keys=[f"{self._prefix}run:{member}"], args=[token, RUN_LOCK_MS]))

    def finish(self, member: str, token: str, next_at: float | None = None) -> bool:
        """End a run well: due again at `next_at`, or gone. False (and no change) if the run is not ours any more."""
        return bool(self._run(_FINISH, self._prefix, member, token, "" if next_at is None else next_at))

    def fail(self, member: str, token: str, error: str, now: float) -> bool:
        """End a run badly: due again after the backoff, or set aside for good. True if it was given up."""
        given_up = self._run(_FAIL, self._prefix, member, token, now, _entry(error, now), error, *BACKOFF)
        return given_up == -1

    def postpone(self, member: str, token: str, at: float) -> bool:
        """End a run that could not be tried (the store was away); it counts neither as start nor as failure."""
        return bool(self._run(_POSTPONE, self._prefix, member, token, at))

    def failed(self) -> list[Failed]:
        """All tasks that failed for good, the latest first."""
        entries = cast(dict[bytes, bytes], self._redis.hgetall(self._keys[2]))
        found = [Failed(member.decode(), **msgspec.json.decode(entry)) for member, entry in entries.items()]
        return sorted(found, key=lambda one: (-one.at, one.member))

    def retry(self, member: str, now: float) -> bool:
        """Make a task that failed for good due again, with a clean slate; False if it is not among them."""
        return bool(self._run(_RETRY, self._prefix, member, now))

    def last_slot(self, job: str, now: float) -> float:
        """The last slot of `job` that was claimed; a job seen for the first time starts at `now`."""
        self._redis.hsetnx(self._slots, job, repr(now))
        return float(cast(bytes, self._redis.hget(self._slots, job)))

    def claim_slot(self, job: str, slot: float, member: str) -> bool:
        """Make `member` due at `slot` unless this or a later slot of `job` was claimed before; True for the winner."""
        script = self._redis.register_script(_CLAIM_SLOT)
        return bool(script(keys=[self.due_key, self._slots], args=[job, repr(slot), member]))

    def _run(self, script: str, *arguments: Any) -> Any:
        plain = [repr(value) if isinstance(value, float) else value for value in arguments]
        return self._redis.register_script(script)(keys=self._keys, args=plain)


def _entry(reason: str, now: float) -> bytes:
    return msgspec.json.encode({"reason": reason, "at": now})
