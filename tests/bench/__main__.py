"""`make bench`: what the program costs, beside what it is compared with, in one run.

make bench                                     everything, about ten minutes
make bench ARGS="--quick"                      small rounds
make bench ARGS="--only callback,polling"      some tables
"""

from __future__ import annotations

import argparse

from tests.bench.table import warn_if_busy

TABLES = ("callback", "drafting", "polling", "ballots", "duplicates")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small rounds: figures are rough")
    parser.add_argument("--only", default=",".join(TABLES), metavar="A,B", help=f"tables: {', '.join(TABLES)}")
    parser.add_argument("--million", action="store_true", help="near-duplicates among 1,000,000 comments too")
    arguments = parser.parse_args()
    wanted = arguments.only.split(",")
    if unknown := set(wanted) - set(TABLES):
        parser.error(f"no such table: {', '.join(sorted(unknown))}")
    warn_if_busy()
    quick: bool = arguments.quick
    if "callback" in wanted:
        from tests.bench import callback

        callback.measure(seconds=1.0 if quick else 2.5, rounds=2 if quick else 5)
        callback.paced(200, seconds=5.0 if quick else 20.0)
    if "drafting" in wanted:
        from tests.bench import drafting

        drafting.measure(rounds=2 if quick else 7)
    if "polling" in wanted:
        from tests.bench import polling

        polling.measure((100, 1_000) if quick else (100, 1_000, 10_000))
    if "ballots" in wanted:
        from tests.bench import ballots

        ballots.measure(rounds=3 if quick else 7)
    if "duplicates" in wanted:
        from tests.bench import duplicates

        duplicates.measure_all([10_000] if quick else [10_000, 100_000, *([1_000_000] if arguments.million else [])])
    warn_if_busy()


if __name__ == "__main__":
    main()
