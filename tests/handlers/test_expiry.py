"""Drafts that nobody decided on expire after 72 hours, are listed once, and their numbers can call them back."""

from __future__ import annotations

from bot.domain.article import DAY, HOUR
from bot.domain.comment import Comment, Source
from bot.domain.draft import DraftState
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
