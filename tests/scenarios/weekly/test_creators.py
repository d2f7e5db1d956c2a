"""The creator looks, changes, stops and hurries the round at any point, and nothing goes out that was not shown."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.round_state import RoundState
from config.settings import ROOT
from tests.scenarios.scene import join
from tests.scenarios.weekly.week import LIFE, NEXT, TEAM, WORK, Week

S = RoundState
READERS = tuple(f"投票人{n}" for n in range(8))


def nominated(week: Week) -> Week:
    """Sunday 20:00: nominees are chosen, nobody votes yet."""
    week.switch_on()
    week.three_articles()
    week.until(6, "20:00")
    return week


def code(answer: str) -> str:
    """The confirmation code of an answer."""
    found = re.search(r"确认 (\w\w)", answer)
    assert found, answer
    return f"确认 {found[1]}"


def test_switching_on_shows_a_preview_and_needs_the_owners_code(week: Week) -> None:
    answer = week.says("开启周榜")
    assert "《本周最有料》" in answer
    assert "有具体的做法" in answer
    assert week.stage.stores.campaigns.get() is None
    wrong = "确认 2A" if code(answer) != "确认 2A" else "确认 3B"
    assert "没有执行" in week.says(wrong)
    assert week.stage.stores.campaigns.get() is None
    assert "周榜已开启" in week.says(code(week.says("开启周榜")))
    assert "已经开启" in week.says("开启周榜")


def test_a_week_as_in_the_dialogue(week: Week) -> None:
    week.publish("早起这件事", *NEXT[:3])
    nominated(week)
    assert "周榜候选 6 条已选好，标准：最有料" in week.says("待审")
    before = week.round.nominee(4)
    assert "4 号已换下，递补了一条" in week.says("换下 4")
    after = week.round.nominee(4)
    assert before
    assert after
    assert before.id != after.id
    preview = week.says("发布周榜")
    assert "将发布《本周最有料》" in preview
    assert "票数不足，由作者选定" in preview
    assert "已提交发布" in week.says(code(preview))
    week.stage.settle()
    post = week.publishes()
    assert post
    assert "由作者选定" in post.articles[0].body
    assert week.round.state is S.ANNOUNCED


def test_a_code_for_what_has_changed_since_does_nothing(week: Week) -> None:
    nominated(week)
    week.until(6, "20:30")
    week.until(0, "20:30")
    confirm = code(week.says("发布周榜"))
    week.writer(week.number(0)).says("别提我")
    assert "没有执行：这期刚刚变过" in week.says(confirm)
    assert week.round.state is S.CLOSED


def test_nobody_reads_totals_before_the_vote_is_closed_and_a_code_closes_it(week: Week) -> None:
    nominated(week)
    week.until(6, "20:30")
    number = week.number(1)
    week.vote(number, *READERS)
    for words in ("周榜", "发布周榜", "榜", "复核", "周榜 历史"):
        answer = week.says(words)
        assert not re.search(r"(?<!已有 )\b\d+ 票|🏆|获奖：", answer), answer
    asked = week.says("发布周榜")
    assert "正在投票" in asked
    assert "20:30 截止" in asked
    assert "回「截止周榜」" in asked
    week.vote(week.number(0), "又一位")
    answer = week.says(code(asked))
    assert f"{number} 🏆 8 票" in answer
    assert "已截止，60 秒后发布" in answer
    week.stage.wait(70)
    assert week.publishes()


def test_a_round_closed_by_command_shows_itself_and_goes_out_after_the_hold(week: Week) -> None:
    nominated(week)
    week.until(6, "20:30")
    week.vote(week.number(0), *READERS)
    answer = week.says("截止周榜")
    assert f"{week.number(0)} 🏆 8 票" in answer
    assert "已截止，60 秒后发布" in answer
    week.stage.wait(30)
    assert week.round.state is S.CLOSED
    assert "暂停" in week.says("暂停周榜")
    week.stage.wait(3600)
    assert week.round.state is S.CLOSED
    assert not week.publishes()
    week.says("恢复周榜")
    week.stage.wait(60)
    assert week.publishes()
    assert week.round.state is S.ANNOUNCED


def test_a_pause_takes_no_votes_and_gives_the_time_back(week: Week) -> None:
    nominated(week)
    week.until(6, "20:30")
    number, close_at = week.number(0), week.round.close_at
    week.says("暂停周榜")
    assert "投票暂停中" in week.vote(number, READERS[0])[0]
    week.stage.wait(30 * 3600)
    assert week.round.state is S.VOTING
    assert "顺延 30 小时" in week.says("恢复周榜")
    assert week.round.close_at == pytest.approx(close_at + 30 * 3600, abs=1)
    assert "已投" in week.vote(number, READERS[0])[0]


def test_a_copy_takes_nobody_out_and_a_wish_that_cannot_stand_is_told_with_its_reason(week: Week) -> None:
    week.switch_on()
    week.three_articles()
    for text in (WORK[1], LIFE[1]):
        assert "已记下" in week.says(f"提名 {week.item(text)}")
    week.articles[0].comment(week.stage.box.follower("抄袭者"), WORK[1])
    week.stage.box.follower("抄袭者2").says(f"留言 {LIFE[1]}")
    week.stage.box.follower("抄袭者3").says(f"留言 {TEAM[1]}")
    week.stage.wait(300)
    item = week.item(TEAM[2])
    assert "已记下" in week.says(f"提名 {item}")
    assert "已屏蔽" in week.says(f"屏蔽 {item}")
    week.until(6, "20:00")
    words = [week.words(one.number) for one in week.round.nominees]
    assert {WORK[1], LIFE[1]} <= set(words)
    assert [week.nominee(text).pid for text in (WORK[1], LIFE[1])] == [
        week.stage.stores.people.pid(week.by[text].openid) for text in (WORK[1], LIFE[1])
    ]
    assert len(words) == len(set(words))
    assert "没有成为候选（已屏蔽这位读者）" in "\n".join([*week.notes(), week.says("周榜")])


def test_an_editor_with_an_old_list_does_not_take_out_whom_nobody_has_shown_them(week: Week) -> None:
    week.publish("早起这件事", *NEXT[:3])
    nominated(week)
    editor = join(week.stage, week.owner, "小编", "编辑")
    editor.says("周榜")
    week.owner.says("周榜")
    before = week.round.nominee(1)
    assert "递补了一条" in week.says("换下 1")
    heir = week.round.nominee(1)
    assert before
    assert heir
    asked = editor.says("换下 1").text
    assert f"1 号刚由主理人换过，现在是「{week.words(1)[:8]}" in asked
    assert "再发一次「换下 1」" in asked
    assert week.round.nominee(1) == heir
    assert "1 号已换下" in editor.says("换下 1").text
    assert week.round.nominee(1) != heir
    assert {before.id, heir.id} <= set(week.round.dropped)


def test_what_undo_says_of_a_nomination_is_what_takes_it_back(week: Week) -> None:
    week.switch_on()
    week.three_articles()
    items = {text: week.item(text) for text in (*WORK, *LIFE, *TEAM)}
    first = items[WORK[0]]
    week.says(f"提名 {first}")
    assert f"请回「换下 {first}」" in week.says("撤回")
    assert f"{items[WORK[1]]} 没有提名过" in week.says(f"换下 {items[WORK[1]]}")
    assert f"{first} 的提名已取消，还有 0 条" in week.says(f"换下 {first}")
    assert f"请回「提名 {first}」" in week.says("撤回")
    assert "还没有候选" in week.says(f"换下 {first}")
    answers = [week.says(f"提名 {item}") for item in items.values()]
    assert "最多 8 条" in answers[-1]
    example = re.search(r"例：(换下 \d+)", answers[-1])
    assert example
    assert "的提名已取消，还有 7 条" in week.says(example[1])
    assert "已记下" in week.says(f"提名 {items[TEAM[2]]}")
    week.until(6, "20:00")
    number = week.number(0)
    taken = week.round.nominee(number)
    assert taken
    item = items[week.words(number)]
    assert f"{number} 号已换下" in week.says(f"换下 {number}")
    assert f"请回「提名 {item}」" in week.says("撤回")
    week.until(6, "20:30")
    assert "已换下" in week.says(f"换下 {week.number(1)}")
    assert "这一步撤不了" in week.says("撤回")


def test_who_was_taken_out_before_the_vote_is_not_nominated_by_itself_next_week(week: Week) -> None:
    nominated(week)
    number = week.number(0)
    text = week.words(number)
    week.says(f"换下 {number}")
    week.until(6, "20:30")
    week.until(0, "20:30")
    week.until(0, "23:30")
    assert week.publishes()
    week.until(2, "10:00")
    week.publish("早起这件事", *NEXT)
    week.until(6, "20:00")
    assert week.round.nominees
    assert text not in [week.words(one.number) for one in week.round.nominees]


def test_nominating_by_hand_before_and_after_the_choice(week: Week) -> None:
    week.switch_on()
    week.publish("加班之后", *WORK)
    week.publish("带团队", *TEAM[:2])
    week.publish("下班以后", LIFE[0], "加我微信 lingling888 领资料，带你副业日入三百", "哈哈哈哈", elect=False)
    item = week.item(LIFE[0])
    assert f"{item} 已记下" in week.says(f"提名 {item}")
    week.until(6, "20:00")
    assert week.nominee(LIFE[0]).kept == "作者提名"
    week.publish("早起这件事", *NEXT[:2], elect=False)
    more = week.item(NEXT[0])
    assert "已提名，是" in week.says(f"提名 {more}")
    assert "已经是" in week.says(f"提名 {more}")
    number = week.nominee(NEXT[0]).number
    week.until(6, "20:30")
    assert "候选不能再加" in week.says(f"提名 {week.item(NEXT[1])}")
    week.vote(number, *READERS)
    assert f"{number} 号已换下" in week.says(f"换下 {number}")
    assert f"没有 {number} 号候选" in week.vote(number, READERS[0])[0]
    week.until(0, "20:30")
    assert week.round.result
    assert week.round.result.tally.void == len(READERS)
    assert week.round.result.winner != number


def test_taking_the_winner_out_after_the_count_gives_the_honour_to_the_next(week: Week) -> None:
    nominated(week)
    week.until(6, "20:30")
    first, second = week.number(0), week.number(1)
    week.vote(first, *READERS[:6])
    week.vote(second, *(f"另一位{n}" for n in range(5)))
    week.until(0, "20:30")
    assert week.round.result
    winner = week.round.result.winner
    assert f"{winner} 号已换下，现在获奖的是" in week.says(f"换下 {winner}")
    assert week.round.result
    assert week.round.result.winner != winner


def test_with_few_votes_the_author_may_choose_and_the_result_says_so(week: Week) -> None:
    nominated(week)
    week.until(6, "20:30")
    week.vote(week.number(0), *READERS[:3])
    week.until(0, "20:30")
    assert "票数不足，由作者选定" in week.says("周榜")
    choice = week.number(2)
    assert f"获奖的是 {choice} 号" in week.says(str(choice))
    assert f"{choice} 3 票" not in week.says("周榜")
    assert f"{choice} 🏆 0 票" in week.says("周榜")


def test_without_the_standing_permission_auto_waits_for_a_word(week: Week) -> None:
    nominated(week)
    second = join(week.stage, week.owner, "另一位主理人", "主理人")
    assert "已移除" in second.says("移除 主理人1").text
    week.owner = second
    week.until(6, "20:30")
    week.until(0, "20:30")
    week.stage.wait(8 * 3600)
    assert week.round.state is S.CLOSED
    assert week.round.publish_at == 0
    assert "已提交发布" in week.says(code(week.says("发布周榜")))
    assert week.round.state is S.TO_PUBLISH
    assert "正在发布" in week.says("发布周榜")


@pytest.mark.parametrize(
    ("role", "allowed", "refused"),
    [
        ("编辑", ("周榜", "提名 99", "换下 9", "暂停周榜"), ("恢复周榜", "开启周榜", "截止周榜", "发布周榜")),
        ("观察", ("周榜", "周榜 历史", "复核"), ("提名 99", "换下 9", "暂停周榜", "发布周榜", "了结异议 1 因为")),
    ],
)
def test_what_each_role_may_do_in_the_round(
    week: Week, role: str, allowed: tuple[str, ...], refused: tuple[str, ...]
) -> None:
    nominated(week)
    person = join(week.stage, week.owner, role, role)
    for words in refused:
        assert "要编辑或主理人来做" in person.says(words).text or "只有主理人可以" in person.says(words).text, words
    for words in allowed:
        assert "只有主理人可以" not in person.says(words).text
        assert "要编辑或主理人来做" not in person.says(words).text


def test_a_reader_never_learns_that_these_commands_exist(open_week: Callable[..., Week]) -> None:
    week = nominated(open_week())
    reader = week.stage.box.follower("路人")
    for words in ("周榜", "开启周榜", "发布周榜", "提名 1", "换下 1", "截止周榜", "暂停周榜", "周榜 历史", "复核"):
        assert "周榜" not in reader.says(words).text
    assert week.round.state is S.NOMINATED


def test_taking_out_a_nominee_before_there_are_any_says_when_there_will_be(week: Week) -> None:
    assert "周榜还没有开启" in week.says("换下 2")
    week.switch_on()
    assert "还没有候选：周日 20:00 才选" in week.says("换下 2")


def test_who_does_not_want_to_be_shown_is_not_said_to_be_asked(week: Week) -> None:
    week.switch_on()
    week.three_articles()
    week.to_the_vote()
    week.writer(week.number()).says("别提我")
    page = week.says("周榜")
    assert "本人不愿展示" in page
    assert "等本人同意展示" not in page


def test_once_its_giver_is_gone_the_permission_is_too_and_the_other_owner_hears_it(week: Week) -> None:
    week.switch_on()
    week.three_articles()
    week.to_the_vote()
    week.vote(week.number(0), *(f"投票人{n}" for n in range(8)))
    other = week.stage.owner("第二主理人")
    week.until(0, "20:30")
    assert week.round.publish_at
    week.owner.unfollows()
    assert "等你发布" in other.says("周榜").text + other.says("更多").text
    week.until(0, "23:30")
    assert not week.publishes()
    assert week.round.state is RoundState.CLOSED
    assert "已经不在了" in other.says("状态").text
    code = re.search(r"确认 (\w\w)", other.says("发布周榜").text)
    assert code
    other.says(f"确认 {code[1]}")
    week.stage.settle()
    assert week.publishes()


def test_a_nominee_who_joins_the_creators_does_not_win(week: Week) -> None:
    week.switch_on()
    week.three_articles()
    week.to_the_vote()
    number = week.number(0)
    writer = week.writer(number)
    week.vote(number, *(f"投票人{n}" for n in range(8)))
    code = re.search(r"授权码 (\w{6})", week.says("授权 编辑"))
    assert code
    writer.says(f"加入 {code[1]}")
    assert f"没有 {number} 号候选" in week.stage.box.follower("路人").says(f"投{number}").text
    assert "已成为作者自己人" in week.says("周榜")
    week.until(0, "20:30")
    assert week.round.winner
    assert week.round.winner.number != number


def test_the_next_round_comes_although_one_closed_while_its_file_was_missing(
    open_week: Callable[..., Week], tmp_path: Path
) -> None:
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config, ignore=shutil.ignore_patterns("*.py", "__pycache__", "candidates"))
    week = open_week(BOT_CONFIG_DIR=str(config))
    week.switch_on()
    week.three_articles()
    week.to_the_vote()
    file = config / "campaigns.yaml"
    text = file.read_text("utf-8")
    file.unlink()
    week.stage.restart_workers()
    week.until(0, "20:30")
    assert [one.id for one in week.stage.stores.campaigns.rounds()] == [week.round.id]
    file.write_text(text, "utf-8")
    week.stage.restart_workers()
    week.until(0, "23:30")
    week.publishes()
    rounds = week.stage.stores.campaigns.rounds()
    assert [one.state for one in rounds] == [RoundState.ANNOUNCED, RoundState.OPEN]
    assert "已经开启了" in week.says("开启周榜")
