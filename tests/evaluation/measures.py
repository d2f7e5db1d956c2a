"""The few measures the tables need."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence


def kappa(one: Sequence[str], other: Sequence[str]) -> float:
    """Cohen's kappa of two readers' marks."""
    n = len(one)
    observed = sum(a == b for a, b in zip(one, other, strict=True)) / n
    counts_one, counts_other = Counter(one), Counter(other)
    expected = sum(counts_one[mark] * counts_other[mark] for mark in counts_one) / (n * n)
    return (observed - expected) / (1 - expected) if expected < 1 else 1.0


def precision_recall(truth: Sequence[bool], said: Sequence[bool]) -> tuple[float, float]:
    """Precision and recall; 0 where nothing was said or nothing is true."""
    hits = sum(t and s for t, s in zip(truth, said, strict=True))
    return hits / max(1, sum(said)), hits / max(1, sum(truth))


def correlation(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Pearson's correlation, 0 if one side does not vary."""
    n = len(xs)
    mx, my = sum(xs) / n, sum(ys) / n
    sx = math.sqrt(sum((x - mx) ** 2 for x in xs))
    sy = math.sqrt(sum((y - my) ** 2 for y in ys))
    return sum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True)) / (sx * sy) if sx and sy else 0.0


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95 % Wilson interval of a share."""
    if not n:
        return 0.0, 1.0
    z, p = 1.959964, hits / n
    centre, spread = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (centre - spread) / (1 + z * z / n), (centre + spread) / (1 + z * z / n)
