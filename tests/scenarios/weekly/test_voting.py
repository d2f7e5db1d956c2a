"""Votes: one a person, changeable, hidden until the end, and only from people who were there before."""

from __future__ import annotations

import re

import pytest

from bot.app import create_app
from bot.domain.events import TextMessage
from bot.sandbox.people import Follower
from handlers.assembly import make_webhook
from tests.scenarios.weekly.week import Week

READERS = tuple(f"投票人{n}" for n in range(6))


def voting(week: Week) -> tuple[int, int]:
    """A round that is voted on; two of its nominees."""
    week.switch_on()
    week.three_articles()
    week.to_the_vote()
    return week.number(0), week.number(1)


def votes(week: Week) -> dict[int, int]:
    """The ballots of each nominee after the round has been closed."""
    week.until(0, "20:30")
    assert week.round.result
    return week.round.result.tally.votes


def test_three_deliveries_of_a_vote_are_one_ballot_and_one_answer(week: Week) -> None:
    one, _ = voting(week)
    reader = week.stage.box.follower(READERS[0])
    message = {"FromUserName": reader.openid, "MsgType": "text", "Content": f"投{one}"}
    exchange = week.stage.box.push(message, deliveries=3, simultaneous=True)
    assert len({delivery.reading.xml for delivery in exchange.deliveries}) == 1
    assert votes(week)[one] == 1


def test_who_followed_after_the_round_opened_is_told_that_the_vote_has_no_weight(week: Week) -> None:
    one, _ = voting(week)
    late = week.stage.box.follower("新来的")
    late.follows()
    assert "不计数" in late.says(f"投{one}").text
    assert votes(week)[one] == 0
    assert week.round.result
    assert week.round.result.tally.late == 1
    assert "开始后才关注 1" in week.says("周榜")


def test_who_leaves_and_comes_back_changes_the_one_ballot(week: Week) -> None:
    one, other = voting(week)
    reader = week.stage.box.follower(READERS[0])
    assert "已投" in reader.says(f"投{one}").text
    reader.unfollows()
    reader.follows()
    assert f"已改投 {other} 号" in reader.says(f"投{other}").text
    counted = votes(week)
    assert (counted[one], counted[other]) == (0, 1)


def forget_me(reader: Follower) -> None:
    """The reader has everything of theirs removed."""
    code = re.search(r"确认删除 (\w\w)", reader.says("删除我的数据").text)
    assert code
    assert "已删除" in reader.says(f"确认删除 {code[1]}").text


def test_who_asked_to_be_forgotten_during_a_round_gains_no_weight_by_it(week: Week) -> None:
    one, other = voting(week)
    late = week.stage.box.follower("新来的")
    late.follows()
    for _ in range(2):
        forget_me(late)
        assert "不计数" in late.says(f"投{one}").text
    late.unfollows()
    late.follows()
    forget_me(late)
    assert "不计数" in late.says(f"投{one}").text
    old = week.stage.box.follower(READERS[0])
    old.says(f"投{one}")
    forget_me(old)
    assert f"已改投 {other} 号" in old.says(f"投{other}").text
    counted = votes(week)
    assert (counted[one], counted[other]) == (0, 1)
    assert "没有计数" in late.says("验票").text


def test_who_asked_to_be_forgotten_before_a_round_has_full_weight_in_it(week: Week) -> None:
    reader = week.stage.box.follower(READERS[0])
    reader.says("我的")
    forget_me(reader)
    one, _ = voting(week)
    assert "已投" in reader.says(f"投{one}").text
    assert votes(week)[one] == 1


def test_totals_stay_hidden_and_nothing_is_taken_after_the_end(week: Week) -> None:
    one, _ = voting(week)
    week.vote(one, *READERS)
    reader = week.stage.box.follower(READERS[0])
    assert not re.search(r"\d+ 票", reader.says("榜").text + reader.says("现在多少票").text)
    assert not re.search(r"\d 票 ", week.says("周榜"))
    week.stage.clock.advance(week.round.close_at - week.now)  # nobody has closed the round yet
    assert "现在没有在投票" in reader.says(f"投{one}").text
    assert votes(week)[one] == len(READERS)


