"""What we may still ask of WeChat today: calls counted per endpoint, rests, and which features the account has.

Redis keys of one account: `calls:<yyyymmdd>` counts by path, `rests` until when a path is left alone, `limits` daily
limits learnt from WeChat, `features` what is granted. Days are Beijing days by our clock.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import redis
from msgspec import Struct

from bot.wechat.errors import Refused, Resting
from bot.wechat.reactions import Reaction, advise

BEIJING = timezone(timedelta(hours=8))
POLLING = "/cgi-bin/comment/list"
POLLING_SHARE = 0.8  # of a day's calls; the rest is kept for what creators ask for
_WRITES = "writes"
_KEEP = 3 * 24 * 3600  # seconds
_DEFAULT_LIMIT = 10_000
# Limits of a new account, doc/service/Message_Management/API_Call_Limits; comment/list by report of a developer.
_LIMITS = {
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/menu/create": 1000,
    "/cgi-bin/menu/get": 10_000,
    "/cgi-bin/menu/delete": 1000,
    "/cgi-bin/media/upload": 100_000,
    "/cgi-bin/media/uploadimg": 100_000,
    "/cgi-bin/media/get": 200_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/message/custom/typing": 500_000,
    "/cgi-bin/message/mass/sendall": 100,
    "/cgi-bin/message/mass/send": 100,
    "/cgi-bin/qrcode/create": 100_000,
    "/cgi-bin/user/get": 500,
    "/cgi-bin/user/info": 500_000,
    "/cgi-bin/draft/add": 1000,
    "/cgi-bin/draft/get": 500,
    "/cgi-bin/draft/delete": 1000,
    "/cgi-bin/draft/update": 1000,
    "/cgi-bin/draft/count": 1000,
    "/cgi-bin/draft/batchget": 1000,
    "/cgi-bin/freepublish/submit": 100,
    "/cgi-bin/freepublish/get": 100,
    "/cgi-bin/freepublish/delete": 10,
    "/cgi-bin/freepublish/getarticle": 100,
    "/cgi-bin/freepublish/batchget": 100,
}
_DATACUBE_LIMIT = 1000
_FAMILIES = {"media": "material", "stable_token": "token", "get_current_selfmenu_info": "menu_info"}

# Why atomic: many workers share one budget, and the last call of a day must be given away once.
_ADMIT = """
local rest = redis.call('HGET', KEYS[2], ARGV[1])
if rest and tonumber(rest) > tonumber(ARGV[2]) then return {'rest', rest} end
if ARGV[4] == '1' and redis.call('HEXISTS', KEYS[2], 'writes') == 1 then return {'halt', ''} end
local used = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
if used >= tonumber(redis.call('HGET', KEYS[3], ARGV[1]) or ARGV[3]) then return {'spent', ''} end
redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
redis.call('EXPIRE', KEYS[1], ARGV[5])
return {'go', ''}
"""


class Feature(Struct, frozen=True):
    """What WeChat last said of a family of calls: `ok` or the errcode that denied it; `since` is epoch seconds."""

    state: str
    since: float


def family_of(path: str) -> str:
    """The family that is granted or denied together: comment, custom, mass, freepublish, draft, material, datacube …"""
    parts = path.strip("/").split("/")
    if parts[0] != "cgi-bin":
        return parts[0]
    name = parts[2] if parts[1] == "message" and len(parts) > 3 else parts[1]
    return _FAMILIES.get(name, name)


def next_reset(now: float) -> float:
    """Epoch seconds of the next 00:05 in Beijing, when the day's calls are surely new."""
    here = datetime.fromtimestamp(now, BEIJING)
    reset = here.replace(hour=0, minute=5, second=0, microsecond=0)
    return (reset if here < reset else reset + timedelta(days=1)).astimezone(UTC).timestamp()


