"""Schedulers: each slot exactly once over any number of them, and nothing missing after an outage."""

from __future__ import annotations

import threading
from datetime import datetime
from zoneinfo import ZoneInfo

import redis as redis_py

from bot.queue import MOST_QUEUED, make_broker
from bot.scheduler import Calendar, Job, Sweeper
from bot.stores.dues import QUEUE, QUEUE_NAMESPACE, Dues, queue_length
from config.settings import Settings

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 3, 2, 0, 0, 10, tzinfo=ZONE).timestamp()  # a Monday
JOBS = [
    Job("hourly", {"minute": "15"}),
    Job("daily", {"hour": "8", "minute": "30"}),
    Job("weekly", {"day_of_week": "mon", "hour": "9"}),
    Job("quarters", {"minute": "*/15"}, every_slot=True),
]


def sweeper(settings: Settings, redis: redis_py.Redis) -> Sweeper:
    return Sweeper(redis, make_broker(settings), ["main"], JOBS, ZONE)


def claimed(redis: redis_py.Redis, job: str) -> list[datetime]:
    members = [member.decode() for member in redis.zrange("{main}:due", 0, -1)]
    slots = [float(member.split("|")[1]) for member in members if member.startswith(f"{job}|")]
    return [datetime.fromtimestamp(slot, ZONE) for slot in sorted(slots)]


def test_eight_schedulers_over_a_day_claim_each_slot_exactly_once(settings: Settings, redis: redis_py.Redis) -> None:
    sweepers = [sweeper(settings, redis) for _ in range(8)]
    barrier = threading.Barrier(len(sweepers))
    times = [START + 300 * step for step in range(24 * 12 + 1)]

    def run(one: Sweeper) -> None:
        for now in times:
            barrier.wait()
            one.tick(now)

    threads = [threading.Thread(target=run, args=(one,)) for one in sweepers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [slot.hour for slot in claimed(redis, "hourly")] == list(range(24))
    assert len(claimed(redis, "quarters")) == 24 * 4
    assert [(slot.hour, slot.minute) for slot in claimed(redis, "daily")] == [(8, 30)]
    assert [(slot.day, slot.hour) for slot in claimed(redis, "weekly")] == [(2, 9)]


def test_a_slot_missed_while_all_were_down_is_caught_up_once(settings: Settings, redis: redis_py.Redis) -> None:
    sweeper(settings, redis).tick(START)
    later = START + 3 * 3600  # 03:00:10
    for one in (sweeper(settings, redis), sweeper(settings, redis)):
        one.tick(later)
        one.tick(later + 1)
    assert [slot.hour for slot in claimed(redis, "hourly")] == [2]
    assert len(claimed(redis, "quarters")) == 4  # every slot within the hour of grace
    assert claimed(redis, "daily") == []


def test_a_slot_missed_by_more_than_its_grace_is_skipped() -> None:
    weekly = Calendar(JOBS[2], ZONE)
    nine = datetime(2026, 3, 2, 9, tzinfo=ZONE).timestamp()
    assert weekly.due_slots(START, nine + 3599) == [nine]
    assert weekly.due_slots(START, nine + 3601) == []
    assert weekly.due_slots(nine, nine + 10) == []


def test_a_job_seen_for_the_first_time_does_not_run_for_the_past(settings: Settings, redis: redis_py.Redis) -> None:
    sweeper(settings, redis).tick(START + 1800)
    assert redis.zcard("{main}:due") == 0


def test_what_is_due_is_enqueued_once_over_several_schedulers(settings: Settings, redis: redis_py.Redis) -> None:
    for number in range(20):
        Dues(redis, "main").add(f"pull|{number}", START)
    for one in (sweeper(settings, redis), sweeper(settings, redis)):
        one.tick(START)
        one.tick(START + 1)
    assert queue_length(redis) == 20


def test_a_long_queue_holds_the_sweep_back_and_loses_nothing(settings: Settings, redis: redis_py.Redis) -> None:
    redis.rpush(f"{QUEUE_NAMESPACE}:{QUEUE}", *range(MOST_QUEUED + 1))
    Dues(redis, "main").add("pull|1", START)
    sweeper(settings, redis).tick(START)
    assert queue_length(redis) == MOST_QUEUED + 1
    redis.delete(f"{QUEUE_NAMESPACE}:{QUEUE}")
    sweeper(settings, redis).tick(START)
    assert queue_length(redis) == 1
