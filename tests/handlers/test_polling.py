"""Pages of comment/list become events through the one handler; looking costs little; what WeChat refuses is heeded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.article import DAY, HOUR, MINUTE, PollState, jittered, poll_interval, sweep_due
from bot.domain.draft import DraftState
from bot.domain.events import CommentEvent
from bot.sandbox import Article
from handlers.considering import ANSWERED
from handlers.intake import comment_arrived
from handlers.polling import look_up, poll_trouble
from handlers.reconcile import Change
from handlers.sweeping import sweep
from tests.handlers.worker import Worker


def _article(worker: Worker, comments: int, title: str = "新手裱花，先练这三步") -> Article:
    article = worker.box.publish_by_hand(title, "裱花嘴的角度、奶油的温度和手的力度。", at=worker.now)
    for number in range(1, comments + 1):
        reader = worker.box.follower(f"读者{number}")
        article.comment(reader, "扣1" if number % 5 else f"我试过第{number}种办法，奶油打到七分就够了")
    worker.follow(article)
    return article


def test_three_pages_become_105_created_comments_and_the_same_pages_again_nothing(worker: Worker) -> None:
    article = _article(worker, 105)
    stored = worker.look.articles.get(article.key)
    assert stored is not None

    first = sweep(worker.work, stored).result
    assert [change for change, _ in first.events] == [Change.CREATED] * 105
    assert len(worker.comments(article)) == 105
    assert sweep(worker.work, stored).result.events == ()


def test_an_unchanged_article_costs_two_calls_and_no_events(worker: Worker) -> None:
    article = _article(worker, 105)
    worker.pull(article)
    worker.clock.advance(4 * MINUTE)
    before, known = worker.list_calls(), worker.comments(article)
    worker.pull(article)
    assert worker.list_calls() - before <= 2
    assert worker.comments(article) == known


@pytest.mark.parametrize("shuffled", [False, True])
def test_new_comments_are_found_whatever_the_order(worker: Worker, shuffled: bool) -> None:
    worker.box.quirks.shuffled_order = shuffled
    article = _article(worker, 100)
    worker.pull(article)
    for number in range(3):
        article.comment(worker.box.follower(f"新读者{number}"), f"请问第{number}步要多久？")
    worker.clock.advance(4 * MINUTE)
    worker.pull(article)
    assert len(worker.comments(article)) == 103


def test_new_comments_at_the_front_need_no_sweep(worker: Worker) -> None:
    article = _article(worker, 100)
    worker.pull(article)
    article.comment(worker.box.follower("新读者"), "请问裱花嘴选几号？")
    worker.clock.advance(4 * MINUTE)
    before = worker.list_calls()
    worker.pull(article)
    assert len(worker.comments(article)) == 101
    assert worker.list_calls() - before == 2


def test_elections_by_hand_are_noticed_on_any_page(worker: Worker) -> None:
    article = _article(worker, 105)
    worker.pull(article)
    article.elect_by_hand(3)
    article.elect_by_hand(104)
    worker.clock.advance(4 * MINUTE)
    worker.pull(article)
    assert [comment.cid for comment in worker.comments(article) if comment.elected] == ["3", "104"]
    article.elect_by_hand(104, elected=False)
    worker.clock.advance(4 * MINUTE)
    worker.pull(article)
    assert [comment.cid for comment in worker.comments(article) if comment.elected] == ["3"]


def test_a_comment_is_gone_only_after_two_sweeps_without_it(worker: Worker) -> None:
    article = _article(worker, 60)
    worker.pull(article)
    article.delete_comment(5)
    worker.clock.advance(4 * MINUTE)
    worker.pull(article)
    assert not worker.comments(article)[4].gone
    worker.clock.advance(4 * MINUTE)
    worker.pull(article)
    gone = [comment.cid for comment in worker.comments(article) if comment.gone]
    draft = worker.draft(article, 5)
    assert gone == ["5"]
    assert draft is not None
    assert (draft.state, draft.reason) == (DraftState.GONE, "原留言被删除")


@pytest.mark.parametrize("others", [0, 2])
def test_a_relayed_comment_that_the_list_never_showed_is_not_taken_for_deleted(worker: Worker, others: int) -> None:
    article = _article(worker, others)
    event = CommentEvent("o1", "gh_x", int(worker.now), article.msg_data_id, article.index, 77, 0, "我试过，确实有用！")
    worker.say(comment_arrived, event)
    worker.run("inbox|")
    for _ in range(3):
        worker.clock.advance(7 * HOUR)
        worker.pull(article)
    looked = look_up(worker.work, f"{article.key}_77", worker.now, worker.now)
    draft = worker.draft(article, 77)
    assert not looked.gone
    assert draft is not None
    assert draft.state is DraftState.PENDING


def test_a_relayed_comment_that_was_listed_and_vanishes_is_gone(worker: Worker) -> None:
    article = _article(worker, 3)
    event = CommentEvent("o1", "gh_x", int(worker.now), article.msg_data_id, article.index, 2, 0, "我试过，确实有用！")
    worker.say(comment_arrived, event)
    worker.run("inbox|")
    worker.pull(article)
    before = worker.list_calls()
    worker.pull(article)
    assert worker.list_calls() == before + 1
    article.delete_comment(2)
    for _ in range(2):
        worker.clock.advance(4 * MINUTE)
        worker.pull(article)
    draft = worker.draft(article, 2)
    assert draft is not None
    assert draft.state is DraftState.GONE


def test_a_comment_that_comes_back_between_two_sweeps_is_not_gone(worker: Worker) -> None:
    article = _article(worker, 60)
    worker.pull(article)
    record = article.record(7)
    assert record is not None
    article.delete_comment(7)
    worker.clock.advance(4 * MINUTE)
    worker.pull(article)
    record.deleted = ""
    article.elect_by_hand(8)
    worker.clock.advance(4 * MINUTE)
    worker.pull(article)
    article.delete_comment(7)
    worker.clock.advance(4 * MINUTE)
    worker.pull(article)
    assert not worker.comments(article)[6].gone


def test_an_empty_first_page_although_there_are_comments_changes_nothing_and_is_tried_again(worker: Worker) -> None:
    article = _article(worker, 60)
    worker.pull(article)
    known = worker.comments(article)
    worker.box.quirks.lists_nothing = True
    for _ in range(3):
        worker.clock.advance(6 * HOUR)
        next_at = worker.pull(article)
        assert next_at is not None
        assert next_at - worker.now <= 61
    assert worker.comments(article) == known


def test_a_commenter_without_openid_is_drafted_for_but_nobody_we_know(worker: Worker) -> None:
    article = worker.box.publish_by_hand("标题", "正文", at=worker.now)
    article.comment(None, "我试过，确实有用！")
    worker.follow(article)
    worker.pull(article)
    [comment] = worker.comments(article)
    assert comment.pid == ""
    assert worker.draft(article, 1) is not None
    [waiting] = worker.look.drafts.queue()
    assert not waiting.first


def test_a_reply_given_in_the_backend_closes_the_draft(worker: Worker) -> None:
    article = _article(worker, 5)
    worker.pull(article)
    article.reply_by_hand(5, "谢谢，回头试试")
    worker.clock.advance(4 * MINUTE)
    worker.pull(article)
    draft = worker.draft(article, 5)
    assert draft is not None
    assert draft.state is DraftState.OUTSIDE
    assert worker.comments(article)[4].reply == "谢谢，回头试试"
    assert f"{article.key}_5" not in {waiting.id for waiting in worker.look.drafts.queue()}


def test_a_comment_answered_before_we_saw_it_gets_no_draft(worker: Worker) -> None:
    worker.box.quirks.reply_as_array = True
    article = _article(worker, 5)
    article.reply_by_hand(5, "已经回过")
    worker.pull(article)
    triage = worker.comments(article)[4].triage
    assert triage is not None
    assert triage.decision == ANSWERED
    assert worker.draft(article, 5) is None


def test_the_pace_follows_the_age_of_the_article(worker: Worker) -> None:
    article = _article(worker, 1)
    paces = []
    for age in (HOUR, 10 * HOUR, 3 * DAY, 10 * DAY):
        worker.clock.advance(article.published_at + age - worker.now)
        next_at = worker.pull(article)
        assert next_at is not None
        paces.append(next_at - worker.now)
    for pace, wanted in zip(paces, (3 * MINUTE, 15 * MINUTE, 2 * HOUR, DAY), strict=True):
        assert pace == pytest.approx(wanted, rel=0.11)
    worker.clock.advance(21 * DAY)
    assert worker.pull(article) is None


def test_a_fixed_pace_is_kept_exactly(make_worker: Callable[..., Worker]) -> None:
    worker = make_worker(BOT_POLL_SECONDS="2")
    article = _article(worker, 1)
    next_at = worker.pull(article)
    assert next_at is not None
    assert next_at - worker.now == pytest.approx(2, abs=0.5)


def test_an_unknown_article_is_asked_for_hourly_for_a_day_and_then_given_up(worker: Worker) -> None:
    article = _article(worker, 1)
    worker.box.quirks.comments_known_after = 30 * DAY
    tries = 0
    while (next_at := worker.pull(article)) is not None:
        assert next_at - worker.now == pytest.approx(HOUR, abs=5)
        worker.clock.advance(HOUR)
        tries += 1
    assert tries == 23
    [notice] = worker.look.account.notices().values()
    assert "文章 1" in notice


def test_at_a_fixed_pace_an_unknown_article_and_a_failure_are_tried_again_soon(
    make_worker: Callable[..., Worker],
) -> None:
    worker = make_worker(BOT_POLL_SECONDS="2")
    article = _article(worker, 1)
    worker.box.quirks.comments_known_after = DAY
    waits = []
    while (next_at := worker.pull(article)) is not None:
        waits.append(next_at - worker.now)
        worker.clock.advance(waits[-1])
    assert waits[:3] == [pytest.approx(2, abs=1), pytest.approx(4, abs=1), pytest.approx(8, abs=1)]
    assert max(waits) == pytest.approx(HOUR, abs=5)
    worker.box.faults.add("comment/list", "http")
    other = _article(worker, 1)
    next_at = worker.pull(other)
    assert next_at is not None
    assert next_at - worker.now == pytest.approx(2, abs=1)


def test_when_the_day_s_calls_are_nearly_spent_polling_rests_and_says_so_once(worker: Worker) -> None:
    worker.work.gateway.ledger.learn_limit("/cgi-bin/comment/list", 10)
    article = _article(worker, 1)
    other = _article(worker, 1)
    for _ in range(20):
        worker.pull(article)
        worker.pull(other)
    assert worker.list_calls() == 8
    next_at = worker.pull(article)
    assert next_at is not None
    assert worker.clock.local(next_at).strftime("%H:%M") == "00:05"
    [notice] = worker.look.account.notices().values()
    assert "00:05" in notice
    worker.clock.advance(next_at - worker.now + 1)
    worker.pull(article)
    assert worker.list_calls() == 9


def test_a_refused_quota_rests_until_five_past_midnight(worker: Worker) -> None:
    worker.box.quota("comment/list", 3)
    article = _article(worker, 1)
    for _ in range(5):
        next_at = worker.pull(article)
    assert next_at is not None
    assert worker.clock.local(next_at).strftime("%H:%M") == "00:05"
    assert worker.list_calls() == 4


def test_an_unreachable_wechat_is_tried_again_for_ever_and_reported(worker: Worker) -> None:
    article = _article(worker, 1)
    worker.box.faults.add("comment/list", "http")
    for _ in range(20):
        next_at = worker.pull(article)
        assert next_at is not None
        worker.clock.advance(next_at - worker.now)
    assert poll_trouble(worker.look, worker.now)
    worker.box.faults.clear()
    worker.pull(article)
    assert poll_trouble(worker.look, worker.now) == ""
    assert len(worker.comments(article)) == 1


def test_a_page_that_fails_midway_keeps_what_was_read(worker: Worker) -> None:
    article = _article(worker, 105)
    worker.box.faults.add("comment/list", "http", after=1, times=1)
    worker.pull(article)
    assert len(worker.comments(article)) == 49
    worker.pull(article)
    assert len(worker.comments(article)) == 105


def test_looking_one_comment_up_sees_a_reply_by_hand_and_one_sweep_serves_many(worker: Worker) -> None:
    article = _article(worker, 60)
    worker.pull(article)
    worker.clock.advance(5 * MINUTE)
    article.reply_by_hand(9, "我来回")
    before = worker.list_calls()
    looked = look_up(worker.work, f"{article.key}_9", worker.now, worker.now - 60)
    assert looked.listed
    assert looked.reply == "我来回"
    calls = worker.list_calls() - before
    assert look_up(worker.work, f"{article.key}_10", worker.now, worker.now - 60).reply is None
    assert worker.list_calls() - before == calls == 2


def test_looking_up_a_deleted_comment_tells_that_it_is_gone_at_the_second_look(worker: Worker) -> None:
    article = _article(worker, 3)
    worker.pull(article)
    article.delete_comment(2)
    worker.clock.advance(5 * MINUTE)
    first = look_up(worker.work, f"{article.key}_2", worker.now, worker.now)
    worker.clock.advance(5 * MINUTE)
    second = look_up(worker.work, f"{article.key}_2", worker.now, worker.now)
    assert (first.listed, first.gone) == (False, False)
    assert (second.listed, second.gone) == (False, True)


def test_twenty_articles_in_thirty_days_stay_under_the_budget() -> None:
    """One every 36 hours, 500 comments each; a light look costs two calls and a sweep eleven, as shown above."""
    a_day: dict[int, int] = {}
    for number in range(20):
        born = number * 36 * HOUR
        state, at = PollState(), born
        while (interval := poll_interval(at - born)) is not None and at < 30 * DAY:
            swept = sweep_due(state, at - born, at) or not state.first_done
            state = PollState(swept_at=at, first_done=True) if swept else state
            a_day[int(at // DAY)] = a_day.get(int(at // DAY), 0) + (11 if swept else 2)
            at += jittered(interval, f"{number}_0", at)
    assert max(a_day.values()) <= 8000
    assert sum(a_day.values()) > 10_000


def test_a_light_look_reads_as_little_however_many_comments_are_known(worker: Worker) -> None:
    def cost(article: Article) -> tuple[int, int]:
        worker.pull(article)
        worker.clock.advance(4 * MINUTE)
        before, calls = worker.redis.info("stats"), worker.list_calls()
        worker.pull(article)
        after = worker.redis.info("stats")
        assert worker.list_calls() - calls == 2
        read = after["total_net_output_bytes"] - before["total_net_output_bytes"]
        return after["total_commands_processed"] - before["total_commands_processed"], read

    few_commands, few_bytes = cost(_article(worker, 100))
    many_commands, many_bytes = cost(_article(worker, 300))
    assert abs(many_commands - few_commands) <= 10
    assert many_bytes < 1.3 * few_bytes
