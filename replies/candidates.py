"""Candidates: changed rule files kept beside those in use, tried before they are put in their place (feature B11).

`config/candidates/<name>/` holds only the files that would change: rules.yaml, cues.yaml, signs.yaml,
type_weights.yaml, type_pieces.bin, outgoing.yaml, words/*.txt. All others are those in use.
"""

from __future__ import annotations

import shutil
import tempfile
import unicodedata
from pathlib import Path

from replies.case import RulesError
from replies.desk import Desk

__all__ = ["FOLDER", "find_candidate", "list_candidates", "load_candidate", "load_desk"]

FOLDER = "candidates"
FILES = ("rules.yaml", "cues.yaml", "signs.yaml", "type_weights.yaml", "type_pieces.bin", "outgoing.yaml")
SHARED = ("user.txt", "stop.txt")
"""Lists that go into the dictionary, of which a process holds one: 100 MB are too much for a try."""


def list_candidates(config_dir: Path | str) -> list[str]:
    """The names of all candidates, sorted."""
    folder = Path(config_dir) / FOLDER
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def find_candidate(config_dir: Path | str, asked: str) -> str | None:
    """The candidate that a person means, whatever the width and case of its letters; None if there is none."""
    return next((name for name in list_candidates(config_dir) if _plain(name) == _plain(asked)), None)


def load_candidate(config_dir: Path | str, name: str, cache_dir: Path | str) -> Desk:
    """A desk with the candidate's files in the place of those in use. Raises RulesError with every fault."""
    folder = Path(config_dir)
    if name not in list_candidates(folder):
        raise RulesError([f"{FOLDER}: there is no {name}"])
    own = folder / FOLDER / name
    changed = sorted(path.relative_to(own) for path in own.rglob("*") if path.is_file())
    problems = [f"{FOLDER}/{name}/{path.as_posix()}: {why}" for path in changed if (why := _why_not(path))]
    if not changed:
        problems = [f"{FOLDER}/{name}: is empty"]
    if problems:
        raise RulesError(problems)
    with tempfile.TemporaryDirectory(prefix="candidate-") as made:
        whole = Path(made)
        shutil.copytree(folder / "words", whole / "words")
        for source, paths in ((folder, [Path(file) for file in FILES if (folder / file).is_file()]), (own, changed)):
            for path in paths:
                shutil.copyfile(source / path, whole / path)
        return Desk.load(whole, cache_dir)


def load_desk(config_dir: Path | str, cache_dir: Path | str, candidate: str | None = None) -> Desk:
    """The desk in use, or that of a candidate. Raises RulesError with every fault."""
    return load_candidate(config_dir, candidate, cache_dir) if candidate else Desk.load(config_dir, cache_dir)


def _why_not(path: Path) -> str:
    """Why a file cannot be part of a candidate, empty if it can."""
    if path.parts[:-1] == ("words",) and path.suffix == ".txt":
        return "is one of the dictionary's lists, which cannot be tried" if path.name in SHARED else ""
    return "" if path.as_posix() in FILES else "is no file of the rules"


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().strip()
