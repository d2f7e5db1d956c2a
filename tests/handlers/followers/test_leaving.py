"""退订, 恢复, 别提我: at once, and each of them said truly."""

from __future__ import annotations

from bot.domain.draft import DraftState
from bot.stores.mailbox import Letter
from handlers.letters import post
from tests.handlers.followers.parlour import Parlour


def test_who_leaves_is_told_how_to_come_back_and_how_to_delete(parlour: Parlour) -> None:
    answer = parlour.says("小王", "退订")
    assert "恢复" in answer
    assert "删除我的数据" in answer
    assert parlour.person("小王").silent
    assert "已经退订" in parlour.says("小王", "TD")


def test_notices_that_waited_are_dropped_at_once(parlour: Parlour) -> None:
    parlour.says("小王", "帮助")
    parlour.change(lambda stores: post(stores, parlour.pid("小王"), "一条通知", parlour.now))
    assert f"tell|{parlour.pid('小王')}" in parlour.due()
    assert "一条通知" not in parlour.says("小王", "退订")
    assert parlour.stores.mailbox.of(parlour.pid("小王")) == ()
    assert f"tell|{parlour.pid('小王')}" not in parlour.due()


def test_the_authors_answer_still_travels_with_something_the_person_sends(parlour: Parlour) -> None:
    parlour.says("小王", "留言 我试过")
    draft = parlour.triage("小王", "是哪一种？")
    parlour.says("小王", "退订")

    def deliver(stores) -> None:
        moved = draft.moved(DraftState.APPROVED, parlour.now, approved_text=draft.text)
        stores.drafts.put(moved.moved(DraftState.WAITING_READER, parlour.now), parlour.now)
        stores.mailbox.add(parlour.pid("小王"), Letter("作者：是哪一种？", parlour.now, draft.id, draft.id))
        stores.mailbox.add(parlour.pid("小王"), Letter("一条通知", parlour.now))

    parlour.change(deliver)
    answer = parlour.says("小王", "我的")
    assert "作者：是哪一种？" in answer
    assert "一条通知" not in answer


def test_coming_back_is_possible_and_said(parlour: Parlour) -> None:
    assert "没有退订" in parlour.says("小王", "恢复")
    parlour.says("小王", "退订")
    assert "欢迎回来" in parlour.says("小王", "恢复")
    assert not parlour.person("小王").silent


def test_who_is_not_to_be_mentioned_is_remembered(parlour: Parlour) -> None:
    parlour.says("小王", "别提我")
    assert parlour.person("小王").unmentioned
    assert "已经记着" in parlour.says("小王", "别提我")
    assert "别提我" in parlour.says("小王", "我的")


def test_a_creator_who_left_the_notes_comes_back_with_the_same_word(parlour: Parlour) -> None:
    parlour.joins("主理人")
    parlour.says("主理人", "退订")
    assert "欢迎回来" in parlour.says("主理人", "恢复")
    assert not parlour.person("主理人").silent
