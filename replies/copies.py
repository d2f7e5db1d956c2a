"""Who only repeats, word for word, what somebody else wrote before."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

__all__ = ["Written", "later_copies"]


class Written(Struct, frozen=True):
    """Who wrote what, and when (epoch seconds): `letters` are the text's without signs; an unknown writer is ""."""

    id: str
    letters: str
    writer: str
    at: float


def later_copies(texts: Iterable[Written]) -> frozenset[str]:
    """The ids of texts that somebody else had written before, word for word.

    Whoever wrote it first stays: else anybody could take a rival out of the contest by copying them.
    """
    first: dict[str, Written] = {}
    known = list(texts)
    for one in known:
        earlier = first.get(one.letters)
        if earlier is None or (one.at, one.id) < (earlier.at, earlier.id):
            first[one.letters] = one
    copies = (one for one in known if first[one.letters].id != one.id)
    return frozenset(one.id for one in copies if not one.writer or one.writer != first[one.letters].writer)
