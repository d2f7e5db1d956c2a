"""连审: one card at a time and one digit a card; a digit decides only what was displayed, and only inside the mode."""

from __future__ import annotations

from bot.domain.draft import DraftState
from tests.scenarios.scene import AGAINST, CRISIS, METHOD, MOTHER, QUESTION, SEED, Scene, open_scene
from tests.stage import Stage, item_of

DIGITS = "1 通过　2 换稿　3 不回　4 跳过　0 退出"
FOUR = (SEED, QUESTION, MOTHER, AGAINST)


def on_display(scene: Scene, text: str) -> str:
    """The comment whose card is in this message."""
    [words] = [words for words in scene.comments if f"｜「{words[:10]}" in text]
    return words


def states(scene: Scene) -> dict[str, DraftState]:
    """The state of every draft by its comment."""
    return {words: scene.draft(words).state for words in scene.comments}


def test_each_digit_does_its_one_thing_to_the_card_on_display(stage: Stage) -> None:
    scene = open_scene(stage, *FOUR, show=False)
    first = scene.says("连审")
    assert first.endswith(DIGITS)
    approved = on_display(scene, first)
    swapped = scene.says("1")
    assert "将在 60 秒后发出" in swapped
    dropped = on_display(scene, swapped)
    before = scene.draft(dropped).chosen
    other = scene.says("2")
    assert "→ " in other
    assert other.endswith(DIGITS)
    assert scene.draft(dropped).chosen != before
    third = scene.says("3")
    assert f"{scene.draft(dropped).number} 不回复" in third
    skipped = on_display(scene, third)
    fourth = scene.says("４")
    assert "再提" in fourth
    last = on_display(scene, fourth)
    assert scene.says("0") == "已退出连审，这一轮处理了 3 条。回「待审」看列表。"
    assert states(scene) == {
        approved: DraftState.APPROVED,
        dropped: DraftState.REJECTED,
        skipped: DraftState.SNOOZED,
        last: DraftState.PENDING,
    }


def test_the_swapped_text_is_what_goes_out(stage: Stage) -> None:
    scene = open_scene(stage, SEED, show=False)
    scene.says("连审")
    shown = scene.says("2")
    displayed = next(line for line in shown.splitlines() if line.startswith("→ "))[2:]
    assert "处理了 1 条" in scene.says("1")
    stage.wait(61)
    assert scene.reply(SEED) == displayed


def test_a_card_that_changed_meanwhile_is_shown_again_and_nothing_is_done(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    editor = scene.editor()
    scene.says("连审")
    editor.says(f"改 {scene.items[SEED]} 谢谢你试了，下次说说过程？")
    again = scene.says("1")
    assert "没有执行" in again
    assert "→ 谢谢你试了" in again
    assert scene.draft(SEED).state is DraftState.PENDING
    assert "将在 60 秒后发出" in scene.says("1")


def test_a_card_decided_by_another_creator_names_them_and_goes_on(stage: Stage) -> None:
    scene = open_scene(stage, SEED, QUESTION)
    editor = scene.editor()
    on_card = on_display(scene, scene.says("连审"))
    editor.says(f"看 {scene.items[on_card]}")
    editor.says(f"通过 {scene.items[on_card]}")
    answer = scene.says("3")
    assert "编辑1" in answer
    assert scene.draft(on_card).state is DraftState.APPROVED
    [other] = set(scene.comments) - {on_card}
    assert on_display(scene, answer) == other
    assert scene.draft(other).state is DraftState.PENDING


def test_after_ten_idle_minutes_a_digit_only_shows_the_item(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    scene.says("连审")
    stage.clock.advance(601)
    answer = scene.says(str(n))
    assert "连审已结束（10 分钟未操作）" in answer
    assert "· B 共情" in answer
    assert scene.draft(SEED).state is DraftState.PENDING


def test_any_other_command_ends_the_mode(stage: Stage) -> None:
    scene = open_scene(stage, *FOUR)
    scene.says("连审")
    scene.says("状态")
    for digit in "1234":
        assert "秒后" not in scene.says(digit)
    assert set(states(scene).values()) == {DraftState.PENDING}


def test_the_digit_may_be_written_in_every_way_and_the_card_is_the_one_displayed(stage: Stage) -> None:
    scene = open_scene(stage, *FOUR, show=False)
    answer = scene.says("连审")
    for typed in ("1。", "１", "一", "通过"):
        words = on_display(scene, answer)
        answer = scene.says(typed)
        assert f"{scene.draft(words).number} 将在 60 秒后发出" in answer
    assert set(states(scene).values()) == {DraftState.APPROVED}


def test_another_digit_says_which_there_are_and_stays(stage: Stage) -> None:
    scene = open_scene(stage, SEED, QUESTION, show=False)
    words = on_display(scene, scene.says("连审"))
    for typed in ("5", "11", "九", "７"):
        assert scene.says(typed).startswith("这里只有 1 2 3 4 0")
    scene.says("1")
    assert scene.draft(words).state is DraftState.APPROVED
    assert scene.says("不").startswith("已退出连审，这一轮处理了 1 条")


def test_what_ends_the_mode_says_so(stage: Stage) -> None:
    scene = open_scene(stage, *FOUR)
    for other in ("状态", "今天天气不错", "榜"):
        scene.says("连审")
        assert "已退出连审。" in scene.says(other)
        assert "已退出连审" not in scene.says(other)
    scene.says("连审")
    assert "已退出" not in scene.says("0").replace("已退出连审，这一轮", "")


def test_outside_the_mode_a_lone_digit_only_shows(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    assert scene.says(str(n)).startswith(f"{n} ★")
    assert scene.draft(SEED).state is DraftState.PENDING


def test_a_text_the_gate_stops_stays_on_display(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    scene.says(f"改 {scene.items[SEED]} 加我微信 abc12345 细聊")
    scene.says("连审")
    stopped = scene.says("1")
    assert "没有发送" in stopped
    assert stopped.endswith(DIGITS)
    assert scene.draft(SEED).state is DraftState.PENDING
    assert "不回复" in scene.says("3")


def test_fifty_cards_take_fifty_keystrokes(stage: Stage) -> None:
    texts = [f"我试过第{n}种方法，坚持了{n}周，确实有用，孩子作业也写得快了" for n in range(1, 51)]
    scene = open_scene(stage, *texts, show=False)
    waiting = stage.stores.drafts.queue_length()
    assert waiting == 50
    answer = scene.says("连审")
    for _ in range(waiting):
        assert DIGITS in answer
        answer = scene.says("1")
    assert "处理了 50 条，没有待审了" in answer
    assert set(states(scene).values()) == {DraftState.APPROVED}


def test_a_call_for_help_is_decided_by_a_digit_like_any_card_shown(stage: Stage) -> None:
    scene = open_scene(stage, METHOD, CRISIS, show=False)
    first = scene.says("连审")
    assert on_display(scene, first) == CRISIS
    assert "⚠危机" in first
    scene.says("4")
    assert scene.draft(CRISIS).state is DraftState.SNOOZED


def test_observers_cannot_begin(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    observer = scene.editor("观众", "观察")
    assert "要编辑或主理人来做" in observer.says("连审").text
    assert item_of(observer.says("待审").text, SEED[:6]) == scene.items[SEED]


def test_an_empty_queue_says_when_comments_are_looked_for_next(stage: Stage) -> None:
    scene = open_scene(stage)
    assert "没有待审" in scene.says("连审")
    assert "没有 1 号" in scene.says("1")
