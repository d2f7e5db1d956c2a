"""Saying no: what is denied never goes out, and what may be a cry for help is refused by itself or not at all."""

from __future__ import annotations

from bot.domain.draft import DraftState
from tests.scenarios.scene import COLD, CRISIS, MOTHER, SEED, open_scene
from tests.stage import Stage

COLD_TOO = "太失望了，客服根本不理人，差评"


def test_yes_to_a_denied_approval_is_a_refusal(stage: Stage) -> None:
    scene = open_scene(stage, SEED, MOTHER)
    n, m = scene.items[SEED], scene.items[MOTHER]
    assert scene.says(f"不通过 {n}") == f"没有「不通过 {n}」。是要「拒绝 {n}」吗？回「是」执行"
    assert scene.says("是").startswith(f"{n} 不回复")
    assert f"是要「拒绝 {m}」吗" in scene.says(f"{m}不要发")
    scene.says("是")
    stage.wait(61)
    assert scene.sends() == 0
    assert {scene.draft(words).state for words in (SEED, MOTHER)} == {DraftState.REJECTED}


def test_a_bare_denial_does_nothing_to_the_card_just_shown(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    scene.says(f"看 {scene.items[SEED]}")
    assert "拒绝 3" in scene.says("不通过")
    scene.says("是")
    assert scene.draft(SEED).state is DraftState.PENDING


def test_a_cry_for_help_is_never_among_those_of_the_same_kind(stage: Stage) -> None:
    scene = open_scene(stage, COLD, SEED, CRISIS, "我真的好绝望，活不下去了", COLD_TOO)
    n, alike = scene.items[COLD], scene.items[COLD_TOO]
    assert f"同类 {alike} 也不回？" in scene.says(f"拒绝 {n} 广告")
    scene.says("是")
    assert scene.draft(COLD_TOO).state is DraftState.REJECTED
    assert scene.draft(CRISIS).state is DraftState.PENDING


def test_only_what_this_creator_was_shown_is_offered(stage: Stage) -> None:
    scene = open_scene(stage, COLD, COLD_TOO)
    editor = scene.editor()
    n = scene.items[COLD]
    editor.says(f"看 {n}")
    assert "同类" not in editor.says(f"拒绝 {n} 广告").text
    editor.says("撤回")
    editor.says(f"看 {scene.items[COLD_TOO]}")
    assert f"同类 {scene.items[COLD_TOO]} 也不回？" in editor.says(f"拒绝 {n} 广告").text


def test_several_at_once_pass_over_a_cry_for_help_and_name_it(stage: Stage) -> None:
    scene = open_scene(stage, COLD, SEED, CRISIS)
    n = scene.items[CRISIS]
    answer = scene.says("拒绝 1-3")
    assert f"{n} 要你单独看（可能是求助），没有动。看过回「拒绝 {n}」" in answer.split("\n")
    assert scene.draft(CRISIS).state is DraftState.PENDING
    assert {scene.draft(words).state for words in (COLD, SEED)} == {DraftState.REJECTED}
    assert scene.says(f"拒绝 {n}").startswith(f"{n} 不回复")
