"""Learning from what a creator kept and changed: a Beta(1 + kept, 1 + changed) for each template (feature C9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import comb

from msgspec import Struct

from replies import text as texts

__all__ = ["Learned", "alike_edits", "is_retired", "learned"]

LEAST_USES = 20
SURE = 0.95
SAID_OFTEN = 3
ALIKE = 0.6


class Learned(Struct, frozen=True):
    """Counts of (kept, changed) by template, and the templates that are not used any more."""

    counts: Mapping[str, tuple[int, int]] = {}
    retired: frozenset[str] = frozenset()

    def factor(self, template: str) -> float:
        """By how much the weight of a template changes: 1 while nothing is known, 2 at most."""
        kept, changed = self.counts.get(template, (0, 0))
        return 2 * (1 + kept) / (2 + kept + changed)


def learned(counts: Mapping[str, tuple[int, int]]) -> Learned:
    """What the counts teach; equal counts teach the same on every machine."""
    return Learned(
        dict(counts), frozenset(name for name, (kept, changed) in counts.items() if is_retired(kept, changed))
    )


def is_retired(kept: int, changed: int) -> bool:
    """True after 20 uses when the 95 % upper bound of a template's acceptance is below one half.

    That is P(Beta(1 + kept, 1 + changed) < 1/2) > 0.95, a sum of binomials, computed in whole numbers.
    """
    uses = kept + changed
    if uses < LEAST_USES:
        return False
    tosses = uses + 1
    below = sum(comb(tosses, heads) for heads in range(kept + 1, tosses + 1))
    return below * 100 > round(SURE * 100) * 2**tosses


def alike_edits(edits: Iterable[str]) -> list[tuple[str, int]]:
    """`(text, how often)` of what was written at least three times nearly alike; the text is the first of its group."""
    groups: list[tuple[str, frozenset[str], int]] = []
    for text in sorted(edits):
        grams = texts.grams(text)
        for place, (first, known, count) in enumerate(groups):
            if texts.likeness(grams, known) >= ALIKE:
                groups[place] = (first, known, count + 1)
                break
        else:
            groups.append((text, grams, 1))
    return [(first, count) for first, _, count in groups if count >= SAID_OFTEN]
