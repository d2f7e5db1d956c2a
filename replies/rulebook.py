"""Which of the creator's rules apply to a comment: all their words are looked for in one pass."""

from __future__ import annotations

import re

import ahocorasick
from msgspec import Struct

from bot.domain.comment import CommentType
from replies.rules import Rule, RuleFile, Template, When

__all__ = ["RuleBook", "Situation", "suits"]


class Situation(Struct, frozen=True):
    """What conditions are tested against. `low`: the comment is negative or speaks of something hard."""

    norm: str
    type: CommentType
    size: int
    first_comment: bool
    tags: frozenset[str]
    hour: int | None
    mood: str = "平静"
    low: bool = False


class RuleBook:
    """All rules, with their words in one automaton so that a thousand words cost one pass."""

    def __init__(self, file: RuleFile) -> None:
        self.rules = file.rules
        self.crisis_sentence = file.crisis_sentence
        self.tones = file.tones
        self._auto = ahocorasick.Automaton()
        for rule in file.rules:
            for word in (*rule.when.any, *rule.when.all, *rule.when.none, *rule.when.and_any):
                self._auto.add_word(word.lower(), word)
        if len(self._auto):
            self._auto.make_automaton()

    def template_text(self, name: str) -> str:
        """The words of a template (`rule#kind n`), empty if there is none of that name."""
        found = self._template(name)
        return found[1].text if found else ""

    def is_placeholder(self, name: str) -> bool:
        """True for a template (`rule#kind n`) that answers nothing."""
        found = self._template(name)
        return found is not None and found[0].is_placeholder(found[1])

    def _template(self, name: str) -> tuple[Rule, Template] | None:
        rule_name, _, place = name.partition("#")
        kind, number = place.rstrip("0123456789"), place.lstrip("追问共情补充")
        rule = next((rule for rule in self.rules if rule.name == rule_name), None)
        offers = rule.replies.get(kind, ()) if rule else ()
        if rule is None or not number.isdigit() or not 0 < int(number) <= len(offers):
            return None
        return rule, offers[int(number) - 1]

    def matching(self, situation: Situation) -> list[Rule]:
        """The rules that apply, in the order of the file: the first goes first (slots are looked at later)."""
        heard = {word for _, word in self._auto.iter(situation.norm)} if len(self._auto) else set()
        return [rule for rule in self.rules if _applies(rule.when, situation, heard)]


def suits(template: Template, at: Situation) -> bool:
    """True when a template may be offered for the comment, slots aside."""
    if at.low and not template.low:
        return False
    if template.find is not None and not re.search(template.find, at.norm):
        return False
    return template.unless is None or not re.search(template.unless, at.norm)


def _applies(when: When, at: Situation, heard: set[str]) -> bool:
    if when.type and at.type not in when.type:
        return False
    if when.any and heard.isdisjoint(when.any):
        return False
    if when.and_any and heard.isdisjoint(when.and_any):
        return False
    if not heard.issuperset(when.all) or not heard.isdisjoint(when.none):
        return False
    if when.length and not when.length[0] <= at.size <= when.length[1]:
        return False
    if when.mood and at.mood not in when.mood:
        return False
    if when.first_comment is not None and when.first_comment is not at.first_comment:
        return False
    if when.tag and at.tags.isdisjoint(when.tag):
        return False
    if when.hour is None:
        return True
    first, last = when.hour
    if at.hour is None:
        return False
    return first <= at.hour <= last if first <= last else at.hour >= first or at.hour <= last
