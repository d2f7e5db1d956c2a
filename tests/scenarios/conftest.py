"""A stage for each story, closed when the story ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis as redis_py

from bot.embedded_redis import EmbeddedRedis
from tests.stage import Stage


@pytest.fixture
def open_stage(redis: redis_py.Redis, redis_server: EmbeddedRedis, tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """Opens stages with settings of the story's own."""
    stages: list[Stage] = []

    def open_one(**options: str) -> Stage:
        stages.append(Stage(redis, str(redis_server.socket), tmp_path / "var", **options))
        return stages[-1]

    yield open_one
    for stage in stages:
        stage.close()


@pytest.fixture
def stage(open_stage: Callable[..., Stage]) -> Stage:
    """A verified account in safe mode."""
    return open_stage()
