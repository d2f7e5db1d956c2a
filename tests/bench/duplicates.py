"""Near-duplicates among many earlier comments: lookup time and bytes of Redis per comment.

    .venv/bin/python -m tests.bench.duplicates [COMMENTS]

Comments are made of words drawn at random, of the lengths of real ones (median 20 letters); every hundredth is a copy
with one letter changed.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

import redis as redis_py

from bot.embedded_redis import EmbeddedRedis
from bot.stores.connection import connect_socket
from bot.stores.duplicates import Duplicates
from bot.stores.unit import Unit
from replies.duplicates import bands, substance

BATCH = 500
LOOKUPS = 300


def texts(count: int, rng: random.Random) -> list[str]:
    """Made-up comments."""
    letters = [chr(0x4E00 + n) for n in range(2500)]
    words = ["".join(rng.choices(letters, k=rng.choice((1, 2, 2, 2, 3)))) for _ in range(20_000)]
    weights = [1 / (rank + 5) for rank in range(len(words))]
    made: list[str] = []
    for start in range(0, count, BATCH):
        pool = rng.choices(words, weights, k=BATCH * 14)
        made += ["".join(pool[14 * n : 14 * n + rng.randint(5, 14)]) for n in range(min(BATCH, count - start))]
    return made


def measure(client: redis_py.Redis, count: int) -> None:
    """Fill the store with `count` comments, then look up copies and strangers."""
    rng = random.Random(20)
    made = texts(count, rng)
    client.flushall()
    empty = client.info("memory")["used_memory"]
    started = time.perf_counter()
    for start in range(0, count, BATCH):
        unit = Unit(client, "main")
        duplicates = Duplicates(unit)
        names = [bands(substance(text)) for text in made[start : start + BATCH]]
        duplicates.prefetch(band for one in names for band in one)
        for place, one in enumerate(names, start):
            duplicates.add(one, f"2247487033_0_{place}")
        unit.commit()
    filled = time.perf_counter() - started
    used = client.info("memory")["used_memory"] - empty
    spent, found = [], 0
    for _ in range(LOOKUPS):
        place = rng.randrange(count)
        text = list(made[place])
        text[rng.randrange(len(text))] = "好"
        started = time.perf_counter()
        duplicates = Duplicates(Unit(client, "main"))
        one = bands(substance("".join(text)))
        duplicates.prefetch(one)
        candidates = duplicates.candidates(one)
        spent.append((time.perf_counter() - started) * 1000)
        found += f"2247487033_0_{place}" in candidates
    spent.sort()
    print(
        f"{count:>9,} comments: {used / count:5.0f} bytes each, {filled / count * 1e6:5.0f} µs to add, "
        f"lookup median {statistics.median(spent):.2f} ms, p99 {spent[int(0.99 * LOOKUPS)]:.2f} ms, "
        f"{found}/{LOOKUPS} copies with one letter changed among the candidates"
    )


def main() -> None:
    """Measure at 10,000, 100,000 and, if asked for, more."""
    measure_all([10_000, 100_000] if len(sys.argv) < 2 else [int(sys.argv[1])])


def measure_all(sizes: list[int]) -> None:
    """Measure at each of these sizes."""
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedRedis(Path(folder), fsync="no")
        server.start()
        try:
            for count in sizes:
                measure(connect_socket(server.socket), count)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
