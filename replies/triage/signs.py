"""Signs of config/signs.yaml and of form that a comment shows: none belongs to one type, each speaks for several."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import ahocorasick
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from replies.case import RulesError
from replies.triage.polarity import Polarity
from replies.triage.reading import Reading
from replies.words import Words
from replies.yaml_lines import explain_errors, load_with_lines

__all__ = ["SignFile", "Signs", "read_signs"]

FILE = "signs.yaml"
SIZES = (0, 2, 4, 6, 9, 13, 20, 35, 60, 120, 220)  # letters, digits and Han
CLAUSES = (1, 2, 4, 8)
_SPEECH = {
    "n": "名词", "v": "动词", "a": "形容词", "d": "副词", "l": "习语", "i": "成语",
    "r": "代词", "t": "时间词", "s": "处所词", "m": "数词",
}  # fmt: skip
_PREDICATES = frozenset("vail")
_FELT = 0.5

_Name = Annotated[str, Field(min_length=1, max_length=12)]


class SignFile(BaseModel):
    """config/signs.yaml as a whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    tokens: dict[_Name, str] = {}
    words: dict[_Name, str] = {}
    find: dict[_Name, str] = {}

    @field_validator("find")
    @classmethod
    def _patterns(cls, patterns: dict[str, str]) -> dict[str, str]:
        for name, pattern in patterns.items():
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{name} is not a regular expression: {error}") from error
        return patterns


def read_signs(config_dir: Path) -> SignFile:
    """Read and check config/signs.yaml. Raises RulesError naming file, line and field."""
    path = config_dir / FILE
    data, lines = load_with_lines(path)
    try:
        return SignFile.model_validate(data)
    except ValidationError as error:
        raise RulesError(explain_errors(path, error, lines)) from error


class Signs:
    """Finds the signs in a reading."""

    def __init__(self, file: SignFile, words: Words, polarity: Polarity) -> None:
        self._speech = words
        self._polarity = polarity
        self._tokens = _by_word(file.tokens, "字")
        self._automaton = ahocorasick.Automaton()
        for word, names in _by_word(file.words, "词").items():
            self._automaton.add_word(word, names)
        self._automaton.make_automaton()
        self._find = tuple((f"形·{name}", re.compile(pattern)) for name, pattern in file.find.items())

    def of(self, reading: Reading) -> set[str]:
        """The names of all signs that the reading shows, e.g. 字·觉得, 词·查核, 形·末问, 长≤9."""
        found = {f"貌·{name}" for name in reading.features}
        for word in reading.words:
            found.update(self._tokens.get(word, ()))
        if len(self._automaton):
            for _, names in self._automaton.iter(reading.norm):
                found.update(f"{name}·多" for name in names if name in found)
                found.update(names)
        found.update(name for name, pattern in self._find if pattern.search(reading.norm))
        found.update(f"长≤{size}" for size in SIZES if reading.size <= size)
        found.update(f"句≤{count}" for count in CLAUSES if len(reading.clauses) <= count)
        found.update(self._parts_of_speech(reading))
        mood = self._polarity.of(reading.words)
        if abs(mood) >= _FELT:
            found.add("好话" if mood > 0 else "坏话")
        return found

    def _parts_of_speech(self, reading: Reading) -> Iterator[str]:
        tags = [tag for word in reading.words if len(word) > 1 and (tag := self._speech.tag(word))]
        kinds = [tag[0] for tag in tags]
        for kind, name in _SPEECH.items():
            count = kinds.count(kind)
            if count:
                yield f"性·{name}"
            if count >= 3:
                yield f"性·{name}·多"
        if tags and _PREDICATES.isdisjoint(kinds):
            yield "性·无谓语"
        if "nr" in tags:
            yield "性·人名"
        if "ns" in tags:
            yield "性·地名"


def _by_word(listed: dict[str, str], prefix: str) -> dict[str, tuple[str, ...]]:
    """Which signs each word gives."""
    found: dict[str, tuple[str, ...]] = {}
    for name, words in listed.items():
        for word in words.split():
            found[word] = (*found.get(word, ()), f"{prefix}·{name}")
    return found
