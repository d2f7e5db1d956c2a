"""Two weeks run by themselves: nominees, votes, a winner, another winner."""

from __future__ import annotations

from bot.domain.round_state import RoundState
from tests.scenarios.weekly.week import LIFE, NEXT, TEAM, WORK, Week

READERS = tuple(f"投票人{n}" for n in range(12))


def test_two_weeks_run_by_themselves_once_switched_on(week: Week) -> None:
    assert "周榜已开启" in week.switch_on()
    week.three_articles()
    week.until(6, "20:00")
    first = week.round
    assert first.state is RoundState.NOMINATED
    assert 5 <= len(first.nominees) <= 8
    assert len({one.pid for one in first.nominees}) == len(first.nominees)
    seen = week.says("周榜")
    assert f"周榜候选 {len(first.nominees)} 条已选好，标准：最有料" in seen
    assert all(any(line.startswith(f"{one.number} ") for line in seen.splitlines()) for one in first.nominees)

    week.until(6, "20:30")
    favourite = week.number(1)
    papers = {reader: week.stage.box.follower(reader).says("榜").text for reader in READERS}
    orders = {tuple(line[0] for line in paper.splitlines() if line[:2].strip().isdigit()) for paper in papers.values()}
    assert len(orders) > 3
    assert {tuple(sorted(order)) for order in orders} == {tuple(str(one.number) for one in first.nominees)}
    assert not any("票" in line for line in papers[READERS[0]].splitlines()[1:-1])
    for reader in READERS[:10]:
        assert f"已投 {favourite} 号（匿名" in week.vote(favourite, reader)[0]
    other = next(one.number for one in first.nominees if one.number != favourite)
    week.vote(other, *READERS[10:])
    assert f"已改投 {favourite} 号" in week.vote(favourite, READERS[10])[0]

    week.until(0, "20:30")
    closed = week.round
    assert (closed.state, closed.result and closed.result.winner) == (RoundState.CLOSED, favourite)
    lines = [line for line in week.stage.box.follower("路人").says("榜").text.splitlines() if " 票" in line]
    assert lines[0].startswith(f"{favourite} 11 票")
    assert week.notes()[-1].startswith(f"第 {first.id} 期周榜已计票：{favourite} 号得 11/12 票，获奖（得票最多）")
    assert "23:30 自动发布" in week.notes()[-1]
    week.until(0, "23:30")
    job = week.publishes()
    assert job
    assert [article.title for article in job.articles] == ["本周最有料"]
    assert week.words(favourite) in job.articles[0].body
    assert first.id in job.articles[0].fields["digest"]
    assert week.round.state is RoundState.ANNOUNCED
    assert "《本周最有料》已发布" in week.says("状态")
    assert "评为本周「最有料」" in week.writer(favourite).says("我的").text

    week.publish("早起这件事", *NEXT[:3])
    week.publish("睡不好", *NEXT[3:])
    week.to_the_vote()
    second = week.round
    assert second.id != first.id
    assert second.category == "最有共鸣"
    assert not {one.id for one in second.nominees} & {one.id for one in first.nominees}
    week.vote(second.nominees[0].number, *READERS)
    week.until(0, "20:30")
    assert week.round.result
    assert week.round.result.winner == second.nominees[0].number
    history = week.says("周榜 历史")
    assert first.id in history
    assert "获奖" in history


def test_exactly_one_round_a_week_and_every_step_once_however_often_tasks_run(week: Week) -> None:
    week.switch_on()
    week.three_articles()
    for _ in range(26):
        week.stage.wait(6 * 3600.0)
        for round_ in week.stage.stores.campaigns.rounds():
            members = {f"round|{round_.id}": week.now, f"post|{round_.id}": week.now}
            week.stage.redis.zadd("{main}:due", members)
        week.stage.box.settle()
        week.stage.settle()
    rounds = week.stage.stores.campaigns.rounds()
    assert [round_.state for round_ in rounds] == [RoundState.ANNOUNCED, RoundState.OPEN]
    assert len(week.stage.box.publishing.published()) == 1
    told = "\n".join([week.says("状态"), *week.notes()])
    assert (told.count("周榜候选"), told.count("已计票")) == (1, 1)


def test_a_start_missed_for_longer_than_its_grace_is_told_and_the_next_week_comes(week: Week) -> None:
    week.switch_on()
    week.three_articles()
    week.until(6, "19:00")
    week.stage.clock.advance(14 * 3600.0)
    week.stage.settle()
    rounds = week.stage.stores.campaigns.rounds()
    assert [round_.state for round_ in rounds] == [RoundState.SKIPPED, RoundState.OPEN]
    assert "不办：错过了开始时间太久" in week.says("周榜")


def test_a_start_missed_by_some_hours_is_made_up_for(week: Week) -> None:
    week.switch_on()
    week.three_articles()
    week.until(6, "19:00")
    week.stage.clock.advance(9 * 3600.0)
    week.stage.settle()
    assert week.round.state is RoundState.NOMINATED
    assert week.round.vote_at - week.round.opened_at == 1800.0


def test_too_few_good_comments_make_no_round(week: Week) -> None:
    week.switch_on()
    week.publish("加班之后", *WORK[:2])
    week.publish("下班以后", "哈哈哈", "写得真好", "沙发")
    week.publish("带团队", *LIFE, *TEAM, elect=False)
    week.until(6, "20:00")
    assert "够格的只有 2 条，至少要 3 条" in week.says("周榜")
    assert week.stage.stores.campaigns.rounds()[0].state is RoundState.SKIPPED
