"""How to reach Redis: one function for every form of REDIS_URL, with our own timeouts instead of redis-py's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import hiredis
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot.embedded_redis import socket_path
from bot.errors import StartError
from bot.stores.sentinel import SCHEME, connect_master
from config.settings import Settings

Purpose = Literal["web", "worker"]


_DIRECT = frozenset({"EVALSHA", "HVALS"})
"""Commands whose answers are taken as the server gives them."""


class Client(redis.Redis):
    """Runs what callbacks do with the store without redis-py's retries, timing and tracing.

    Nobody here uses those, and they cost more processor time than the command itself.
    """

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """One command and its answer; errors as redis-py raises them."""
        if args[0] not in _DIRECT or options:
            return super().execute_command(*args, **options)
        pool = self.connection_pool
        connection = pool.get_connection()
        try:
            connection.send_packed_command([hiredis.pack_command(args)])
            return connection.read_response()
        finally:
            pool.release(connection)


@dataclass(frozen=True)
class Patience:
    """Seconds to connect and to wait for one answer.

    Nothing is tried again here: a command whose answer was lost may have been carried out, and only the caller
    knows whether it may be repeated. Tasks are put off and ticks come again.
    """

    connect: float
    answer: float


# WeChat waits five seconds and a dead Redis must be told as 503 within one.
PATIENCE: dict[Purpose, Patience] = {
    "web": Patience(connect=0.3, answer=0.7),
    "worker": Patience(connect=2.0, answer=5.0),
}


def connect(settings: Settings, purpose: Purpose = "web") -> redis.Redis:
    """A client for the Redis of `settings`; it connects on first use and hands out bytes.

    `web` gives up within a second in all, `worker` (commands too) waits up to seven; neither tries anything again.
    """
    options = _options(PATIENCE[purpose])
    if settings.embedded:
        return Client(unix_socket_path=socket_path(settings.data_dir), **options)
    url = settings.redis_url.get_secret_value()
    if url.startswith(SCHEME):
        return connect_master(url, options, Client)
    return Client.from_url(url, **options)


def connect_socket(path: str, purpose: Purpose = "worker") -> redis.Redis:
    """A client for the server that listens on the unix socket `path`."""
    return Client(unix_socket_path=path, **_options(PATIENCE[purpose]))


def refuse_cluster(client: redis.Redis) -> None:
    """Raise StartError if the server is part of a Redis Cluster: the queue engine cannot use one."""
    if client.info("cluster").get("cluster_enabled"):
        raise StartError(
            "REDIS_URL names a Redis Cluster, which the queue engine cannot use: name a single Redis, "
            "or one behind Sentinel (sentinel://host:port/name-of-master/0)"
        )


def _options(patience: Patience) -> dict[str, Any]:
    return {
        "socket_connect_timeout": patience.connect,
        "socket_timeout": patience.answer,
        "retry": Retry(NoBackoff(), 0),
        # No greetings on connecting: each would be one more wait for a server that hangs.
        "protocol": 2,
        "driver_info": None,
    }
