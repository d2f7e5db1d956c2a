"""Which forms of REDIS_URL there are; whatever else would only fail later, and less clearly."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from redis import ConnectionPool

__all__ = ["is_redis_url"]

_SENTINEL = re.compile(
    r"sentinel://(?:[^@/\s]*@)?(?P<hosts>[^@/\s,:]+:\d+(?:,[^@/\s,:]+:\d+)*)/[^/\s?]+(?:/\d+)?(?:\?replicas=\d)?"
)


def is_redis_url(url: str) -> bool:
    """True for a URL that a client can be made of, without asking the server: sentinel:// is ours, the rest redis-py's.

    Only sentinel:// knows `?replicas=`. A path behind a host is the number of a database.
    """
    if sentinel := _SENTINEL.fullmatch(url):
        return all(0 < int(host.rpartition(":")[2]) < 65536 for host in sentinel["hosts"].split(","))
    try:
        parts = urlsplit(url)
        if parts.scheme == "unix":
            known = bool(re.fullmatch(r"/\S+", parts.path))
        else:
            known = parts.scheme in ("redis", "rediss") and bool(parts.hostname) and parts.port != 0
            known = known and bool(re.fullmatch(r"(/\d*)?", parts.path))
        if not known:
            return False
        ConnectionPool.from_url(url).make_connection()  # knows every option behind `?`; it does not connect
    except (ValueError, TypeError):
        return False
    return True
