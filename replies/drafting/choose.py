"""Choosing three reply variants of different kind among the templates that apply; equal cases give equal choices."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from bot.domain.comment import Variant
from replies import text as texts
from replies.case import Voice
from replies.drafting.quotes import Quote
from replies.drafting.slots import Slots
from replies.drafting.spoken import spoken
from replies.learning import Learned
from replies.rules import KINDS, Rule, Template
from replies.tone import Tone, in_tone

__all__ = ["ALIKE", "LONGEST", "Choice", "choose"]

LONGEST = 100
SIMILAR = 0.5  # two variants of one comment
ALIKE = 0.6  # two replies under one article
REPEATED = "重复，请改"
_NAMES = dict(zip(KINDS, "ABC", strict=True))
# Which of the reader's clauses each kind quotes, so that three variants do not repeat one quotation.
_TURN = {"追问": 0, "共情": 1, "补充": 2}
_PET_SHARE = 0.34  # of drafts that have a catchphrase, where one reads well
_CLOSE = 0.7  # a clause worth less than this share of the comment's best one is not quoted


class Choice(Struct, frozen=True):
    """What there is to choose from and what to keep clear of. `wording`: a template in the reader's script.

    `suits`: what may be offered for this comment. `tone_name` is the tone that fits it (empty: none), `tone` its words;
    `low`: the comment is in low spirits.
    """

    key: str
    rules: tuple[Rule, ...]
    slots: Slots
    voice: Voice
    resting: frozenset[str]
    recent: tuple[str, ...]
    may_go_out: Callable[[str], bool]
    suits: Callable[[Template], bool]
    wording: Callable[[str], str] = str
    learned: Learned = Learned()
    tone_name: str = ""
    tone: Tone | None = None
    low: bool = False


class _Offer(Struct, frozen=True):
    rule: Rule
    template: Template
    name: str
    kind: str


def choose(choice: Choice) -> tuple[Variant, ...]:
    """Up to three variants, A 追问, B 共情, C 补充; a kind nothing fits is left out."""
    recent = [texts.grams(text) for text in choice.recent]
    chosen: list[Variant] = []
    taken: list[frozenset[str]] = []
    for kind in KINDS:
        spare: tuple[_Offer, str] | None = None
        for offer in _ranked(choice, kind):
            text = _said(offer, choice)
            if not text:
                continue
            grams = texts.grams(text)
            if any(texts.likeness(grams, other) > SIMILAR for other in taken):
                continue
            if offer.name in choice.resting or any(texts.shared(grams, other) > ALIKE for other in recent):
                spare = spare or (offer, text)
                continue
            chosen.append(_variant(offer, text, "", choice))
            taken.append(grams)
            break
        else:
            if spare:
                offer, text = spare
                alike = any(texts.shared(texts.grams(text), other) > ALIKE for other in recent)
                note = REPEATED if alike else ""
                chosen.append(_variant(offer, text, note, choice))
                taken.append(texts.grams(text))
    return tuple(chosen)


def _variant(offer: _Offer, text: str, note: str, choice: Choice) -> Variant:
    placeholder = offer.rule.is_placeholder(offer.template)
    return Variant(_NAMES[offer.kind], offer.kind, text, offer.name, note, _mark(offer, choice), placeholder)


def _ranked(choice: Choice, kind: str) -> Iterator[_Offer]:
    """Offers of a kind: rules in the order of the file, inside a rule the right tone first, then by weight and lot."""
    for rule in choice.rules:
        if rule.when.clause and not _about(choice.slots.quotes, rule):
            continue
        offers = []
        for number, template in enumerate(rule.replies.get(kind, ()), 1):
            if not (template.slots | set(rule.when.has_slot)) <= choice.slots.values.keys():
                continue
            if not choice.suits(template):
                continue
            name = f"{rule.name}#{kind}{number}"
            if name in choice.learned.retired:
                continue
            tone = template.tone or rule.tone
            wrong_tone = 0 if tone == choice.tone_name else 1 if tone is None else 2
            lot = _lot(choice.key, name) ** (1 / (template.weight * choice.learned.factor(name)))
            offers.append((wrong_tone, -lot, _Offer(rule, template, name, kind)))
        for *_, offer in sorted(offers, key=lambda o: o[:2]):
            yield offer


def _said(offer: _Offer, choice: Choice) -> str:
    """The template as this creator says it: of what may go out the fullest in voice; empty if nothing may."""
    values = _values(offer, choice)
    if values is None:
        return ""
    wordings = [offer.template.text]
    if choice.tone:
        toned = in_tone(offer.template.text, choice.tone, choice.low, _lot(choice.key, f"{offer.name} tone"))
        wordings.insert(0, toned)
    pets = choice.voice.pet_phrases
    has_pet = pets and _lot(choice.key, "pet") < _PET_SHARE
    pet = pets[int(_lot(choice.key, "which") * len(pets))] if has_pet else ""
    for wording in wordings:
        for text in spoken(choice.wording(wording).format_map(values), choice.voice, pet):
            if len(text) <= LONGEST and choice.may_go_out(text):
                return text
    return ""


def _values(offer: _Offer, choice: Choice) -> dict[str, str] | None:
    """What goes into the slots; None if no clause to quote holds what the rule is about."""
    values = dict(choice.slots.values)
    for slot, quotes in (("原话", choice.slots.quotes), ("问", choice.slots.asked)):
        if slot in offer.template.slots:
            about = _about(quotes, offer.rule)
            if not about:
                return None
            values[slot] = about[_TURN[offer.kind] % len(about)].text
    return values


def _mark(offer: _Offer, choice: Choice) -> str:
    """Eight hex digits that stand for a template's words, the words of the tone and what the voice puts around."""
    voice, tone = choice.voice, choice.tone.model_dump_json() if choice.tone else ""
    words = "\x00".join((offer.template.text, voice.salutation, *voice.pet_phrases, *((tone,) if tone else ())))
    return hashlib.sha256(words.encode()).hexdigest()[:8]


def _about(quotes: tuple[Quote, ...], rule: Rule) -> list[Quote]:
    """The best pieces that match the rule's `clause` or, without one, hold one of its words (any, without words)."""
    words = (*rule.when.any, *rule.when.and_any, *rule.when.all)
    about = [quote for quote in quotes if quote.worth >= _CLOSE * quotes[0].worth]
    if rule.when.clause:
        return [quote for quote in about if re.search(rule.when.clause, quote.norm)]
    return [quote for quote in about if not words or any(word in quote.norm for word in words)]


def _lot(key: str, name: str) -> float:
    """A number between 0 and 1 that depends on nothing but its two texts."""
    digest = hashlib.sha256(f"{key}\x00{name}".encode()).digest()
    return (int.from_bytes(digest[:6], "big") + 1) / (2**48 + 2)
