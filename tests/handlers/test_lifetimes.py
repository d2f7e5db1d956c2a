"""Readers' words go when they are old enough, what is honoured stays, and a night cut short is made up for (N1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest

from bot.domain.article import DAY, FoundBy
from bot.domain.ballot import Ballot
from bot.domain.comment import Comment, Source
from bot.domain.draft import DraftState
from bot.domain.round import Round, Terms
from bot.domain.round_state import RoundState
from bot.stores.audit import Entry
from bot.stores.stores import Stores
from bot.stores.wall import Saying
from config.lifetimes import Lifetimes, LifetimesError
from handlers.context import Work
from handlers.intake import take_in
from handlers.lifetimes import end_lifetimes, last_night
from tests.handlers.worker import Worker

T = TypeVar("T")
KEY = "2247487033_0"
WORDS = "我试过第{}种办法，提前一天把周报写好，确实有用！"


class DiedError(Exception):
    """The worker was killed."""


class Dying(Work):
    """A worker that is killed when it wants to commit for the second time."""

    commits = 0

    def store(self, work: Callable[[Stores], T]) -> T:
        Dying.commits += 1
        if Dying.commits > 1:
            raise DiedError
        return super().store(work)


def written(worker: Worker, count: int, first: int = 1) -> list[str]:
    worker.store(lambda stores: stores.articles.found(KEY, FoundBy.LINK, worker.now, "加班之后"))
    comments = [
        Comment(KEY, str(number), WORDS.format(number), int(worker.now), Source.POLL, pid=f"{number:016x}")
        for number in range(first, first + count)
    ]
    take_in(worker.work, KEY, comments, worker.now)
    return [comment.id for comment in comments]


def words_in_store(worker: Worker) -> str:
    """Everything readable in the store, for finding what should not be there."""
    found = []
    for key in worker.redis.scan_iter(match="{main}:*"):
        kind = worker.redis.type(key)
        if kind == b"hash":
            found += worker.redis.hvals(key)
        elif kind == b"list":
            found += worker.redis.lrange(key, 0, -1)
        elif kind == b"string":
            found.append(worker.redis.get(key))
        else:
            found += worker.redis.zrange(key, 0, -1) if kind == b"zset" else worker.redis.smembers(key)
    return b"\n".join(found).decode("utf-8", "replace")


def test_words_go_after_their_time_and_not_before(worker: Worker) -> None:
    old = written(worker, 3)
    worker.clock.advance(179 * DAY)
    worker.run("lifetimes|1")
    assert all(comment and comment.content for comment in worker.look.comments.many(old))
    worker.clock.advance(2 * DAY)
    young = written(worker, 2, first=10)
    worker.run("lifetimes|2")
    assert [comment.content for comment in worker.look.comments.many(old) if comment] == ["", "", ""]
    assert all(comment and comment.content for comment in worker.look.comments.many(young))
    assert worker.look.drafts.many(old) == []
    night = last_night(worker.look)
    assert night is not None
    assert (night.comments, night.left) == (3, 0)
    assert "第2种办法" not in words_in_store(worker)
    assert "第10种办法" in words_in_store(worker)


def test_what_was_honoured_and_what_is_on_its_way_stays(worker: Worker) -> None:
    elected, walled, going, nominated, plain = ids = written(worker, 5)

    def honour(stores: Stores) -> None:
        comment = stores.comments.get(elected)
        assert comment
        stores.comments.put(msgspec.structs.replace(comment, elected=True))
        stores.wall.put(Saying(walled, "确实有用！", worker.now))
        draft = stores.drafts.get(going)
        assert draft
        stores.drafts.put(draft.moved(DraftState.APPROVED, worker.now, approved_text="好"), worker.now)

    worker.store(honour)
    worker.clock.advance(181 * DAY)
    worker.run("lifetimes|1")
    left = {comment.id for comment in worker.look.comments.many(ids) if comment and comment.content}
    assert left == {elected, walled, going}
    night = last_night(worker.look)
    assert night is not None
    assert (night.comments, night.left) == (2, 3)
    assert {nominated, plain}.isdisjoint(left)


def test_a_night_that_dies_is_finished_by_the_next(worker: Worker) -> None:
    ids = written(worker, 120)
    worker.clock.advance(181 * DAY)
    dying = Dying(*(getattr(worker.work, field.name) for field in fields(worker.work)))
    with pytest.raises(DiedError):
        end_lifetimes(dying, "1", worker.now)
    kept = [comment for comment in worker.look.comments.many(ids) if comment and comment.content]
    assert 0 < len(kept) < len(ids)
    worker.run("lifetimes|2")
    assert not any(comment.content for comment in worker.look.comments.many(ids) if comment)


def test_ballots_go_after_ninety_days_and_the_result_stays(worker: Worker) -> None:
    def vote(stores: Stores) -> None:
        over = Round(
            "2026W01", RoundState.FINISHED, "本周最有料", "最有料", "标准", Terms(), 0.0, 0.0, 0.0, closed_at=worker.now
        )
        stores.campaigns.put_round(over)
        stores.ballots.put("2026W01", "k", Ballot(1, worker.now))
        stores.audit.note(Entry(worker.now, "暂停"))

    worker.store(vote)
    worker.clock.advance(89 * DAY)
    worker.run("lifetimes|1")
    assert worker.look.ballots.count("2026W01") == 1
    worker.clock.advance(92 * DAY)
    worker.store(lambda stores: stores.audit.note(Entry(worker.now, "恢复")))
    worker.run("lifetimes|2")
    assert worker.look.ballots.count("2026W01") == 0
    assert [entry.what for entry in worker.look.audit.notes()] == ["恢复"]
    assert worker.look.campaigns.round("2026W01") is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [("comments: 3", "comments"), ("ballots: many", "ballots"), ("cookies: 90", "cookies"), ("[", "lifetimes.yaml")],
)
def test_a_wrong_file_is_named_with_its_field(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "lifetimes.yaml").write_text(text)
    with pytest.raises(LifetimesError, match=r"lifetimes\.yaml") as caught:
        Lifetimes.load(tmp_path)
    assert said in str(caught.value)
