"""暂停 stops every outgoing call at once, a batch in flight included; 恢复 says what waited and lets it go."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from bot.domain.draft import DraftState
from bot.sandbox.wire import Call
from tests.scenarios.scene import COLD, MOTHER, QUESTION, SEED, SIX, Scene, open_scene
from tests.stage import Stage
from tests.waiting import wait_until

WRITES = (
    "comment/reply/add",
    "comment/reply/delete",
    "comment/markelect",
    "comment/unmarkelect",
    "message/custom/send",
)


def writes(stage: Stage) -> list[Call]:
    """Every call that others can see the effect of."""
    return [call for path in WRITES for call in stage.box.calls_to(path)]


def all_approved(stage: Stage, *texts: str) -> Scene:
    """A scene whose items are all approved and held."""
    scene = open_scene(stage, *texts)
    for words in texts:
        scene.says(f"通过 {scene.items[words]}")
    return scene


def test_a_batch_in_flight_stops_within_a_second(stage: Stage) -> None:
    scene = all_approved(stage, *SIX)
    stage.box.faults.add("comment/reply/add", "slow", 0.4)
    stage.clock.advance(61)
    working = threading.Thread(target=stage.settle)
    working.start()
    wait_until(lambda: scene.sends() >= 2)
    answer = scene.says("暂停")
    paused_at = time.monotonic()
    assert "已暂停所有发送（留言照收）" in answer
    time.sleep(1.0)  # the promise itself: a second after the answer nothing goes out any more
    sends = scene.sends()
    working.join(timeout=30)
    assert not working.is_alive()
    assert time.monotonic() - paused_at < 30
    assert scene.sends() == sends < 6
    stage.wait(3600)
    assert scene.sends() == sends
    left = [words for words in SIX if scene.draft(words).state is DraftState.APPROVED]
    assert len(left) == 6 - sends
    numbers = " ".join(str(n) for n in sorted(scene.items[words] for words in left))
    assert scene.says("恢复") == f"已恢复。等着的 {len(left)} 条会陆续发出：{numbers}"
    stage.wait(1)
    assert all(scene.reply(words) is not None for words in SIX)
    assert scene.sends() == 6


def test_a_pause_between_election_and_reply_keeps_the_reply_back(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    scene.says(f"通过并精选 {scene.items[SEED]}")
    stage.box.faults.add("comment/markelect", "slow", 0.5)
    stage.clock.advance(61)
    working = threading.Thread(target=stage.settle)
    working.start()
    wait_until(lambda: bool(stage.box.calls_to("comment/list")) and scene.draft(SEED).state is DraftState.SENDING)
    scene.says("暂停")
    working.join(timeout=30)
    assert scene.reply(SEED) is None
    assert scene.draft(SEED).state is DraftState.APPROVED
    scene.says("恢复")
    stage.wait(40)
    assert scene.reply(SEED) is not None
    assert scene.record(SEED).elected


def test_while_paused_comments_come_in_and_nothing_goes_out(stage: Stage) -> None:
    scene = all_approved(stage, SEED, MOTHER)
    stage.wait(61)
    reader = stage.box.follower("小林")
    reader.says(f"留言 {QUESTION}")
    stage.settle()
    chat_item = next(line for line in scene.says("待审").split("\n") if "加班补贴" in line).split(" ")[0]
    scene.says("暂停")
    before = len(writes(stage))
    scene.says(f"撤回 {scene.items[SEED]}")
    scene.says(f"精选 {scene.items[MOTHER]}")
    assert "暂停" in scene.says(f"通过 {chat_item}")
    scene.comment(COLD)
    stage.wait(7200, jobs=True)
    assert len(writes(stage)) == before
    assert "作者回复" not in reader.says("你好呀在吗").text
    assert "太失望" in scene.says("待审")
    assert "恢复" in scene.says("状态")
    scene.says("恢复")
    stage.wait(40)
    assert scene.reply(SEED) is None
    assert scene.record(MOTHER).elected
    assert any("作者回复了你" in line.text for line in stage.box.inbox(reader))


def test_an_answer_in_the_mailbox_is_not_said_while_paused(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(profile="未认证公众号")
    owner, reader = stage.owner(), stage.box.follower("小林")
    reader.says(f"留言 {QUESTION}")
    stage.settle()
    owner.says("待审")
    owner.says("通过 1")
    stage.wait(61)
    owner.says("暂停")
    assert "作者回复了你" not in reader.says("我的").text
    owner.says("恢复")
    assert "作者回复了你" in reader.says("我的").text


@pytest.mark.parametrize("pauser", ["owner", "editor"])
def test_an_editor_may_pause_and_only_an_owner_resumes(stage: Stage, pauser: str) -> None:
    scene = all_approved(stage, SEED)
    editor = scene.editor()
    who = scene.owner if pauser == "owner" else editor
    assert "已暂停" in who.says("暂停").text
    assert "就是暂停状态" in scene.owner.says("暂停").text
    assert "只有主理人" in editor.says("恢复").text
    stage.wait(100)
    assert scene.sends() == 0
    assert "通过，要等回「恢复」后才会发出" in scene.says(f"通过 {scene.items[SEED]}")
    assert "已恢复" in scene.says("恢复")
    stage.wait(1)
    assert scene.sends() == 1


def test_the_hold_still_runs_when_sending_resumes(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    scene.says("暂停")
    scene.says(f"通过 {scene.items[SEED]}")
    scene.says("恢复")
    stage.wait(5)
    assert scene.sends() == 0
    stage.wait(60)
    assert scene.sends() == 1


def test_resuming_when_nothing_is_paused_says_so(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    assert "没有在暂停" in scene.says("恢复")
