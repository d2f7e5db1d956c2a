"""Letters: by a passive answer or in an open window, exactly once as far as anybody can know."""

from __future__ import annotations

import msgspec
import pytest

from bot.domain.draft import Draft, DraftState
from bot.stores.account_state import Pause
from bot.stores.mailbox import KEPT, Letter
from bot.wechat.gateway import Unreachable
from handlers import letters
from handlers.letters import post, tell
from tests.handlers.followers.parlour import Parlour

SEND = "message/custom/send"


def leave(parlour: Parlour, name: str, *texts: str) -> None:
    for text in texts:
        parlour.change(lambda stores, text=text: post(stores, parlour.pid(name), text, parlour.now))


def answered(parlour: Parlour, name: str, text: str = "是哪一种？") -> Draft:
    """Somebody's comment by chat was answered, and the answer waits for them."""
    parlour.says(name, "留言 我试过")
    draft = parlour.triage(name, text)

    def deliver(stores) -> None:
        moved = draft.moved(DraftState.APPROVED, parlour.now, approved_text=text)
        stores.drafts.put(moved.moved(DraftState.WAITING_READER, parlour.now), parlour.now)
        stores.mailbox.add(parlour.pid(name), Letter(f"作者：{text}", parlour.now, draft.id, draft.id))
        stores.due("tell", parlour.pid(name), parlour.now)

    parlour.change(deliver)
    return draft


def state(parlour: Parlour, draft: Draft) -> DraftState:
    found = parlour.stores.drafts.get(draft.id)
    assert found
    return found.state


def heard(parlour: Parlour, name: str) -> list[str]:
    assert parlour.box
    return [line.text for line in parlour.box.service_messages(parlour.follower(name))]


def test_a_letter_goes_out_with_the_next_answer_and_only_once(parlour: Parlour) -> None:
    parlour.says("小王", "帮助")
    leave(parlour, "小王", "第一封", "第二封")
    answer = parlour.says("小王", "我的")
    assert answer.index("第一封") < answer.index("第二封")
    assert "第一封" not in parlour.says("小王", "我的")


def test_an_answer_that_travels_is_sent_and_stands_on_my_page(parlour: Parlour) -> None:
    draft = answered(parlour, "小王")
    assert "作者：是哪一种？" in parlour.says("小王", "帮助")
    assert state(parlour, draft) is DraftState.SENT
    assert "→ 作者：「是哪一种？」" in parlour.says("小王", "我的")
    assert parlour.stores.audit.of(draft.id)[-1].what == "已随回答送达读者"


def test_letters_that_do_not_fit_whole_stay(parlour: Parlour) -> None:
    parlour.says("小王", "帮助")
    leave(parlour, "小王", "短的一封", "长" * 480, "另一封" * 60)
    first = parlour.says("小王", "我的")
    assert "短的一封" in first
    assert len(first.encode()) <= 1800
    assert len(parlour.stores.mailbox.of(parlour.pid("小王"))) == 1
    assert f"tell|{parlour.pid('小王')}" in parlour.due()


def test_even_the_longest_letter_gets_out(parlour: Parlour) -> None:
    parlour.says("小王", "帮助")
    leave(parlour, "小王", "很长" * 2000)
    assert "很长很长" in parlour.says("小王", "好的呀")


def test_an_answer_taken_back_meanwhile_is_not_said(parlour: Parlour) -> None:
    draft = answered(parlour, "小王")
    parlour.change(
        lambda stores: stores.drafts.put(
            stores.drafts.get(draft.id).moved(DraftState.PENDING, parlour.now), parlour.now
        )
    )
    assert "是哪一种" not in parlour.says("小王", "帮助")
    assert parlour.stores.mailbox.of(parlour.pid("小王")) == ()


def test_a_readers_words_in_an_answer_never_become_a_link(parlour: Parlour) -> None:
    answered(parlour, "小王", '你说的<a href="weixin://bizmsgmenu?msgmenucontent=退订">这个</a>')
    answer = parlour.says("小王", "帮助")
    assert "这个" in answer
    assert "<a" not in answer


def test_a_letter_is_not_taken_when_other_news_fill_the_answer(parlour: Parlour) -> None:
    parlour.joins("主理人")
    draft = answered(parlour, "主理人")
    for n in range(3):
        parlour.change(lambda stores, n=n: stores.account.put_notice(f"n{n}", f"{n}" + "很长的通知" * 36))
    heard: list[str] = []
    for _ in range(4):
        heard.append(parlour.says("主理人", "帮助"))
        assert len(heard[-1].encode()) <= 1800
        said = sum("作者：是哪一种？" in text for text in heard)
        assert said == (state(parlour, draft) is DraftState.SENT)
    assert said == 1
    assert all(sum(f"{n}很长的通知" in text for text in heard) == 1 for n in range(3))


