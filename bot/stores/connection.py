"""How to reach Redis: one function for every form of REDIS_URL, with our own timeouts instead of redis-py's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import redis
import redis.asyncio
from redis.asyncio.connection import ConnectionPool
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot.embedded_redis import socket_path
from bot.errors import StartError
from bot.stores.client import Client
from bot.stores.line import Line
from bot.stores.sentinel import SCHEME, connect_master, master_pool
from config.settings import Settings

Purpose = Literal["web", "worker"]


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
    patience = PATIENCE[purpose]
    options = _options(patience) | {"retry": Retry(NoBackoff(), 0)}
    client: redis.Redis
    if settings.embedded:
        client = Client(unix_socket_path=socket_path(settings.data_dir), **options)
    else:
        url = settings.redis_url.get_secret_value()
        client = connect_master(url, options, Client) if url.startswith(SCHEME) else Client.from_url(url, **options)
    if purpose == "web":
        assert isinstance(client, Client)
        client.line = Line(_pool(settings, patience).make_connection, patience.answer)
    return client


def _pool(settings: Settings, patience: Patience) -> ConnectionPool:
    """Where connections for an event loop are made."""
    options = _options(patience) | {"retry": AsyncRetry(NoBackoff(), 0)}
    if settings.embedded:
        return redis.asyncio.Redis(unix_socket_path=socket_path(settings.data_dir), **options).connection_pool
    url = settings.redis_url.get_secret_value()
    if url.startswith(SCHEME):
        return master_pool(url, options)
    return ConnectionPool.from_url(url, **options)


def connect_socket(path: str, purpose: Purpose = "worker") -> redis.Redis:
    """A client for the server that listens on the unix socket `path`."""
    return Client(unix_socket_path=path, **_options(PATIENCE[purpose]), retry=Retry(NoBackoff(), 0))


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
        # No greetings on connecting: each would be one more wait for a server that hangs.
        "protocol": 2,
        "driver_info": None,
    }
