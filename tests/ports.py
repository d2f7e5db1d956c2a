"""Free ports for programs that are told theirs.

They lie below the range from which the system gives ports to callers: somebody who keeps asking whether a server has
come up yet would else be given that very port now and then, and be answered by itself.
"""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack

__all__ = ["free_port"]

LOWEST, HIGHEST = 20_000, 30_000


def free_port(following: int = 0) -> int:
    """A port of 127.0.0.1 that nobody holds at the moment, as many `following` ones being free too."""
    while True:
        first = random.randrange(LOWEST, HIGHEST - following)
        with ExitStack() as probes:
            try:
                for port in range(first, first + following + 1):
                    probes.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
        return first
