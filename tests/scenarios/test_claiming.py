"""认领: an item is held for one creator for a quarter of an hour; the first wins, the others read who has it."""

from __future__ import annotations

import re

import pytest

from bot.domain.draft import DraftState
from tests.scenarios.scene import QUESTION, SEED, Scene, open_scene, see_all
from tests.stage import Stage


@pytest.fixture
def scene(stage: Stage) -> Scene:
    """Two waiting items, both shown to the owner."""
    return open_scene(stage, SEED, QUESTION)


def test_what_one_creator_holds_another_can_only_read(scene: Scene) -> None:
    editor = scene.editor()
    see_all(editor, (SEED, QUESTION))
    n = scene.items[SEED]
    assert re.search(rf"{n} 归你处理，到 \d\d:\d\d 为止", scene.says(f"认领 {n}"))
    version = scene.draft(SEED).version
    for command in (
        f"通过 {n}",
        f"改 {n} 换个说法吧",
        f"换 {n}",
        f"拒绝 {n}",
        f"跳过 {n}",
        f"认领 {n}",
        f"取消认领 {n}",
    ):
        assert f"{n} 由主理人在" in editor.says(command).text
    shown = editor.says(f"看 {n}").text
    assert "由主理人在" in shown
    assert SEED[:3] in shown
    draft = scene.draft(SEED)
    assert (draft.state, draft.version) == (DraftState.PENDING, version)
    assert "秒后发出" in scene.says(f"通过 {n}")


def test_in_the_list_a_held_item_names_its_holder_instead_of_the_buttons(scene: Scene) -> None:
    editor = scene.editor()
    n = scene.items[SEED]
    scene.says(f"认领 {n}")
    text = editor.says("待审").text
    [card] = [card for card in text.split("\n\n") if card.startswith(f"{n} ★")]
    assert len(card.splitlines()) == 3
    assert "由主理人在" in card
    assert "<a " not in card


def test_the_first_of_two_claims_wins(scene: Scene) -> None:
    editor = scene.editor()
    see_all(editor, (SEED, QUESTION))
    n = scene.items[SEED]
    assert "归你处理" in editor.says(f"认领 {n}").text
    assert "由编辑1在" in scene.says(f"认领 {n}")
    assert "由编辑1在" in scene.says(f"通过 {n}")
    assert "秒后发出" in editor.says(f"通过 {n}").text


def test_a_claim_ends_after_a_quarter_of_an_hour_or_when_let_go(stage: Stage, scene: Scene) -> None:
    editor = scene.editor()
    see_all(editor, (SEED, QUESTION))
    one, other = scene.items[SEED], scene.items[QUESTION]
    scene.says(f"认领 {one}、{other}")
    assert "谁都可以处理" in scene.says(f"取消认领 {other}")
    assert "秒后发出" in editor.says(f"通过 {other}").text
    stage.clock.advance(899)
    assert "由主理人在" in editor.says(f"通过 {one}").text
    stage.clock.advance(2)
    assert "秒后发出" in editor.says(f"通过 {one}").text


def test_a_batch_leaves_out_what_another_holds(scene: Scene) -> None:
    editor = scene.editor()
    see_all(editor, (SEED, QUESTION))
    scene.says(f"认领 {scene.items[SEED]}")
    answer = editor.says("全部通过").text
    assert "由主理人在" in answer
    assert scene.draft(SEED).state is DraftState.PENDING
    assert scene.draft(QUESTION).state is DraftState.APPROVED


def test_going_through_the_queue_passes_over_what_another_holds(scene: Scene) -> None:
    editor = scene.editor()
    scene.says(f"认领 {scene.items[SEED]}")
    first = editor.says("连审").text
    assert SEED[:4] not in first
    assert "没有待审了" in editor.says("1").text
    assert scene.draft(SEED).state is DraftState.PENDING


def test_an_item_claimed_while_its_card_is_on_display_is_not_decided_by_a_digit(scene: Scene) -> None:
    editor = scene.editor()
    shown = editor.says("连审").text
    words = SEED if SEED[:4] in shown else QUESTION
    scene.says(f"认领 {scene.items[words]}")
    assert "由主理人在" in editor.says("1").text
    assert scene.draft(words).state is DraftState.PENDING


def test_taking_back_a_claim_is_named(scene: Scene) -> None:
    n = scene.items[SEED]
    scene.says(f"认领 {n}")
    assert f"取消认领 {n}" in scene.says("撤回")
    scene.says(f"取消认领 {n}")
    assert "没有人认领" in scene.says(f"取消认领 {n}")