def test_a_blocked_readers_ballot_is_kept_without_weight_and_comes_back_with_them(week: Week) -> None:
    one, other = voting(week)
    nominated = {week.words(nominee.number) for nominee in week.round.nominees}
    text = next(text for text in week.by if text not in nominated)
    rude = week.by[text]
    rude.says(f"投{one}")
    item = week.item(text)
    week.says(f"屏蔽 {item}")
    assert rude.says(f"投{other}").text == ""
    counted = votes(week)
    assert (counted[one], counted[other]) == (0, 0)
    assert week.round.result
    assert week.round.result.tally.blocked == 1


def rude_reader(week: Week) -> tuple[str, Follower]:
    """A reader whose words stand for nothing, so that 屏蔽 concerns their ballot alone; and these words."""
    nominated = {week.words(nominee.number) for nominee in week.round.nominees}
    text = next(text for text in week.by if text not in nominated)
    return text, week.by[text]


@pytest.mark.parametrize("leaves", [True, False])
def test_who_was_blocked_regains_no_weight_by_being_forgotten_and_coming_back(week: Week, leaves: bool) -> None:
    one, other = voting(week)
    text, rude = rude_reader(week)
    rude.says(f"投{one}")
    week.says(f"屏蔽 {week.item(text)}")
    if leaves:
        rude.unfollows()
        rude.follows()
    else:
        forget_me(rude)
    rude.says(f"投{other}")
    counted = votes(week)
    assert (counted[one], counted[other]) == (0, 0)


def test_who_is_blocked_or_not_any_more_while_the_round_is_paused_votes_accordingly(week: Week) -> None:
    one, _ = voting(week)
    text, rude = rude_reader(week)
    rude.says(f"投{one}")
    item = week.item(text)
    week.says("暂停周榜")
    week.says(f"屏蔽 {item}")
    week.says("恢复周榜")
    assert [ballot.counts for ballot in week.stage.stores.ballots.all(week.round.id).values()] == [False]
    week.says("暂停周榜")
    week.says(f"解除屏蔽 {item}")
    week.says("恢复周榜")
    assert votes(week)[one] == 1


def test_a_thousand_forged_votes_are_no_ballot(week: Week) -> None:
    one, _ = voting(week)
    body = (
        "<xml><ToUserName>gh_x</ToUserName><FromUserName>o{n:027d}</FromUserName><CreateTime>1790000000</CreateTime>"
        "<MsgType>text</MsgType><Content>投{one}</Content><MsgId>{n}</MsgId></xml>"
    )
    settings, clock = week.stage.settings, week.stage.clock
    webhook = make_webhook(settings, week.stage.redis, clock, week.stage.metrics)
    client = create_app(settings, week.stage.redis, [webhook]).test_client()
    answers = {
        client.post(
            f"/wechat?timestamp={week.now:.0f}&nonce={n}&signature={n:040x}", data=body.format(n=n, one=one).encode()
        ).status_code
        for n in range(1000)
    }
    assert answers == {403}
    assert week.stage.stores.ballots.count(week.round.id) == 0


def test_a_reader_is_asked_why_once_a_week_and_the_answer_is_a_comment_about_it(week: Week) -> None:
    one, other = voting(week)
    reader = week.stage.box.follower(READERS[0])
    assert "为什么选它" in reader.says(f"投{one}").text
    assert "已记为第" in reader.says("因为步骤写得清楚，我照着做了").text
    assert "为什么选它" not in reader.says(f"投{other}").text
    week.stage.settle()
    [comment] = [c for a in week.articles for c in week.stage.stores.comments.scan(a.key) if c.about]
    assert comment.content == "因为步骤写得清楚，我照着做了"
    assert comment.about == week.round.standing[0].id
    second = week.stage.box.follower(READERS[1])
    second.says(f"投{one}")
    assert "候选" in second.says("榜").text  # a command beats the question
    assert "已记为第" not in second.says("因为步骤写得清楚").text
    third = week.stage.box.follower(READERS[2])
    third.says(f"投{one}")
    week.stage.clock.advance(601)
    assert "已记为第" not in third.says("因为步骤写得清楚").text
    assert "问了 3 次“为什么选它”，1 次说了话" in week.says("周榜 历史") or week.stage.stores.asks.whys() == (1, 3)


