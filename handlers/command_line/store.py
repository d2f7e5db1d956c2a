"""Redis for the length of a command: the one that runs, or the embedded one started for the purpose."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import redis

from bot.embedded_redis import running
from bot.stores.connection import connect, refuse_cluster
from config.settings import Settings


@contextlib.contextmanager
def store(settings: Settings) -> Iterator[redis.Redis]:
    """A client whose server answers. Raises StartError or redis.RedisError if there is none to be had."""
    with contextlib.ExitStack() as stack:
        if settings.embedded:
            stack.enter_context(running(settings.data_dir))
        client = connect(settings, "worker")
        stack.callback(client.close)
        refuse_cluster(client)
        yield client
