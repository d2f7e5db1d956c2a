"""The atomic steps of the due set, one Lua script each; what they keep is told in `dues`."""

from __future__ import annotations

# All scripts: KEYS due, leased, failed; ARGV[1] prefix of the account's keys.
# A running member's score is pushed on (it is still ours), or left alone if somebody asked for it anew.
TAKE = """
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

# ARGV: 8 the failed entry, 9 for how long to remember, 10… the rests after too many starts without an end.
# Answers 0: not to be run (gone, moved later, resting, or running), -1: just set aside, n > 0: this is start number n.
# The failed entry is written here and not by the caller, so that a crash cannot lose the member in between.
CLAIM = """
local member, token, now, upto, lock_ms, most = ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5], ARGV[6], tonumber(ARGV[7])
local score = redis.call('ZSCORE', KEYS[1], member)
if not score then return 0 end
local leased = redis.call('HGET', KEYS[2], member)
if tonumber(score) > now and not (leased and tonumber(leased) == tonumber(score)) then return 0 end
local task = ARGV[1] .. 'task:' .. member
if redis.call('EXISTS', ARGV[1] .. 'run:' .. member) == 1 then return 0 end
local starts = redis.call('HINCRBY', task, 'starts', 1)
local rested = tonumber(redis.call('HGET', task, 'rested') or '0')
if starts > most + rested then
  local rest = ARGV[10 + rested]
  if rest then
    redis.call('HINCRBY', task, 'starts', -1)
    redis.call('HINCRBY', task, 'rested', 1)
    redis.call('EXPIRE', task, ARGV[9])
    redis.call('ZADD', KEYS[1], now + tonumber(rest), member)
    redis.call('HDEL', KEYS[2], member)
    return 0
  end
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

FINISH = (
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
FAIL = (
    _END
    + """
local failures = redis.call('HINCRBY', task, 'failures', 1)
redis.call('HSET', task, 'starts', 0, 'rested', 0, 'error', ARGV[6])
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
POSTPONE = (
    _END
    + """
redis.call('HINCRBY', task, 'starts', -1)
if ours then redis.call('ZADD', KEYS[1], ARGV[4], member) end
return 1
"""
)

RENEW = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""

RETRY = """
if redis.call('HDEL', KEYS[3], ARGV[2]) == 0 then return 0 end
redis.call('DEL', ARGV[1] .. 'task:' .. ARGV[2])
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[2])
return 1
"""

# Slots only go forward, so the last one claimed is all that need be kept; first sight of a job starts it at `now`.
CLAIM_SLOT = """
local job, slot = ARGV[1], ARGV[2]
local last = redis.call('HGET', KEYS[2], job)
if last and tonumber(last) >= tonumber(slot) then return 0 end
redis.call('HSET', KEYS[2], job, slot)
redis.call('ZADD', KEYS[1], slot, ARGV[3])
return 1
"""
