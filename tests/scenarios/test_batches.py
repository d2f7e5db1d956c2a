"""Several at once: what goes along, what does not and why, and the code that is bound to person, items and versions."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
import pytest

from bot.domain.draft import DraftState
from bot.stores.stores import Stores
from bot.stores.unit import Unit
from bot.stores.vault import Vault
from replies.drafting.choose import REPEATED
from tests.scenarios.scene import (
    AGAINST,
    BAKING,
    CHILD,
    COLD,
    CRISIS,
    METHOD,
    MOTHER,
    QUESTION,
    SEED,
    SIX,
    Scene,
    open_scene,
    see_all,
)
from tests.stage import Stage


def code_in(answer: str) -> str:
    """The confirmation code an answer asks for."""
    found = re.search(r"回「确认 (\d[A-Z])」", answer)
    assert found, answer
    return found[1]


def named(scene: Scene, *texts: str) -> str:
    """Item numbers as somebody would type them."""
    return "、".join(str(scene.items[text]) for text in texts)


def sent(scene: Scene) -> set[str]:
    """The comments that have a reply."""
    return {words for words in scene.comments if scene.reply(words) is not None}


def test_five_go_at_once_and_six_need_a_code(stage: Stage) -> None:
    scene = open_scene(stage, *SIX)
    assert scene.says(f"通过 {named(scene, *SIX[:5])}").startswith("已排队 5 条")
    scene.says("撤回")
    answer = scene.says(f"通过 {named(scene, *SIX)}")
    assert answer.startswith("将通过 6 条：")
    assert {scene.draft(words).state for words in SIX} == {DraftState.PENDING}
    scene.says(f"确认 {code_in(answer)}")
    stage.wait(61)
    assert sent(scene) == set(SIX)


def test_each_that_cannot_go_along_is_named_with_its_reason(stage: Stage) -> None:
    scene = open_scene(stage, SEED, MOTHER, AGAINST, BAKING, CRISIS, CHILD)
    editor = scene.editor()
    scene.says(f"通过 {scene.items[SEED]}")
    editor.says(f"改 {scene.items[MOTHER]} 后来好些了吗？")
    scene.says(f"改 {scene.items[AGAINST]} 这是全网最有效的办法")
    answer = scene.says(f"通过 {named(scene, SEED, MOTHER, AGAINST, BAKING, CRISIS)}、77")
    assert answer.startswith(f"已排队 1 条：{scene.items[BAKING]}（")
    lines = answer.split("\n")
    assert f"{scene.items[SEED]} 是「已通过」，没有放进来" in lines
    assert any(line.startswith(f"{scene.items[MOTHER]} 的现稿你还没看过") for line in lines)
    assert any(line.startswith(f"{scene.items[AGAINST]} 含「最有效」") for line in lines)
    assert any(line.startswith(f"{scene.items[CRISIS]} 要单独看") for line in lines)
    assert "77 没有这个编号" in lines


def test_all_covers_only_what_this_creator_was_shown_and_says_what_it_left(stage: Stage) -> None:
    scene = open_scene(stage, *SIX, COLD, METHOD, show=False)
    assert "只通过你看过的" in scene.says("全部通过") or "还没看过" in scene.says("全部通过")
    first = scene.says("待审")
    shown = [words for words in (*SIX, COLD, METHOD) if words[:12] in first]
    answer = scene.says("全部通过")
    assert f"另外 {8 - len(shown)} 条的现稿你还没看过" in answer
    if "确认" in answer:
        scene.says(f"确认 {code_in(answer)}")
    stage.wait(61)
    assert sent(scene) == set(shown)


def test_all_leaves_out_a_cry_for_help_and_says_so(stage: Stage) -> None:
    scene = open_scene(stage, CRISIS, SEED, MOTHER)
    answer = scene.says("全部通过")
    assert answer.startswith("已排队 2 条")
    assert f"{scene.items[CRISIS]} 要单独看" in answer
    stage.wait(61)
    assert sent(scene) == {SEED, MOTHER}


def test_what_changed_after_it_was_shown_is_not_in_all(stage: Stage) -> None:
    scene = open_scene(stage, SEED, MOTHER)
    editor = scene.editor()
    editor.says(f"改 {scene.items[MOTHER]} 后来好些了吗？")
    answer = scene.says("全部通过")
    assert answer.startswith(f"已排队 1 条：{scene.items[SEED]}（")
    assert "另外 1 条的现稿你还没看过" in answer


def test_a_code_is_for_the_person_who_asked(stage: Stage) -> None:
    scene = open_scene(stage, COLD, SEED)
    editor = scene.editor()
    see_all(editor, (COLD, SEED))
    code = code_in(scene.says("全部通过"))
    assert "没有等着这个确认码" in editor.says(f"确认 {code}").text
    stage.wait(61)
    assert sent(scene) == set()


def test_a_code_works_once(stage: Stage) -> None:
    scene = open_scene(stage, COLD, SEED)
    code = code_in(scene.says("全部通过"))
    scene.says(f"确认 {code}")
    scene.says("撤回")
    assert scene.says(f"确认 {code}").startswith(f"确认码 {code} 已经用过")
    stage.wait(61)
    assert sent(scene) == set()


def test_a_code_lapses_after_three_minutes(stage: Stage) -> None:
    scene = open_scene(stage, COLD, SEED)
    code = code_in(scene.says("全部通过"))
    stage.clock.advance(181)
    assert scene.says(f"确认 {code}").startswith(f"确认码 {code} 已过期")
    stage.wait(61)
    assert sent(scene) == set()


def test_a_wrong_code_executes_nothing(stage: Stage) -> None:
    scene = open_scene(stage, COLD, SEED)
    code = code_in(scene.says("全部通过"))
    other = "2A" if code != "2A" else "3B"
    assert "没有执行" in scene.says(f"确认 {other}")
    stage.wait(61)
    assert sent(scene) == set()


def test_yes_instead_of_the_code_is_put_right_and_the_code_still_works(stage: Stage) -> None:
    scene = open_scene(stage, COLD, SEED)
    code = code_in(scene.says("全部通过"))
    assert f"「确认 {code}」" in scene.says("是")
    assert scene.draft(SEED).state is DraftState.PENDING
    assert "已排队 2 条" in scene.says(f"确认 {code}")


def test_a_listed_item_that_changed_voids_the_code_and_nothing_is_executed(stage: Stage) -> None:
    scene = open_scene(stage, COLD, SEED, MOTHER)
    editor = scene.editor()
    for change in ("改 {n} 后来好些了吗？", "通过 {n}", "拒绝 {n}"):
        editor.says(f"看 {scene.items[MOTHER]}")
        code = code_in(scene.says(f"通过 {named(scene, COLD, SEED, MOTHER)}"))
        editor.says(change.format(n=scene.items[MOTHER]))
        answer = scene.says(f"确认 {code}")
        assert f"名单里 {scene.items[MOTHER]} 的草稿变了，没有执行" in answer
        assert scene.draft(SEED).state is DraftState.PENDING
        editor.says(f"撤回 {scene.items[MOTHER]}")
        scene.says(f"看 {scene.items[MOTHER]}")


def test_a_listed_comment_that_was_deleted_voids_the_code(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(BOT_POLL_SECONDS="30")
    scene = open_scene(stage, COLD, SEED)
    code = code_in(scene.says("全部通过"))
    scene.article.delete_comment(scene.comments[SEED])
    for _ in range(3):
        stage.wait(31)
    assert scene.draft(SEED).state is DraftState.GONE
    assert f"名单里 {scene.items[SEED]} 的草稿变了，没有执行" in scene.says(f"确认 {code}")
    assert scene.draft(COLD).state is DraftState.PENDING


@pytest.mark.parametrize("looking", ["看 1", "待审", "为什么 1", "查 1", "更多", "状态", "帮助", "连审", "好"])
def test_who_looks_before_confirming_can_still_confirm(stage: Stage, looking: str) -> None:
    scene = open_scene(stage, COLD, SEED)
    code = code_in(scene.says("全部通过"))
    scene.says(looking)
    assert scene.says(f"确认 {code}").startswith("已排队 2 条")
    stage.wait(61)
    assert sent(scene) == {COLD, SEED}


def test_who_edits_a_listed_item_is_told_that_its_draft_changed(stage: Stage) -> None:
    scene = open_scene(stage, COLD, SEED)
    code = code_in(scene.says("全部通过"))
    scene.says(f"改 {scene.items[SEED]} 谢谢你告诉我")
    said = scene.says(f"确认 {code}")
    assert said == f"确认码失效：名单里 {scene.items[SEED]} 的草稿变了，没有执行。请重发刚才的命令。"
    stage.wait(61)
    assert sent(scene) == set()


def test_confirming_without_the_code_is_told_the_code(stage: Stage) -> None:
    scene = open_scene(stage, COLD, SEED)
    assert "没有等着确认的操作" in scene.says("确认")
    code = code_in(scene.says("全部通过"))
    for typed in ("确认", "确认。", "确认 zz", "是"):
        assert scene.says(typed) == f"还没有执行。确认请回「确认 {code}」"
    assert scene.says(f"确认 {code}").startswith("已排队 2 条")


def test_no_closes_the_code(stage: Stage) -> None:
    scene = open_scene(stage, COLD, SEED)
    code = code_in(scene.says("全部通过"))
    assert scene.says("取消") == "好的，没有执行。"
    assert "没有等着这个确认码" in scene.says(f"确认 {code}")
    stage.wait(61)
    assert sent(scene) == set()


def test_a_draft_that_repeats_an_earlier_one_is_to_be_looked_at(stage: Stage) -> None:
    scene = open_scene(stage, SEED, MOTHER)
    draft = scene.draft(SEED)
    noted = tuple(msgspec.structs.replace(variant, note=REPEATED) for variant in draft.variants)
    unit = Unit(stage.redis, "main")
    stores = Stores(unit, Vault(b"the secret key of the stage"))
    stores.drafts.put(msgspec.structs.replace(draft, variants=noted), stage.clock.now())
    unit.commit()
    answer = scene.says("全部通过")
    assert answer.startswith("已排队 2 条")
    assert f"其中 {scene.items[SEED]} 重复" in answer


def test_several_commands_in_one_message_are_none(stage: Stage) -> None:
    scene = open_scene(stage, SEED, MOTHER)
    n, m = scene.items[SEED], scene.items[MOTHER]
    for text in (f"通过{n}、通过{m}", f"通过 {n}\n通过 {m}", f"通过 {n}通过 {m}"):
        assert scene.says(text) == f"没有执行：几条命令连在一起了。一次一条，或「通过 {n}、{m}」"
        scene.says("1")
    scene.says(f"拒绝 {n} 拒绝 {m}")
    scene.says(f"通过 {n}。\n改 {m} 谢谢你")
    assert {scene.draft(words).state for words in (SEED, MOTHER)} == {DraftState.PENDING}


def test_a_paused_batch_says_that_it_waits(stage: Stage) -> None:
    scene = open_scene(stage, SEED, QUESTION)
    scene.says("暂停")
    answer = scene.says(f"通过 {named(scene, SEED, QUESTION)}")
    assert answer.startswith("已排队 2 条")
    assert "暂停" in answer


def test_a_batch_is_taken_back_as_far_as_it_is_still_unsent(stage: Stage) -> None:
    scene = open_scene(stage, SEED, QUESTION, MOTHER)
    scene.says(f"通过 {named(scene, SEED, QUESTION, MOTHER)}")
    scene.article.delete_comment(scene.comments[QUESTION])
    stage.wait(61)
    lines = scene.says("撤回").split("\n")
    assert f"正在从文章中删除 {scene.items[SEED]} 的回复，结果回「查 {scene.items[SEED]}」。" in lines
    assert f"{scene.items[QUESTION]} 是「已失效」，没有可撤回的。" in lines
    stage.wait(5)
    assert sent(scene) == set()


def test_fifty_items_are_the_most_of_one_message(stage: Stage) -> None:
    texts = [f"请问第 {n} 章里的办法，新人照着做要注意什么？" for n in range(53)]
    scene = open_scene(stage, *texts, show=False)
    seen = scene.says("待审")
    while "回「更多」" in seen:
        seen = scene.says("更多")
    answer = scene.says("全部通过")
    assert answer.startswith("将通过 50 条")
    assert "还有 3 条请再说一次「全部通过」" in answer
    assert len(answer.encode()) <= 1800
    assert scene.says(f"确认 {code_in(answer)}").startswith("已排队 50 条")
    stage.wait(61)
    assert len(sent(scene)) == 50


def test_a_spared_number_that_does_not_exist_stops_the_whole_command(stage: Stage) -> None:
    scene = open_scene(stage, SEED, MOTHER)
    answer = scene.says("全部通过 除了 55")
    assert answer.startswith("没有执行：要除开的没有 55 号。待审：")
    assert {scene.draft(words).state for words in (SEED, MOTHER)} == {DraftState.PENDING}
    assert scene.says(f"全部通过 除了 {scene.items[MOTHER]}").startswith(f"已排队 1 条：{scene.items[SEED]}（")
    assert scene.says(f"全部通过 除了 {scene.items[SEED]}").startswith(f"已排队 1 条：{scene.items[MOTHER]}（")


def test_an_older_code_is_told_what_the_newer_one_would_do(stage: Stage) -> None:
    scene = open_scene(stage, COLD, SEED)
    old = code_in(scene.says("全部通过"))
    new = code_in(scene.says("开启周榜"))
    while new == old:
        new = code_in(scene.says("开启周榜"))
    said = scene.says(f"确认 {old}")
    assert said.startswith("没有等着这个确认码的操作，没有执行。")
    assert f"「开启周榜」，要做请回「确认 {new}」" in said
    assert scene.draft(SEED).state is DraftState.PENDING
