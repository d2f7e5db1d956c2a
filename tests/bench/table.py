"""Tables on a terminal, and lines that say how far a measurement is."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Sequence

BUSY = 0.5
"""Load average from which figures of a two-core machine are noise."""


def say(line: str) -> None:
    """A line of progress, on standard error."""
    print(f"… {line}", file=sys.stderr, flush=True)


def warn_if_busy() -> None:
    """Say so when somebody else uses the machine."""
    load = os.getloadavg()[0]
    if load > BUSY:
        print(f"The machine is busy (load {load:.1f}): trust ratios, not figures.")


class Table:
    """Rows under a head."""

    def __init__(self, title: str, head: Sequence[str]) -> None:
        self._title = title
        self._rows = [tuple(head)]

    def row(self, *cells: str) -> None:
        """One more row."""
        self._rows.append(cells)

    def print(self) -> None:
        """Print it, columns aligned."""
        widths = [max(_width(row[at]) for row in self._rows) for at in range(len(self._rows[0]))]
        print(f"\n{self._title}")
        for row in self._rows:
            print(
                "  " + "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
            )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
