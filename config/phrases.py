"""The bot's own sentences from phrases.yaml: looked up by name, filled with slots, refused at start if malformed."""

from __future__ import annotations

import string
from pathlib import Path

from config.yaml_file import NOT_READABLE, read_yaml


class PhrasesError(Exception):
    """phrases.yaml cannot be used; the text names the file and the phrase."""


class Phrases:
    """Named sentences. `phrases("approved", n=3)` gives the text; KeyError for an unknown name or a missing slot."""

    def __init__(self, sentences: dict[str, str]) -> None:
        self._sentences = sentences

    @classmethod
    def load(cls, path: Path) -> Phrases:
        """Read and check a phrases file."""
        try:
            rows = read_yaml(path)
        except NOT_READABLE as error:
            raise PhrasesError(f"{path.name}: {error}") from None
        if not isinstance(rows, dict) or not rows:
            raise PhrasesError(f"{path.name}: expected lines of the form `name: sentence`")
        for name, sentence in rows.items():
            if not isinstance(name, str) or not isinstance(sentence, str) or not sentence.strip():
                raise PhrasesError(f"{path.name}: phrase {name!r} must be a text")
            try:
                list(string.Formatter().parse(sentence))
            except ValueError as error:
                raise PhrasesError(f"{path.name}: phrase {name!r}: {error}") from None
        return cls({name: sentence.strip("\n") for name, sentence in rows.items()})

    def __call__(self, name: str, **slots: object) -> str:
        return self._sentences[name].format(**slots)

    def names(self) -> set[str]:
        """All names there are."""
        return set(self._sentences)

    def slots(self, name: str) -> set[str]:
        """The slots a sentence needs."""
        return {field for _, field, _, _ in string.Formatter().parse(self._sentences[name]) if field}
