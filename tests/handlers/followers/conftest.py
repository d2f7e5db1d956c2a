"""A chat with the account, with and without WeChat behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis as redis_py

from bot.sandbox import Sandbox
from config.settings import Settings
from tests.handlers.followers.parlour import Parlour


@pytest.fixture
def parlour(redis: redis_py.Redis, settings: Settings) -> Parlour:
    """A chat with the account; nothing can be sent from it."""
    return Parlour(redis, settings)


@pytest.fixture
def service_parlour(redis: redis_py.Redis, settings: Settings) -> Iterator[Parlour]:
    """A chat with the account and the sandbox behind it, for service messages."""
    made = Parlour(redis, settings)
    with Sandbox(now=lambda: made.now) as box:
        made.box = box
        yield made
