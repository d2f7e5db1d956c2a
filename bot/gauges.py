"""The figures of the frame itself at /metrics: what waits, how late it is, who is alive."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import redis

from bot.clock import Clock
from bot.health import count_alive
from bot.metrics import Gauge
from bot.stores.asks import Asks
from bot.stores.dues import Dues, queue_length
from bot.stores.unit import Unit


def frame_gauges(client: redis.Redis, accounts: Sequence[str], clock: Clock) -> list[Gauge]:
    """Queue, due sets, failed tasks and living processes."""
    dues = {account: Dues(client, account) for account in accounts}
    asks = {account: Asks(Unit(client, account)) for account in accounts}

    def each(read: Callable[[Dues], float]) -> Callable[[], dict[str, float]]:
        return lambda: {account: read(one) for account, one in dues.items()}

    return [
        Gauge("bot_queue_length", "Messages that wait for a worker.", lambda: {"tasks": queue_length(client)}, "queue"),
        Gauge("bot_tasks_planned", "Tasks that are due now or later.", each(lambda one: one.count())),
        Gauge("bot_due_lag_seconds", "Lateness of the most overdue task.", each(lambda one: one.lag(clock.now()))),
        Gauge("bot_tasks_failed", "Tasks that failed for good.", each(lambda one: len(one.failed()))),
        Gauge(
            "bot_asks_made", "Requests made of readers.", lambda: {name: one.totals()[0] for name, one in asks.items()}
        ),
        Gauge(
            "bot_asks_withheld",
            "Requests not made, since the reader had been asked for something within seven days.",
            lambda: {name: one.totals()[1] for name, one in asks.items()},
        ),
        Gauge(
            "bot_processes_alive",
            "Processes that gave a sign of life.",
            lambda: {part: count_alive(client, part) for part in ("worker", "scheduler")},
            "part",
        ),
    ]
