"""Fixtures for handlers: a worker with the real drafting desk and the sandbox as WeChat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis as redis_py

from bot.embedded_redis import EmbeddedRedis
from config.settings import ROOT
from replies.desk import Desk
from tests.handlers.worker import Worker


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The drafting desk as it ships, loaded once."""
    return Desk.load(ROOT / "config", tmp_path_factory.mktemp("words"))


@pytest.fixture
def make_worker(
    redis: redis_py.Redis, redis_server: EmbeddedRedis, tmp_path: Path, desk: Desk
) -> Iterator[Callable[..., Worker]]:
    """Makes workers; keywords are settings by their names in the environment."""
    made: list[Worker] = []

    def make(**more: str) -> Worker:
        made.append(Worker(redis, str(redis_server.socket), tmp_path / "var", desk, **more))
        return made[-1]

    yield make
    for worker in made:
        worker.close()


@pytest.fixture
def worker(make_worker: Callable[..., Worker]) -> Worker:
    """A worker with the default settings."""
    return make_worker()
