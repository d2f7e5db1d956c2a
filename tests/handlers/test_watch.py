"""What /readyz says about reading comments: why it is not due, that it works, or what is wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.article import HOUR, MINUTE
from bot.sandbox import Article
from bot.stores.account_state import Pause
from handlers.watch import checks
from tests.handlers.worker import Worker


def _last_poll(worker: Worker) -> tuple[bool, str]:
    return checks(worker.settings, worker.redis, worker.clock)["last_poll"]()


def _article(worker: Worker) -> Article:
    article = worker.box.publish_by_hand("新手裱花，先练这三步", "裱花嘴的角度。", at=worker.now)
    worker.follow(article)
    return article


def test_without_an_article_there_is_nothing_to_read_and_it_is_said(worker: Worker) -> None:
    assert _last_poll(worker) == (True, "main: no article yet")


def test_an_article_that_is_read_is_well(worker: Worker) -> None:
    worker.pull(_article(worker))
    assert _last_poll(worker) == (True, "main: ok")


def test_without_comment_permission_it_is_ready_and_says_so_although_reading_failed_before(worker: Worker) -> None:
    article = _article(worker)
    worker.box.faults.add("comment/list", "http")
    worker.pull(article)
    worker.box.faults.clear()
    worker.box.set_profile("个人公众号")
    worker.pull(article)
    worker.clock.advance(2 * HOUR)
    assert _last_poll(worker) == (True, "main: no comment permission (48001)")


def test_a_quota_that_rests_and_a_pause_are_no_fault(worker: Worker) -> None:
    article = _article(worker)
    worker.pull(article)
    worker.box.quota("comment/list", 1)
    worker.pull(article)
    worker.pull(article)
    worker.store(lambda stores: stores.account.put_pause(Pause("", worker.now)))
    assert _last_poll(worker) == (True, "main: the day's quota of comment calls rests, sending is paused")


@pytest.mark.parametrize(("pace", "patience"), [("", 15 * MINUTE), ("1", 30.0)])
def test_reading_that_fails_for_long_is_a_fault(make_worker: Callable[..., Worker], pace: str, patience: float) -> None:
    worker = make_worker(BOT_POLL_SECONDS=pace)
    article = _article(worker)
    worker.box.faults.add("comment/list", "http")
    worker.pull(article)
    worker.clock.advance(patience - 5)
    assert _last_poll(worker) == (True, "main: ok")
    worker.clock.advance(10)
    well, words = _last_poll(worker)
    assert not well
    assert "comments not read for" in words


def test_reading_that_was_given_up_for_good_is_a_fault(worker: Worker) -> None:
    article = _article(worker)
    worker.pull(article)
    worker.redis.delete(worker.look.unit.key("due"))
    worker.redis.hset(worker.look.unit.key("failed"), f"pull|{article.key}", b'{"reason":"KeyError","at":1}')
    well, words = _last_poll(worker)
    assert not well
    assert "bot failed" in words


def test_after_its_last_article_grew_old_an_old_failure_is_forgotten(worker: Worker) -> None:
    article = _article(worker)
    worker.box.faults.add("comment/list", "http")
    worker.pull(article)
    worker.clock.advance(31 * 24 * HOUR)
    worker.redis.delete(worker.look.unit.key("due"))
    assert _last_poll(worker) == (True, "main: no article to follow")
