"""What the composition root hands to the commands: the tasks a worker runs and the jobs a scheduler knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import redis

from bot.clock import Clock
from bot.metrics import Metrics
from bot.queue import TaskFn
from bot.scheduler import Job
from config.settings import Settings

MakeTasks = Callable[[Settings, redis.Redis, Clock, Metrics], Mapping[str, TaskFn]]


@dataclass(frozen=True)
class Parts:
    """`make_tasks` is called in worker processes only, so that the others never load what tasks need."""

    make_tasks: MakeTasks
    jobs: tuple[Job, ...] = ()
