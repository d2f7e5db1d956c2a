"""A store that hangs may cost one request its patience at a time, never all threads that answer WeChat."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import redis

REST_SECONDS = 0.3
"""After a failure nobody asks for so long: requests that queued up behind the one that waited are told at once."""


class StoreAway(redis.ConnectionError):
    """The store did not answer a moment ago, and somebody else is finding out whether it does now."""


class Breaker:
    """Shared by the threads of one process. While the store is away one request at a time tries it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._away = False
        self._tried_by_one = False
        self._not_before = 0.0

    @contextmanager
    def trying(self) -> Iterator[None]:
        """Use the store inside; StoreAway at once if it is away and it is not this request's turn to try."""
        with self._lock:
            if self._away and (self._tried_by_one or time.monotonic() < self._not_before):
                raise StoreAway
            mine = self._tried_by_one = self._away
        try:
            yield
        except redis.TimeoutError:
            self._note(away=True, mine=mine)
            raise
        except BaseException:  # a store that refuses says so at once: nobody need be kept from asking it
            self._note(away=False, mine=mine)
            raise
        self._note(away=False, mine=mine)

    def _note(self, *, away: bool, mine: bool) -> None:
        with self._lock:
            self._away = away
            if mine:
                self._tried_by_one = False
            if away:
                self._not_before = time.monotonic() + REST_SECONDS
