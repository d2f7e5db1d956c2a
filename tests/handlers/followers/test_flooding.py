"""Who is heard, who is answered, and who has done enough for ten minutes."""

from __future__ import annotations

import pytest

from bot.domain.people import Person
from handlers import flooding
from handlers.flooding import Hearing, hearing, with_effect
from tests.handlers.followers.parlour import Parlour

NOW = 1_000_000.0


def after(effects: int, **more: object) -> Person:
    person = Person("ab", **more)  # type: ignore[arg-type]
    for n in range(effects):
        person = Person("ab", effects=with_effect(person, NOW + n), **more)  # type: ignore[arg-type]
    return person


def test_the_twenty_first_change_within_ten_minutes_is_ignored() -> None:
    assert hearing(after(19), "留言", NOW + 20) is Hearing.ANSWERED
    assert hearing(after(20), "留言", NOW + 20) is Hearing.IGNORED


def test_ten_minutes_later_the_reader_is_heard_again() -> None:
    assert hearing(after(20), "留言", NOW + 620) is Hearing.ANSWERED


@pytest.mark.parametrize("verb", ["退订", "删除我的数据", "确认删除", "隐私"])
def test_leaving_and_privacy_work_for_the_flooding_and_for_the_blocked(verb: str) -> None:
    assert hearing(after(30), verb, NOW + 31) is Hearing.ANSWERED
    assert hearing(after(0, blocked=True), verb, NOW) is Hearing.ANSWERED


def test_blocked_words_are_kept_without_an_answer() -> None:
    assert hearing(after(0, blocked=True), "留言", NOW) is Hearing.UNANSWERED


def test_no_more_times_are_kept_than_are_needed() -> None:
    assert len(after(100).effects) == flooding.EFFECTS


def test_six_hundred_characters_are_not_too_long() -> None:
    assert not flooding.is_too_long("好" * 600)
    assert flooding.is_too_long("好" * 601)


def test_in_the_chat_a_flood_meets_silence_and_leaving_still_works(parlour: Parlour) -> None:
    answers = [parlour.says("小王", "我的") for _ in range(25)]
    assert all(answers[:20])
    assert not any(answers[20:])
    assert parlour.says("小王", "隐私")
    assert "确认删除" in parlour.says("小王", "删除我的数据")
    assert "不再主动" in parlour.says("小王", "退订")
    assert parlour.says("小李", "我的")
