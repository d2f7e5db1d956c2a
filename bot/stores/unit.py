"""A unit of work: read, decide, then change everything in one atomic step, or nothing and try again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar, cast

import redis

# One command and one answer: a pipeline of ten costs this process three times as much.
READ = """
local found = {}
for at = 1, #ARGV, 2 do
  if ARGV[at + 1] == '' then
    found[#found + 1] = redis.call('GET', ARGV[at])
  else
    found[#found + 1] = redis.call('HGET', ARGV[at], ARGV[at + 1])
  end
end
return found
"""
AT_ONCE = 500
"""Places read by one script; more are read in turns, so that nobody waits long for the server."""

# Why atomic: the effect of a message, the answer kept for its repeats and the tasks it causes must stand or fall
# together, whichever process dies when. Values read are compared as raw bytes; blind commands follow.
COMMIT = """
local at = 1
for _ = 1, tonumber(ARGV[at]) do
  local key, field, present, value = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  at = at + 4
  local now
  if field == '' then now = redis.call('GET', key) else now = redis.call('HGET', key, field) end
  if present == '0' then
    if now then return 0 end
  elseif now ~= value then
    return 0
  end
end
at = at + 1
for _ = 1, tonumber(ARGV[at]) do
  local size = tonumber(ARGV[at + 1])
  redis.call(unpack(ARGV, at + 2, at + 1 + size))
  at = at + 1 + size
end
return 1
"""

Place = tuple[str, str]
"""Where a value stands: (key, hash field), with an empty field for a plain string key."""

T = TypeVar("T")


class Script:
    """A Lua script that the server keeps; called with the client and its arguments, keys among them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    def __call__(self, client: redis.Redis, arguments: Sequence[Any]) -> Any:
        """Run it. A server that does not know it yet is told once."""
        try:
            return client.execute_command("EVALSHA", self._digest, 0, *arguments)
        except redis.exceptions.NoScriptError:
            return client.execute_command("EVAL", self._text, 0, *arguments)


_read, _commit = Script(READ), Script(COMMIT)


class Conflict(Exception):
    """Something that was read has been changed by somebody else; nothing was written."""


class Busy(Exception):
    """The same things kept changing under every try; nothing was written."""


class Unit:
    """Reads values of one account remembering them, collects changes, and commits them all or none.

    Reads see the unit's own writes. `redis` errors pass through: they mean that nothing can be said or stored now.
    """

    def __init__(self, client: redis.Redis, account: str) -> None:
        self.redis = client
        self.account = account
        self._prefix = f"{{{account}}}:"
        self._read: dict[Place, bytes | None] = {}
        self._written: dict[Place, bytes | None] = {}
        self._blind: list[tuple[bytes | str | int | float, ...]] = []

    def key(self, *parts: str) -> str:
        """The full key of something of this account; the braces keep one account's keys together (hash tag)."""
        return f"{self._prefix}{parts[0]}" if len(parts) == 1 else self._prefix + ":".join(parts)

    def prefetch(self, places: Iterable[Place]) -> None:
        """Read many values in one round trip, so that later `get`s cost none."""
        wanted = [place for place in dict.fromkeys(places) if place not in self._read]
        if not wanted:
            return
        for start in range(0, len(wanted), AT_ONCE):
            places = wanted[start : start + AT_ONCE]
            values = _read(self.redis, [part for place in places for part in place])
            self._read.update(zip(places, cast("list[bytes | None]", values), strict=True))

    def get(self, key: str, field: str = "") -> bytes | None:
        """The value at a place; the commit will fail if it has changed by then."""
        place = (key, field)
        if place in self._written:
            return self._written[place]
        if place not in self._read:
            self.prefetch([place])
        return self._read[place]

    def get_many(self, key: str, fields: Iterable[str]) -> list[bytes | None]:
        """Several fields of one hash in one round trip."""
        names = list(fields)
        self.prefetch((key, name) for name in names)
        return [self.get(key, name) for name in names]

    def put(self, key: str, field: str, value: bytes | None) -> None:
        """Set a place at commit; None deletes it. A value not read before is overwritten blindly."""
        self._written[(key, field)] = value

    def do(self, *command: bytes | str | int | float) -> None:
        """Add one blind Redis command (ZADD, RPUSH, HINCRBY, EXPIRE …) to the commit."""
        self._blind.append(command)

    def next(self, counter: str) -> int:
        """The next number of an account's counter, taken at once: numbers may have gaps but never repeat."""
        return int(self.redis.hincrby(self.key("counters"), counter, 1))

    @property
    def changes_anything(self) -> bool:
        """True when a commit would write something."""
        return bool(self._written or self._blind)

    def commit(self) -> None:
        """Write everything in one atomic step; Conflict (and no change at all) if a value read has changed."""
        commands: list[tuple[bytes | str | int | float, ...]] = []
        for (key, field), value in self._written.items():
            if (key, field) in self._read and self._read[(key, field)] == value:
                continue
            if value is None:
                commands.append(("HDEL", key, field) if field else ("DEL", key))
            else:
                commands.append(("HSET", key, field, value) if field else ("SET", key, value))
        commands.extend(self._blind)
        if not commands:
            return
        arguments: list[Any] = [len(self._read)]
        for (key, field), seen in self._read.items():
            arguments += [key, field, 0 if seen is None else 1, b"" if seen is None else seen]
        arguments.append(len(commands))
        for command in commands:
            arguments.append(len(command))
            arguments.extend(command)
        if not _commit(self.redis, arguments):
            raise Conflict


def transact(client: redis.Redis, account: str, work: Callable[[Unit], T], tries: int = 12) -> T:
    """Run `work` on a fresh unit and commit it, again after each conflict; Busy after `tries`."""
    for _ in range(tries):
        unit = Unit(client, account)
        result = work(unit)
        try:
            unit.commit()
        except Conflict:
            continue
        return result
    raise Busy(account)
