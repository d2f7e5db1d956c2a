"""`make bench`: what the program costs, beside what it is compared with, in one run.

The callback table needs wrk (apt install wrk).

make bench                                     everything, about half an hour
make bench ARGS="--quick"                      small rounds, some minutes
make bench ARGS="--only callback,polling"      some tables
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Callable

import structlog

from tests.bench.table import say, warn_if_busy


def _callback(quick: bool) -> None:
    from tests.bench import callback

    callback.measure(seconds=1 if quick else 3, rounds=3 if quick else 5)


def _pace(quick: bool) -> None:
    from tests.bench import pace

    pace.measure(200, seconds=5.0 if quick else 20.0)


def _drafting(quick: bool) -> None:
    from tests.bench import drafting

    drafting.measure(rounds=1 if quick else 5)


def _polling(quick: bool) -> None:
    from tests.bench import polling

    polling.measure((100, 1_000) if quick else (100, 1_000, 10_000), 6 if quick else 200, month=not quick)


def _ballots(quick: bool) -> None:
    from tests.bench import ballots

    ballots.measure(rounds=3 if quick else 7)


def _duplicates(quick: bool) -> None:
    from tests.bench import duplicates

    duplicates.measure_all([10_000] if quick else [10_000, 100_000])


def _growth(quick: bool) -> None:
    from tests.bench import growth

    growth.measure((5_000, 10_000) if quick else (10_000, 100_000, 1_000_000))


def _accounts(quick: bool) -> None:
    from tests.bench import accounts

    accounts.main(quick)


TABLES: dict[str, Callable[[bool], None]] = {
    "callback": _callback,
    "pace": _pace,
    "drafting": _drafting,
    "polling": _polling,
    "ballots": _ballots,
    "duplicates": _duplicates,
    "growth": _growth,
    "accounts": _accounts,
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small rounds: figures are rough")
    parser.add_argument("--only", default=",".join(TABLES), metavar="A,B", help=f"tables: {', '.join(TABLES)}")
    arguments = parser.parse_args()
    wanted = arguments.only.split(",")
    if unknown := set(wanted) - set(TABLES):
        parser.error(f"no such table: {', '.join(sorted(unknown))}")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    for name in wanted:
        warn_if_busy()
        began = time.monotonic()
        TABLES[name](arguments.quick)
        say(f"{name}: {time.monotonic() - began:.0f} s")
    warn_if_busy()


if __name__ == "__main__":
    main()
