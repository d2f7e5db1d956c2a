"""Turns the clock into tasks: every scheduler ticks, each due member is enqueued once, each slot claimed once.

No leader: any number of these run over one Redis, and any of them may die at any moment.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import redis
import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from dramatiq.brokers.redis import RedisBroker

from bot.clock import Clock, make_clock
from bot.health import beat, leave
from bot.queue import LEASE, MOST_QUEUED, enqueue, identity, make_broker
from bot.stores.connection import connect
from bot.stores.dues import Dues, queue_length
from config.settings import Settings

log = structlog.get_logger(__name__)

TICK_SECONDS = 0.5
_TAKEN_AT_ONCE = 200
_ONE_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Job:
    """Something to do for every account at certain times: makes the member `name|<epoch seconds of the slot>` due.

    `when` are cron fields in BOT_TIMEZONE with names for days: {"day_of_week": "mon", "hour": "9"}.
    A slot missed by more than `grace` seconds is skipped; of several missed ones only the last is caught up,
    unless `every_slot`.
    """

    name: str
    when: dict[str, str] = field(default_factory=dict)
    grace: float = 3600.0
    every_slot: bool = False


class Calendar:
    """The due slots of one job. Pure: it is told the time."""

    def __init__(self, job: Job, zone: ZoneInfo) -> None:
        self.job = job
        self._zone = zone
        self._trigger = CronTrigger(timezone=zone, **job.when)

    def due_slots(self, last: float, now: float) -> list[float]:
        """The slots after `last` up to `now` that are still within their grace, in order."""
        slots = []
        moment = datetime.fromtimestamp(max(last, now - self.job.grace), self._zone)
        while (slot := self._after(moment)) is not None and slot.timestamp() <= now:
            slots.append(slot.timestamp())
            moment = slot
        return slots if self.job.every_slot else slots[-1:]

    def next_slot(self, now: float) -> float:
        """The first slot after `now`; infinity if there is none."""
        slot = self._after(datetime.fromtimestamp(now, self._zone))
        return slot.timestamp() if slot else float("inf")

    def _after(self, moment: datetime) -> datetime | None:
        return self._trigger.get_next_fire_time(None, moment + _ONE_MICROSECOND)


class Sweeper:
    """One tick's work: claim the due slots of all jobs, then enqueue whatever is due."""

    def __init__(
        self, client: redis.Redis, broker: RedisBroker, accounts: Sequence[str], jobs: Iterable[Job], zone: ZoneInfo
    ) -> None:
        self._redis = client
        self._broker = broker
        self._dues = {account: Dues(client, account) for account in accounts}
        self._calendars = [Calendar(job, zone) for job in jobs]
        self._quiet_until: dict[str, float] = {}

    def tick(self, now: float) -> None:
        """Do what is due at `now`. Redis errors pass through; the next tick does what this one could not."""
        for calendar in self._calendars:
            # Between two slots nothing can be due, so the store need not be asked.
            if now >= self._quiet_until.get(calendar.job.name, float("-inf")):
                self._claim(calendar, now)
                self._quiet_until[calendar.job.name] = calendar.next_slot(now)
        self._enqueue_due(now)

    def _claim(self, calendar: Calendar, now: float) -> None:
        job = calendar.job
        for account, dues in self._dues.items():
            for slot in calendar.due_slots(dues.last_slot(job.name, now), now):
                if dues.claim_slot(job.name, slot, f"{job.name}|{slot:.0f}"):
                    log.info("slot_claimed", account=account, job=job.name, late=round(now - slot, 1))

    def _enqueue_due(self, now: float) -> None:
        if queue_length(self._redis) > MOST_QUEUED:
            return
        pipe = self._redis.pipeline(transaction=False)
        for dues in self._dues.values():
            pipe.zcount(dues.due_key, "-inf", now)
        for (account, dues), due in zip(self._dues.items(), pipe.execute(), strict=True):
            if due:
                enqueue(self._broker, account, dues.take_due(now, _TAKEN_AT_ONCE, LEASE))


class Scheduler:
    """Ticks twice a second in this process until stopped."""

    def __init__(self, settings: Settings, jobs: Iterable[Job] = ()) -> None:
        self._redis = connect(settings, "worker")
        self._clock: Clock = make_clock(settings, self._redis)
        accounts = [account.name for account in settings.accounts]
        self._broker = make_broker(settings)
        self._sweeper = Sweeper(self._redis, self._broker, accounts, jobs, settings.timezone)
        self._identity = identity("scheduler")
        self._away = threading.Event()
        self._ticker = BackgroundScheduler(timezone=settings.timezone)
        self._ticker.add_job(
            self._tick, IntervalTrigger(seconds=TICK_SECONDS), max_instances=1, coalesce=True, misfire_grace_time=None
        )

    def start(self) -> None:
        """Begin to tick; returns at once. A Redis that is away is waited for."""
        self._ticker.start()

    def stop(self) -> None:
        """Finish the tick that runs and end."""
        self._ticker.shutdown(wait=True)
        try:
            leave(self._redis, "scheduler", self._identity)
        except redis.RedisError as error:
            log.warning("scheduler_left_without_telling", error=type(error).__name__)
        self._broker.close()

    def _tick(self) -> None:
        try:
            beat(self._redis, "scheduler", self._identity)
            self._sweeper.tick(self._clock.now())
        except redis.RedisError as error:
            if not self._away.is_set():
                log.warning("scheduler_waits_for_store", error=type(error).__name__)
            self._away.set()
        else:
            if self._away.is_set():
                log.info("store_is_back")
            self._away.clear()


def build_scheduler(settings: Settings, jobs: Iterable[Job] = ()) -> Scheduler:
    """A scheduler for all accounts of `settings` with the given `jobs`."""
    return Scheduler(settings, jobs)
