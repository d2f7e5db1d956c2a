"""Comparing two sets of rules, comment by comment: what each stops, how types and drafts differ (feature B11)."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from bot.domain.comment import RiskLevel
from bot.domain.trial import EXAMPLES, Example, Tally
from replies.case import Verdict
from replies.triage.decide import DRAFT

__all__ = ["Mark", "Seen", "add", "is_stopped"]

MISTAKEN, NEWLY, NO_LONGER = "误伤", "新拦", "不再拦"


class Mark(Struct, frozen=True):
    """What creators said of a comment by what they did: answered or elected it, refused it, and that as ad or abuse."""

    kept: bool = False
    refused: bool = False
    as_bad: bool = False


class Seen(Struct, frozen=True):
    """One comment (its id) with what the present and the tried rules make of it."""

    comment: str
    now: Verdict
    then: Verdict
    mark: Mark


def is_stopped(verdict: Verdict) -> bool:
    """True when a comment would be neither drafted nor nominated."""
    return any(risk.level is RiskLevel.BLOCK for risk in verdict.triage.risks)


def add(tally: Tally, seen: Seen, changed: Iterable[str]) -> Tally:
    """The tally with one more comment; `changed` names the rules that the tried file adds or words otherwise."""
    now, then = is_stopped(seen.now), is_stopped(seen.then)
    drafted_now, drafted = (one.triage.decision == DRAFT for one in (seen.now, seen.then))
    types = seen.now.triage.type, seen.then.triage.type
    retyped, served, refused = dict(tally.retyped), dict(tally.served), dict(tally.refused)
    if types[0] is not types[1]:
        _count(retyped, f"{types[0]}→{types[1]}")
    rules = {variant.rule.partition("#")[0] for variant in seen.then.variants}
    for rule in sorted(rules.intersection(changed)):
        _count(served, rule)
        if seen.mark.refused:
            _count(refused, rule)
    shows = MISTAKEN if then and seen.mark.kept else NEWLY if then and not now else NO_LONGER if now > then else ""
    return Tally(
        looked=tally.looked + 1,
        stopped=tally.stopped + then,
        stopped_now=tally.stopped_now + now,
        mistaken=tally.mistaken + (then and seen.mark.kept),
        mistaken_now=tally.mistaken_now + (now and seen.mark.kept),
        missed=tally.missed + (seen.mark.as_bad and not then),
        newly=tally.newly + (then and not now),
        no_longer=tally.no_longer + (now and not then),
        retyped=retyped,
        drafted_more=tally.drafted_more + (drafted and not drafted_now),
        drafted_less=tally.drafted_less + (drafted_now and not drafted),
        reworded=tally.reworded + (drafted and drafted_now and _first(seen.then) != _first(seen.now)),
        served=served,
        refused=refused,
        examples=_with_example(tally.examples, seen, shows) if shows else tally.examples,
    )


def _count(counts: dict[str, int], name: str) -> None:
    counts[name] = counts.get(name, 0) + 1


def _first(verdict: Verdict) -> str:
    return verdict.variants[0].text if verdict.variants else ""


def _with_example(examples: tuple[Example, ...], seen: Seen, shows: str) -> tuple[Example, ...]:
    if sum(example.shows == shows for example in examples) >= EXAMPLES:
        return examples
    return (*examples, Example(shows, seen.comment, _told(seen.now), _told(seen.then)))


def _told(verdict: Verdict) -> str:
    """The type of a comment and what it is stopped for; none of its words."""
    kinds = [str(risk.kind) for risk in verdict.triage.risks if risk.level is RiskLevel.BLOCK]
    kind = str(verdict.triage.type)
    return f"{kind}·{kinds[0]}" if kinds and kinds[0] != kind else kind
