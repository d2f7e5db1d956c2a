"""问答库: what was answered to two readers is drafted for the third who asks the same, and says where it comes from."""

from __future__ import annotations

import msgspec
import pytest

from bot.domain.comment import Variant
from bot.stores.bank import BankEntry
from handlers.erasure import erase
from tests.scenarios.scene import SEED, Scene, open_scene
from tests.stage import Stage

FIRST = "请问新手第一次谈加班补贴，怎么开口比较好？"
SECOND = "第一次谈加班补贴该怎么开口？"
THIRD = "加班补贴要怎么谈啊？第一次谈"
OTHER = "请问烤戚风用什么模具？"
ANSWER = "先把加班的小时数列出来，再约一个安静的时间谈。"


def bank(stage: Stage) -> list[BankEntry]:
    """The whole bank."""
    return stage.stores.bank.all()


def answer(scene: Scene, words: str, text: str) -> None:
    """The owner answers a comment in their own words."""
    if words not in scene.items:
        scene.says("待审")
        scene.items[words] = scene.draft(words).number
    assert "秒后发出" in scene.says(f"改并发 {scene.items[words]} {text}")


@pytest.fixture
def scene(stage: Stage) -> Scene:
    """Two readers asked the same and were answered."""
    scene = open_scene(stage, FIRST, SECOND, OTHER)
    answer(scene, FIRST, "先想好数字再开口。")
    stage.wait(30)
    answer(scene, SECOND, ANSWER)
    stage.settle()
    return scene


def test_the_third_reader_who_asks_is_drafted_the_earlier_answer(stage: Stage, scene: Scene) -> None:
    scene.comment(THIRD)
    draft = scene.draft(THIRD)
    assert draft.text == ANSWER
    assert len(draft.variants) >= 2
    number = next(entry.n for entry in bank(stage) if entry.answer == ANSWER)
    card = scene.says("待审")
    assert f"沿用问答 {number}" in card
    assert "重复，请改" in card
    assert ANSWER not in scene.says(f"换 {scene.draft(THIRD).number}")


def test_only_the_third_and_only_of_the_same_question(stage: Stage) -> None:
    scene = open_scene(stage, FIRST)
    answer(scene, FIRST, ANSWER)
    scene.comment(SECOND)
    assert scene.draft(SECOND).text != ANSWER
    answer(scene, SECOND, ANSWER)
    scene.comment(OTHER)
    assert ANSWER not in {variant.text for variant in scene.draft(OTHER).variants}


def test_a_use_is_counted_and_makes_no_second_entry(stage: Stage, scene: Scene) -> None:
    before = len(bank(stage))
    scene.comment(THIRD)
    scene.says("待审")
    scene.says(f"通过 {scene.draft(THIRD).number}")
    stage.wait(61)
    assert scene.reply(THIRD) == ANSWER
    assert len(bank(stage)) == before
    assert [entry.uses for entry in bank(stage) if entry.answer == ANSWER] == [1]


def test_the_bank_is_listed_edited_and_pruned_in_chat(stage: Stage, scene: Scene) -> None:
    listed = scene.says("问答库")
    assert "问答库 1 条" in listed
    assert f"「{SECOND}」" in listed
    assert f"→ {ANSWER}" in listed
    one, two = (entry.n for entry in bank(stage))
    assert "改好了" in scene.says(f"问答库 {two} 改 先列清楚小时数，再谈。")
    assert "→ 先列清楚小时数，再谈。" in scene.says("问答库")
    assert "联系方式" in scene.says(f"问答库 {two} 改 加微信 abc12345 细聊")
    assert "没有 99" in scene.says("问答库 99 删")
    assert "已删除" in scene.says(f"问答库 {two} 删")
    assert f"上一步是「问答库 {two} 删」，这一步撤不了" in scene.says("撤回")
    assert bank(stage) == []
    assert one != two
    scene.comment(THIRD)
    assert "先列清楚" not in scene.draft(THIRD).text


def test_an_answer_taken_back_or_given_to_no_question_is_not_kept(stage: Stage) -> None:
    scene = open_scene(stage, FIRST, SEED)
    answer(scene, FIRST, ANSWER)
    scene.says("撤回")
    answer(scene, SEED, "哪一种方法呢？")
    assert bank(stage) == []
    assert "还是空的" in scene.says("问答库")


def test_a_promise_let_out_as_it_was_is_no_answer(stage: Stage) -> None:
    scene = open_scene(stage, FIRST, SECOND)
    for words in (FIRST, SECOND):
        scene.says(f"通过 {scene.items[words]}")
    stage.wait(61)
    assert scene.reply(FIRST) is not None
    assert bank(stage) == []
    scene.comment(THIRD)
    assert not any("沿用" in variant.kind for variant in scene.draft(THIRD).variants)


def test_what_the_creator_edited_goes_before_what_was_used_more_and_came_later(stage: Stage, scene: Scene) -> None:
    one, two = bank(stage)
    stores = stage.stores
    stores.bank.put(msgspec.structs.replace(two, uses=5))
    stores.unit.commit()
    scene.says(f"问答库 {one.n} 改 先列清楚小时数，再谈。")
    listed = scene.says("问答库")
    assert "→ 先列清楚小时数，再谈。" in listed
    assert ANSWER not in listed
    scene.comment(THIRD)
    assert scene.draft(THIRD).text == "先列清楚小时数，再谈。"


def test_promises_kept_by_an_earlier_version_are_neither_offered_nor_kept(stage: Stage) -> None:
    scene = open_scene(stage, FIRST, SECOND)
    stores = stage.stores
    for words in (FIRST, SECOND):
        draft = scene.draft(words)
        bare = [Variant(one.name, one.kind, one.text, one.rule) for one in draft.variants]
        stores.drafts.put(msgspec.structs.replace(draft, variants=tuple(bare)), stage.clock.now())
        stores.bank.add(words, draft.text, draft.id, stage.clock.now())
    stores.unit.commit()
    assert len(bank(stage)) == 2
    scene.comment(THIRD)
    assert not any("沿用" in variant.kind for variant in scene.draft(THIRD).variants)
    scene.says("问答库")
    stage.settle()
    assert bank(stage) == []
    assert "还是空的" in scene.says("问答库")


def test_a_question_without_a_draft_gets_the_creators_earlier_answer(stage: Stage) -> None:
    asked = ("结局是什么意思啊", "请问结局是什么意思？", "最后的结局是什么意思？")
    scene = open_scene(stage, *asked[:2], show=False)
    for words in asked[:2]:
        answer(scene, words, "是老王。")
    scene.comment(asked[2])
    assert [variant.text for variant in scene.draft(asked[2]).variants] == ["是老王。"]


def test_what_an_erased_reader_asked_leaves_the_bank(stage: Stage, scene: Scene) -> None:
    stores = stage.stores
    asked = stores.comments.get(scene.draft(SECOND).id)
    assert asked is not None
    erase(stores, asked.pid, stage.clock.now())
    stores.unit.commit()
    assert [entry.question for entry in bank(stage)] == [FIRST]


def test_ordinary_talk_about_the_bank_changes_nothing(stage: Stage, scene: Scene) -> None:
    before = bank(stage)
    for talk in ("问答库真好用", "问答库 4 个人在用", "问答库改得不错", "问答库 怎么删"):
        scene.says(talk)
    assert bank(stage) == before
