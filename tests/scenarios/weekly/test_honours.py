"""Honours go round: who won lately is listed as 荣誉提名, readers are told so, and another one wins (feature F5)."""

from __future__ import annotations

from tests.scenarios.weekly.week import NEXT, Week

READERS = tuple(f"投票人{n}" for n in range(12))
AGAIN = "我后来把这个办法教给了新同事，三个人试了一个月，周五下午都能准时走，领导还在会上提了一句"


def second_week(week: Week) -> tuple[int, int]:
    """Last week's winner writes something good again; their nominee number, and another one's."""
    week.switch_on()
    week.three_articles()
    week.to_the_vote()
    champion = week.writer(week.number())
    week.vote(week.number(), *READERS)
    week.until(0, "20:30")
    week.until(0, "23:30")
    week.publishes()
    week.publish("早起这件事", *NEXT[:3])
    week.publish("睡不好", *NEXT[3:])
    article = week.publish("带新人")
    week.by[AGAIN] = champion
    article.elect_by_hand(article.comment(champion, AGAIN))
    week.stage.wait(200)
    week.to_the_vote()
    again = week.nominee(AGAIN)
    assert again.resting
    other = next(one.number for one in week.round.standing if not one.resting)
    return again.number, other


def test_who_won_last_week_is_listed_and_everybody_is_told_that_another_will_win(week: Week) -> None:
    again, other = second_week(week)
    assert len(week.round.standing) - 1 >= 5
    paper = week.stage.box.follower(READERS[0]).says("榜").text
    assert f"\n{again} 荣誉提名 「" in paper
    assert "荣誉提名：刚得过奖，这次不再获奖" in paper
    assert f"投{again}（" not in paper
    answer = week.vote(again, READERS[0])[0]
    assert f"已投 {again} 号" in answer
    assert "不会再获奖" in answer
    assert "不会再获奖" not in week.vote(other, READERS[1])[0]


def test_with_the_most_ballots_they_are_passed_over_and_it_is_said_wherever_the_result_is(week: Week) -> None:
    again, other = second_week(week)
    week.vote(again, *READERS[:8])
    week.vote(other, *READERS[8:])
    week.until(0, "20:30")
    assert week.round.result
    assert week.round.result.winner == other
    said = f"{again} 号票更多，但刚得过奖，这次是荣誉提名"
    assert said in week.says("周榜")
    assert said in week.stage.box.follower("路人").says("榜").text
    week.until(0, "23:30")
    post = week.publishes()
    assert post
    body = post.articles[0].body
    assert f"12 张有效票，能获奖的里面 {other} 号最多，得 4 票。{said}" in body
    assert f"{again} 号 · " in body
    assert " · 8 票 · 荣誉提名" in body
