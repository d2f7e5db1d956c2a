"""A post that its owner publishes by hand: the winner hears of it and may claim only when it is out (F7, F8)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from bot.domain.round_state import RoundState
from tests.scenarios.weekly.week import Week

S = RoundState


@pytest.fixture
def week(open_week: Callable[..., Week]) -> Week:
    """A week of an account that may not publish by API, played until the draft waits for its owner."""
    week = open_week()
    week.switch_on()
    week.three_articles()
    week.to_the_vote()
    week.vote(week.number(0), *(f"投票人{n}" for n in range(8)))
    week.until(0, "20:30")
    week.stage.box.set_profile("个人公众号")
    week.until(0, "23:30")
    assert week.round.state is S.CLOSED
    return week


def _winner(week: Week) -> int:
    winner = week.round.winner
    assert winner
    return winner.number


def test_nothing_is_claimed_before_it_is_out_and_the_owners_word_begins_it(week: Week) -> None:
    winner = week.writer(_winner(week))
    assert "恭喜" not in winner.says("我的").text
    assert "现在没有等你领的奖" in winner.says("领奖").text
    assert "那时才通知获奖的读者" in week.says("周榜")
    week.stage.wait(3 * 3600)
    assert "发表了吗" in week.says("发布周榜")
    assert "转发到这里" in week.says("1")
    assert week.round.state is S.ANNOUNCED
    assert week.round.disputes_until == pytest.approx(week.now + 86400, abs=60)
    said = winner.says("领奖").text
    assert "奖励，选一个" in said
    assert "恭喜" in said
    assert "已在" in week.says("发布周榜")


def test_the_article_forwarded_into_the_chat_begins_it_too(week: Week) -> None:
    article = week.stage.box.publish_by_hand(week.round.title, "正文")
    week.says(f"登记 {article.long_url} {week.round.title}")
    week.stage.settle()
    assert week.round.state is S.ANNOUNCED
    assert week.round.post.article == article.key


def test_who_forgets_themselves_meanwhile_leaves_the_draft_at_once(week: Week) -> None:
    number = _winner(week)
    words, writer = week.words(number), week.writer(number)
    code = re.search(r"确认删除 (\w\w)", writer.says("删除我的数据").text)
    assert code
    assert "已删除" in writer.says(f"确认删除 {code[1]}").text
    week.stage.settle()
    [draft] = week.stage.box.drafts.all()
    assert words[:12] not in str(draft.articles)
    assert "刚刚更新过" in week.says("周榜") + week.says("状态")


def test_after_a_failed_check_the_post_is_mended_and_let_out_in_the_chat(open_week: Callable[..., Week]) -> None:
    week = open_week()
    week.switch_on()
    week.three_articles()
    week.to_the_vote()
    week.stage.box.faults.add("freepublish/submit", "errcode", 53503, times=1)
    week.until(0, "20:30")
    week.until(0, "23:30")
    assert week.round.state is S.CLOSED
    out = week.round.standing[-1].number
    words = week.words(out)
    assert "换下 编号" in week.says("状态") + week.says("周榜")
    assert "已换下" in week.says(f"换下 {out}")
    week.stage.settle()
    assert words not in str(week.stage.box.drafts.all()[0].articles)
    code = re.search(r"确认 (\w\w)", week.says("发布周榜"))
    assert code
    week.says(f"确认 {code[1]}")
    week.stage.settle()
    job = week.publishes()
    assert job
    assert words not in job.articles[0].body
    assert week.round.state is S.ANNOUNCED


def test_another_try_is_shown_and_confirmed_as_ever(week: Week) -> None:
    week.stage.box.set_profile("认证公众号")
    week.says("发布周榜")
    code = re.search(r"确认 (\w\w)", week.says("2"))
    assert code
    week.says(f"确认 {code[1]}")
    week.stage.settle()
    week.publishes()
    assert week.round.state is S.ANNOUNCED
    assert len(week.stage.box.publishing.published()) == 1


def test_a_draft_nobody_publishes_ends_the_round_and_the_owner_is_told(week: Week) -> None:
    week.stage.wait(5 * 86400 + 60)
    assert week.round.state is S.FINISHED
    assert "不用了请删掉" in week.says("状态")


def test_what_the_owner_decides_while_the_draft_waits_is_in_it_at_once(open_week: Callable[..., Week]) -> None:
    week = open_week()
    week.switch_on()
    week.three_articles()
    week.to_the_vote()
    week.until(0, "20:30")
    week.stage.box.set_profile("个人公众号")
    week.until(0, "23:30")
    assert "由你来选" in week.says("周榜")
    chosen = next(one.number for one in week.round.standing if one.number != _winner(week))
    assert "好的" in week.says(str(chosen))
    week.writer(chosen).says("署名 小鱼")
    assert "小鱼" in week.says("周榜")
    assert "已同意署名" in week.says("是")
    week.stage.settle()
    [draft] = week.stage.box.drafts.all()
    assert f"由作者选定 {chosen} 号" in str(draft.articles)
    assert "小鱼" in str(draft.articles)


def test_readers_who_do_not_stand_cannot_use_up_the_days_calls(week: Week) -> None:
    before = len(week.stage.box.calls)
    reader = week.stage.box.follower("捣乱的")
    for text in ("匿名", "不展示", "同意展示", "匿名", "不展示", "同意展示"):
        assert reader.says(text).text
        week.stage.settle()
    assert len(week.stage.box.calls) == before
