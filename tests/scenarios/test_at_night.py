"""Between 22:00 and 8:00 nobody is woken by news that can wait; who is at the phone hears at once (feature D11)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.draft import DraftState
from tests.scenarios.scene import CRISIS, SEED, Scene, open_scene
from tests.stage import Stage


def at(stage: Stage, hour: int, minute: int = 0) -> None:
    """Move on to this time of the day, the next day if it is over."""
    here = stage.clock.local()
    then = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
    stage.wait(((then if then > here else then + timedelta(days=1)) - here).total_seconds())


@pytest.fixture
def evening(stage: Stage) -> Scene:
    """Twenty past nine in the evening: one comment is there and shown."""
    at(stage, 21, 15)
    return open_scene(stage, SEED)


def told(scene: Scene) -> list[str]:
    """The service messages of the owner."""
    return [line.text for line in scene.stage.box.service_messages(scene.owner)]


def test_a_failure_at_night_is_told_in_the_morning(evening: Scene) -> None:
    stage = evening.stage
    stage.box.faults.add("comment/reply/add", "errcode", 45009, times=1)
    stage.box.faults.add("comment/reply/add", "errcode", 88002, times=1)
    evening.says(f"通过 {evening.items[SEED]}")
    stage.wait(61)
    at(stage, 0, 10)
    assert evening.draft(SEED).state is DraftState.FAILED
    at(stage, 7, 59)
    assert told(evening) == []
    at(stage, 8, 1)
    assert len(told(evening)) == 1
    assert "发送失败" in told(evening)[0]


def test_what_waits_at_night_is_said_to_who_speaks(evening: Scene) -> None:
    stage = evening.stage
    stage.box.faults.add("comment/reply/add", "errcode", 45009, times=1)
    stage.box.faults.add("comment/reply/add", "errcode", 88002, times=1)
    evening.says(f"通过 {evening.items[SEED]}")
    stage.wait(61)
    at(stage, 0, 10)
    assert "发送失败" in evening.says("还没睡")
    at(stage, 8, 1)
    assert told(evening) == []


def test_the_result_of_what_was_just_asked_is_told_at_any_hour(evening: Scene) -> None:
    stage = evening.stage
    evening.says(f"通过 {evening.items[SEED]}")
    at(stage, 23, 30)
    evening.says(f"撤回 {evening.items[SEED]}")
    stage.wait(5)
    assert any("的回复已删除" in text for text in told(evening))


def test_a_cry_for_help_may_break_the_quiet_once(evening: Scene) -> None:
    stage = evening.stage
    at(stage, 23, 30)
    evening.comment(CRISIS, seconds=1200)
    assert sum("求助" in text for text in told(evening)) == 1
    evening.comment(CRISIS.replace("我不想活了", "不想活了啊"), seconds=1200)
    assert sum("求助" in text for text in told(evening)) == 1
    at(stage, 8, 5)
    assert sum("求助" in text for text in told(evening)) == 2
