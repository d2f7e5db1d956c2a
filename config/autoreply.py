"""The account's own answers from autoreply.yaml: welcome, keywords, menu entries; checked at start, read-only."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from config.yaml_file import NOT_READABLE, read_yaml

AUTOREPLY_FILE = "autoreply.yaml"
LONGEST_BYTES = 1800
"""What fits into one answer; WeChat documents 2,048 bytes for a text."""


class AutoReplyError(Exception):
    """autoreply.yaml cannot be used; each line of the text names the file and the field."""


def _check_answer(value: str) -> str:
    text = value.strip("\n")
    if not text.strip():
        raise ValueError("is empty")
    if len(text.encode()) > LONGEST_BYTES:
        raise ValueError(f"is longer than {LONGEST_BYTES} bytes (about 600 汉字)")
    return text


def _check_optional(value: str) -> str:
    return _check_answer(value) if value.strip() else ""


def _check_word(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty")
    return value.strip()


AnswerText = Annotated[str, AfterValidator(_check_answer)]


class KeywordRule(BaseModel):
    """Answers to a reader's text that is one of `words` (match: whole) or contains one of them (match: part).

    Of several `replies` one is picked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: Annotated[tuple[Annotated[str, AfterValidator(_check_word)], ...], Field(min_length=1)]
    match: Literal["whole", "part"] = "whole"
    replies: Annotated[tuple[AnswerText, ...], Field(min_length=1)]


class AutoReplies(BaseModel):
    """autoreply.yaml as a whole; all of it may be left out.

    `welcome` greets new followers. `otherwise` is said to text that nothing else answers, at most once a day to each
    person; empty means the bot's own hint. `menu` maps the keys of click entries to their answers.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    welcome: Annotated[str, AfterValidator(_check_optional)] = ""
    otherwise: Annotated[str, AfterValidator(_check_optional)] = ""
    keywords: tuple[KeywordRule, ...] = ()
    menu: dict[str, AnswerText] = {}

    @classmethod
    def load(cls, config_dir: Path | str) -> AutoReplies:
        """Read and check `config_dir`/autoreply.yaml; without the file all is empty. Raises AutoReplyError."""
        path = Path(config_dir) / AUTOREPLY_FILE
        if not path.exists():
            return cls()
        try:
            rows = read_yaml(path)
        except NOT_READABLE as error:
            raise AutoReplyError(f"{path.name}: {error}") from None
        if rows is None:
            return cls()
        if not isinstance(rows, dict):
            raise AutoReplyError(f"{path.name}: expected fields such as `welcome:` and `keywords:`")
        try:
            return cls.model_validate(rows)
        except ValidationError as error:
            lines = [f"{path.name}: {_field(item['loc'])}: {_why(item['msg'])}" for item in error.errors()]
            raise AutoReplyError("\n".join(lines)) from None

    def replies_to(self, text: str) -> tuple[str, ...]:
        """The answers to a reader's text, one of which is to be given; empty if no keyword is met.

        As in WeChat's backend a whole match goes before a part of the text.
        """
        typed = _plain(text)
        for rule in self.keywords:
            if rule.match == "whole" and any(_plain(word) == typed for word in rule.words):
                return rule.replies
        for rule in self.keywords:
            if rule.match == "part" and any(_plain(word) in typed for word in rule.words):
                return rule.replies
        return ()


def _plain(text: str) -> str:
    return text.strip().casefold()


def _field(place: tuple[int | str, ...]) -> str:
    """`keywords.2.words`, counted from 1 as people do."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in place)


def _why(message: str) -> str:
    return message.removeprefix("Value error, ")
