"""What a creator's decision about a draft says of the templates it was made from (feature C9)."""

from __future__ import annotations

from bot.domain.draft import HAND, Draft, DraftState

S = DraftState
ACCEPTED = frozenset({S.APPROVED, S.SENDING, S.SENT, S.WITHDRAWING, S.WAITING_READER, S.TO_PASTE, S.PASTED, S.FAILED})
"""States of a draft that a creator let out."""

UNTOLD = frozenset({S.GONE, S.OUTSIDE, S.EXPIRED})
"""States that say nothing: what was decided before stands."""

Verdicts = dict[str, tuple[int, int]]
"""Template -> (times kept, times changed)."""


def verdicts(draft: Draft) -> Verdicts:
    """What a draft as it stands says of its templates.

    Let out as displayed first: kept. Rewritten, swapped for another variant or refused: changed; the variant that was
    taken instead: kept. Templates are those of the rules (`rule#kind n`); fixed sentences are not judged, nor is what
    went out by a standing permission.
    """
    made = [variant for variant in draft.variants if variant.name != HAND and "#" in variant.rule]
    if not made or draft.standing or draft.state not in ACCEPTED | {S.REJECTED}:
        return {}
    first = made[0]
    if draft.state is S.REJECTED:
        return {first.rule: (0, 1)}
    taken = next((variant for variant in made if variant.text == draft.text), None)
    if taken is None:
        return {first.rule: (0, 1)}
    if taken.name == first.name:
        return {first.rule: (1, 0)}
    return {first.rule: (0, 1), taken.rule: (1, 0)} if taken.rule != first.rule else {taken.rule: (1, 1)}


def difference(before: Draft | None, after: Draft) -> Verdicts:
    """What a change of a draft adds to the counts; taking a decision back takes its verdicts back."""
    if after.state in UNTOLD:
        return {}
    new = verdicts(after)
    old = verdicts(before) if before is not None else {}
    found = {}
    for template in sorted({*new, *old}):
        kept = new.get(template, (0, 0))[0] - old.get(template, (0, 0))[0]
        changed = new.get(template, (0, 0))[1] - old.get(template, (0, 0))[1]
        if kept or changed:
            found[template] = (kept, changed)
    return found
