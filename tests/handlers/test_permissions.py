"""An account without the comment API is told once, goes by hand, and comes back by itself (feature A7)."""

from __future__ import annotations

import pytest

from bot.domain.article import DAY
from bot.domain.draft import DraftState
from bot.sandbox import Article
from bot.stores.stores import Stores
from handlers.permissions import NO_COMMENT_API, what_works
from tests.handlers.worker import Worker


def _article(worker: Worker) -> Article:
    article = worker.box.publish_by_hand("标题", "正文", at=worker.now)
    article.comment(worker.box.follower("小李"), "我试过，确实有用！")
    worker.follow(article)
    return article


def _lines(worker: Worker) -> list[str]:
    return what_works(worker.look, worker.tools.phrases, worker.now)


@pytest.mark.parametrize("code", [48001, 88000])
def test_losing_the_comment_api_is_told_once_each_in_its_own_words_and_stops_the_polling(
    worker: Worker, code: int
) -> None:
    article = _article(worker)
    other = _article(worker)
    worker.box.faults.add("comment/list", "errcode", code)
    for _ in range(3):
        worker.pull(article)
        worker.pull(other)
    assert worker.list_calls() == 1
    assert worker.look.account.fact(NO_COMMENT_API) == str(code)
    [notice] = worker.look.account.notices().values()
    assert ("留言功能" in notice) == (code == 88000)


def test_approved_replies_are_to_be_pasted_when_the_permission_ends(worker: Worker) -> None:
    creator = worker.creator().pid
    article = _article(worker)
    worker.pull(article)

    def approve(stores: Stores) -> None:
        [draft] = stores.drafts.give_numbers(stores.drafts.many([f"{article.key}_1"]), worker.now)
        done = draft.moved(
            DraftState.APPROVED, worker.now, approved_text=draft.text, approved_by=creator, due_at=worker.now + 60
        )
        stores.drafts.put(done, worker.now)

    worker.store(approve)
    worker.box.set_profile("个人公众号")
    worker.run("probe|1")
    draft = worker.draft(article, 1)
    assert draft is not None
    assert draft.state is DraftState.TO_PASTE
    [letter] = worker.look.mailbox.of(creator)
    assert "待张贴" in letter.text


def test_the_daily_probe_brings_the_account_back(worker: Worker) -> None:
    article = _article(worker)
    worker.box.set_profile("个人公众号")
    worker.run("probe|1")
    assert worker.look.account.fact(NO_COMMENT_API) == "48001"
    next_at = worker.pull(article)
    assert next_at is not None
    assert next_at - worker.now == pytest.approx(DAY, abs=5)
    worker.clock.advance(DAY)
    worker.box.set_profile("认证公众号")
    worker.run("probe|2")
    assert worker.look.account.fact(NO_COMMENT_API) == ""
    assert worker.due()[f"pull|{article.key}"] <= worker.now
    [notice] = worker.look.account.notices().values()
    assert "恢复" in notice
    worker.pull(article)
    assert len(worker.comments(article)) == 1


def test_a_probe_that_gets_no_answer_is_repeated(worker: Worker) -> None:
    worker.box.faults.add("comment/list", "http", times=1)
    next_at = worker.run("probe|1")
    assert next_at is not None
    assert worker.run("probe|1") is None


def test_what_works_is_said_in_three_lines_with_one_next_step(worker: Worker) -> None:
    worker.run("probe|1")
    lines = _lines(worker)
    assert len(lines) <= 3
    assert lines[-1].startswith("下一步")
    assert "登记" in lines[-1]
    _article(worker)
    assert "登记" not in _lines(worker)[-1]


def test_what_works_without_the_comment_api_names_the_way_by_hand(worker: Worker) -> None:
    _article(worker)
    worker.box.set_profile("个人公众号")
    worker.run("probe|1")
    lines = _lines(worker)
    assert len(lines) == 3
    assert "导入" in lines[0]
    assert "没有接口权限" in lines[1]
    assert "导入 文章1" in lines[2]


def test_a_wrong_secret_is_told_and_taken_back_when_it_is_mended(worker: Worker) -> None:
    worker.box.faults.add("stable_token", "errcode", 40125)
    next_at = worker.run("probe|1")
    assert next_at is not None
    assert any("AppSecret" in text for text in worker.look.account.notices().values())
    assert "AppSecret" in _lines(worker)[0]
    worker.box.faults.clear()
    worker.run("probe|1")
    assert not any("AppSecret" in text for text in worker.look.account.notices().values())