def test_after_a_vote_votes_are_votes_and_small_talk_is_no_answer_to_why(week: Week) -> None:
    one, other = voting(week)
    third = week.number(2)
    said = {
        f"改投{other}": f"已改投 {other} 号",
        f"投错了，想改投{other}号": f"已改投 {other} 号",
        f"我投{other}号": f"已改投 {other} 号",
        f"选{other}": f"已改投 {other} 号",
        f"我选{other}": f"已改投 {other} 号",
        f"【投{other}】": f"已改投 {other} 号",
        f"投{other}谢谢": f"已改投 {other} 号",
        f"投{other}和{third}": f"要改投请发「投{third}」",
        f"可以改成{other}号吗": f"要改投请发「投{other}」",
        "改投99": "没有 99 号候选",
        "现在多少票": "截止后公布，避免跟票",
        "怎么改票？": f"你投的是 {one} 号",
        "这个投票靠谱吗": "",
    } | dict.fromkeys(("谢谢", "继续", "取消", "退出", "[微笑]", "[破涕为笑]", "嗯嗯", "3", "哈哈哈"), "")
    for place, (text, expected) in enumerate(said.items()):
        reader = week.stage.box.follower(f"问者{place}")
        assert "改：发「投" in reader.says(f"投{one}").text
        answer = reader.says(text).text
        assert expected in answer, (text, answer)
        assert "已记为第" not in answer
    week.stage.settle()
    assert [c for a in week.articles for c in week.stage.stores.comments.scan(a.key) if c.about] == []
    assert votes(week)[other] == sum("已改投" in expected for expected in said.values())


def test_words_about_a_vote_are_talk_while_there_is_none(week: Week) -> None:
    reader = week.stage.box.follower(READERS[0])
    for text in ("现在多少票", "怎么改票？", "选3", "投3和4", "1"):
        assert "票" not in reader.says(text).text
    assert "现在没有投票" in reader.says("我投3号").text


def test_a_vote_is_mentioned_once_to_who_speaks_with_us(week: Week) -> None:
    voting(week)
    reader = week.stage.box.follower(READERS[0])
    assert "正在投票" in reader.says("我的").text
    assert "正在投票" not in reader.says("我的").text
    assert week.stage.box.follower(READERS[1]).says("谢谢").text == ""


def test_who_was_asked_for_one_thing_is_not_asked_for_another_within_the_week_and_it_is_counted(week: Week) -> None:
    one, _ = voting(week)
    invited, voter = week.stage.box.follower(READERS[0]), week.stage.box.follower(READERS[1])
    assert "正在投票" in invited.says("我的").text
    assert "为什么选它" not in invited.says(f"投{one}").text
    assert "为什么选它" in voter.says(f"投{one}").text
    assert week.stage.stores.asks.totals() == (2, 1)
    assert "共 2 次" in week.says("状态")
    page = create_app(week.stage.settings, week.stage.redis).test_client().get("/metrics").get_data(as_text=True)
    assert 'bot_asks_made{account="main"} 2.0' in page
    assert 'bot_asks_withheld{account="main"} 1.0' in page


def test_everybody_can_verify_and_one_changed_ballot_shows(week: Week) -> None:
    one, other = voting(week)
    week.vote(one, *READERS)
    week.until(0, "20:30")
    reader = week.stage.box.follower(READERS[0])
    assert "重算一致 ✓" in reader.says("验票").text
    assert f"你的票：{one} 号" in reader.says("验票").text
    stores = week.stage.stores
    key, ballot = next(iter(stores.ballots.all(week.round.id).items()))
    stores.ballots.put(week.round.id, key, type(ballot)(other, ballot.at))
    stores.unit.commit()
    assert "重算不一致 ✗" in reader.says("验票").text
    assert "重算不一致 ✗" in week.says("复核")
    assert "领奖先停下" in reader.says("异议 票数和我看到的不一样").text
    assert "每人一次" in reader.says("异议 再说一次").text
    assert "只有本期投过票" in week.stage.box.follower("路人").says("异议 我也有话说").text
    week.until(0, "23:30")
    week.publishes()
    assert "正在核对" in week.writer(one).says("领奖").text
    assert "异议 1 已了结：重新数过" in week.says("了结异议 1 重新数过，以当时公布的为准")
    assert "选一个" in week.writer(one).says("领奖").text


