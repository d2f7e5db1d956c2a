"""The type of a comment from the cues of config/cues.yaml: the first type in order whose cues add up to 1."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.domain.comment import CommentType
from replies.case import RulesError
from replies.triage.reading import FEATURES, Reading
from replies.yaml_lines import explain_errors, load_with_lines

__all__ = ["Fired", "TypeCues", "Typed", "read_cues"]

FILE = "cues.yaml"


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
    weak: bool = False

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
    calm: str = r"(?!)"
    hostile: str = r"(?!)"

    _pattern = field_validator("praise", "calm", "hostile")(_compile)

    @field_validator("crisis")
    @classmethod
    def _patterns(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            _compile(pattern)
        return patterns


class Typed(Struct, frozen=True):
    """The type of a comment, the rule that weighed most, and how much more than form speaks for it."""

    type: CommentType
    rule: str
    strength: float


class Fired(Struct, frozen=True):
    """A cue that fired and what it added."""

    type: CommentType
    name: str
    weight: float
    words: str = ""
    weak: bool = False


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
    """Decides the type of a reading."""

    def __init__(self, cues: CueFile) -> None:
        self._blocks = tuple((block.type, tuple(_ready(cue) for cue in block.cues)) for block in cues.types)

    def decide(self, reading: Reading) -> Typed:
        """The type and the name of the rule that weighed most, e.g. `规则:经历/我试过`; 其他 if none fits."""
        for kind, cues in self._blocks:
            fired = _fired(kind, cues, reading)
            if sum(f.weight for f in fired) >= 0.999:
                best = max(fired, key=lambda f: f.weight)
                strength = sum(f.weight for f in fired if not f.weak)
                return Typed(kind, f"规则:{kind}/{best.name}", strength)
        return Typed(CommentType.OTHER, f"规则:{CommentType.OTHER}/没有线索", 0.0)

    def explain(self, reading: Reading) -> list[Fired]:
        """Every cue that fires, type by type in order."""
        return [fired for kind, cues in self._blocks for fired in _fired(kind, cues, reading)]


def _ready(cue: Cue) -> _Ready:
    return _Ready(
        cue=cue,
        find=re.compile(cue.find) if cue.find is not None else None,
        unless=re.compile(cue.unless) if cue.unless is not None else None,
        has=frozenset(cue.has),
        lacks=frozenset(cue.lacks),
    )


def _fired(kind: CommentType, cues: tuple[_Ready, ...], reading: Reading) -> list[Fired]:
    found = []
    for ready in cues:
        words = ready.fires(reading)
        if words is not None:
            found.append(Fired(kind, ready.cue.name, ready.cue.weight, words, ready.cue.weak))
    return found
