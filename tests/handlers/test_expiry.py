"""Drafts that nobody decided on expire after 72 hours, are listed once, and their numbers can call them back."""

from __future__ import annotations

import pytest

from bot.domain.article import DAY, HOUR
from bot.domain.comment import Comment, Source
from bot.domain.draft import DraftState
from handlers import outcomes
from handlers.expiry import expire
from handlers.intake import take_in
from tests.handlers.worker import Worker

KEY = "2247487033_0"


def _drafts(worker: Worker, count: int) -> list[str]:
    comments = [
        Comment(KEY, str(number), f"我试过第{number}种，确实有用！", int(worker.now), Source.POLL)
        for number in range(1, count + 1)
    ]
    take_in(worker.work, KEY, comments, worker.now)
    return [comment.id for comment in comments]


def test_undecided_drafts_expire_after_72_hours_and_not_before(worker: Worker) -> None:
    ids = _drafts(worker, 12)
    worker.clock.advance(71 * HOUR)
    expire(worker.work, "", worker.now)
    assert len(worker.look.drafts.queue()) == 12
    worker.clock.advance(2 * HOUR)
    expire(worker.work, "", worker.now)
    assert worker.look.drafts.queue() == []
    assert {draft.state for draft in worker.look.drafts.many(ids)} == {DraftState.EXPIRED}


def test_expired_drafts_are_listed_once_with_numbers_that_name_them(worker: Worker) -> None:
    _drafts(worker, 12)
    worker.clock.advance(73 * HOUR)
    expire(worker.work, "", worker.now)
    expire(worker.work, "", worker.now)
    [notice] = worker.look.account.notices().values()
    assert "12 条" in notice
    numbered = [worker.look.drafts.numbered(number) for number in range(1, 9)]
    assert all(draft is not None and draft.state is DraftState.EXPIRED for draft in numbered)
    assert "1、2、3" in notice


def test_a_draft_called_back_gets_another_72_hours(worker: Worker) -> None:
    [draft_id] = _drafts(worker, 1)
    worker.clock.advance(73 * HOUR)
    expire(worker.work, "", worker.now)

    def revive(stores):  # type: ignore[no-untyped-def]
        draft = stores.drafts.get(draft_id)
        comment = stores.comments.get(draft_id)
        from bot.domain.order import queue_entry

        stores.drafts.put(draft.moved(DraftState.PENDING, worker.now), worker.now)
        stores.drafts.wait(queue_entry(comment, False))

    worker.store(revive)
    worker.clock.advance(DAY)
    expire(worker.work, "", worker.now)
    draft = worker.look.drafts.get(draft_id)
    assert draft is not None
    assert draft.state is DraftState.PENDING


def test_notices_lapse_after_a_week(worker: Worker) -> None:
    _drafts(worker, 1)
    worker.clock.advance(73 * HOUR)
    expire(worker.work, "", worker.now)
    assert len(worker.look.account.notices()) == 1
    worker.clock.advance(8 * DAY)
    expire(worker.work, "", worker.now)
    assert worker.look.account.notices() == {}


def test_a_failed_reply_expires_too_once_nobody_decided_for_72_hours(worker: Worker) -> None:
    [draft_id] = _drafts(worker, 1)
    worker.clock.advance(60 * HOUR)
    _approved(worker, draft_id)
    outcomes.failed(worker.work, draft_id, worker.now, "试了几次。")
    worker.clock.advance(71 * HOUR)
    expire(worker.work, "", worker.now)
    assert _state(worker, draft_id) is DraftState.FAILED
    worker.clock.advance(2 * HOUR)
    expire(worker.work, "", worker.now)
    assert _state(worker, draft_id) is DraftState.EXPIRED
    assert worker.look.drafts.queue() == []


@pytest.mark.parametrize(("began", "words"), [(False, "没有发出"), (True, "不知道发出没有")])
def test_a_sending_that_was_set_aside_for_good_is_given_back_and_told(worker: Worker, began: bool, words: str) -> None:
    [draft_id] = _drafts(worker, 1)
    creator = worker.creator()
    _approved(worker, draft_id, creator.pid)
    if began:
        sending = worker.look.drafts.get(draft_id)
        assert sending is not None
        worker.store(lambda stores: stores.drafts.put(sending.moved(DraftState.SENDING, worker.now), worker.now))
    worker.redis.hset("{main}:failed", f"send|{draft_id}", '{"reason": "killed its worker", "at": 1.0}')
    worker.store(lambda stores: stores.due("send", draft_id, worker.now + 5))
    expire(worker.work, "", worker.now)
    assert _state(worker, draft_id) is not DraftState.FAILED, "it is tried again by itself"
    worker.redis.zrem("{main}:due", f"send|{draft_id}")
    expire(worker.work, "", worker.now)
    assert _state(worker, draft_id) is DraftState.FAILED
    assert any(words in letter.text for letter in worker.look.mailbox.of(creator.pid))
    assert not worker.redis.hexists("{main}:failed", f"send|{draft_id}")
    assert [waiting.id for waiting in worker.look.drafts.queue()] == [draft_id]


def _approved(worker: Worker, draft_id: str, by: str = "") -> None:
    draft = worker.look.drafts.get(draft_id)
    assert draft is not None
    approved = draft.moved(DraftState.APPROVED, worker.now, approved_by=by, approved_text=draft.text, number=3)
    worker.store(lambda stores: stores.drafts.put(approved, worker.now))


def _state(worker: Worker, draft_id: str) -> DraftState:
    draft = worker.look.drafts.get(draft_id)
    assert draft is not None
    return draft.state
