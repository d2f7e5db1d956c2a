"""Loads what triage needs from the config folder: cues, signs, weights, word lists."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct

from replies.case import RulesError
from replies.risk.screen import Screen
from replies.triage.pieces import read_pieces
from replies.triage.polarity import Polarity
from replies.triage.reading import Reader
from replies.triage.signs import Signs, read_signs
from replies.triage.type import TypeCues, read_cues
from replies.triage.weights import read_weights
from replies.words import Words, read_traditional

__all__ = ["Kit", "load_triage"]

_FILES: dict[str, Callable[[Path], Any]] = {"cues": read_cues, "signs": read_signs, "weights": read_weights}


class Kit(Struct, frozen=True):
    """What reads comments and tells their type and mood."""

    words: Words
    reader: Reader
    types: TypeCues
    polarity: Polarity


def load_triage(folder: Path, cache_dir: Path | str) -> Kit:
    """Read the files of triage; jieba keeps its cache in `cache_dir`. Raises RulesError with every problem."""
    read: dict[str, Any] = {}
    problems: list[str] = []
    for name, load in _FILES.items():
        try:
            read[name] = load(folder)
        except RulesError as error:
            problems += error.problems
    if problems:
        raise RulesError(problems)
    pieces = read_pieces(folder, read["weights"].piece)
    cues = read["cues"]
    words = Words.load(folder, cache_dir)
    crisis, distress = (tuple(re.compile(p) for p in patterns) for patterns in (cues.crisis, cues.distress))
    screen = Screen.load(folder, crisis, distress, re.compile(cues.calm))
    patterns = {name: re.compile(getattr(cues, name)) for name in ("praise", "hostile", "sorrow")}
    reader = Reader(words, screen, read_traditional(folder), **patterns)
    polarity = Polarity.load(folder)
    signs = Signs(read["signs"], words, polarity)
    return Kit(words, reader, TypeCues(cues, signs, read["weights"], pieces), polarity)
