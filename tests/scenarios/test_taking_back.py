"""撤回 and 恢复 N: the last step is taken back whatever it was, and never another one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.draft import DraftState
from tests.scenarios.scene import COLD, MOTHER, QUESTION, SEED, open_scene
from tests.stage import Stage


def test_an_approval_taken_back_can_be_given_again_without_looking_anew(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    scene.says(f"通过 {n}")
    scene.says("撤回")
    assert "秒后发出" in scene.says(f"通过 {n}")


def test_what_was_put_off_comes_back_and_no_earlier_approval_is_touched(stage: Stage) -> None:
    scene = open_scene(stage, SEED, MOTHER)
    n, m = scene.items[SEED], scene.items[MOTHER]
    scene.says(f"通过 {n}")
    stage.wait(61)
    assert "6 小时" in scene.says(f"跳过 {m}")
    assert "没有待审" in scene.says("待审")
    assert scene.says("撤回") == f"{m} 已退回待审。"
    assert scene.reply(SEED) is not None
    assert f"\n{m} ★" in scene.says("待审")


def test_putting_off_twice_and_six_hours(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    scene.says(f"跳过 {n}")
    assert "6 小时" in scene.says(f"跳过 {n}")
    stage.wait(6 * 3600 + 1)
    assert f"\n{n} ★" in scene.says("待审")
    assert "6 小时" in scene.says(f"跳过 {n}")
    assert "待审 0 条" in scene.says("状态")
    assert "另有" not in scene.says("好")


def test_an_edit_and_a_swap_are_taken_back(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    first = scene.draft(SEED).text
    scene.says(f"改 {n} 第一句话")
    scene.says(f"改 {n} 第二句话")
    assert "→ 第一句话" in scene.says("撤回")
    assert scene.draft(SEED).text == "第一句话"
    assert "已经撤回过" in scene.says("撤回") or "最近没有" in scene.says("撤回")
    scene.says(f"换 {n}")
    assert scene.draft(SEED).text != "第一句话"
    assert "→ 第一句话" in scene.says("撤回")
    scene.says(f"改 {n} A")
    assert scene.draft(SEED).text == first
    scene.says(f"改 {n} 第三句话")
    scene.says("撤回")
    assert scene.draft(SEED).text == first
    assert scene.draft(SEED).variant("改").text == "第一句话"
    scene.says(f"通过 {n}")
    stage.wait(61)
    assert scene.reply(SEED) == first


def test_the_variant_that_waits_is_named_to_who_wants_another(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    scene.says(f"看 {n}")
    scene.says(f"通过 {n}")
    said = f"，没有换成 B。要换：先「撤回 {n}」，再「通过 {n}B」"
    assert scene.says(f"通过 {n}B") == f"{n} 等着发的是 A 稿{said}"
    scene.says(f"撤回 {n}")
    assert f"{n}（B 稿）将在" in scene.says(f"通过 {n}B")
    assert "没有重复" in scene.says(f"通过 {n}B")
    scene.says(f"撤回 {n}")
    scene.says(f"改 {n} 谢谢你")
    scene.says(f"通过 {n}")
    assert scene.says(f"通过 {n}B") == f"{n} 等着发的是手改的一稿{said}"
    stage.wait(61)
    assert scene.reply(SEED) == "谢谢你"
    assert scene.says(f"通过 {n}B").startswith(f"{n} 已经发出的是手改的一稿，没有换成 B。")


def test_a_reply_taken_back_whose_comment_stays_elected_says_so(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    scene.says(f"看 {n}")
    scene.says(f"通过并精选 {n}")
    stage.wait(70)
    assert scene.record(SEED).elected
    assert scene.says(f"撤回 {n}").endswith(f"留言还是精选，要取消回「取消精选 {n}」")
    stage.wait(5)
    assert scene.record(SEED).elected
    scene.says(f"取消精选 {n}")
    stage.wait(5)
    assert not scene.record(SEED).elected


def test_what_was_said_to_be_pasted_too_early_is_to_be_pasted_again(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(profile="未认证公众号")
    owner = stage.owner()
    article = stage.box.publish_by_hand("加班之后", "聊聊加班。")
    owner.says(f"登记 {article.long_url} 加班之后")
    stage.settle()
    owner.says(f"导入 文章1 {QUESTION}")
    stage.settle()
    owner.says("待审")
    owner.says("通过 1")
    owner.says("已贴 1")
    assert "要撤这一步请回「撤回 1」" in owner.says("撤回").text
    assert owner.says("撤回 1").text.startswith("1 还在待张贴")
    assert "待张贴 1 条：1" in owner.says("状态").text
    assert owner.says("已贴 1").text == "1 已完成。"


def test_an_edit_of_somebody_else_in_between_is_not_undone(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    editor = scene.editor()
    scene.says(f"改 {n} 我的话")
    editor.says(f"改 {n} 编辑的话")
    scene.says("撤回")
    assert scene.draft(SEED).text == "编辑的话"


def test_steps_that_cannot_be_taken_back_by_a_word_say_which_word_can(stage: Stage) -> None:
    scene = open_scene(stage, SEED, MOTHER)
    n, m = scene.items[SEED], scene.items[MOTHER]
    scene.says(f"通过 {n}")
    stage.wait(61)
    for did, typing in ((f"精选 {n}", f"取消精选 {n}"), (f"屏蔽 {m}", f"解除屏蔽 {m}"), ("暂停", "恢复")):
        scene.says(did)
        answer = scene.says("撤回")
        assert f"上一步是「{did}」" in answer
        assert f"「{typing}」" in answer
        assert scene.draft(SEED).state is DraftState.SENT
        scene.says(typing)


def test_a_later_step_of_any_kind_keeps_an_earlier_reply_from_being_deleted(stage: Stage) -> None:
    scene = open_scene(stage, SEED, MOTHER)
    n, m = scene.items[SEED], scene.items[MOTHER]
    scene.says(f"通过 {n}")
    stage.wait(61)
    scene.says(f"拒绝 {m}")
    article = stage.box.publish_by_hand("另一篇", "正文")
    steps = (
        f"恢复 {m}",
        "授权 观察",
        f"登记 {article.long_url} 另一篇",
        "导入 文章2 请问一下怎么报名？",
        "暂停",
        "恢复",
    )
    for step in steps:
        scene.says(step)
        answer = scene.says("撤回")
        assert f"上一步是「{' '.join(step.split(' ')[:1])}" in answer, (step, answer)
        assert scene.draft(SEED).state is DraftState.SENT
        assert scene.draft(MOTHER).state is DraftState.PENDING
    assert f"正在从文章中删除 {n} 的回复" in scene.says(f"撤回 {n}")


def test_an_election_taken_back_before_it_was_done_is_not_done(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    scene.says(f"精选 {n}")
    assert "正在取消精选" in scene.says(f"取消精选 {n}")
    stage.wait(5)
    assert not scene.record(SEED).elected
    assert "本来就不是精选" in scene.says(f"取消精选 {n}")
    scene.says(f"精选 {n}")
    stage.wait(5)
    assert scene.record(SEED).elected
    assert "已是精选" in scene.says(f"精选 {n}")


def test_rejections_are_taken_back_as_what_they_are(stage: Stage) -> None:
    scene = open_scene(stage, SEED, MOTHER)
    numbers = f"{scene.items[SEED]} {scene.items[MOTHER]}"
    scene.says(f"拒绝 {numbers}")
    answer = scene.says("撤回")
    assert answer.startswith("2 条已退回待审")
    assert "未发出" not in answer
    assert {scene.draft(SEED).state, scene.draft(MOTHER).state} == {DraftState.PENDING}


def test_a_second_taking_back_says_that_it_was_done_before(stage: Stage) -> None:
    scene = open_scene(stage, SEED, MOTHER)
    n = scene.items[SEED]
    assert "这一步撤不了" in scene.says("撤回")
    assert "没有要撤回的" in scene.says(f"撤回 {n}")
    scene.says(f"通过 {n}")
    scene.says(f"撤回 {n}")
    assert "刚才已经撤回" in scene.says(f"撤回 {n}")
    assert "已经撤回过" in scene.says("撤回")


def test_an_answer_in_the_mailbox_can_be_taken_back_until_it_is_said(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(profile="未认证公众号")
    owner, reader = stage.owner(), stage.box.follower("小林")
    reader.says(f"留言 {QUESTION}")
    stage.settle()
    owner.says("待审")
    owner.says("通过 1")
    stage.wait(61)
    assert "等这位读者" in owner.says("通过 1").text
    assert "尚未发出" in owner.says("撤回 1").text
    assert "作者回复了你" not in reader.says("我的").text
    owner.says("通过 1")
    stage.wait(61)
    assert "作者回复了你" in reader.says("我的").text
    assert "收不回来" in owner.says("撤回 1").text


def test_dropped_and_expired_drafts_come_back(stage: Stage) -> None:
    scene = open_scene(stage, SEED, COLD)
    n, m = scene.items[SEED], scene.items[COLD]
    scene.says(f"拒绝 {n}")
    late = scene.says(f"通过 {n}")
    assert "不回复" in late
    assert f"恢复 {n}" in late
    assert scene.says(f"恢复 {n}").startswith(f"{n} ★")
    stage.wait(73 * 3600, jobs=True)
    assert "72 小时没有决定" in scene.says("好")
    assert f"恢复 {m}" in scene.says(f"通过 {m}")
    assert scene.says(f"恢复 {m}").startswith(f"{m} ★")
    assert f"你 恢复〔恢复 {m}〕" in scene.says(f"查 {m}")
    assert "不用恢复" in scene.says(f"恢复 {m}")
    stage.wait(73 * 3600, jobs=True)
    stage.wait(8 * 86400, jobs=True)
    assert "超过 7 天" in scene.says(f"恢复 {m}")


@pytest.mark.parametrize(
    "steps", ["通过 {n}|撤回", "通过 {n}|撤回 {n}", "跳过 {n}", "认领 {n}", "精选 {n}", "屏蔽 {n}"]
)
def test_an_ok_to_what_was_just_done_approves_nothing(stage: Stage, steps: str) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    stage.clock.advance(200)
    scene.says(f"看 {n}")
    for step in steps.split("|"):
        scene.says(step.format(n=n))
    assert scene.says("ok").startswith("要通过哪一条？")
    assert scene.draft(SEED).state in (DraftState.PENDING, DraftState.SNOOZED)
    scene.says(f"看 {n}")
    assert "秒后发出" in scene.says("ok")


def test_an_edit_that_another_creator_let_out_is_told_as_such(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    editor = scene.editor()
    scene.says(f"改 {n} 我的话")
    editor.says(f"看 {n}")
    editor.says(f"通过 {n}")
    assert scene.says("撤回") == f"「改 {n}」没有撤：{n} 在那之后又变过，现在是「已通过」。回「查 {n}」看经过。"
    assert scene.draft(SEED).state is DraftState.APPROVED


def test_a_claim_given_up_is_a_step_of_its_own(stage: Stage) -> None:
    scene = open_scene(stage, SEED, MOTHER)
    n, m = scene.items[SEED], scene.items[MOTHER]
    scene.says(f"认领 {m}")
    scene.says(f"通过 {n}")
    stage.wait(61)
    scene.says(f"取消认领 {m}")
    assert f"「取消认领 {m}」，没有动。要撤这一步请回「认领 {m}」" in scene.says("撤回")
    assert scene.draft(SEED).state is DraftState.SENT


def test_only_a_card_that_stands_in_the_answer_counts_as_shown(stage: Stage) -> None:
    scene = open_scene(stage, SEED, MOTHER)
    n, m = scene.items[SEED], scene.items[MOTHER]
    scene.says(f"改 {n} " + "短一些的手写回复。" * 15)
    scene.says(f"改 {m} " + "很长的一段手写回复。" * 30)
    scene.says(f"拒绝 {n} {m}")
    seen = scene.says(f"恢复 {n} {m}")
    editor = scene.editor()
    editor.says(f"看 {m}")
    assert scene.draft(MOTHER).text not in seen
    assert seen.endswith(f"{m} 已退回待审。")


@pytest.mark.parametrize("words", ["别发{n}", "{n}别发了", "不通过 {n}", "先别发 {n}"])
def test_who_takes_a_held_reply_back_in_other_words_is_offered_that(stage: Stage, words: str) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    assert f"「拒绝 {n}」" in scene.says(words.format(n=n))
    scene.says(f"通过 {n}")
    assert f"是要「撤回 {n}」吗" in scene.says(words.format(n=n))
    assert scene.says("是").startswith(f"{n} 已取消，尚未发出")
