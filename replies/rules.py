"""The creator's rules of config/rules.yaml: when each applies and what it offers; wrong files are refused whole."""

from __future__ import annotations

import re
import string
from itertools import product
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from bot.domain.comment import CommentType
from replies.case import RulesError
from replies.drafting.slots import SLOTS
from replies.tone import TONES, Tone
from replies.yaml_lines import Lines, explain_errors, line_of, load_with_lines

__all__ = ["KINDS", "MOODS", "TONES", "Example", "Rule", "RuleFile", "Template", "When", "read_rules"]

FILE = "rules.yaml"
KINDS = ("追问", "共情", "补充")
MOODS = ("正面", "平静", "负面")
_STRICT = ConfigDict(extra="forbid", frozen=True)
_Words = tuple[Annotated[str, Field(min_length=1, max_length=30)], ...]


def _compiles(pattern: str | None) -> str | None:
    try:
        re.compile(pattern or "")
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


class Template(BaseModel):
    """One sentence to offer; {…} are slots filled from the comment.

    `find`, `unless`: regular expressions that the comment must and must not match. `low`: false keeps it from a comment
    in low spirits. Without `placeholder` that of its rule holds.
    """

    model_config = _STRICT
    text: Annotated[str, Field(min_length=4, max_length=120)]
    weight: Annotated[float, Field(gt=0, le=10)] = 1.0
    tone: str | None = None
    find: str | None = None
    unless: str | None = None
    low: bool = True
    placeholder: bool | None = None

    _patterns = field_validator("find", "unless")(_compiles)

    @field_validator("text")
    @classmethod
    def _slots(cls, text: str) -> str:
        try:
            names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
        except ValueError as error:
            raise ValueError(f"slots are written as {{name}}: {error}") from error
        for name in names:
            if name not in SLOTS:
                raise ValueError(f"unknown slot {{{name}}}; known: {' '.join(sorted(SLOTS))}")
        return text

    @field_validator("tone")
    @classmethod
    def _tone(cls, tone: str | None) -> str | None:
        if tone is not None and tone not in TONES:
            raise ValueError(f"unknown tone {tone}; known: {' '.join(TONES)}")
        return tone

    @property
    def slots(self) -> frozenset[str]:
        """Names of the slots in the text."""
        return frozenset(re.findall(r"\{(\w+)\}", self.text))


def _as_template(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


def _expanded(offers: Any) -> Any:
    """An offer with `parts` (lists of alternatives) stands for every way to join one of each."""
    if not isinstance(offers, list):
        return offers
    found: list[Any] = []
    for offer in offers:
        parts = offer.get("parts") if isinstance(offer, dict) else None
        if parts is None:
            found.append(offer)
            continue
        if not isinstance(parts, list) or not all(isinstance(p, list) and p for p in parts):
            raise ValueError("parts must be a list of lists of texts")
        rest = {name: value for name, value in offer.items() if name != "parts"}
        found += [{"text": "".join(map(str, way)), **rest} for way in product(*parts)]
    return found


Offers = Annotated[tuple[Annotated[Template, BeforeValidator(_as_template)], ...], BeforeValidator(_expanded)]


class When(BaseModel):
    """When a rule applies; every condition given must hold. `any`, `all`, `none`: words in the comment.

    `clause`: a regular expression that the clause to be quoted must match.
    """

    model_config = _STRICT
    type: tuple[CommentType, ...] = ()
    any: _Words = ()
    all: _Words = ()
    none: _Words = ()
    and_any: _Words = ()
    length: tuple[int, int] | None = None
    first_comment: bool | None = None
    tag: _Words = ()
    hour: tuple[Annotated[int, Field(ge=0, le=23)], Annotated[int, Field(ge=0, le=23)]] | None = None
    has_slot: tuple[str, ...] = ()
    mood: tuple[str, ...] = ()
    clause: str | None = None

    @field_validator("mood")
    @classmethod
    def _moods(cls, moods: tuple[str, ...]) -> tuple[str, ...]:
        for mood in moods:
            if mood not in MOODS:
                raise ValueError(f"unknown mood {mood}; known: {' '.join(MOODS)}")
        return moods

    _pattern = field_validator("clause")(_compiles)

    @field_validator("length")
    @classmethod
    def _ordered(cls, length: tuple[int, int] | None) -> tuple[int, int] | None:
        if length and not 0 <= length[0] <= length[1]:
            raise ValueError("must be [least, most]")
        return length

    @field_validator("has_slot")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in SLOTS:
                raise ValueError(f"unknown slot {name}; known: {' '.join(sorted(SLOTS))}")
        return names


class Example(BaseModel):
    """A comment this rule must be used for; tested whenever the file is loaded."""

    model_config = _STRICT
    say: Annotated[str, Field(min_length=1)]
    type: CommentType | None = None
    reply_has: _Words = ()
    reply_lacks: _Words = ()
    title: str = ""


class Rule(BaseModel):
    """One rule: when, what it offers by kind of reply, and examples.

    `placeholder`: its sentences do not answer what was asked, they only say that an answer is coming.
    """

    model_config = _STRICT
    name: Annotated[str, Field(min_length=2, max_length=30, pattern=r"^[^\s#]+$")]
    when: When
    tone: str | None = None
    placeholder: bool = False
    replies: dict[str, Offers]
    examples: tuple[Example, ...] = ()

    def is_placeholder(self, template: Template) -> bool:
        """True when this sentence of the rule answers nothing."""
        return self.placeholder if template.placeholder is None else template.placeholder

    @model_validator(mode="after")
    def _kinds(self) -> Rule:
        for kind in self.replies:
            if kind not in KINDS:
                raise ValueError(f"unknown kind {kind}; known: {' '.join(KINDS)}")
        if not any(self.replies.values()):
            raise ValueError("offers no reply")
        if self.tone is not None and self.tone not in TONES:
            raise ValueError(f"unknown tone {self.tone}; known: {' '.join(TONES)}")
        return self


class RuleFile(BaseModel):
    """config/rules.yaml as a whole."""

    model_config = _STRICT
    crisis_sentence: Annotated[str, Field(min_length=10, max_length=100)]
    tones: dict[str, Tone] = {}
    rules: tuple[Rule, ...]

    @field_validator("tones")
    @classmethod
    def _known(cls, tones: dict[str, Tone]) -> dict[str, Tone]:
        for name in tones:
            if name not in TONES:
                raise ValueError(f"unknown tone {name}; known: {' '.join(TONES)}")
        return tones

    @model_validator(mode="after")
    def _some(self) -> RuleFile:
        if not self.rules:
            raise ValueError("holds no rules")
        return self


def read_rules(config_dir: Path) -> tuple[RuleFile, Lines]:
    """Read and check config/rules.yaml (the desk tests its examples). Raises RulesError: file, line, field."""
    path = config_dir / FILE
    data, lines = load_with_lines(path)
    try:
        file = RuleFile.model_validate(data)
    except ValidationError as error:
        raise RulesError(explain_errors(path, error, lines)) from error
    problems = []
    seen: dict[str, int] = {}
    for place, rule in enumerate(file.rules):
        if rule.name in seen:
            line = line_of(("rules", place, "name"), lines)
            problems.append(f"{FILE}:{line}: rules.{place}.name: {rule.name} is used twice")
        seen[rule.name] = place
    if problems:
        raise RulesError(problems)
    return file, lines
