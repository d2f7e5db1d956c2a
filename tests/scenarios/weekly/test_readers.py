"""What readers do around the round: likes, names, consent, honours, and being forgotten."""

from __future__ import annotations

import re

import pytest

from bot.domain.round_state import RoundState
from bot.sandbox.people import Follower
from tests.handlers.followers.everything_stored import traces
from tests.scenarios.weekly.week import Week

CHAT = "我去年带新人，第一周只让他写会议记录，第二周开始他自己能跑通流程，省了我很多加班"
READERS = tuple(f"投票人{n}" for n in range(8))


def announced(week: Week) -> Follower:
    """A round whose post is out; who won it."""
    week.switch_on()
    week.three_articles()
    week.to_the_vote()
    week.vote(week.number(), *READERS)
    winner = week.writer(week.number())
    week.until(0, "20:30")
    week.until(0, "23:30")
    week.publishes()
    return winner


def test_likes_are_few_not_for_oneself_and_can_be_taken_back_in_time(week: Week) -> None:
    writers = [week.stage.box.follower(f"作者{n}") for n in range(11)]
    for writer in writers:
        writer.says("留言 我试过第二种方法，坚持了一个月，确实有用")
        writer.says("留言 补充一点，第三步要先量尺寸再剪")
    reader = week.stage.box.follower("点赞人")
    assert "是你自己写的" in writers[0].says("赞1").text
    assert "已赞 1" in reader.says("赞1").text
    assert "已经赞过" in reader.says("点赞1").text
    assert "已取消赞 1" in reader.says("取消赞1").text
    week.stage.settle()
    ids = {n: week.stage.stores.comments.id_of(n) for n in range(1, 23)}
    assert week.stage.stores.likes.count(ids[1]) == 0
    for n in range(1, 20):
        assert f"已赞 {n}" in reader.says(f"赞{n}").text
        week.stage.clock.advance(40)
    assert f"已赞 {20}" in reader.says("赞20").text
    assert "今天已经赞了 20 次" in reader.says("赞21").text
    assert "没有第 999 条" in reader.says("赞999").text
    assert "收不回来" in reader.says("取消赞1").text
    likes = week.stage.stores.likes
    assert likes.count(ids[1]) == 1
    assert sum(likes.standing(week.stage.stores.people.pid(writers[0].openid)).values()) == 1


def test_chat_words_stand_only_with_their_writers_consent(week: Week) -> None:
    week.switch_on()
    writer = week.stage.box.follower("聊天的人")
    week.three_articles()
    writer.says(f"留言 {CHAT}")
    week.stage.wait(200)
    week.says(f"提名 {week.item(CHAT)}")
    week.until(6, "20:00")
    nominee = week.nominee(CHAT)
    assert not nominee.quotable
    assert "等本人同意展示" in week.says("周榜")
    week.until(6, "20:30")
    voter = week.stage.box.follower("投票人")
    assert CHAT[:10] not in voter.says("榜").text
    assert "没有" in voter.says(f"投{nominee.number}").text
    assert "愿意公开展示就回「同意展示」" in writer.says("我的").text
    writer.says("同意展示")
    assert CHAT[:10] in voter.says("榜").text
    assert "已投" in voter.says(f"投{nominee.number}").text
    writer.says("不展示")
    assert CHAT[:10] not in voter.says("榜").text
    week.until(0, "20:30")
    assert week.round.result
    assert week.round.result.tally.void == 1


def test_a_name_is_shown_only_after_a_creator_accepted_it(week: Week) -> None:
    week.switch_on()
    week.three_articles()
    week.to_the_vote()
    writer, voter = week.writer(week.number()), week.stage.box.follower("投票人")
    for name in ("小编", "官方认证", "加我微信", "王", "一个特别特别长的名字"):
        assert "不能用" in writer.says(f"署名 {name}").text, name
    assert "作者同意后才会显示" in writer.says("署名 阿May").text
    assert "阿May" not in voter.says("榜").text
    assert "读者想这样署名" in week.says("周榜")
    assert "已同意署名" in week.says("是")
    assert "阿May" in voter.says("榜").text
    writer.says("匿名")
    paper = voter.says("榜").text
    assert "阿May" not in paper
    assert "一位读者" in paper


def test_the_winner_claims_one_honour_within_its_time(week: Week) -> None:
    winner = announced(week)
    assert "没有等你领的奖" in week.stage.box.follower(READERS[0]).says("领奖").text
    choices = winner.says("领奖").text
    assert "2 社群邀请" in choices
    invitation = winner.says("2").text
    code = re.search(r"[A-Z0-9]{6}", invitation)
    assert code
    assert "已经领过了：社群邀请" in winner.says("领奖").text
    assert f"社群邀请 {code[0]}" in week.says("状态")
    assert any(entry.detail == f"社群邀请 {code[0]}" for entry in week.stage.stores.audit.notes())


