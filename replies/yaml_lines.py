"""YAML with the line of every field kept, so that an error can name file, line and field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from config.yaml_file import LOADER
from replies.case import RulesError

__all__ = ["Lines", "explain_errors", "line_of", "load_with_lines"]

Lines = dict[tuple[str | int, ...], int]

_SAID = {
    "extra_forbidden": "unknown field",
    "missing": "field is missing",
    "string_type": "must be a text",
    "tuple_type": "must be a list",
    "dict_type": "must be fields",
    "model_type": "must be fields",
}


def load_with_lines(path: Path) -> tuple[Any, Lines]:
    """The file's data and the 1-based line of each field by its path. Raises RulesError if it is not readable YAML."""
    try:
        source = path.read_text(encoding="utf-8")
        root = yaml.compose(source, Loader=LOADER)
        data = None if root is None else yaml.constructor.SafeConstructor().construct_document(root)
    except OSError as error:
        raise RulesError([f"{path.name}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise RulesError([f"{path.name}: is not UTF-8 text"]) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RulesError([f"{path.name}:{line}: {error.problem or 'not valid YAML'}"]) from error
    except yaml.YAMLError as error:
        raise RulesError([f"{path.name}:1: not valid YAML: {error}"]) from error
    lines: Lines = {}
    problems: list[str] = []
    _walk(root, (), lines, problems, path.name)
    if problems:
        raise RulesError(problems)
    return data, lines


def _walk(node: yaml.Node | None, at: tuple[str | int, ...], lines: Lines, problems: list[str], name: str) -> None:
    if node is None:
        return
    lines[at] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                problems.append(f"{name}:{key.start_mark.line + 1}: {key.value}: written twice")
            seen.add(key.value)
            _walk(value, (*at, key.value), lines, problems, name)
            lines[(*at, key.value)] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _walk(item, (*at, index), lines, problems, name)


def line_of(at: tuple[str | int, ...], lines: Lines) -> int:
    """The line of a field, or of the nearest part around it that stands in the file."""
    while at and at not in lines:
        at = at[:-1]
    return lines.get(at, 1)


def explain_errors(path: Path, error: ValidationError, lines: Lines) -> list[str]:
    """One line per fault: `rules.yaml:12: rules.3.when.types: unknown field`."""
    said = []
    for one in error.errors():
        at = tuple(one["loc"])
        words = _SAID.get(one["type"], one["msg"].removeprefix("Value error, "))
        said.append(f"{path.name}:{line_of(at, lines)}: {'.'.join(map(str, at)) or 'file'}: {words}")
    return said
