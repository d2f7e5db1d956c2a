"""Comments that say nearly the same as an earlier one, over the account's whole history (feature B4)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bot.domain.comment import Comment, Risk, RiskKind, RiskLevel
from bot.stores.duplicates import Copies
from bot.stores.stores import Stores
from handlers.considering import Considered
from replies.duplicates import bands, is_same, substance

GROUP = 5
WITHIN_SECONDS = 3600.0
"""Five people who write the same within an hour are worth a look."""

SIGNALS = "signals"
"""Hash of what later detectors of fake interaction start from: `duplicates|<comment id>` -> Signal."""


class Signal(msgspec.Struct, frozen=True):
    """A group of people who wrote nearly the same: when it was first seen (epoch seconds) and how many they were."""

    at: float
    people: int


def mark_copies(stores: Stores, created: Sequence[Considered], now: float) -> list[Considered]:
    """The new comments, copies of earlier ones marked with the risk 重复; the others can be found from now on.

    To be called inside the atomic step that stores the comments: what is read here is watched.
    """
    grams = [substance(one.comment.content) for one in created]
    names = [bands(one) for one in grams]
    stores.duplicates.prefetch(band for one in names for band in one)
    candidates = [stores.duplicates.candidates(one) for one in names]
    stores.comments.many(sorted({known for ids in candidates for known in ids}))
    fresh = {one.comment.id: one.comment for one in created}
    marked = []
    for one, mine, my_bands in zip(created, grams, names, strict=True):
        original = _original(stores, fresh, one.comment, mine, my_bands)
        if original is not None:
            one = _marked(one, original)
            group = stores.duplicates.copied(original.id, one.comment.pid, float(one.comment.created_at))
            _raise_signal(stores, original, group, now)
        elif my_bands:
            stores.duplicates.add(my_bands, one.comment.id)
        marked.append(one)
    return marked


def _original(
    stores: Stores, fresh: dict[str, Comment], comment: Comment, grams: frozenset[str], names: Sequence[str]
) -> Comment | None:
    """The earlier comment that says nearly the same, None if there is none; a shared band alone proves nothing.

    Earlier is who wrote earlier: a copy sent by chat may reach us before the next look at the article does.
    """
    for known in stores.duplicates.candidates(names):
        other = fresh.get(known) or stores.comments.get(known)
        if other is None or other.id == comment.id or other.created_at > comment.created_at:
            continue
        if is_same(grams, substance(other.content)):
            return other
    return None


def _marked(one: Considered, original: Comment) -> Considered:
    triage = one.comment.triage
    if triage is None:
        return one
    whose = "自己以前的" if original.pid and original.pid == one.comment.pid else "另一位读者的"
    risk = Risk(RiskKind.DUPLICATE, RiskLevel.LOOK, f"和{whose}留言几乎一样")
    comment = msgspec.structs.replace(one.comment, triage=msgspec.structs.replace(triage, risks=(*triage.risks, risk)))
    return msgspec.structs.replace(one, comment=comment)


def _raise_signal(stores: Stores, original: Comment, group: Copies, now: float) -> None:
    """Leave a mark for detectors, once a group, when enough different people wrote it within an hour."""
    said = [(original.pid, float(original.created_at)), *group.latest]
    for _, since in said:
        people = {pid for pid, at in said if pid and since <= at <= since + WITHIN_SECONDS}
        if len(people) >= GROUP:
            key, field = stores.unit.key(SIGNALS), f"duplicates|{original.id}"
            if stores.unit.get(key, field) is None:
                stores.unit.put(key, field, msgspec.json.encode(Signal(now, len(people))))
            return


def forget_comment(stores: Stores, comment: Comment) -> None:
    """The comment of a person who asked to be forgotten leads nowhere any more."""
    names = bands(substance(comment.content))
    if names:
        stores.duplicates.prefetch(names)
        stores.duplicates.remove(names, comment.id)
        stores.unit.do("HDEL", stores.unit.key(SIGNALS), f"duplicates|{comment.id}")
