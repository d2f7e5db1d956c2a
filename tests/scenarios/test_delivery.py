"""An approved reply goes out once, whatever WeChat answers, whatever is lost on the wire and whoever dies."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from bot.domain.draft import DraftState
from bot.sandbox.faults import Kind
from bot.wechat.ledger import next_reset
from tests.scenarios.scene import AGAINST, CHILD, MOTHER, QUESTION, SEED, Scene, open_scene
from tests.stage import Stage

REPLY = "comment/reply/add"
DAY = 86400.0


def approved(stage: Stage, *texts: str) -> Scene:
    """A scene whose items were approved one by one, the hold not yet over."""
    scene = open_scene(stage, *(texts or (SEED,)))
    for words in texts or (SEED,):
        assert "秒后发出" in scene.says(f"通过 {scene.items[words]}")
    return scene


def test_a_lost_answer_is_looked_up_before_anything_is_sent_again(stage: Stage) -> None:
    scene = approved(stage)
    stage.box.faults.add(REPLY, "lost_answer", times=1)
    stage.wait(61)
    assert scene.draft(SEED).state is DraftState.SENDING
    stage.wait(30)
    assert scene.draft(SEED).state is DraftState.SENT
    assert scene.sends() == 1


def test_a_lost_answer_without_an_effect_is_tried_again(stage: Stage) -> None:
    scene = approved(stage)
    stage.box.faults.add(REPLY, "http", 502, times=1)
    stage.wait(61)
    assert scene.reply(SEED) is None
    stage.wait(30)
    assert scene.reply(SEED) == scene.draft(SEED).approved_text
    assert scene.draft(SEED).state is DraftState.SENT


def test_what_may_have_gone_out_cannot_be_taken_for_not_sent_because_the_look_failed(stage: Stage) -> None:
    scene = approved(stage)
    n = scene.items[SEED]
    stage.box.faults.add(REPLY, "lost_answer", times=1)
    stage.box.faults.add("comment/list", "http", 502, after=1, times=2)
    stage.wait(61)
    stage.wait(2)
    assert "尚未发出" not in scene.says(f"撤回 {n}")
    for _ in range(4):
        stage.wait(20)
    assert scene.draft(SEED).state is DraftState.SENT
    assert scene.sends() == 1


def test_a_worker_that_dies_after_wechats_ok_does_not_send_twice(stage: Stage) -> None:
    scene = approved(stage)
    draft = scene.draft(SEED)
    stage.clock.advance(61)
    stores = stage.stores
    stores.drafts.put(draft.moved(DraftState.SENDING, stage.clock.now(), tries=1), stage.clock.now())
    stores.unit.commit()
    scene.article.reply_by_hand(scene.comments[SEED], draft.approved_text)  # what the dead worker's call left behind
    stage.settle()
    assert scene.draft(SEED).state is DraftState.SENT
    assert scene.sends() == 0
    assert "已发出" in scene.says(f"查 {scene.items[SEED]}")


def test_88005_with_our_text_is_sent_and_with_another_is_answered_outside(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(BOT_POLL_SECONDS="50")
    scene = approved(stage, SEED, QUESTION)
    stage.wait(50)
    # Both are answered after our last look, so that only WeChat's refusal tells.
    scene.article.reply_by_hand(scene.comments[SEED], scene.draft(SEED).approved_text)
    scene.article.reply_by_hand(scene.comments[QUESTION], "已经在后台回复你了")
    stage.wait(11)
    assert [call.errcode for call in stage.box.calls_to(REPLY)][:1] == [88005]
    stage.wait(20)
    assert scene.draft(SEED).state is DraftState.SENT
    assert scene.draft(QUESTION).state is DraftState.OUTSIDE
    assert scene.reply(QUESTION) == "已经在后台回复你了"
    assert "后台回复过" in scene.says(f"通过 {scene.items[QUESTION]}")


def test_88005_whose_reply_the_list_does_not_show_yet_is_not_called_somebody_elses(stage: Stage) -> None:
    scene = approved(stage)
    stage.box.faults.add(REPLY, "lost_answer", times=1)
    stage.box.quirks.lists_nothing = True
    for _ in range(4):
        stage.wait(31)
    assert scene.draft(SEED).state is DraftState.SENDING
    stage.box.quirks.lists_nothing = False
    stage.wait(300)
    assert scene.draft(SEED).state is DraftState.SENT


def test_a_comment_deleted_before_the_sending_closes_its_draft(stage: Stage) -> None:
    scene = approved(stage)
    scene.article.delete_comment(scene.comments[SEED])
    stage.wait(61)
    assert scene.draft(SEED).state is DraftState.GONE
    assert f"{scene.items[SEED]} 已失效：原留言被删除" in scene.says(f"通过 {scene.items[SEED]}")


def test_a_text_too_long_for_wechat_lowers_the_limit_and_says_so(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    stage.box.quirks.reply_limit = 150
    scene.says(f"改 {n} {'很好' * 100}")
    scene.says(f"通过 {n}")
    stage.wait(61)
    stage.wait(5)
    assert scene.draft(SEED).state is DraftState.FAILED
    told = stage.box.inbox(scene.owner)[-1].text
    assert f"{n} 发送失败" in told
    assert "以后最多 180 字" in told
    assert "多了 10 字" in scene.says(f"改 {n} {'很好' * 95}")
    scene.says(f"改并发 {n} {'很好' * 60}")
    stage.wait(61)
    assert scene.reply(SEED) == "很好" * 60


def test_the_days_calls_used_up_make_the_reply_wait_until_five_past_midnight(stage: Stage) -> None:
    scene = approved(stage)
    stage.box.faults.add(REPLY, "errcode", 45009, times=1)
    stage.wait(61)
    draft = scene.draft(SEED)
    assert draft.state is DraftState.APPROVED
    assert draft.due_at == next_reset(stage.clock.now())
    assert "00:05" in scene.says(f"查 {scene.items[SEED]}")
    assert "明天 00:05" in scene.says("状态")
    stage.wait(max(draft.due_at - stage.clock.now() - 60, 0))
    assert scene.reply(SEED) is None
    stage.wait(120)
    assert scene.reply(SEED) == draft.approved_text
    assert scene.sends() == 2


def test_a_cleared_quota_can_be_used_at_once(stage: Stage) -> None:
    scene = approved(stage)
    stage.box.faults.add(REPLY, "errcode", 45009, times=1)
    stage.wait(61)
    assert str(scene.items[SEED]) in scene.says("恢复")
    stage.wait(1)
    assert scene.reply(SEED) is not None


def test_without_permission_to_reply_the_text_is_handed_over_for_pasting(stage: Stage) -> None:
    scene = approved(stage, SEED, QUESTION)
    stage.box.faults.add("comment", "errcode", 48001)
    stage.wait(61)
    assert {scene.draft(SEED).state, scene.draft(QUESTION).state} == {DraftState.TO_PASTE}
    told = "\n".join(line.text for line in stage.box.inbox(scene.owner))
    assert scene.draft(SEED).approved_text in told or "待张贴" in told
    assert scene.draft(QUESTION).approved_text in scene.says(f"看 {scene.items[QUESTION]}")


@pytest.mark.parametrize("path", [REPLY, "comment/list"])
def test_a_ban_stops_every_sending_until_the_owner_resumes(stage: Stage, path: str) -> None:
    scene = approved(stage)
    fault = stage.box.faults.add(path, "errcode", 48004)
    stage.wait(61)
    stage.wait(200)
    calls = scene.sends()
    assert "违规" in scene.says("你好")
    assert "暂停" in scene.says("状态")
    assert scene.draft(SEED).state is DraftState.APPROVED
    assert math.isfinite(scene.draft(SEED).due_at)
    stage.wait(3600)
    assert scene.sends() == calls
    stage.box.faults.remove(fault)
    assert f"{scene.items[SEED]}" in scene.says("恢复")
    stage.wait(60)
    assert scene.reply(SEED) is not None
    assert "违规" not in scene.says("状态")


@pytest.mark.parametrize(("kind", "value"), [("errcode", -1), ("http", 502), ("reset", None), ("errcode", 45011)])
def test_what_passes_by_itself_is_tried_again_with_growing_pauses(stage: Stage, kind: Kind, value: int | None) -> None:
    scene = approved(stage)
    stage.box.faults.add(REPLY, kind, value, times=3)
    stage.wait(61)
    for _ in range(12):
        stage.wait(20)
    assert scene.reply(SEED) == scene.draft(SEED).approved_text
    assert scene.draft(SEED).state is DraftState.SENT


def test_a_reply_that_never_gets_out_is_given_back_and_said(stage: Stage) -> None:
    # Begun in the morning it is given up by day; at night nobody would be told before eight.
    stage.clock.advance((24 + 8 - stage.clock.local().hour) % 24 * 3600.0)
    scene = approved(stage)
    fault = stage.box.faults.add(REPLY, "errcode", -1)
    for _ in range(12):
        stage.wait(3700)
    stage.wait(12 * 3600)  # a morning has passed, whatever the hour now
    n = scene.items[SEED]
    assert scene.draft(SEED).state is DraftState.FAILED
    assert any(f"{n} 发送失败" in line.text for line in stage.box.inbox(scene.owner))
    tries = scene.sends()
    stage.wait(DAY)
    assert scene.sends() == tries
    stage.box.faults.remove(fault)
    scene.says(f"看 {n}")
    scene.says(f"通过 {n}")
    stage.wait(61)
    assert scene.reply(SEED) is not None


def test_an_uncertain_reply_is_never_given_back_unseen(stage: Stage) -> None:
    scene = approved(stage)
    stage.box.faults.add(REPLY, "lost_answer", times=1)
    stage.wait(55)
    fault = stage.box.faults.add("comment/list", "http", 502, after=1)
    for _ in range(14):
        stage.wait(3700)
    assert scene.draft(SEED).state is DraftState.SENDING
    stage.box.faults.remove(fault)
    stage.wait(3700)
    assert scene.draft(SEED).state is DraftState.SENT
    assert scene.sends() == 1


def test_an_election_that_fails_is_told_and_the_reply_still_goes_out(stage: Stage) -> None:
    scene = open_scene(stage, SEED, MOTHER)
    stage.box.faults.add("comment/markelect", "errcode", 88003, times=1)
    stage.box.faults.add("comment/markelect", "errcode", 45009, times=1)
    for words in (SEED, MOTHER):
        assert "精选并回复" in scene.says(f"通过并精选 {scene.items[words]}")
        stage.wait(61)
        stage.wait(5)
    assert scene.reply(SEED) is not None
    assert scene.reply(MOTHER) is not None
    told = "\n".join(line.text for line in stage.box.inbox(scene.owner))
    assert f"{scene.items[SEED]} 精选没成功" in told
    assert f"{scene.items[MOTHER]} 精选没成功" in told


def test_an_election_that_rests_does_not_keep_the_reply_back(stage: Stage) -> None:
    scene = open_scene(stage, SEED, MOTHER)
    stage.box.faults.add("comment/markelect", "errcode", 45009, times=1)
    for words in (SEED, MOTHER):
        scene.says(f"通过并精选 {scene.items[words]}")
        stage.wait(61)
    assert scene.reply(SEED) is not None
    assert scene.reply(MOTHER) is not None


def test_elected_and_answered_in_one_step(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    scene.says(f"通过并精选 {scene.items[SEED]}")
    stage.wait(61)
    assert scene.record(SEED).elected
    assert scene.reply(SEED) is not None
    assert "已精选" in scene.says(f"查 {scene.items[SEED]}")


def test_one_failure_in_a_batch_is_told_with_what_became_of_the_rest(stage: Stage) -> None:
    scene = open_scene(stage, SEED, CHILD, MOTHER, AGAINST)
    numbers = " ".join(str(n) for n in scene.items.values())
    assert "已排队 4 条" in scene.says(f"通过 {numbers}")
    scene.article.delete_comment(scene.comments[MOTHER])
    stage.wait(61)
    stage.wait(5)
    told = stage.box.inbox(scene.owner)[-1].text
    assert f"{scene.items[MOTHER]} 已失效：原留言被删除" in told
    assert "其余 3 条已发" in told
    assert [scene.reply(words) is not None for words in (SEED, CHILD, AGAINST)] == [True] * 3


def test_a_withdrawal_that_never_works_is_said_and_the_reply_stays_sent(stage: Stage) -> None:
    scene = approved(stage)
    stage.wait(61)
    stage.box.faults.add("comment/reply/delete", "errcode", -1)
    scene.says(f"撤回 {scene.items[SEED]}")
    for _ in range(12):
        stage.wait(3700)
    stage.wait(12 * 3600)  # a morning has passed, whatever the hour now
    assert scene.draft(SEED).state is DraftState.SENT
    assert any("撤回失败" in line.text for line in stage.box.inbox(scene.owner))


def test_a_withdrawal_during_a_ban_is_done_when_the_owner_resumes(stage: Stage) -> None:
    scene = approved(stage)
    stage.wait(61)
    stage.box.faults.add("comment/reply/delete", "errcode", 48004, times=1)
    scene.says(f"撤回 {scene.items[SEED]}")
    stage.wait(5)
    assert scene.reply(SEED) is not None
    scene.says("恢复")
    stage.wait(60)
    assert scene.reply(SEED) is None
    assert scene.draft(SEED).state is DraftState.PENDING


def test_an_election_that_never_works_is_said(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    stage.box.faults.add("comment/markelect", "errcode", -1)
    scene.says(f"精选 {scene.items[SEED]}")
    for _ in range(12):
        stage.wait(3700)
    stage.wait(12 * 3600)  # a morning has passed, whatever the hour now
    assert any("精选没成功" in line.text for line in stage.box.inbox(scene.owner))
