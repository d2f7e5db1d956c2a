"""Pinning a comment is not in WeChat's API: once a week creators are reminded under which article it is worth doing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.scenarios.scene import MOTHER, SEED, open_scene
from tests.stage import Stage


@pytest.fixture
def sunday(stage: Stage) -> Stage:
    """A stage on a Sunday at noon; the reminder comes on Monday morning."""
    here = stage.clock.local()
    noon = here.replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=13 - here.weekday())
    stage.clock.advance((noon - here).total_seconds())
    return stage


def test_a_week_with_elected_comments_ends_with_one_line_that_names_the_article(sunday: Stage) -> None:
    scene = open_scene(sunday, SEED, MOTHER)
    scene.says(f"精选 {scene.items[SEED]}")
    scene.says(f"通过并精选 {scene.items[MOTHER]}")
    sunday.wait(61)
    sunday.wait(86400, jobs=True)
    line = next(line for line in scene.says("早").split("\n") if "置顶" in line)
    assert "《加班之后》" in line
    assert "2 条" in line
    assert "置顶" not in scene.says("早")
    for _ in range(8):
        sunday.wait(86400, jobs=True)
    assert "置顶" not in scene.says("早")


def test_without_elected_comments_nobody_is_reminded(sunday: Stage) -> None:
    scene = open_scene(sunday, SEED)
    scene.says(f"精选 {scene.items[SEED]}")
    sunday.wait(5)
    scene.says(f"取消精选 {scene.items[SEED]}")
    sunday.wait(5)
    sunday.wait(86400, jobs=True)
    assert "置顶" not in scene.says("早")
