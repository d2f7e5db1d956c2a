"""One access token for all processes: kept in Redis, fetched by one of them while the others wait (feature M3).

doc/subscription/api/base/api_getstableaccesstoken: the same token while it is valid; a forced refresh ends the old one
and is allowed 20 times a day, 30 s apart. The key `{account}:token` holds a secret and belongs in no backup.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import msgspec
import redis
from msgspec import Struct
from redis.exceptions import LockError

from bot.wechat.errors import Refused, Resting, Unreachable

STABLE_TOKEN = "/cgi-bin/stable_token"
FORCED_TOKEN = STABLE_TOKEN + "/forced"
FORCED_PER_DAY = 20
FORCED_APART = 30.0  # seconds
_DAY = 24 * 3600.0
_MARGIN = 60.0  # seconds before its end at which a token is not used any more


class Token(Struct, frozen=True, omit_defaults=True):
    """The token in Redis; `until` is epoch seconds on our clock, `forced` the times of forced refreshes in a day."""

    value: str
    until: float
    forced: tuple[float, ...] = ()

    def __repr__(self) -> str:
        """Without the token itself."""
        return f"Token(until={self.until})"


class Tokens:
    """The token of one account. `fetch(force)` asks WeChat and returns the token and its life in seconds."""

    def __init__(
        self,
        account: str,
        client: redis.Redis,
        fetch: Callable[[bool], tuple[str, float]],
        *,
        patience: float,
        now: Callable[[], float],
    ) -> None:
        """`patience` is the longest that one fetch may take, in seconds."""
        self._redis = client
        self._key = f"{{{account}}}:token"
        self._fetch = fetch
        self._patience = patience
        self._now = now

    def current(self) -> str:
        """A token that is good by our clock, fetched if need be. Raises GatewayError, and redis errors as they come."""
        token = self._stored()
        if token is not None and self._now() < token.until:
            return token.value
        with self._alone():
            token = self._stored()
            if token is not None and self._now() < token.until:
                return token.value
            return self._renew(token, force=False).value

    def check(self) -> None:
        """Ask WeChat for the token now, though a good one may be stored; it stays the same while it is valid."""
        with self._alone():
            self._renew(self._stored(), force=False)

    def renew(self, refused: str, *, expired: bool) -> str:
        """Another token than `refused`, which WeChat did not take.

        If somebody renewed it since, theirs is returned. An `expired` token needs no force.
        """
        with self._alone():
            token = self._stored()
            if token is not None and token.value != refused and self._now() < token.until:
                return token.value
            if expired or not self._may_force(token):
                return self._renew(token, force=False).value
            with contextlib.suppress(Refused, Resting):
                return self._renew(token, force=True).value
            # Another program of this account may have forced a moment ago: then the plain call has the newest token.
            return self._renew(token, force=False).value

    def _renew(self, old: Token | None, *, force: bool) -> Token:
        forced = self._forced_lately(old)
        if force:
            # Counted before asking: a call whose answer was lost counts at WeChat too.
            forced = (*forced, self._now())
            self._store(Token("", 0.0, forced))
        value, seconds = self._fetch(force)
        token = Token(value, self._now() + seconds - min(_MARGIN, seconds / 10), forced)
        self._store(token)
        return token

    def _may_force(self, token: Token | None) -> bool:
        forced = self._forced_lately(token)
        return len(forced) < FORCED_PER_DAY and (not forced or self._now() - forced[-1] >= FORCED_APART)

    def _forced_lately(self, token: Token | None) -> tuple[float, ...]:
        return tuple(at for at in (token.forced if token else ()) if self._now() - at < _DAY)

    def _stored(self) -> Token | None:
        raw = self._redis.get(self._key)
        return msgspec.json.decode(raw, type=Token) if raw else None

    def _store(self, token: Token) -> None:
        self._redis.set(self._key, msgspec.json.encode(token), ex=int(_DAY))

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Only one process and thread at a time; its lock ends by itself if it dies."""
        lock = self._redis.lock(
            self._key + ":lock",
            timeout=2 * self._patience + 5,
            blocking_timeout=3 * self._patience + 5,
            sleep=0.05,
        )
        if not lock.acquire():
            raise Unreachable(STABLE_TOKEN, "another process is still fetching the token")
        try:
            yield
        finally:
            with contextlib.suppress(LockError):
                lock.release()
