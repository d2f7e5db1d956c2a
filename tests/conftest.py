"""Shared fixtures: a real Redis server per test process, empty at the start of each test.

Property tests draw the same examples in every run, so that a red suite means that something was changed. New ones are
looked for on purpose: `make test ARGS="-m hypothesis --hypothesis-profile=search"`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis as redis_py
from hypothesis import settings as examples

from bot.embedded_redis import EmbeddedRedis
from bot.stores.connection import connect_socket
from config.settings import Settings, load_settings

examples.register_profile("steady", derandomize=True)
examples.register_profile("search", derandomize=False)
examples.load_profile("steady")

ENVIRONMENT = {
    "WECHAT_APPID": "wx0123456789abcdef",
    "WECHAT_SECRET": "0123456789abcdef0123456789abcdef",
    "WECHAT_TOKEN": "testtoken",
    "BOT_SECRET_KEY": "a secret key for tests only",
}


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    """An embedded server for the whole run, without fsync for speed. Its `socket` is the path to connect to."""
    server = EmbeddedRedis(tmp_path_factory.mktemp("data"), fsync="no")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis(redis_server: EmbeddedRedis) -> Iterator[redis_py.Redis]:
    """A client (bytes, as the program uses it) on an empty server."""
    client = connect_socket(redis_server.socket)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def settings(tmp_path: Path, redis_server: EmbeddedRedis) -> Settings:
    """Settings of one account `main` over the test server, with a data folder of the test's own."""
    env = {**ENVIRONMENT, "REDIS_URL": f"unix://{redis_server.socket}", "BOT_DATA_DIR": str(tmp_path / "var")}
    return load_settings(env)
