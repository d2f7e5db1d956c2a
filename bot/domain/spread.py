"""Scores made comparable between articles: where a score stands among those of its article (feature B8).

A score is read as a z-score within its article, whose mean and variance are shrunk to the account's as if the article
had twenty ordinary comments more, and then written on the account's scale. So a handful of comments under a small
article says little, and hundreds say much. What the others wrote may move a score by 1.5 points each way at most: the
same text differs by no more than 3 points, whatever article it stands under.
"""

from __future__ import annotations

import math

from msgspec import Struct

SHRINK = 20
MOST = 1.5


class Spread(Struct, frozen=True):
    """How many scores there are, their sum and the sum of their squares."""

    count: int = 0
    total: int = 0
    squares: int = 0

    @property
    def mean(self) -> float:
        """The mean score, 0 for none."""
        return self.total / self.count if self.count else 0.0

    @property
    def variance(self) -> float:
        """The variance of the scores, 0 for none."""
        return max(0.0, self.squares / self.count - self.mean**2) if self.count else 0.0


def comparable(quality: int, article: Spread, account: Spread) -> float:
    """A score on the account's scale, to one decimal; the score itself while the account has too few to tell."""
    if account.count < SHRINK or not account.variance:
        return float(quality)
    weight = article.count / (article.count + SHRINK)
    mean = weight * article.mean + (1 - weight) * account.mean
    variance = weight * article.variance + (1 - weight) * account.variance
    z = (quality - mean) / math.sqrt(variance)
    moved = account.mean + z * math.sqrt(account.variance) - quality
    return round(quality + min(MOST, max(-MOST, moved)), 1)