def test_who_voted_for_somebody_taken_out_meanwhile_is_told_to_vote_again(week: Week) -> None:
    one, other = voting(week)
    week.vote(one, *READERS)
    week.says(f"换下 {one}")
    reader = week.stage.box.follower(READERS[0])
    for asked in ("榜", "我的"):
        assert f"你投的 {one} 号已经撤下" in reader.says(asked).text
    assert f"已改投 {other} 号" in reader.says(f"投{other}").text
    assert "撤下" not in reader.says("榜").text
    counted = votes(week)
    assert counted[other] == 1
    assert week.round.result
    assert week.round.result.tally.void == len(READERS) - 1


@pytest.mark.parametrize("word", ["换下", "屏蔽"])
def test_a_leader_taken_out_after_the_count_is_no_secret(week: Week, word: str) -> None:
    one, other = voting(week)
    week.vote(one, *READERS)
    week.vote(other, "别人")
    week.until(0, "20:30")
    taken = str(one) if word == "换下" else str(week.item(week.words(one)))
    assert f"已{word}" in week.says(f"{word} {taken}") or "已换下" in week.says("周榜")
    said = f"{one} 号由作者撤下；投给的 {len(READERS)} 票作废"
    reader = week.stage.box.follower(READERS[0])
    assert said in reader.says("榜").text
    checked = reader.says("验票").text
    assert said in checked
    assert f"你的票：{one} 号" in checked
    assert "这一票作废" in checked
    assert "作废" not in week.stage.box.follower("别人").says("验票").text.splitlines()[-1]
    assert "领奖先停下" in reader.says("异议 1 号哪去了").text
    week.stage.settle()
    assert week.round.is_frozen
    week.until(0, "23:30")
    post = week.publishes()
    assert post
    assert said in post.articles[0].body
    assert "屏蔽" not in post.articles[0].body
    assert "已了结" in week.says("了结异议 1 那条是抄来的")


def test_who_is_blocked_by_mistake_after_the_count_has_their_ballots_back_with_the_block(week: Week) -> None:
    one, other = voting(week)
    week.vote(one, *READERS)
    week.vote(other, "别人")
    week.until(0, "20:30")
    before = week.round
    item = week.item(week.words(one))
    assert f"反悔：解除屏蔽 {item}" in week.says(f"屏蔽 {item}")
    assert week.round.winner != before.winner
    week.says(f"解除屏蔽 {item}")
    assert week.round.result == before.result
    assert "屏蔽" not in week.says("周榜")
    assert "撤下" not in week.stage.box.follower(READERS[0]).says("榜").text


def test_a_vote_kept_from_a_fault_of_ours_counts_only_where_it_was_meant(week: Week) -> None:
    reader, second = week.stage.box.follower(READERS[0]), week.stage.box.follower(READERS[1])
    written_at = int(week.now)
    one, other = voting(week)

    def answered_after_all(who: Follower, number: int, at: int) -> None:
        vote = TextMessage(who.openid, "gh", at, f"{number}{at}", text=f"投{number}")
        stores = week.stage.stores
        stores.broken.keep(vote, "KeyError", week.now)
        stores.due("event", vote.delivery_key(), week.now)
        stores.unit.commit()
        week.stage.settle()

    answered_after_all(reader, one, written_at)  # before these nominees were chosen
    assert not week.stage.stores.ballots.all(week.round.id)
    began = int(week.now)
    week.stage.wait(1800)
    second.says(f"投{other}")
    answered_after_all(reader, one, began)
    answered_after_all(second, one, began)  # who has voted since means what they said last
    assert "你的票没有动" in week.stage.box.service_messages(second)[-1].text
    counted = votes(week)
    assert (counted[one], counted[other]) == (1, 1)


def test_who_withdraws_reads_no_more_that_they_stand_and_their_ballots_are_not_called_none(week: Week) -> None:
    one, _ = voting(week)
    week.vote(one, *READERS)
    answer = week.writer(one).says("不展示").text
    assert "不再公开展示" in answer
    assert "入围" not in answer + week.writer(one).says("我的").text
    week.until(0, "20:30")
    page = week.says("周榜")
    assert f"投给已撤下的 {len(READERS)}" in page
    assert f"\n{one} 0 票" not in page
