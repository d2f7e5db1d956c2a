"""Notes to creators: two a day at most, in daylight, in an open window, and a robot that hears numbers only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec
import pytest
import redis as redis_py
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.domain.comment import CommentType, Risk, RiskKind, RiskLevel, Triage
from bot.domain.order import Waiting
from bot.domain.people import Person, Role
from bot.group_robot import RobotError
from bot.stores.notes import Ledger
from config.settings import Settings
from handlers.digest import Note, alert, count, digest, noted, which_note
from handlers.letters import tell
from handlers.quiet import is_quiet
from tests.handlers.followers.parlour import MORNING, SHANGHAI, Parlour
from tests.handlers.followers.robot import Robot

HOUR = 3600.0
SEND = "message/custom/send"


def local(at: float) -> datetime:
    return datetime.fromtimestamp(at, SHANGHAI)


def waits(parlour: Parlour, count: int = 1) -> None:
    for n in range(count):
        parlour.store(parlour.public_comment("读者", n, f"第{n}条"), "回复")


def run(parlour: Parlour, hours: float) -> None:
    """Let time pass with a digest every half hour."""
    for _ in range(int(hours * 2)):
        parlour.now += HOUR / 2
        digest(parlour.work, "", parlour.now)


def heard(parlour: Parlour, name: str) -> list[tuple[datetime, str]]:
    assert parlour.box
    return [(local(line.at), line.text) for line in parlour.box.service_messages(parlour.follower(name))]


def test_a_creator_who_was_away_hears_once_a_day_what_waits(service_parlour: Parlour) -> None:
    parlour = service_parlour
    parlour.joins("主理人")
    parlour.says("主理人", "状态")
    waits(parlour, 3)
    run(parlour, 38)
    [(at, text)] = heard(parlour, "主理人")
    assert text.startswith("待审 3 条")
    assert (at.day, at.hour) == (25, 9)


def test_nothing_waits_nothing_is_said(service_parlour: Parlour) -> None:
    parlour = service_parlour
    parlour.joins("主理人")
    parlour.says("主理人", "状态")
    run(parlour, 47)
    assert heard(parlour, "主理人") == []


def test_before_the_window_closes_a_creator_is_told_why_to_type(service_parlour: Parlour) -> None:
    parlour = service_parlour
    parlour.joins("主理人")
    parlour.now = datetime(2026, 11, 24, 17, 0, tzinfo=SHANGHAI).timestamp()
    parlour.says("主理人", "状态")
    waits(parlour)
    run(parlour, 60)
    notes = heard(parlour, "主理人")
    [(at, nudge)] = [one for one in notes if "点按钮不算" in one[1]]
    assert 40 * HOUR <= at.timestamp() - datetime(2026, 11, 24, 17, 0, tzinfo=SHANGHAI).timestamp() <= 44 * HOUR
    assert len(notes) == 2
    assert "打字" in nudge


def test_nothing_is_sent_at_night_nor_outside_the_window(service_parlour: Parlour) -> None:
    parlour = service_parlour
    parlour.joins("主理人")
    parlour.says("主理人", "状态")
    waits(parlour)
    run(parlour, 24 * 6)
    assert all(8 <= at.hour < 22 for at, _ in heard(parlour, "主理人"))
    assert parlour.box
    assert len(parlour.box.calls_to(SEND)) == len(heard(parlour, "主理人")) > 0


def test_a_note_whose_answer_was_lost_is_not_sent_again(service_parlour: Parlour) -> None:
    parlour = service_parlour
    parlour.joins("主理人")
    parlour.says("主理人", "状态")
    waits(parlour)
    assert parlour.box
    parlour.box.faults.add(SEND, "lost_answer")
    run(parlour, 38)
    assert len(parlour.box.calls_to(SEND)) == 1


def test_observers_and_who_said_stop_hear_nothing(service_parlour: Parlour) -> None:
    parlour = service_parlour
    parlour.joins("观察", Role.OBSERVER)
    parlour.says("观察", "状态")
    parlour.joins("主理人")
    parlour.says("主理人", "退订")
    waits(parlour)
    run(parlour, 47)
    assert heard(parlour, "观察") == []
    assert heard(parlour, "主理人") == []


@hypothesis_settings(max_examples=60, deadline=None)
@given(
    typed=st.lists(st.integers(0, 14 * 48), max_size=20, unique=True),
    night_owl=st.booleans(),
)
def test_no_day_has_more_than_two_notes_whenever_the_creator_types(typed: list[int], night_owl: bool) -> None:
    person = Person("ab", role=Role.OWNER)
    ledger = Ledger()
    sent: dict[str, int] = {}
    for step in range(14 * 48):
        now = MORNING + step * HOUR / 2 + (0 if night_owl else 60)
        if step in typed:
            person = msgspec.structs.replace(person, typed_at=now, allowance=5, window_until=now + 47 * HOUR)
        note = which_note(person, ledger, local(now), now)
        if note:
            ledger = noted(ledger, note, person, local(now))
            person = msgspec.structs.replace(person, allowance=person.allowance - 1)
            day = local(now).date().isoformat()
            sent[day] = sent.get(day, 0) + 1
            assert not is_quiet(local(now))
            assert person.typed_at <= now < person.window_until
    assert all(n <= 2 for n in sent.values())


def test_counts_are_of_what_is_ready_now() -> None:
    day = 86400.0
    queue = [
        Waiting("a", 50, 0.0, question=True),
        Waiting("b", 50, 2 * day - 60, question=True, negative=True),
        Waiting("c", 50, 2 * day, crisis=True),
        Waiting("d", 50, 0.0, snoozed_until=3 * day),
    ]
    counts = count(queue, 2 * day)
    assert (counts.waiting, counts.negative, counts.questions, counts.crises) == (3, 1, 1, 1)


def test_a_person_who_just_typed_gets_no_summary() -> None:
    person = Person("ab", role=Role.OWNER, typed_at=MORNING - 11 * HOUR, allowance=5, window_until=MORNING + HOUR)
    assert which_note(person, Ledger(), local(MORNING), MORNING) is None
    earlier = msgspec.structs.replace(person, typed_at=MORNING - 13 * HOUR)
    assert which_note(earlier, Ledger(), local(MORNING), MORNING) is Note.SUMMARY


# --- alerts ---


def crisis(parlour: Parlour, cid: int) -> str:
    comment = parlour.public_comment("读者", cid, "撑不下去了，不想活了")
    draft = parlour.store(comment, "固定的一句")
    risk = Risk(RiskKind.CRISIS, RiskLevel.LOOK)
    triaged = msgspec.structs.replace(comment, triage=Triage(CommentType.OPINION, 50, "draft", risks=(risk,)))
    parlour.change(lambda stores: stores.comments.put(triaged))
    return draft.id


def test_a_crisis_reaches_the_owner_by_the_next_channel_without_quoting(service_parlour: Parlour) -> None:
    parlour = service_parlour
    owner = parlour.joins("主理人")
    parlour.says("主理人", "状态")
    alert(parlour.work, crisis(parlour, 1), parlour.now)
    assert parlour.due()[f"tell|{owner}"] == parlour.now
    tell(parlour.work, owner, parlour.now)
    [(_, text)] = heard(parlour, "主理人")
    assert "求助" in text
    assert "不想活" not in text


def test_without_a_window_the_owner_hears_of_it_with_the_next_answer(service_parlour: Parlour) -> None:
    parlour = service_parlour
    owner = parlour.joins("主理人")
    alert(parlour.work, crisis(parlour, 1), parlour.now)
    tell(parlour.work, owner, parlour.now)
    assert heard(parlour, "主理人") == []
    assert "求助" in parlour.says("主理人", "随便说说")


def test_an_alert_that_runs_twice_says_it_once(service_parlour: Parlour) -> None:
    parlour = service_parlour
    owner = parlour.joins("主理人")
    comment_id = crisis(parlour, 1)
    alert(parlour.work, comment_id, parlour.now)
    alert(parlour.work, comment_id, parlour.now)
    assert len(parlour.stores.mailbox.of(owner)) == 1


def test_the_quiet_of_a_night_is_broken_once(service_parlour: Parlour) -> None:
    parlour = service_parlour
    owner = parlour.joins("主理人")
    parlour.now = datetime(2026, 11, 24, 23, 30, tzinfo=SHANGHAI).timestamp()
    parlour.says("主理人", "状态")
    alert(parlour.work, crisis(parlour, 1), parlour.now)
    assert parlour.due()[f"tell|{owner}"] == parlour.now
    tell(parlour.work, owner, parlour.now)
    parlour.redis.zrem("{main}:due", f"tell|{owner}")
    parlour.now += 2 * HOUR
    alert(parlour.work, crisis(parlour, 2), parlour.now)
    assert parlour.due()[f"tell|{owner}"] == datetime(2026, 11, 25, 8, 0, tzinfo=SHANGHAI).timestamp()
    parlour.redis.zrem("{main}:due", f"tell|{owner}")
    parlour.now += 24 * HOUR
    alert(parlour.work, crisis(parlour, 3), parlour.now)
    assert parlour.due()[f"tell|{owner}"] == parlour.now


def test_a_comment_that_is_dealt_with_alerts_nobody(service_parlour: Parlour) -> None:
    parlour = service_parlour
    owner = parlour.joins("主理人")
    comment_id = crisis(parlour, 1)
    parlour.change(lambda stores: stores.drafts.remove(stores.drafts.get(comment_id), parlour.now))
    assert alert(parlour.work, comment_id, parlour.now) is None
    assert parlour.stores.mailbox.of(owner) == ()


# --- the group robot ---


@pytest.fixture
def robot() -> Iterator[Robot]:
    made = Robot()
    yield made
    made.stop()


@pytest.fixture
def robot_parlour(service_parlour: Parlour, robot: Robot, redis: redis_py.Redis, settings: Settings) -> Parlour:
    """A chat with a group robot beside it."""
    told = settings.model_copy(update={"notify_url": SecretStr(robot.url)})
    made = Parlour(redis, told, service_parlour.box)
    made.now = service_parlour.now
    return made


def test_the_robot_hears_numbers_once_a_day(robot_parlour: Parlour, robot: Robot) -> None:
    parlour = robot_parlour
    waits(parlour, 2)
    parlour.redis.hset("{main}:failed", "pull|x", b"{}")
    run(parlour, 40)
    assert len(robot.heard) == 2
    text = robot.heard[0]["text"]["content"]
    assert "待审 2 条" in text
    assert "1 件后台任务没做成" in text
    assert "第0条" not in text


def test_a_robot_that_says_no_stops_nothing(robot_parlour: Parlour, robot: Robot) -> None:
    waits(robot_parlour)
    robot.code = 93000
    assert digest(robot_parlour.work, "", robot_parlour.now) is None
    assert len(robot.heard) == 1


def test_the_robot_hears_of_a_crisis_and_is_tried_again_if_it_fails(robot_parlour: Parlour, robot: Robot) -> None:
    parlour = robot_parlour
    owner = parlour.joins("主理人")
    comment_id = crisis(parlour, 1)
    robot.code = 45009
    with pytest.raises(RobotError, match="45009") as error:
        alert(parlour.work, comment_id, parlour.now)
    assert "geheim" not in str(error.value)
    robot.code = 0
    alert(parlour.work, comment_id, parlour.now)
    assert "求助" in robot.heard[-1]["text"]["content"]
    assert "不想活" not in str(robot.heard)
    assert len(parlour.stores.mailbox.of(owner)) == 1
