"""Signs and weights: wrong files are refused by name, and a cue a creator adds counts although it has no weights."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.domain.comment import CommentType
from replies.case import Case, RulesError
from replies.desk import Desk

CONFIG = Path(__file__).resolve().parents[3] / "config"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped files to spoil."""
    shutil.copytree(CONFIG, tmp_path / "config")
    return tmp_path / "config"


def test_a_broken_pattern_in_signs_is_named(folder: Path, tmp_path: Path) -> None:
    with (folder / "signs.yaml").open("a", encoding="utf-8") as file:
        file.write("  坏的: '(没完'\n")
    with pytest.raises(RulesError, match=r"signs\.yaml:\d+: find: 坏的 is not a regular expression"):
        Desk.load(folder, tmp_path)


def test_a_row_of_weights_with_a_number_missing_is_named(folder: Path, tmp_path: Path) -> None:
    with (folder / "type_weights.yaml").open("a", encoding="utf-8") as file:
        file.write("  多出来的: 0.1 0.2\n")
    with pytest.raises(RulesError, match=r"type_weights\.yaml:\d+: .*多出来的 needs 11 weights"):
        Desk.load(folder, tmp_path)


def test_an_added_cue_counts_before_anything_is_fitted_again(folder: Path, tmp_path: Path, desk: Desk) -> None:
    comment = Case(content="小桥流水人家的那个活动")
    assert desk.consider(comment).triage.type is not CommentType.VOTE
    cues = (folder / "cues.yaml").read_text(encoding="utf-8")
    start = "  - type: 投票口令\n    cues:\n"
    added = f"{start}      - {{name: 活动口令, find: '^小桥流水人家', weight: 3}}\n"
    (folder / "cues.yaml").write_text(cues.replace(start, added), encoding="utf-8")
    triage = Desk.load(folder, tmp_path).consider(comment).triage
    assert triage.type is CommentType.VOTE


def test_what_speaks_for_a_type_is_listed_its_own_cues_first(desk: Desk) -> None:
    fired = desk.explain_type("我试过，确实有用！")
    assert fired[0].type is CommentType.EXPERIENCE
    assert fired[0].name == "我试过"
    assert all(one.weight > 0 for one in fired)
