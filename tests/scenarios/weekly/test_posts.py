"""The week's post in the owner's chat: let out, held back, handed over, refused, whatever campaigns.yaml says."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.round_state import RoundState
from config.settings import ROOT
from tests.scenarios.weekly.week import Week

S = RoundState
READERS = tuple(f"投票人{n}" for n in range(8))
SENDALL = "message/mass/sendall"


@pytest.fixture
def open_as(open_week: Callable[..., Week], tmp_path: Path) -> Callable[..., Week]:
    """Opens a week with another `publish:` in campaigns.yaml, played until the result is shown on Monday evening."""

    def open_one(publish: str, profile: str = "认证公众号") -> Week:
        config = tmp_path / "config"
        shutil.copytree(ROOT / "config", config, ignore=shutil.ignore_patterns("*.py", "__pycache__", "candidates"))
        file = config / "campaigns.yaml"
        file.write_text(file.read_text(encoding="utf-8").replace("publish: auto", f"publish: {publish}"), "utf-8")
        week = open_week(BOT_CONFIG_DIR=str(config), profile=profile)
        week.switch_on()
        week.three_articles()
        week.to_the_vote()
        week.vote(week.number(0), *READERS)
        week.until(0, "20:30")
        return week

    return open_one


def confirmed(week: Week, text: str) -> str:
    """What the owner is answered to the code that `text` asks for."""
    found = re.search(r"确认 (\w\w)", week.says(text))
    assert found
    return week.says(f"确认 {found[1]}")


def test_approve_waits_for_the_owners_word_and_then_publishes_what_was_shown(open_as: Callable[..., Week]) -> None:
    week = open_as("approve")
    week.stage.wait(8 * 3600)
    assert week.round.state is S.CLOSED
    assert "等你发布" in week.says("周榜")
    assert "已提交发布" in confirmed(week, "发布周榜")
    week.stage.settle()
    job = week.publishes()
    assert job
    assert week.words(week.round.winner.number if week.round.winner else 0) in job.articles[0].body
    assert "已在" in week.says("发布周榜")
    assert len(week.stage.box.publishing.published()) == 1


def test_a_mass_send_reaches_every_reader_once_however_often_it_is_asked_for(open_as: Callable[..., Week]) -> None:
    week = open_as("mass")
    confirmed(week, "发布周榜")
    assert "正在发布" in week.says("发布周榜")
    week.stage.settle()
    week.publishes()
    assert week.round.state is S.ANNOUNCED
    assert "已群发" in week.notes()[-1]
    reader = week.stage.box.follower(READERS[0])
    assert [line.text for line in week.stage.box.chat(reader) if line.via == "mass"] == ["本周最有料"]
    assert len(week.stage.box.calls_to(SENDALL)) == 1
    article = week.stage.stores.articles.get(week.round.post.article)
    assert article
    assert article.title == "本周最有料"


def test_a_used_up_mass_send_is_told_with_what_to_do(open_as: Callable[..., Week]) -> None:
    week = open_as("mass")
    week.stage.box.faults.add(SENDALL, "errcode", 45028, times=1)
    confirmed(week, "发布周榜")
    week.stage.settle()
    assert week.round.state is S.CLOSED
    assert "群发次数用完了" in week.says("状态")
    week.until(1, "09:00")
    confirmed(week, "发布周榜")
    week.stage.settle()
    week.publishes()
    assert week.round.state is S.ANNOUNCED
    assert len(week.stage.box.calls_to(SENDALL)) == 2


def test_only_the_draft_is_made_where_that_is_wanted(open_as: Callable[..., Week]) -> None:
    week = open_as("draft")
    assert "自动建草稿" in week.says("周榜")
    week.until(0, "23:30")
    assert week.round.state is S.CLOSED
    assert len(week.stage.box.drafts.all()) == 1
    assert "草稿已建好。发表：公众平台后台" in week.says("周榜")
    assert not week.publishes()


def test_an_account_without_permission_gets_draft_and_instructions(open_as: Callable[..., Week]) -> None:
    week = open_as("auto")
    week.stage.box.set_profile("个人公众号")
    week.until(0, "23:30")
    assert week.round.state is S.CLOSED
    assert len(week.stage.box.drafts.all()) == 1
    told = week.says("周榜") + week.says("状态")
    assert "没有自动发布" in told
    assert "手动发表" in told


def test_the_kill_switch_holds_the_post_back_until_the_owner_resumes(open_as: Callable[..., Week]) -> None:
    week = open_as("auto")
    week.says("暂停")
    before = len(week.stage.box.calls_to("draft/add"))
    week.until(0, "23:30")
    week.stage.wait(3600)
    assert week.round.state is S.TO_PUBLISH
    assert len(week.stage.box.calls_to("draft/add")) == before
    week.says("恢复")
    week.stage.settle()
    assert week.publishes()
    assert week.round.state is S.ANNOUNCED


def test_who_says_no_in_the_chat_at_the_last_moment_is_not_in_the_post(open_as: Callable[..., Week]) -> None:
    week = open_as("auto")
    out = week.round.standing[1]
    words = week.words(out.number)
    week.writer(out.number).says("别提我")
    week.until(0, "23:30")
    job = week.publishes()
    assert job
    assert words not in job.articles[0].body


def test_a_signed_name_stands_in_the_post_once_the_owner_agreed(open_as: Callable[..., Week]) -> None:
    week = open_as("auto")
    winner = week.round.winner
    assert winner
    week.writer(winner.number).says("署名 小鱼")
    assert "小鱼" in week.says("周榜")
    assert "已同意署名" in week.says("是")
    week.until(0, "23:30")
    job = week.publishes()
    assert job
    assert "小鱼" in job.articles[0].body


def test_the_comments_of_the_post_are_followed_like_any_others(open_as: Callable[..., Week]) -> None:
    week = open_as("auto")
    week.until(0, "23:30")
    job = week.publishes()
    assert job
    text = "这期选得好，我也试过提前写周报，确实能早走"
    job.articles[0].comment(week.stage.box.follower("新来的"), text)
    week.stage.wait(400)
    assert week.item(text)


def test_with_draft_only_a_draft_is_promised(open_as: Callable[..., Week]) -> None:
    week = open_as("draft")
    week.says("状态")  # takes what waited to be said
    page = week.says("周榜")
    assert "自动建草稿" in page
    assert "自动发布" not in page
    assert "正在建草稿" in confirmed(week, "发布周榜")


@pytest.mark.parametrize(("stop", "go"), [("暂停", "恢复"), ("暂停周榜", "恢复周榜")])
def test_who_lets_a_post_out_while_it_is_held_hears_what_ends_that(
    open_as: Callable[..., Week], stop: str, go: str
) -> None:
    week = open_as("approve")
    week.says(stop)
    for said in (confirmed(week, "发布周榜"), week.says("发布周榜")):
        assert "还没有发" in said
        assert f"回「{go}」" in said
    week.says(go)
    week.stage.settle()
    assert week.publishes()


def test_a_result_that_waits_for_its_owner_waits_longer_by_a_pause(open_as: Callable[..., Week]) -> None:
    week = open_as("approve")
    round_id = week.round.id
    week.says("暂停周榜")
    week.stage.wait(5.5 * 86400)
    assert "顺延" in week.says("恢复周榜")
    week.stage.settle()
    assert week.round.id == round_id
    assert week.round.state is S.CLOSED
    confirmed(week, "发布周榜")
    week.stage.settle()
    assert week.publishes()
