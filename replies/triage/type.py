"""The type of a comment: cues of config/cues.yaml, signs of signs.yaml and pieces, by the weights fitted to labels."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Annotated

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.domain.comment import CommentType
from replies.case import RulesError
from replies.triage.pieces import Pieces
from replies.triage.reading import FEATURES, Reading
from replies.triage.signs import Signs
from replies.triage.weights import Weights
from replies.yaml_lines import explain_errors, load_with_lines

__all__ = ["Fired", "TypeCues", "Typed", "read_cues"]

FILE = "cues.yaml"
_SUM = "合·"
_UNFITTED = 2.0  # what one point of a cue's own weight is worth beside fitted weights
_LEAST = 0.05
_AD_SURE = 0.75  # an advertisement is stopped, so a doubtful one is taken for the next likely type


def _compile(pattern: str | None) -> str | None:
    if pattern is not None:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
    return pattern


class Cue(BaseModel):
    """One sign of a type; all its conditions must hold."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: Annotated[str, Field(min_length=1, max_length=20)]
    find: str | None = None
    unless: str | None = None
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    length: tuple[int, int] | None = None
    weight: Annotated[float, Field(ge=-3, le=3)]

    _patterns = field_validator("find", "unless")(_compile)

    @field_validator("has", "lacks")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [n for n in names if n not in FEATURES]
        if unknown:
            raise ValueError(f"unknown feature {unknown[0]}; known: {' '.join(sorted(FEATURES))}")
        return names


