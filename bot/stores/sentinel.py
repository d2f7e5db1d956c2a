"""A master behind Sentinel: its address in REDIS_URL, and how many replicas must have a message before it is answered.

    sentinel://[user:password@]host:port,host:port/name-of-master[/database][?replicas=N]

Replication is asynchronous: when a replica takes over, what the dead master had acknowledged and not yet passed on is
gone. With `replicas=N` a callback is answered 200 only once N replicas have all that it changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import redis
from redis.asyncio.connection import ConnectionPool
from redis.asyncio.sentinel import Sentinel as AsyncSentinel
from redis.sentinel import Sentinel

from bot.fibers import Together

SCHEME = "sentinel://"
CHANNEL = "bot:confirm"
"""Nobody listens there."""

WAIT_MILLISECONDS = 400
"""How long the replicas may take: a callback must be answered within a second either way."""

_URL = re.compile(
    r"sentinel://(?:(?P<login>[^@/\s]*)@)?(?P<hosts>[^@/\s,:]+:\d+(?:,[^@/\s,:]+:\d+)*)"
    r"/(?P<name>[^/\s?]+)(?:/(?P<database>\d+))?(?:\?replicas=(?P<replicas>\d))?"
)
_ASKED = {"socket_connect_timeout": 0.2, "socket_timeout": 0.2}  # seconds; several may have to be asked in turn


@dataclass(frozen=True)
class Address:
    """What a `sentinel://` URL says."""

    hosts: tuple[tuple[str, int], ...]
    name: str
    database: int = 0
    user: str = ""
    password: str = ""
    replicas: int = 0


class NotReplicated(redis.TimeoutError):
    """Stored, but not on as many replicas as asked for within the time: whoever asked must ask again."""


def read_address(url: str) -> Address | None:
    """The parts of a `sentinel://` URL, None if it is not one."""
    found = _URL.fullmatch(url)
    if found is None:
        return None
    hosts = tuple((host, int(port)) for host, _, port in (one.rpartition(":") for one in found["hosts"].split(",")))
    user, _, password = (found["login"] or "").partition(":")
    database, replicas = int(found["database"] or 0), int(found["replicas"] or 0)
    return Address(hosts, found["name"], database, unquote(user), unquote(password), replicas)


def connect_master(url: str, options: dict[str, Any], client: type[redis.Redis] = redis.Redis) -> redis.Redis:
    """A client of whoever is master; asked of the sentinels again for each new connection."""
    address = _address(url)
    sentinel = Sentinel(list(address.hosts), sentinel_kwargs=options | _ASKED, **options)
    return sentinel.master_for(address.name, client, db=address.database, **_login(address))


def master_pool(url: str, options: dict[str, Any]) -> ConnectionPool:
    """The same for an event loop: where connections to whoever is master are made."""
    address = _address(url)
    sentinel = AsyncSentinel(list(address.hosts), sentinel_kwargs=options | _ASKED, **options)
    return sentinel.master_for(address.name, db=address.database, **_login(address)).connection_pool


def _address(url: str) -> Address:
    address = read_address(url)
    assert address is not None, "checked when the settings were read"
    return address


def _login(address: Address) -> dict[str, Any]:
    return {"username": address.user or None, "password": address.password or None}


def confirmation(url: str, client: redis.Redis) -> Callable[[str], None]:
    """What to call with the key of a kept answer before a message is answered 200; raises NotReplicated.

    Does nothing unless the URL asks for it. `client` should be one of its own: who waits for replicas there keeps
    nobody else waiting.
    """
    address = read_address(url)
    if address is None or not address.replicas:
        return lambda key: None
    wanted = address.replicas

    def confirm(keys: list[str]) -> None:
        # The keys must stand where we wait: after a failover this may be another master than the one that took them.
        # WAIT is about what its own connection last sent to the replicas, and the stream of changes is one: behind a
        # message that goes to them it covers everything that any connection changed until now. A PUBLISH does, and
        # writes nothing into the append-only file; a PING does not.
        pipe = client.pipeline(transaction=False)
        pipe.exists(*keys)
        pipe.publish(CHANNEL, b"")
        pipe.execute_command("WAIT", wanted, WAIT_MILLISECONDS)
        standing, _, replicas = pipe.execute()
        if standing < len(set(keys)):
            raise NotReplicated("the master that took it is not the one that is asked")
        if replicas < wanted:
            raise NotReplicated(f"fewer than {wanted} replicas have it")

    return Together(confirm)
