"""Comments that only the creator can answer: an item like all others, without a draft, until somebody writes one."""

from __future__ import annotations

import re

import pytest

from bot.domain.draft import DraftState
from tests.scenarios.scene import BAKING, CHILD, CRISIS, MOTHER, SEED, Scene, open_scene
from tests.stage import Stage, item_of

HEAVY = "我妈去年查出肿瘤，看这篇看哭了"
ASKED = "这个演员是谁？"
UNFIT = "最后的结局是什么意思？"
IDLE = ("哈哈哈哈", "写得太好了", "扣1", "加V信 abc12345 领资料", "你这种人也配写字")
OWN = "谢谢你讲出来，愿她早日好起来。"


def card_of(page: str, words: str) -> list[str]:
    """The lines of the card that quotes these words."""
    return next(block for block in page.split("\n\n") if words in block).split("\n")


@pytest.fixture
def scene(stage: Stage) -> Scene:
    """One comment with a draft, one of each kind without, and those that nobody has to answer."""
    return open_scene(stage, SEED, HEAVY, ASKED, UNFIT, *IDLE, show=False)


def opened(scene: Scene, *texts: str) -> dict[str, int]:
    """All cards shown; the numbers of these comments."""
    seen = scene.says("待审")
    while "回「更多」" in seen.split("\n\n")[-1]:
        seen += "\n\n" + scene.says("更多")
    return {text: item_of(seen, text[:12]) for text in texts}


@pytest.mark.parametrize(
    ("words", "why"),
    [(HEAVY, "话题沉重，请你亲自回"), (ASKED, "在问你，请你亲自答"), (UNFIT, "现成的话都不合适，请你来写")],
)
def test_the_card_says_why_there_is_no_draft_and_what_to_type(scene: Scene, words: str, why: str) -> None:
    number = opened(scene, words)[words]
    page = scene.says("待审")
    while words not in page:
        page = scene.says("更多")
    first, second, third = card_of(page, words)
    assert first.startswith(f"{number} ★")
    assert second == f"→ （没有草稿：{why}。回「改 {number} 你的话」）"
    assert "不回" in third
    assert "通过" not in third
    assert "换" not in third
    full = scene.says(f"看 {number}")
    assert f"（没有草稿：{why}。回「改 {number} 你的话」）" in full
    assert "msgmenucontent=%E9%80%9A%E8%BF%87" not in full


def test_only_what_a_person_should_answer_is_listed_in_the_order_of_value(stage: Stage, scene: Scene) -> None:
    assert {waiting.id for waiting in stage.stores.drafts.queue()} == {
        scene.draft(words).id for words in (SEED, HEAVY, ASKED, UNFIT)
    }
    assert scene.says("待审").startswith("待审 4 条")
    for words in IDLE:
        assert stage.stores.drafts.get(f"{scene.article.key}_{scene.comments[words]}") is None


def test_the_state_counts_those_that_need_no_reply_apart(stage: Stage, scene: Scene) -> None:
    page = scene.says("状态")
    assert page.startswith("待审 4 条")
    assert f"今天另有 {len(IDLE)} 条建议不回" in page
    stage.wait(30 * 3600)
    assert "建议不回" not in scene.says("状态")


def test_approving_is_refused_and_names_the_way_out(scene: Scene) -> None:
    n = opened(scene, HEAVY)[HEAVY]
    for command in (f"通过 {n}", f"通过并精选 {n}", f"通过 {n}B", f"换 {n}", f"改 {n} B", f"改并发 {n} B"):
        answer = scene.says(command)
        assert answer.startswith(f"{n} 没有草稿"), command
        assert f"改 {n} 你的话" in answer
        assert "\n" not in answer
    assert scene.draft(HEAVY).state is DraftState.PENDING
    assert not scene.record(HEAVY).elected


def test_own_words_go_out_like_any_draft(stage: Stage, scene: Scene) -> None:
    n = opened(scene, HEAVY)[HEAVY]
    assert OWN in scene.says(f"改 {n} {OWN}")
    assert "秒后发出" in scene.says(f"通过 {n}")
    stage.wait(61)
    assert scene.reply(HEAVY) == OWN
    scene.says(f"撤回 {n}")
    stage.settle()
    assert scene.draft(HEAVY).state is DraftState.PENDING


def test_an_edit_taken_back_leaves_the_reason(scene: Scene) -> None:
    n = opened(scene, HEAVY)[HEAVY]
    scene.says(f"改 {n} {OWN}")
    assert f"（没有草稿：话题沉重，请你亲自回。回「改 {n} 你的话」）" in scene.says("撤回")


def test_batches_pass_over_and_name_them(stage: Stage, scene: Scene) -> None:
    items = opened(scene, SEED, HEAVY, ASKED)
    said = scene.says(f"通过 {items[SEED]}、{items[HEAVY]}、{items[ASKED]}")
    assert said.startswith(f"已排队 1 条：{items[SEED]}（")
    assert f"{items[HEAVY]}、{items[ASKED]} 没有草稿，没有放进来" in said
    scene.says("撤回")
    said = scene.says("全部通过")
    assert said.startswith(f"已排队 1 条：{items[SEED]}（")
    bare = re.search(r"\n([\d、]+) 没有草稿，没有放进来", said)
    assert bare
    assert {str(items[HEAVY]), str(items[ASKED])} < set(bare[1].split("、"))
    stage.wait(61)
    assert scene.sends() == 1