class TypeBlock(BaseModel):
    """All cues of one type."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: CommentType
    cues: tuple[Cue, ...]


class CueFile(BaseModel):
    """config/cues.yaml as a whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    types: tuple[TypeBlock, ...]
    praise: str
    crisis: tuple[str, ...] = ()
    distress: tuple[str, ...] = ()
    calm: str = r"(?!)"
    hostile: str = r"(?!)"
    sorrow: str = r"(?!)"

    _pattern = field_validator("praise", "calm", "hostile", "sorrow")(_compile)

    @field_validator("crisis", "distress")
    @classmethod
    def _patterns(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            _compile(pattern)
        return patterns


class Typed(Struct, frozen=True):
    """The type of a comment, the sign that spoke most for it, and how likely each type is (they add up to 1)."""

    type: CommentType
    rule: str
    chances: dict[CommentType, float]


class Fired(Struct, frozen=True):
    """A cue or sign that fired and what it added for the type that was chosen."""

    type: CommentType
    name: str
    weight: float
    words: str = ""


def read_cues(config_dir: Path) -> CueFile:
    """Read and check config/cues.yaml. Raises RulesError naming file, line and field."""
    path = config_dir / FILE
    data, lines = load_with_lines(path)
    try:
        return CueFile.model_validate(data)
    except ValidationError as error:
        raise RulesError(explain_errors(path, error, lines)) from error


class _Ready(Struct, frozen=True):
    cue: Cue
    find: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    has: frozenset[str]
    lacks: frozenset[str]

    def fires(self, reading: Reading) -> str | None:
        """The words that made it fire ("" if features alone), or None."""
        if not self.has <= reading.features or self.lacks & reading.features:
            return None
        if self.cue.length and not self.cue.length[0] <= reading.size <= self.cue.length[1]:
            return None
        words = ""
        if self.find:
            match = self.find.search(reading.norm)
            if not match:
                return None
            words = match.group().strip()
        if self.unless and self.unless.search(reading.norm):
            return None
        return words


class TypeCues:
    """Decides the type of a reading: the weights of all cues and signs that fire are added up for each type."""

    def __init__(self, cues: CueFile, signs: Signs, weights: Weights, pieces: Pieces) -> None:
        self._blocks = tuple((block.type, tuple(_ready(cue) for cue in block.cues)) for block in cues.types)
        self._signs = signs
        self._types = weights.types
        self._start = weights.start
        self._rows = weights.weights
        self._pieces = pieces
        self._own = {f"{kind}/{ready.cue.name}": ready.cue.weight for kind, cues in self._blocks for ready in cues}

    def decide(self, reading: Reading) -> Typed:
        """The type, with the name of what spoke most for it, e.g. `规则:经历/我试过`."""
        measures, words = self._measure(reading)
        scores = list(self._start)
        for name, value in measures.items():
            for place, weight in enumerate(self._row(name)):
                scores[place] += weight * value
        scores = [score + said for score, said in zip(scores, self._pieces.weigh(reading.norm), strict=True)]
        top = max(scores)
        shares = [math.exp(score - top) for score in scores]
        chances = {kind: share / sum(shares) for kind, share in zip(self._types, shares, strict=True)}
        likely = sorted(chances, key=lambda kind: -chances[kind])
        if likely[0] is CommentType.AD and chances[CommentType.AD] < _AD_SURE:
            likely = likely[1:]
        best = self._types.index(likely[0])
        fired = self._speaking(measures, words, best) or self._telling(reading, best)
        name = fired[0].name if fired else "没有线索"
        return Typed(self._types[best], f"规则:{self._types[best]}/{name}", chances)

    def explain(self, reading: Reading) -> list[Fired]:
        """What speaks for the type chosen: its own cues, its three most telling words, then signs (at most ten)."""
        measures, words = self._measure(reading)
        best = self._types.index(self.decide(reading).type)
        fired = self._speaking(measures, words, best)
        own = [one for one in fired if f"{one.type}/{one.name}" in self._own]
        return [*own, *self._telling(reading, best), *(one for one in fired if one not in own)][:10]

    def measures(self, reading: Reading) -> dict[str, float]:
        """Everything that is weighed: cues and signs that fire count 1, a type's block of cues by its own sum."""
        return self._measure(reading)[0]

    def _measure(self, reading: Reading) -> tuple[dict[str, float], dict[str, str]]:
        measures = dict.fromkeys(sorted(self._signs.of(reading)), 1.0)
        words: dict[str, str] = {}
        for kind, cues in self._blocks:
            total = 0.0
            for ready in cues:
                found = ready.fires(reading)
                if found is not None:
                    name = f"{kind}/{ready.cue.name}"
                    measures[name], words[name] = 1.0, found
                    total += ready.cue.weight
            measures[f"合·{kind}"] = max(-1.0, min(1.5, total))
        return measures, words

    def _telling(self, reading: Reading, best: int) -> list[Fired]:
        """The comment's words whose pieces speak most for one type (at most three)."""
        said = self._pieces.weigh_words(reading.norm, reading.words, best)
        return [Fired(self._types[best], word, round(weight, 2), word) for word, weight in said[:3] if weight > _LEAST]

    def _row(self, name: str) -> tuple[float, ...]:
        """The weights of a cue or sign; a cue that was never fitted speaks for its own type alone."""
        row = self._rows.get(name)
        if row is None and name in self._own:
            kind = name.split("/")[0]
            row = tuple(_UNFITTED * self._own[name] if kind == one else 0.0 for one in self._types)
        return row or ()

    def _speaking(self, measures: dict[str, float], words: dict[str, str], best: int) -> list[Fired]:
        """What speaks for one type more than for the average type: its own cues by their own weight, then the signs."""
        kind = self._types[best]
        found = []
        for name, value in measures.items():
            row = self._row(name)
            if not row or not value or name.startswith(_SUM):
                continue
            weight = value * (row[best] - sum(row) / len(row))
            if weight > _LEAST:
                own = name.startswith(f"{kind}/")
                fired = Fired(kind, name.split("/")[-1], round(weight, 2), words.get(name, ""))
                found.append((-self._own[name] if own else 0.0, -weight, fired))
        return [fired for *_, fired in sorted(found, key=lambda f: (f[0], f[1], f[2].name))]


def _ready(cue: Cue) -> _Ready:
    return _Ready(
        cue=cue,
        find=re.compile(cue.find) if cue.find is not None else None,
        unless=re.compile(cue.unless) if cue.unless is not None else None,
        has=frozenset(cue.has),
        lacks=frozenset(cue.lacks),
    )
