"""Candidates: found by name, loaded over the rules in use, refused with file and reason."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from config.settings import ROOT
from replies.candidates import find_candidate, list_candidates, load_candidate
from replies.case import Case, RulesError
from replies.desk import Desk
from replies.trial import check

SHOUT = "来我们店里逛逛，报暗号小蓝鲸打八折"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the configuration with a candidate of one changed list."""
    folder = tmp_path / "config"
    shutil.copytree(ROOT / "config", folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "candidates"))
    words = folder / "candidates" / "广告v2" / "words"
    words.mkdir(parents=True)
    listed = (folder / "words" / "block.txt").read_text(encoding="utf-8")
    (words / "block.txt").write_text(f"{listed}\n小蓝鲸\n", encoding="utf-8")
    return folder


def test_a_candidate_is_found_whatever_the_width_and_case_of_its_letters(config: Path) -> None:
    (config / "candidates" / ".hidden").mkdir()
    assert list_candidates(config) == ["广告v2"]
    assert [find_candidate(config, asked) for asked in ("广告v2", "广告Ｖ２", "广告V2 ")] == ["广告v2"] * 3
    assert find_candidate(config, "广告v3") is None
    assert find_candidate(config, "../words") is None
    assert list_candidates(config / "words") == []


def test_only_what_the_candidate_holds_is_different(config: Path, desk: Desk, tmp_path: Path) -> None:
    tried = load_candidate(config, "广告v2", tmp_path / "cache")
    assert "拦截" not in {str(risk.level) for risk in desk.consider(Case(content=SHOUT)).triage.risks}
    assert "拦截" in {str(risk.level) for risk in tried.consider(Case(content=SHOUT)).triage.risks}
    other = Case(content="我试过,确实有用!", article_title="三种方法", key="k")
    assert tried.consider(other) == desk.consider(other)
    assert tried.rules_unlike(desk) == frozenset()
    assert check(config, candidate="广告v2") == []


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("phrases.yaml", "candidates/广告v2/phrases.yaml: is no file of the rules"),
        ("words/user.txt", "candidates/广告v2/words/user.txt: is one of the dictionary's lists"),
        ("words/deep/block.txt", "candidates/广告v2/words/deep/block.txt: is no file of the rules"),
    ],
)
def test_what_cannot_be_tried_is_refused_by_name(config: Path, tmp_path: Path, name: str, why: str) -> None:
    path = config / "candidates" / "广告v2" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("", encoding="utf-8")
    with pytest.raises(RulesError) as caught:
        load_candidate(config, "广告v2", tmp_path / "cache")
    assert why in str(caught.value)


def test_an_empty_candidate_and_one_that_is_not_there_are_refused(config: Path, tmp_path: Path) -> None:
    (config / "candidates" / "空").mkdir()
    assert check(config, candidate="空") == ["candidates/空: is empty"]
    assert check(config, candidate="没有") == ["candidates: there is no 没有"]


def test_a_faulty_candidate_names_file_line_and_field(config: Path) -> None:
    rules = (config / "rules.yaml").read_text(encoding="utf-8")
    broken = rules.replace("\nrules:\n", "\nrules:\n  - name: 坏的\n    whenn: {}\n", 1)
    (config / "candidates" / "广告v2" / "rules.yaml").write_text(broken, encoding="utf-8")
    line = next(at for at, text in enumerate(broken.splitlines(), 1) if "whenn" in text)
    problems = check(config, candidate="广告v2")
    assert any(problem.startswith(f"rules.yaml:{line}: rules.0.whenn") for problem in problems)


def test_added_and_reworded_rules_are_named(config: Path, desk: Desk, tmp_path: Path) -> None:
    rules = (config / "rules.yaml").read_text(encoding="utf-8")
    ours = "  - name: 经历/我们的\n    when: { type: [经历] }\n    replies:\n      追问: [你试的是哪一种，新发现呢？]\n"
    (config / "candidates" / "广告v2" / "rules.yaml").write_text(
        rules.replace("\nrules:\n", "\nrules:\n" + ours, 1), encoding="utf-8"
    )
    tried = load_candidate(config, "广告v2", tmp_path / "cache")
    assert tried.rules_unlike(desk) == {"经历/我们的"}
    assert desk.rules_unlike(tried) == frozenset()