class Ledger:
    """The account's ledger; one per process, all over one Redis. Thread-safe."""

    def __init__(self, account: str, client: redis.Redis, now: Callable[[], float]) -> None:
        """`now` gives epoch seconds on our clock."""
        self._redis = client
        self._now = now
        self._prefix = f"{{{account}}}:"
        self._admit = client.register_script(_ADMIT)

    def admit(self, path: str, *, write: bool) -> None:
        """Count one call of `path`; Resting, and nothing counted, if it must not be made now."""
        now = self._now()
        keys = [self._calls(now), self._prefix + "rests", self._prefix + "limits"]
        verdict, rest = self._admit(keys=keys, args=[path, now, default_limit(path), int(write), _KEEP])
        if verdict == b"rest":
            until = float(rest)
            minute = advise(45011 if until - now <= 60 else 45009)
            raise Resting(path, "the endpoint rests", until, minute.sentence)
        if verdict == b"halt":
            raise Resting(path, "writes are halted", math.inf, advise(48004).sentence)
        if verdict == b"spent":
            raise Resting(path, "the day's calls are spent", next_reset(now), advise(45009).sentence)

    def note_success(self, path: str) -> None:
        """WeChat did what was asked."""
        self._note_feature(family_of(path), "ok")

    def note_refusal(self, refused: Refused) -> None:
        """WeChat said no: rest, halt or learn what is not granted."""
        now, path = self._now(), refused.path
        if refused.reaction is Reaction.TOMORROW:
            self._redis.hset(self._prefix + "rests", path, str(next_reset(now)))
        elif refused.reaction is Reaction.WAIT_MINUTE:
            self._redis.hset(self._prefix + "rests", path, str(now + 60))
        elif refused.reaction is Reaction.HALT_WRITES:
            self._redis.hset(self._prefix + "rests", _WRITES, str(now))
        family = family_of(path)
        if refused.code == 88000:
            # A draft that opens comments may say so too; it is the comments that are missing, not the drafts.
            self._note_feature("comment", "88000")
        elif refused.reaction in (Reaction.STOP_FEATURE, Reaction.HALT_WRITES):
            self._note_feature(family, str(refused.code))
        elif 88001 <= refused.code <= 88010 and family == "comment":
            # Whoever is told what is wrong with an article or comment may ask about them.
            self._note_feature("comment", "ok")

    def resume(self) -> None:
        """End every rest and halt: the creator says that it is mended, or has cleared the quota."""
        self._redis.delete(self._prefix + "rests")

    def is_halted(self) -> bool:
        """Whether writes are halted until `resume`."""
        return bool(self._redis.hexists(self._prefix + "rests", _WRITES))

    def rests_until(self, path: str) -> float | None:
        """Until when `path` is left alone (epoch seconds), None if it is not."""
        raw = self._redis.hget(self._prefix + "rests", path)
        return float(raw) if raw and float(raw) > self._now() else None

    def used(self, path: str) -> int:
        """Calls of `path` today."""
        return int(self._redis.hget(self._calls(self._now()), path) or 0)

    def limit(self, path: str) -> int:
        """Calls of `path` allowed in a day: what WeChat said, else the limit of a new account."""
        return int(self._redis.hget(self._prefix + "limits", path) or default_limit(path))

    def learn_limit(self, path: str, daily_limit: int) -> None:
        """Remember the daily limit that WeChat itself names."""
        self._redis.hset(self._prefix + "limits", path, daily_limit)

    def budget_left(self, path: str) -> int:
        """Calls of `path` left today, never negative."""
        return max(0, self.limit(path) - self.used(path))

    def polling_allowed(self) -> bool:
        """Whether comments may still be polled: not resting, and under 80 % of the day's calls."""
        return self.rests_until(POLLING) is None and self.used(POLLING) < POLLING_SHARE * self.limit(POLLING)

    def features(self) -> dict[str, Feature]:
        """What WeChat last said, by family."""
        found: dict[bytes, bytes] = self._redis.hgetall(self._prefix + "features")  # type: ignore[assignment]
        return {name.decode(): msgspec.json.decode(raw, type=Feature) for name, raw in found.items()}

    def _note_feature(self, family: str, state: str) -> None:
        raw = self._redis.hget(self._prefix + "features", family)
        if raw is None or msgspec.json.decode(raw, type=Feature).state != state:
            self._redis.hset(self._prefix + "features", family, msgspec.json.encode(Feature(state, self._now())))

    def _calls(self, now: float) -> str:
        return f"{self._prefix}calls:{datetime.fromtimestamp(now, BEIJING):%Y%m%d}"


def default_limit(path: str) -> int:
    """A new account's daily limit of `path`."""
    return _LIMITS.get(path, _DATACUBE_LIMIT if path.startswith("/datacube/") else _DEFAULT_LIMIT)
