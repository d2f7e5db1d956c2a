"""The copied comments of the bench are, to the program, as if they had been taken in."""

from __future__ import annotations

from tests.bench.fill import AN_ARTICLE, Copier, take_in_some
from tests.handlers.worker import Worker


def test_a_copied_article_is_known_like_its_original(worker: Worker) -> None:
    original = take_in_some(worker, 60, 60)[0]
    [key] = Copier(worker.redis, [original]).more(AN_ARTICLE // 10)
    ours, copied = (worker.look.comments.page(one, ["1", "60"]) for one in (original.key, key))
    assert [one and one.content for one in copied] == [one and one.content for one in ours]
    assert {one and one.article for one in copied} == {key}
    assert {one and one.pid for one in copied}.isdisjoint({one and one.pid for one in ours})
    assert len(worker.look.comments.cids(key)) == 60
    drafted = [one.cid for one in worker.comments(original) if worker.look.drafts.get(one.id)]
    assert drafted
    assert all(worker.look.drafts.get(f"{key}_{cid}") for cid in drafted)
