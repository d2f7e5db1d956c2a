"""Reads a .env file; a line that says nothing is told instead of passed over."""

from __future__ import annotations

from pathlib import Path

from dotenv.parser import parse_stream

__all__ = ["read_env_file"]

_OURS = ("BOT_", "WECHAT_", "REDIS_")


def read_env_file(path: Path) -> tuple[dict[str, str], list[str]]:
    """Names and values, and one problem for each line that cannot be used; nothing of a line's value is repeated.

    Without the file both are empty. A name of somebody else's without a value is nobody's mistake here. Raises OSError,
    UnicodeDecodeError.
    """
    values: dict[str, str] = {}
    problems: list[str] = []
    if not path.exists():
        return values, problems
    with path.open(encoding="utf-8-sig") as file:
        for line in parse_stream(file):
            number = line.original.line + _empty_lines(line.original.string)
            if line.error:
                problems.append(f".env line {number} cannot be read: write NAME=value, with quotes that are closed")
            elif line.key is not None and line.value is not None:
                values[line.key] = line.value
            elif line.key is not None and line.key.startswith(_OURS):
                problems.append(f".env line {number}: {line.key} has no value: write {line.key}=value or remove it")
    return values, problems


def _empty_lines(text: str) -> int:
    """How many line ends stand before the first sign of a binding: the parser counts from them."""
    return text[: len(text) - len(text.lstrip())].count("\n")