def test_notices_never_push_out_an_authors_answer(parlour: Parlour) -> None:
    draft = answered(parlour, "小王")
    leave(parlour, "小王", *(f"通知{n}" for n in range(KEPT + 5)))
    box = parlour.stores.mailbox.of(parlour.pid("小王"))
    assert box[0].draft == draft.id
    assert len(box) == KEPT + 1


def test_in_an_open_window_all_letters_go_in_one_message(service_parlour: Parlour) -> None:
    parlour = service_parlour
    draft = answered(parlour, "小王")
    leave(parlour, "小王", "一条通知")
    assert tell(parlour.work, parlour.pid("小王"), parlour.now) is None
    assert heard(parlour, "小王") == ["作者：是哪一种？\n\n一条通知"]
    assert state(parlour, draft) is DraftState.SENT
    assert parlour.person("小王").allowance == 4
    assert tell(parlour.work, parlour.pid("小王"), parlour.now) is None
    assert len(heard(parlour, "小王")) == 1


def test_what_does_not_fit_into_one_message_follows_in_the_next(service_parlour: Parlour) -> None:
    parlour = service_parlour
    parlour.says("小王", "帮助")
    leave(parlour, "小王", "甲" * 400, "乙" * 400)
    assert tell(parlour.work, parlour.pid("小王"), parlour.now) == parlour.now
    assert tell(parlour.work, parlour.pid("小王"), parlour.now) is None
    assert [text[0] for text in heard(parlour, "小王")] == ["甲", "乙"]


def test_without_a_window_wechat_is_not_asked(service_parlour: Parlour) -> None:
    parlour = service_parlour
    draft = answered(parlour, "小王")
    parlour.now += 48 * 3600
    assert tell(parlour.work, parlour.pid("小王"), parlour.now) is None
    assert parlour.box
    assert parlour.box.calls_to(SEND) == []
    assert state(parlour, draft) is DraftState.WAITING_READER
    assert "是哪一种" in parlour.says("小王", "帮助")


def test_the_sixth_message_of_a_window_is_not_tried(service_parlour: Parlour) -> None:
    parlour = service_parlour
    parlour.says("小王", "帮助")
    for n in range(7):
        leave(parlour, "小王", f"第{n}封")
        tell(parlour.work, parlour.pid("小王"), parlour.now)
    assert parlour.box
    assert len(heard(parlour, "小王")) == 5
    assert len(parlour.box.calls_to(SEND)) == 5
    assert "第5封" in parlour.says("小王", "我的")


@pytest.mark.parametrize("code", [45015, 45047])
def test_a_window_that_wechat_calls_closed_is_closed(service_parlour: Parlour, code: int) -> None:
    parlour = service_parlour
    draft = answered(parlour, "小王")
    assert parlour.box
    parlour.box.faults.add(SEND, "errcode", code)
    assert tell(parlour.work, parlour.pid("小王"), parlour.now) is None
    assert tell(parlour.work, parlour.pid("小王"), parlour.now) is None
    assert len(parlour.box.calls_to(SEND)) == 1
    assert parlour.person("小王").allowance == 0
    assert state(parlour, draft) is DraftState.WAITING_READER
    assert "是哪一种" in parlour.says("小王", "帮助")


def test_an_account_without_service_messages_is_asked_once_a_day(service_parlour: Parlour) -> None:
    parlour = service_parlour
    assert parlour.box
    parlour.box.set_profile("个人公众号")
    answered(parlour, "小王")
    for _ in range(3):
        assert tell(parlour.work, parlour.pid("小王"), parlour.now) is None
    assert len(parlour.box.calls_to(SEND)) == 1
    parlour.now += 25 * 3600
    assert tell(parlour.work, parlour.pid("小王"), parlour.now) is None
    assert len(parlour.box.calls_to(SEND)) == 2
    assert "是哪一种" in parlour.says("小王", "帮助")


def test_a_lost_answer_loses_no_authors_answer_and_repeats_no_notice(service_parlour: Parlour) -> None:
    parlour = service_parlour
    draft = answered(parlour, "小王")
    leave(parlour, "小王", "一条通知")
    assert parlour.box
    parlour.box.faults.add(SEND, "lost_answer", times=1)
    assert tell(parlour.work, parlour.pid("小王"), parlour.now) is None
    assert tell(parlour.work, parlour.pid("小王"), parlour.now) is None
    assert len(heard(parlour, "小王")) == 1
    assert state(parlour, draft) is DraftState.WAITING_READER
    later = parlour.says("小王", "帮助")
    assert "是哪一种" in later
    assert "一条通知" not in later
    assert state(parlour, draft) is DraftState.SENT


