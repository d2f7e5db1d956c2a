"""The example dialogues of creators and the one of leaving, each as a story: number, state and next command stand."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.domain.draft import DraftState
from tests.scenarios.scene import AGAINST, BAKING, CHILD, COLD, METHOD, MOTHER, QUESTION, SEED, SIX, open_scene
from tests.stage import Stage

HINT = "没有执行任何操作"


def test_1_a_list_shows_whole_cards_with_taps(stage: Stage) -> None:
    scene = open_scene(stage, SEED, QUESTION, MOTHER)
    head, *cards = scene.says("待审").split("\n\n")
    assert head.startswith("待审 3 条")
    assert len(cards) == 3
    for card in cards:
        first, draft, taps = card.split("\n")
        number = int(first.split(" ")[0])
        assert re.fullmatch(rf"{number} ★\d+ \S+｜「.+」", first)
        assert draft.startswith("→ ")
        assert re.findall(r">(\S+?)</a>", taps) == ["通过", "换", "不回"]
        assert f"msgmenucontent=%E9%80%9A%E8%BF%87{number}.k" in taps
    mine = next(card for card in cards if "我试过" in card)
    assert re.search("哪", mine)
    assert "新发现" in mine or "发现" in mine


def test_2_approving_sends_after_a_minute_and_says_nothing_more(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    assert scene.says(f"通过{n}。".translate(str.maketrans("0123456789", "０１２３４５６７８９"))) == (
        f"{n} 将在 60 秒后发出。反悔：撤回"
    )
    before = len(stage.box.inbox(scene.owner))
    stage.wait(61)
    assert len(stage.box.inbox(scene.owner)) == before
    trail = scene.says(f"查{n}")
    assert f"{n} 的经过（现在：已发）" in trail
    assert re.search(r"\d\d:\d\d 已发出", trail)


def test_3_approving_again_sends_nothing_and_says_when_it_was_sent(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    scene.says(f"通过 {n}")
    assert "没有重复" in scene.says(f"通过 {n}")
    stage.wait(61)
    assert re.match(rf"{n} 刚才已发送（\d\d:\d\d），没有重复发。", scene.says(f"通过 {n}"))
    stage.wait(600)
    assert scene.sends() == 1


def test_4_an_edit_keeps_its_punctuation_and_still_needs_approval(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    wide = str(n).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    said = scene.says(f"改{wide}　太好了！你试的是第几种方法？")
    assert said == f"{n} 已改：「太好了！你试的是第几种方法？」回「通过 {n}」发送"
    stage.wait(61)
    assert scene.reply(SEED) is None
    scene.says(f"通过 {n}")
    stage.wait(61)
    assert scene.reply(SEED) == "太好了！你试的是第几种方法？"


def test_5_another_variant_is_shown_and_sent(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    shown = next(line[2:] for line in scene.says(f"换{n}").split("\n") if line.startswith("→ "))
    assert scene.says(f"通过 {n}B") == f"{n}（B 稿）将在 60 秒后发出。反悔：撤回"
    stage.wait(61)
    assert scene.reply(SEED) == shown


def test_6_a_slip_is_offered_and_done_once_after_yes(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    assert scene.says(f"通国{n}") == f"没有「通国」。是要「通过 {n}」吗？回「是」执行"
    assert scene.draft(SEED).state is DraftState.PENDING
    assert scene.says("是") == f"{n} 将在 60 秒后发出。反悔：撤回"
    scene.says("撤回")
    assert HINT in scene.says("是")
    assert scene.draft(SEED).state is DraftState.PENDING


def test_6_an_offer_lapses_after_three_minutes_and_with_any_other_message(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    scene.says(f"通国{n}")
    stage.wait(181)
    scene.says("是")
    assert scene.draft(SEED).state is DraftState.PENDING
    scene.says(f"通国{n}")
    scene.says("状态")
    scene.says("是")
    assert scene.draft(SEED).state is DraftState.PENDING
    scene.says(f"通国{n}")
    assert scene.says("算了") == "好的，没有执行。"


def test_7_words_behind_an_approval_are_asked_about(stage: Stage) -> None:
    scene = open_scene(stage, SEED, MOTHER)
    n, m = scene.items[SEED], scene.items[MOTHER]
    asked = scene.says(f"通过 {n} 谢谢大家")
    assert asked == f"后面的「谢谢大家」是新内容吗？\n① 用它替换 {n} 的草稿\n② 按原稿通过\n回 1 或 2"
    assert "已改：「谢谢大家」" in scene.says("1")
    assert scene.draft(SEED).state is DraftState.PENDING
    original = scene.draft(MOTHER).text
    scene.says(f"通过 {m} 谢谢大家")
    assert "秒后发出" in scene.says("2")
    stage.wait(61)
    assert scene.reply(MOTHER) == original
    assert scene.reply(SEED) is None


def test_8_ordinary_talk_executes_nothing_and_is_hinted_at_once_in_ten_minutes(stage: Stage) -> None:
    scene = open_scene(stage, SEED, MOTHER)
    before = [scene.draft(SEED), scene.draft(MOTHER)]
    answers = [scene.says(text) for text in ("过一会儿再说", "发一条", "数据显示不错", "看一看", "好的", "过1会儿")]
    assert [HINT in answer for answer in answers] == [True, False, False, False, False, False]
    assert answers[1:] == [""] * 5
    assert "例：通过 3" in answers[0]
    assert "帮助" in answers[0]
    stage.wait(601)
    assert HINT in scene.says("发一条")
    assert [scene.draft(SEED), scene.draft(MOTHER)] == before


def test_9_a_reason_is_kept_and_like_items_are_offered(stage: Stage) -> None:
    like = COLD.replace("两小时", "三小时")
    scene = open_scene(stage, COLD, like, SEED)
    n, other = scene.items[COLD], scene.items[like]
    answer = scene.says(f"拒绝 {n} 广告")
    assert answer.startswith(f"{n} 不回复（广告）。")
    assert f"同类 {other} 也不回？回「是」" in answer
    assert scene.says("是").startswith(f"{other} 不回复（广告）。")
    assert {scene.draft(COLD).state, scene.draft(like).state} == {DraftState.REJECTED}
    assert scene.draft(SEED).state is DraftState.PENDING
    assert "广告" in scene.says(f"查 {n}")


def test_9_an_offer_is_void_when_a_named_item_has_changed(stage: Stage) -> None:
    like = COLD.replace("两小时", "三小时")
    scene = open_scene(stage, COLD, like)
    editor = scene.editor()
    scene.says(f"拒绝 {scene.items[COLD]} 广告")
    editor.says(f"改 {scene.items[like]} 对不起，让你久等了。")
    assert "没有改动" in scene.says("是")
    assert scene.draft(like).state is DraftState.PENDING


def test_10_a_batch_is_queued_and_one_failure_does_not_stop_the_rest(stage: Stage) -> None:
    scene = open_scene(stage, SEED, QUESTION, MOTHER, AGAINST, BAKING)
    numbers = sorted(scene.items.values())
    assert numbers == list(range(numbers[0], numbers[0] + 5))
    answer = scene.says(f"通过 {numbers[0]}-{numbers[3]}、{numbers[4]}")
    assert answer.split("\n")[0] == f"已排队 5 条：{' '.join(map(str, numbers))}（60 秒后）。反悔：撤回"
    scene.article.delete_comment(scene.comments[MOTHER])
    stage.wait(61)
    told = scene.says("好")
    assert f"{scene.items[MOTHER]} 已失效：原留言被删除" in told
    assert "其余 4 条已发" in told
    assert sum(scene.reply(words) is not None for words in (SEED, QUESTION, AGAINST, BAKING)) == 4


def test_11_a_risky_batch_needs_its_code_and_leaves_out_what_came_later(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(BOT_POLL_SECONDS="30")
    scene = open_scene(stage, *SIX, COLD, METHOD)
    spared = scene.items[METHOD]
    asked = scene.says(f"全部通过除了 {spared}")
    assert asked.startswith(f"将通过 7 条（含 1 条要留意的：{scene.items[COLD]} 抱怨）：")
    code = re.search(r"确认请回「确认 (\d[A-Z])」，3 分钟内有效", asked)
    assert code
    assert scene.sends() == 0
    scene.comment("请问文章里的模板哪里能下载？", seconds=60)
    answer = scene.says(f"确认 {code[1].lower()}")
    assert answer.startswith("已排队 7 条：")
    assert "不含另外 2 条待审" in answer
    stage.wait(61)
    assert sum(scene.reply(words) is not None for words in (*SIX, COLD)) == 7
    assert scene.reply(METHOD) is None
    assert scene.sends() == 7


def test_12_a_batch_is_taken_back_whole_and_a_sent_reply_is_deleted(stage: Stage) -> None:
    scene = open_scene(stage, SEED, QUESTION, MOTHER)
    scene.says("通过 " + " ".join(map(str, scene.items.values())))
    stage.clock.advance(20)
    assert scene.says("撤回").startswith("3 条均未发出，已退回待审。")
    assert "已经撤回过" in scene.says("撤回")
    stage.wait(120)
    assert scene.sends() == 0
    n = scene.items[SEED]
    scene.says(f"通过 {n}")
    stage.wait(180)
    assert scene.reply(SEED) is not None
    assert scene.says(f"撤回 {n}") == f"正在从文章中删除 {n} 的回复，结果回「查 {n}」。"
    stage.wait(1)
    assert scene.reply(SEED) is None
    assert "回复已删除" in scene.says(f"查 {n}")
    assert "已经撤回" in scene.says(f"撤回 {n}")


def test_14_the_second_creator_sees_who_was_first_and_when(stage: Stage) -> None:
    scene = open_scene(stage, SEED, MOTHER)
    first, second = scene.editor("小编"), scene.editor("小美")
    for creator in (first, second):
        creator.says("待审")
    n = scene.items[SEED]
    first.says(f"通过 {n}")
    at = stage.clock.local().strftime("%H:%M")
    assert second.says(f"通过 {n}").text == f"{n} 已由编辑1在 {at} 通过。你想改请「撤回 {n}」再改。"
    stage.wait(61)
    late = second.says(f"通过 {n}").text
    assert "编辑1" in late
    assert "已发送" in late
    assert scene.sends() == 1
    m = scene.items[MOTHER]
    second.says(f"通过 {m}")
    assert "尚未发出" in first.says(f"撤回 {m}").text
    assert "已改" in first.says(f"改 {m} 辛苦了，现在好些了吗？").text


def test_15_a_reply_given_in_the_backend_closes_the_draft(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    scene.article.reply_by_hand(scene.comments[SEED], "在后台回的")
    stage.wait(200)
    assert re.match(rf"{n} 已在公众号后台回复过（接口只允许一条），草稿已归档", scene.says(f"通过 {n}"))
    assert scene.sends() == 0
    assert "没有待审" in scene.says("待审")


def test_20_who_leaves_the_list_hears_nothing_any_more(stage: Stage) -> None:
    reader = stage.box.follower("小林")
    owner = stage.owner()
    reader.says(f"留言 {QUESTION}")
    stage.settle()
    answer = reader.says("退订").text
    assert answer == "好的，不再主动发任何消息。想回来发「恢复」；要删数据发「删除我的数据」。"
    owner.says("待审")
    owner.says("通过 1")
    stage.wait(3600)
    assert stage.box.service_messages(reader) == []
    assert "欢迎回来" in reader.says("恢复").text


def test_every_kind_of_answer_to_a_creator_carries_the_item_and_what_to_type(stage: Stage) -> None:
    scene = open_scene(stage, SEED, CHILD)
    n = scene.items[SEED]
    for text in (f"跳过 {n}", f"换 {n}", f"拒绝 {n}", f"恢复 {n}", f"看 {n}", f"为什么 {n}", f"查 {n}", f"撤回 {n}"):
        assert str(n) in scene.says(text), text
