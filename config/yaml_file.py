"""Reads a YAML file, by libyaml where it is built in: ten times as fast, at every start and in every test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

__all__ = ["LOADER", "NOT_READABLE", "read_yaml"]

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NOT_READABLE = (OSError, UnicodeDecodeError, yaml.YAMLError)


def read_yaml(path: Path) -> Any:
    """What a file holds, None if it is empty. Raises one of NOT_READABLE."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