def test_an_unclaimed_honour_lapses_and_the_round_ends_with_its_key_destroyed(week: Week) -> None:
    winner = announced(week)
    round_id = week.round.id
    assert week.stage.stores.campaigns.key(round_id)
    week.stage.wait(25 * 3600)
    assert week.stage.stores.campaigns.key(round_id) == ""
    assert "异议期已经过了" in week.stage.box.follower(READERS[0]).says("异议 不服").text
    week.stage.wait(7 * 86400)
    over = week.stage.stores.campaigns.round(round_id)
    assert over
    assert over.state is RoundState.FINISHED
    assert "时间过了" in winner.says("领奖").text
    assert "重算一致 ✓" in week.stage.box.follower(READERS[0]).says(f"验票 {round_id}").text


@pytest.mark.parametrize("moment", ["nominated", "voting", "closed", "announced"])
def test_who_is_forgotten_leaves_the_round_and_only_numbers_stay(week: Week, moment: str) -> None:
    week.switch_on()
    week.three_articles()
    week.until(6, "20:00")
    number = week.number(1)
    gone, said = week.writer(number), week.words(number)[:12]
    gone.says("署名 紫藤")
    if moment != "nominated":
        week.until(6, "20:30")
        gone.says(f"投{number}")
        gone.says("赞1")
        week.vote(number, *READERS)
        week.stage.box.follower("路人").says("榜")
    if moment in ("closed", "announced"):
        week.until(0, "20:30")
        gone.says("异议 紫藤花的理由")
    if moment == "announced":
        week.until(0, "23:30")
        week.publishes()
    week.says("周榜")
    pid = week.stage.stores.people.pid(gone.openid)
    words = (said, "紫藤")
    assert traces(week.stage.redis, pid, *words)
    gone.unfollows()
    assert traces(week.stage.redis, gone.openid, pid, *words) == {}
    assert week.round.nominees[number - 1].pid == ""
    assert said not in week.says("周榜")
    assert said not in week.stage.box.follower("路人").says("榜").text
    if moment != "nominated":
        assert week.stage.stores.ballots.count(week.round.id) == len(READERS) + 1
    if moment == "announced":
        assert "重算一致 ✓" in week.stage.box.follower(READERS[0]).says("验票").text


def test_my_data_tells_of_votes_likes_and_names(week: Week) -> None:
    writer = announced(week)
    writer.says("署名 阿梅")
    assert "已赞" in writer.says(f"赞{week.round.standing[1].comment_number}").text
    told = writer.says("我的数据").text
    while "回「更多」" in told.split("\n\n")[-1]:
        told += writer.says("更多").text
    for words in ("阿梅（等作者同意）", "你赞过的留言：1 条", f"你得过奖的期数：{week.round.id}", "入围的期数"):
        assert words in told
    voter = week.stage.box.follower(READERS[0]).says("我的数据").text
    assert f"第 {week.round.id} 期你投的：{week.number()} 号" in voter


def test_one_name_is_one_readers_and_several_wishes_are_one_line(week: Week) -> None:
    week.switch_on()
    week.three_articles()
    week.to_the_vote()
    first, second, third = (week.writer(week.number(place)) for place in range(3))
    for writer in (first, second):
        assert "想署「小鱼」" in writer.says("署名 小鱼").text
    assert week.says("状态").count("有候选读者想署名") == 1
    week.says("周榜")
    said = week.says("是")
    assert said.count("小鱼") == 2
    assert "已有别的读者用这个名字" in said
    assert "已有别的读者用了" in third.says("署名 小_鱼").text
    assert week.stage.box.follower("路人").says("榜").text.count("小鱼") == 1


@pytest.mark.parametrize("word", ["不展示", "别提我"])
def test_who_withdraws_a_public_comment_leaves_the_vote_and_the_post(week: Week, word: str) -> None:
    week.switch_on()
    week.three_articles()
    week.to_the_vote()
    number = week.number(0)
    said = week.words(number)
    assert "撤下" in week.writer(number).says(word).text
    assert not week.round.nominee(number).stands  # type: ignore[union-attr]
    assert f"没有 {number} 号候选" in week.stage.box.follower("路人").says(f"投{number}").text
    week.until(0, "20:30")
    week.until(0, "23:30")
    job = week.publishes()
    assert job
    assert said not in job.articles[0].body


@pytest.mark.parametrize("word", ["不展示", "别提我"])
def test_who_withdraws_after_publication_is_quoted_nowhere_and_the_votes_stay(week: Week, word: str) -> None:
    winner = announced(week)
    assert week.round.winner
    said = week.words(week.round.winner.number)[:12]
    reader = week.stage.box.follower("路人")
    assert said in reader.says("榜").text
    winner.says(word)
    shown = reader.says("榜").text
    assert said not in shown
    assert f"{len(READERS)} 票 🏆 （已应本人要求撤下）" in shown
    assert said not in (page := week.says("周榜"))
    assert "已应本人要求撤下" in page
    assert "不展示" in winner.says("我的").text
