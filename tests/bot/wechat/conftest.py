"""A fake API and a gateway that talks to it over the test's Redis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import redis as redis_py

from bot.wechat.gateway import Gateway
from tests.bot.wechat.fake_api import SECRET, FakeApi, serve

NOON = 1_790_049_600.0
"""12:00 in Beijing on a working day."""


@dataclass
class Clock:
    """Our clock in a test, moved by hand."""

    now: float = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Noon in Beijing until moved."""
    return Clock()


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """A running fake."""
    with serve() as running:
        yield running


@pytest.fixture
def make_gateway(api: FakeApi, redis: redis_py.Redis, clock: Clock) -> Callable[..., Gateway]:
    """More gateways of the same account, as other processes would have them."""

    def make(account: str = "main", timeout: float = 5.0, base: str = "") -> Gateway:
        return Gateway(
            account=account,
            appid="wx1234567890",
            secret=SECRET,
            api_base=base or api.base,
            timeout=timeout,
            redis=redis,
            now=clock,
        )

    return make


@pytest.fixture
def gateway(make_gateway: Callable[..., Gateway]) -> Gateway:
    """The gateway of account `main`."""
    return make_gateway()
