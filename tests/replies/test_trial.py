"""Trying rules from the command line: rows in, JSON out; bad rows named by line; a text explained in Chinese."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from replies.desk import Desk
from replies.trial import BadRow, check, explain, triage_rows

CONFIG = Path(__file__).resolve().parents[2] / "config"


def test_rows_give_one_json_object_each(desk: Desk) -> None:
    rows = [
        {"content": "我试过,确实有用!", "article_title": "三种方法", "openid": "o1", "create_time": 1_790_000_000},
        {"content": "扣1", "openid": None},
    ]
    first, second = triage_rows(rows, desk)
    assert json.loads(json.dumps(first, ensure_ascii=False)) == first
    assert set(first) == {"type", "quality", "parts", "risks", "decision", "drafts"}
    assert first["type"] == "经历"
    assert first["decision"] == "draft"
    assert 0 <= first["quality"] <= 100
    assert {"name", "points", "of", "reason"} == set(first["parts"][0])
    assert [d["variant"] for d in first["drafts"]] == ["A", "B", "C"]
    assert set(first["drafts"][0]) == {"variant", "kind", "text", "rule"}
    assert second["decision"] == "投票口令，建议不回"
    assert second["drafts"] == []


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("text", "must be an object"),
        ({}, "content is missing"),
        ({"content": None}, "content is missing"),
        ({"content": 5}, "content must be a text"),
        ({"content": "好", "article_title": 5}, "article_title must be a text"),
        ({"content": "好", "create_time": "昨天"}, "create_time must be epoch seconds"),
        ({"content": "好", "create_time": 10**18}, "create_time is out of range"),
    ],
)
def test_a_bad_row_is_refused_by_its_line(desk: Desk, row: object, why: str) -> None:
    with pytest.raises(BadRow) as caught:
        list(triage_rows([{"content": "第一条"}, row], desk))
    assert caught.value.line == 2
    assert str(caught.value).startswith(f"line 2: {why}")


def test_bad_rows_can_be_told_and_left_out(desk: Desk) -> None:
    told: list[BadRow] = []
    rows = [{"content": "第一条"}, "text", {"content": "第三条", "create_time": "1790000000"}, "\n", {}]
    assert len(list(triage_rows(rows, desk, bad=told.append))) == 2
    assert [problem.line for problem in told] == [2, 5]


def test_a_comment_without_a_text_is_answered_too(desk: Desk) -> None:
    [found] = triage_rows([{"content": ""}], desk)
    assert found["drafts"] == []
    assert found["decision"] != "draft"


def test_rows_of_one_openid_are_one_persons_comments(desk: Desk) -> None:
    rows = [{"content": "哈哈", "openid": "o1"}] * 3
    assert [row["decision"] for row in triage_rows(rows, desk)][2] == "连着三次只发笑，建议不回"


def test_an_explanation_is_readable_chinese(desk: Desk) -> None:
    lines = explain("我试过，确实有用！", desk)
    assert lines[0].startswith("类型：经历（规则:经历/")
    assert any(line.startswith("质量：") for line in lines)
    assert any("追问：" in line for line in lines)
    assert any("广告不回" in line for line in explain("加V信领资料", desk))


def test_the_shipped_files_have_no_problems(tmp_path: Path) -> None:
    assert check(CONFIG, tmp_path) == []


def test_every_problem_of_all_files_is_listed(tmp_path: Path) -> None:
    folder = tmp_path / "config"
    shutil.copytree(CONFIG, folder)
    for name in ("rules.yaml", "cues.yaml", "signs.yaml", "type_weights.yaml", "outgoing.yaml"):
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write("\ncolour: red\n")
    problems = check(folder, tmp_path)
    assert [p.split(":")[0] for p in problems] == [
        "rules.yaml",
        "cues.yaml",
        "signs.yaml",
        "type_weights.yaml",
        "outgoing.yaml",
    ]
    assert all("colour: unknown field" in p for p in problems)
