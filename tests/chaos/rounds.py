"""Weekly rounds whose workers die and whose WeChat loses answers: one post each, every ballot counted.

`python -m tests.chaos.rounds --rounds 1000 --seed 1` plays them in seasons of 20 and prints everything that is wrong.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import structlog

from bot.embedded_redis import EmbeddedRedis
from bot.stores.connection import connect_socket
from config.settings import ROOT
from replies.desk import Desk
from tests.chaos import season_audit as audit
from tests.chaos.season import Season
from tests.handlers.worker import Worker

SEASON = 20


def play(rounds: int, seed: int, minutes: float) -> int:
    """Play so many rounds, or for so long; the number of things that are wrong."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    began = time.monotonic()
    held = posts = votes = again = skipped = season = 0
    died: Counter[str] = Counter()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="rounds-") as folder:
        desk = Desk.load(ROOT / "config", Path(folder) / "words")
        server = EmbeddedRedis(Path(folder) / "redis", fsync="no")
        server.start()
        client = connect_socket(server.socket)
        try:
            while held < rounds and time.monotonic() - began < minutes * 60:
                client.flushall()
                worker = Worker(client, str(server.socket), Path(folder) / "var", desk)
                played = Season(worker, str(server.socket), seed + season)
                try:
                    played.play(min(SEASON, rounds - held))
                    held += len(audit.held(played))
                    skipped += len(audit.missed(played))
                    posts += sum(len(audit.posts_of(played, round_)) for round_ in audit.held(played))
                    votes += sum(map(len, played.chosen.values()))
                    died += played.died
                    again += played.again
                    bad = [f"seed {seed + season}: {line}" for line in audit.wrong(played)]
                    wrong += bad
                    print(*bad, sep="\n", end="\n" if bad else "", flush=True)
                finally:
                    worker.close()
                season += 1
                print(
                    f"{held} rounds, {posts} posts, {skipped} weeks missed, {votes} ballots, {died.total()} deaths, "
                    f"{again} let out again, {len(wrong)} wrong, {time.monotonic() - began:.0f} s",
                    flush=True,
                )
        finally:
            server.stop()
    print("deaths by the step they met:")
    print(*(f"  {count:7d}  {where}" for where, count in sorted(died.items())), sep="\n")
    return len(wrong)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.rounds", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=180.0, help="stop after so long (default 180)")
    options = parser.parse_args()
    return 1 if play(options.rounds, options.seed, options.minutes) else 0


if __name__ == "__main__":
    sys.exit(main())