def test_a_worker_that_died_while_sending_does_not_send_again(service_parlour: Parlour) -> None:
    parlour = service_parlour
    draft = answered(parlour, "小王")
    leave(parlour, "小王", "一条通知")
    batch = parlour.work.store(lambda stores: letters._put_on_the_wire(stores, parlour.pid("小王"), parlour.now))
    assert len(batch.letters) == 2
    parlour.now += 40
    assert tell(parlour.work, parlour.pid("小王"), parlour.now) is None
    assert heard(parlour, "小王") == []
    later = parlour.says("小王", "帮助")
    assert "是哪一种" in later
    assert "一条通知" not in later
    assert state(parlour, draft) is DraftState.SENT


AGAIN = "（怕你没收到，再说一次）"


@pytest.mark.parametrize("how", ["the answer was lost", "the worker died"])
def test_what_may_have_arrived_is_introduced_as_said_again_and_nothing_else_is(
    service_parlour: Parlour, how: str
) -> None:
    parlour = service_parlour
    draft = answered(parlour, "小王")
    if how == "the answer was lost":
        assert parlour.box
        parlour.box.faults.add(SEND, "lost_answer", times=1)
        tell(parlour.work, parlour.pid("小王"), parlour.now)
        assert heard(parlour, "小王") == ["作者：是哪一种？"]
    else:
        parlour.work.store(lambda stores: letters._put_on_the_wire(stores, parlour.pid("小王"), parlour.now))
        parlour.now += letters.ON_THE_WIRE_SECONDS + 1
    answered(parlour, "小李")
    later = parlour.says("小王", "帮助")
    assert f"{AGAIN}作者：是哪一种？" in later
    assert later.count("是哪一种") == 1
    assert state(parlour, draft) is DraftState.SENT
    assert AGAIN not in parlour.says("小王", "帮助")
    first = parlour.says("小李", "帮助")
    assert "作者：是哪一种？" in first
    assert AGAIN not in first


def test_even_the_longest_answer_gets_out_a_second_time(service_parlour: Parlour) -> None:
    parlour = service_parlour
    answered(parlour, "小王", "很长" * 400)
    assert parlour.box
    parlour.box.faults.add(SEND, "lost_answer", times=1)
    tell(parlour.work, parlour.pid("小王"), parlour.now)
    later = parlour.says("小王", "好的呀")
    assert AGAIN in later
    assert "很长很长" in later
    assert len(later.encode()) <= 1800


def test_a_message_on_its_way_is_not_said_a_second_time_by_an_answer(service_parlour: Parlour) -> None:
    parlour = service_parlour
    answered(parlour, "小王")
    parlour.work.store(lambda stores: letters._put_on_the_wire(stores, parlour.pid("小王"), parlour.now))
    parlour.now += 1
    assert "是哪一种" not in parlour.says("小王", "帮助")


def test_unreachable_wechat_leaves_all_as_it_was(service_parlour: Parlour) -> None:
    parlour = service_parlour
    draft = answered(parlour, "小王")
    assert parlour.box
    parlour.work.gateway.check_token()
    work = parlour.work
    parlour.box.stop()
    with pytest.raises(Unreachable):
        tell(work, parlour.pid("小王"), parlour.now)
    [letter] = parlour.stores.mailbox.of(parlour.pid("小王"))
    assert (letter.sending, letter.passive) == (0.0, False)
    assert parlour.person("小王").allowance == 5
    assert state(parlour, draft) is DraftState.WAITING_READER


def test_nothing_is_sent_while_paused(service_parlour: Parlour) -> None:
    parlour = service_parlour
    answered(parlour, "小王")
    parlour.change(lambda stores: stores.account.put_pause(Pause("x", parlour.now)))
    assert tell(parlour.work, parlour.pid("小王"), parlour.now) == parlour.now + letters.RECHECK_PAUSED
    assert parlour.box
    assert parlour.box.calls_to(SEND) == []
    parlour.change(lambda stores: stores.account.put_pause(None))
    assert tell(parlour.work, parlour.pid("小王"), parlour.now) is None
    assert len(heard(parlour, "小王")) == 1


def test_who_has_left_is_sent_nothing(service_parlour: Parlour) -> None:
    parlour = service_parlour
    answered(parlour, "小王")
    parlour.change(
        lambda stores: stores.people.put(msgspec.structs.replace(stores.people.get(parlour.pid("小王")), silent=True))
    )
    assert tell(parlour.work, parlour.pid("小王"), parlour.now) is None
    assert heard(parlour, "小王") == []


def test_nobody_is_told_what_nobody_wrote(service_parlour: Parlour) -> None:
    parlour = service_parlour
    assert tell(parlour.work, "0123456789abcdef", parlour.now) is None
    assert parlour.box
    assert parlour.box.calls == []


def test_a_blocked_reader_takes_no_letters(parlour: Parlour) -> None:
    answered(parlour, "小王")
    parlour.change(
        lambda stores: stores.people.put(msgspec.structs.replace(stores.people.get(parlour.pid("小王")), blocked=True))
    )
    assert "是哪一种" not in parlour.says("小王", "隐私")
