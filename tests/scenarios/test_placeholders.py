"""A draft that only promises an answer takes the place of the one reply there can be: it is said before it goes out."""

from __future__ import annotations

from bot.domain.draft import DraftState
from tests.scenarios.scene import COLD, QUESTION, SEED, open_scene
from tests.stage import Stage

HINT = "这稿没有回答，只能回一次：回「改 {n} 你的回答」"
OWN = "先把加班的小时数列出来，再约一个安静的时间谈。"


def test_the_card_of_a_promise_says_so_in_three_lines(stage: Stage) -> None:
    scene = open_scene(stage, QUESTION, SEED)
    page = scene.says("待审")
    n = scene.items[QUESTION]
    cards = {block.split(" ", 1)[0]: block.split("\n") for block in page.split("\n\n") if "★" in block}
    first, second, third = cards[str(n)]
    assert QUESTION in first
    assert second == f"→ {scene.draft(QUESTION).text}"
    assert third.endswith(HINT.format(n=n))
    assert "这稿没有回答" not in "".join(cards[str(scene.items[SEED])])
    assert HINT.format(n=n) in scene.says(f"看 {n}")
    assert HINT.format(n=n) in scene.says(f"换 {n}")


def test_own_words_and_what_is_decided_carry_no_such_hint(stage: Stage) -> None:
    scene = open_scene(stage, QUESTION)
    n = scene.items[QUESTION]
    scene.says(f"改 {n} {OWN}")
    assert "这稿没有回答" not in scene.says("待审")
    assert "秒后发出" in scene.says(f"通过 {n}")
    assert "这稿没有回答" not in scene.says(f"看 {n}")


def test_a_batch_names_it_and_lets_it_out_for_it_is_no_risk(stage: Stage) -> None:
    scene = open_scene(stage, SEED, QUESTION, COLD)
    asked = scene.says("全部通过")
    assert f"含 1 条要留意的：{scene.items[COLD]} 抱怨" in asked
    assert f"其中 {scene.items[QUESTION]} 没有回答" in asked
    assert scene.draft(SEED).state is DraftState.PENDING
    scene.says(f"看 {scene.items[QUESTION]}")
    sent = scene.says(f"通过 {scene.items[SEED]}、{scene.items[QUESTION]}B")
    assert sent.startswith("已排队 2 条")
    assert f"其中 {scene.items[QUESTION]} 没有回答" in sent
    scene.says("撤回")
    scene.says(f"改 {scene.items[QUESTION]} {OWN}")
    assert "没有回答" not in scene.says(f"通过 {scene.items[SEED]}、{scene.items[QUESTION]}")
