"""Bursts of ballots that look arranged are held for review, never thrown away (feature E4).

Three signs, each against how everybody else votes: many ballots for one nominee from people who followed within the
same hour, many within an hour, and many from people who followed just before the round. All ask for a lead that is
large and not chance: honest crowds vote fast too, but not all for the same one. Only what is too much is held, so that
a ring cannot harm an honest nominee by voting for them: as many ballots count as the votes for others at that time make
likely.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from bot.domain.ballot import Ballot
from bot.domain.winner import wilson

WINDOW = 3600.0
SMALLEST = 10
"""Fewer ballots than this are no burst."""

YARDSTICK = 5
"""Fewer ballots than this outside of it are nothing to compare a burst with."""

FEW = 20
LOCKSTEP = 0.9
"""Beside fewer than so many other ballots, chance can hardly be ruled out. But people who followed within two hours of
one another and all but a tenth of whom want the same are held there unless most of the others want it too."""

EXCESS = 0.2
"""By how much the share within a burst lies above the share elsewhere."""

SURPRISE = math.log(1e6)
"""Held only if chance would do this less than once in a million windows (Chernoff's bound)."""


_Cast = tuple[float, str, int, bool, int]
"""One ballot with weight: when, its key, for whom, whether from a fresh follower, who joined when; sorted by time."""


def bursts(ballots: Mapping[str, Ballot]) -> frozenset[str]:
    """The keys of the ballots to be held; the same for the same ballots on every machine."""
    cast = sorted(
        (one.at, key, one.choice, one.fresh, one.joined)
        for key, one in ballots.items()
        if not (one.late or one.blocked)
    )
    together = _joined_together(cast)
    if together:
        cast = [one for one in cast if one[1] not in together]
    return frozenset(together | _voted_together(cast))


def _joined_together(cast: list[_Cast]) -> set[str]:
    """Of those who followed within two hours of one another and chose the same, what is too much."""
    hours: dict[int, list[int]] = {}
    for place, one in enumerate(cast):
        if one[4]:
            hours.setdefault(one[4], []).append(place)
    held: set[str] = set()
    for hour in sorted(hours):
        group = {place for place in (*hours[hour], *hours.get(hour + 1, ())) if cast[place][1] not in held}
        if len(group) < SMALLEST:
            continue
        for choice in sorted({cast[place][2] for place in group}):
            hits = sum(cast[place][2] == choice for place in group)
            others = sum(1 for place, one in enumerate(cast) if one[2] == choice and place not in group)
            outside = len(cast) - len(group)
            if is_arranged(hits, len(group), others, outside) or _in_lockstep(hits, len(group), others, outside):
                held |= _too_many(group, cast, choice)
    return held


def _in_lockstep(hits: int, among: int, others_hits: int, others: int) -> bool:
    """True when people who joined together vote as one where there are few others to compare with."""
    return SMALLEST <= hits >= LOCKSTEP * among and others < FEW and others_hits * 3 <= others * 2


def _voted_together(cast: list[_Cast]) -> set[str]:
    """Of those who voted within an hour, and of all fresh followers, what is too much for one choice."""
    places: dict[int, list[int]] = {}
    for place, one in enumerate(cast):
        places.setdefault(one[2], []).append(place)
    newcomers = {place for place, one in enumerate(cast) if one[3]}
    held: set[str] = set()
    for choice in sorted(places):
        suspect = _hours_of(cast, places[choice])
        hits = sum(place in newcomers for place in places[choice]) if newcomers else 0
        if is_arranged(hits, len(newcomers), len(places[choice]) - hits, len(cast) - len(newcomers)):
            suspect |= newcomers
        if suspect:
            held |= _too_many(suspect, cast, choice)
    return held


def is_arranged(hits: int, among: int, others_hits: int, others: int) -> bool:
    """True when `hits` of `among` is too many, given how often the same was chosen by `others`."""
    if hits < SMALLEST or others < YARDSTICK:
        return False
    usual = wilson(others_hits, others)[1]
    share = hits / among
    return share >= usual + EXCESS and among * _divergence(share, usual) > SURPRISE


def _divergence(share: float, usual: float) -> float:
    """How far a share is from the usual one, in nats (Kullback-Leibler)."""
    here = share * math.log(share / usual)
    return here if share >= 1 else here + (1 - share) * math.log((1 - share) / (1 - usual))


def _hours_of(cast: list[_Cast], places: list[int]) -> set[int]:
    """Places of all ballots within hours in which far too many went to one choice, whose ballots are at `places`."""
    times = [cast[place][0] for place in places]
    found: set[int] = set()
    last = covered = 0
    for first, place in enumerate(places):
        until = times[first] + WINDOW
        while last + 1 < len(places) and times[last + 1] < until:
            last += 1
        # From this ballot for `choice` to the last one within the hour, with everybody else's in between.
        hits, among = last - first + 1, places[last] - place + 1
        if hits < among * EXCESS:
            continue  # most hours: too few to be asked about
        others, others_hits = len(cast) - among, len(places) - hits
        if hits * others < among * (others_hits + EXCESS * others):
            continue
        if is_arranged(hits, among, others_hits, others):
            found.update(range(max(covered, place), places[last] + 1))
            covered = places[last] + 1
    return found


def _too_many(suspect: set[int], cast: list[_Cast], choice: int) -> set[str]:
    """Of the suspect ballots for `choice` those that go beyond what was to be expected, the latest and freshest."""
    group = [cast[place] for place in suspect if cast[place][2] == choice]
    outside = [one[2] == choice for place, one in enumerate(cast) if place not in suspect]
    share = sum(outside) / len(outside) if outside else 0.0
    besides = len(suspect) - len(group)
    likely = round(besides * share / (1 - share)) if share < 1 else len(group)
    group.sort(key=lambda one: (one[3], one[0], one[1]))
    return {one[1] for one in group[likely:]}
