"""`python -m bot …`: joins the parts and runs one command."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import redis

from bot.clock import Clock
from bot.metrics import Metrics
from bot.queue import TaskFn
from config.settings import Settings
from handlers.command_line import main
from handlers.command_line.parts import Parts


def make_tasks(settings: Settings, client: redis.Redis, clock: Clock, metrics: Metrics) -> Mapping[str, TaskFn]:
    """Every task a worker can run, by kind."""
    return {}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Parts(make_tasks)))
