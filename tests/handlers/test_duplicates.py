"""Copies of a comment are marked over the whole account; many people with one text raise a signal; erasure forgets."""

from __future__ import annotations

from typing import Any

import msgspec

from bot.domain.comment import Comment, RiskKind, Source
from handlers.duplicates import Signal
from handlers.erasure import erase
from handlers.intake import take_in
from tests.handlers.worker import Worker

KEY, OTHER = "2247487033_0", "2247487099_1"
TEXT = "这个方法我用了三个月，真的很有效，推荐给大家试试"
ELSE = "加班三年，身体先垮了，钱都送给医院了"


def arrive(worker: Worker, cid: int, text: str = TEXT, article: str = KEY, ago: float = 0.0, by: str = "") -> Comment:
    """A comment that has been taken in; `by` is its writer's openid, someone new if empty."""
    comment = Comment(article, str(cid), text, int(worker.now - ago), Source.POLL)
    openids = {comment.id: by or f"openid-{article}-{cid}"}
    take_in(worker.work, article, [comment], worker.now, openids=openids)
    known = worker.look.comments.get(comment.id)
    assert known is not None
    return known


def is_copy(comment: Comment) -> bool:
    """True when triage calls it a copy."""
    return comment.triage is not None and any(risk.kind is RiskKind.DUPLICATE for risk in comment.triage.risks)


def signals(worker: Worker) -> dict[str, Signal]:
    """What detectors would start from."""
    rows: dict[bytes, bytes] = worker.redis.hgetall(worker.look.unit.key("signals"))
    return {name.decode(): msgspec.json.decode(raw, type=Signal) for name, raw in rows.items()}


def index(worker: Worker) -> dict[str, Any]:
    """Everything stored to find copies by."""
    keys = [
        *worker.redis.keys("{main}:dup:*"),
        *worker.redis.keys("{main}:copies"),
        *worker.redis.keys("{main}:signals"),
    ]
    return {key.decode(): worker.redis.hgetall(key) for key in keys}


def test_a_copy_is_marked_under_whatever_article_and_the_first_is_not(worker: Worker) -> None:
    first = arrive(worker, 1)
    copy = arrive(worker, 2, TEXT.replace("，", "！") + "~~", article=OTHER)
    other = arrive(worker, 3, ELSE)
    assert [is_copy(first), is_copy(copy), is_copy(other)] == [False, True, False]
    [risk] = [risk for risk in copy.triage.risks if risk.kind is RiskKind.DUPLICATE]
    assert "另一位读者" in risk.reason


def test_copies_inside_one_page_are_marked(worker: Worker) -> None:
    page = [Comment(KEY, str(n), TEXT if n % 2 else f"{ELSE}{n}", int(worker.now), Source.POLL) for n in range(1, 9)]
    take_in(worker.work, KEY, page, worker.now)
    marked = [is_copy(comment) for comment in worker.look.comments.page(KEY, [c.cid for c in page]) if comment]
    assert marked == [False, False, True, True, True, True, True, True]


def test_the_same_page_again_marks_nothing(worker: Worker) -> None:
    first = arrive(worker, 1)
    before = index(worker)
    again = arrive(worker, 1)
    assert again == first
    assert index(worker) == before


def test_short_cheers_of_different_readers_are_no_copies(worker: Worker) -> None:
    arrive(worker, 1, "写得真好")
    assert not is_copy(arrive(worker, 2, "写得真好"))
    assert index(worker) == {}


def test_five_people_within_an_hour_raise_one_signal(worker: Worker) -> None:
    first = arrive(worker, 1, ago=3000)
    for n in range(2, 5):
        arrive(worker, n, ago=3000 - 100 * n)
    assert signals(worker) == {}
    arrive(worker, 5, article=OTHER)
    arrive(worker, 6)
    [(name, signal)] = signals(worker).items()
    assert (name, signal.people) == (f"duplicates|{first.id}", 5)


def test_one_person_repeating_or_a_slow_trickle_raises_none(worker: Worker) -> None:
    for n in range(1, 9):
        arrive(worker, n, by="openid-loud")
    for n in range(11, 19):
        arrive(worker, n, ELSE, ago=1000.0 * (19 - n))
    assert signals(worker) == {}
    assert is_copy(arrive(worker, 20, ELSE, by="openid-late"))


def test_erasing_a_person_leaves_nothing_to_find_their_words_by(worker: Worker) -> None:
    first = arrive(worker, 1, by="openid-anna")
    arrive(worker, 2, by="openid-bert")
    assert index(worker)
    worker.store(lambda stores: erase(stores, first.pid, worker.now))
    assert not any(first.id in str(value) or first.pid in str(value) for value in index(worker).values())
    third = arrive(worker, 3)
    assert not is_copy(third)
    assert is_copy(arrive(worker, 4))


def test_erasing_who_copied_takes_their_name_out_of_the_group(worker: Worker) -> None:
    arrive(worker, 1)
    copy = arrive(worker, 2, by="openid-bert")
    assert copy.pid in str(index(worker))
    worker.store(lambda stores: erase(stores, copy.pid, worker.now))
    assert copy.pid not in str(index(worker))
    assert is_copy(arrive(worker, 3))