def test_alone_they_are_no_batch(stage: Stage) -> None:
    scene = open_scene(stage, HEAVY, ASKED)
    said = scene.says("全部通过")
    assert "没有草稿，没有放进来" in said
    assert stage.stores.drafts.approved() == []


def test_they_are_refused_put_off_and_brought_back_like_all_others(stage: Stage, scene: Scene) -> None:
    items = opened(scene, HEAVY, ASKED)
    assert "不回复" in scene.says(f"拒绝 {items[HEAVY]} 我私下联系")
    assert f"没有草稿：话题沉重，请你亲自回。回「改 {items[HEAVY]} 你的话」" in scene.says(f"恢复 {items[HEAVY]}")
    assert "先放着" in scene.says(f"跳过 {items[ASKED]}")
    assert ASKED not in scene.says("待审")
    stage.wait(73 * 3600, jobs=True)
    assert scene.draft(HEAVY).state is DraftState.EXPIRED
    assert "没有草稿" in scene.says(f"恢复 {items[HEAVY]}")
    assert scene.draft(HEAVY).state is DraftState.PENDING


def test_the_review_refuses_one_and_stays(stage: Stage) -> None:
    scene = open_scene(stage, HEAVY, show=False)
    card = scene.says("连审")
    n = item_of(card, HEAVY[:10])
    said = scene.says("1")
    assert said.startswith(f"{n} 没有草稿")
    assert "0 退出" in said
    assert scene.says("2").startswith(f"{n} 没有草稿")
    assert f"{n} 不回复" in scene.says("3")


def test_a_new_voice_leaves_them_as_they_are(stage: Stage, scene: Scene) -> None:
    n = opened(scene, HEAVY)[HEAVY]
    before = scene.draft(HEAVY)
    scene.says("语气 俏皮")
    stage.settle()
    assert scene.draft(HEAVY) == before
    assert "没有草稿：话题沉重" in scene.says(f"看 {n}")


def test_a_new_voice_may_find_a_draft_and_lose_it_again(stage: Stage) -> None:
    scene = open_scene(stage, show=False)
    banned = "禁用词 你、我、这、就、谢、看、读、写、想"
    scene.says(banned)
    scene.comment(MOTHER)
    n = opened(scene, MOTHER)[MOTHER]
    assert "没有草稿：现成的话都不合适" in scene.says(f"看 {n}")
    scene.says("禁用词 无")
    stage.settle()
    assert scene.draft(MOTHER).variants
    assert f"→ {scene.draft(MOTHER).text}" in scene.says("待审")
    scene.says(banned)
    stage.settle()
    assert scene.draft(MOTHER).variants == ()
    assert scene.says(f"通过 {n}").startswith(f"{n} 没有草稿")
    assert "没有草稿：现成的话都不合适" in scene.says("待审")


def test_deleted_or_answered_elsewhere_they_close(stage: Stage, scene: Scene) -> None:
    items = opened(scene, HEAVY, ASKED)
    scene.article.delete_comment(scene.comments[HEAVY])
    scene.article.reply_by_hand(scene.comments[ASKED], "是老王。")
    for _ in range(3):
        stage.wait(7 * 3600)
    assert scene.draft(ASKED).state is DraftState.OUTSIDE
    assert scene.draft(HEAVY).state is DraftState.GONE
    assert "已失效" in scene.says(f"通过 {items[HEAVY]}")


def test_their_trail_and_their_score_are_told(scene: Scene) -> None:
    n = opened(scene, HEAVY)[HEAVY]
    assert "没有草稿：话题沉重" in scene.says(f"查 {n}")
    assert "质量" in scene.says(f"为什么 {n}")


def test_readers_own_words_and_imported_ones_come_the_same_way(stage: Stage) -> None:
    scene = open_scene(stage, show=False)
    reader = stage.box.follower("小林")
    assert "作者看到会回复" in reader.says(f"留言 {HEAVY}").text
    scene.says(f"导入 文章1\n{ASKED}\n考的啥\n{UNFIT}\n哈哈哈哈")
    stage.settle()
    page = scene.says("待审") + scene.says("更多")
    assert page.startswith("待审 4 条")
    for words in (HEAVY, ASKED, "考的啥", UNFIT):
        item_of(page, words)
    n = item_of(page, HEAVY[:10])
    scene.says(f"改并发 {n} {OWN}")
    stage.wait(61)
    assert OWN in reader.says("我的").text
    n = item_of(page, ASKED)
    assert "待张贴" in scene.says(f"改并发 {n} 是老王。")


def test_a_note_counts_them(stage: Stage) -> None:
    scene = open_scene(stage, HEAVY, show=False)
    for _ in range(3 * 26):
        stage.wait(1200, jobs=True)
    assert any("待审 1 条" in line.text for line in scene.owner.chat if line.author == "account")


def test_no_words_promise_what_is_not_done(stage: Stage) -> None:
    scene = open_scene(stage, SEED, MOTHER, BAKING, CHILD, CRISIS, HEAVY, *IDLE, show=False)
    waiting = {one.id for one in stage.stores.drafts.queue()}
    for comment in stage.stores.comments.scan(scene.article.key):
        assert comment.triage is not None
        if comment.id not in waiting:
            assert not re.search(r"请你|请人", comment.triage.decision), comment.triage.decision
