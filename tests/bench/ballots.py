"""A hundred thousand ballots: read, looked through for bursts, counted."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from bot.domain.ballot import ballot_key, tally
from bot.domain.bursts import bursts
from bot.embedded_redis import EmbeddedRedis
from bot.stores.connection import connect_socket
from bot.stores.stores import Stores
from bot.stores.unit import Unit
from bot.stores.vault import Vault
from tests.bench.table import Table

MANY = 100_000


def measure(rounds: int) -> None:
    """Seconds by the clock and of processor time."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        server = EmbeddedRedis(Path(name), fsync="no")
        server.start()
        try:
            client = connect_socket(server.socket)
            now = 1_800_000_000.0
            cast = {ballot_key("key", str(n)): f"[{n % 7 % 3 + 1},{now + n}]" for n in range(MANY)}
            client.hset("{main}:ballots:2026W47", mapping=cast)
            stores = Stores(Unit(client, "main"), Vault(b"bench"))
            wall, cpu = [], []
            for _ in range(rounds):
                began, used = time.perf_counter(), time.process_time()
                ballots = stores.ballots.all("2026W47")
                counted = tally(ballots, frozenset((1, 2, 3)), bursts(ballots), False)
                wall.append(time.perf_counter() - began)
                cpu.append(time.process_time() - used)
                assert counted.valid == MANY
        finally:
            server.stop()
    table = Table(f"{MANY:,} ballots counted", ("seconds", "cpu seconds"))
    table.row(f"{statistics.median(wall):.2f}", f"{statistics.median(cpu):.2f}")
    table.print()
    print("bar: 1 s")
