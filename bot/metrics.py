"""Counters and gauges of the whole deployment: counted in each process, added up in Redis, shown at /metrics."""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

import msgspec
import redis
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

COUNTERS_KEY = "bot:metrics"
FLUSH_SECONDS = 1.0
_NAME = re.compile(r"bot_[a-z0-9_]+_total")

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Gauge:
    """A figure read when it is asked for: `read()` gives the value for each account (or other `label`)."""

    name: str
    help: str
    read: Callable[[], Mapping[str, float]]
    label: str = "account"


class Metrics:
    """Counts in this process; `flush` adds what has come together to the totals in Redis."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: defaultdict[tuple[str, Labels], float] = defaultdict(float)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def inc(self, name: str, amount: float = 1, **labels: str) -> None:
        """Add to the counter `name` (`bot_…_total`). Labels must be few and never personal."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a metric name: {name}")
        with self._lock:
            self._counts[(name, tuple(sorted(labels.items())))] += amount

    def flush(self, client: redis.Redis) -> None:
        """Add the counts to the totals in Redis; what could not be sent is kept for the next time."""
        with self._lock:
            counts, self._counts = self._counts, defaultdict(float)
        if not counts:
            return
        pipe = client.pipeline(transaction=True)
        for key, amount in counts.items():
            pipe.hincrbyfloat(COUNTERS_KEY, msgspec.json.encode(key).decode(), amount)
        try:
            pipe.execute()
        except redis.RedisError:
            with self._lock:
                for key, amount in counts.items():
                    self._counts[key] += amount
            raise

    def start(self, client: redis.Redis) -> None:
        """Flush every second from a thread of its own, until `stop`."""
        self._thread = threading.Thread(target=self._run, args=(client,), name="metrics", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Flush once more and end the thread."""
        self._stop.set()
        if self._thread:
            self._thread.join(timeout=2)

    def _run(self, client: redis.Redis) -> None:
        stopping = False
        while not stopping:
            stopping = self._stop.wait(FLUSH_SECONDS)
            try:
                self.flush(client)
            except redis.RedisError:
                continue  # the store is away: nothing is lost, the next round sends it


def render(client: redis.Redis, gauges: Iterable[Gauge] = ()) -> bytes:
    """All counters and `gauges` as Prometheus text. Redis errors pass through."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(client, gauges))
    return generate_latest(registry)


class _Collector:
    def __init__(self, client: redis.Redis, gauges: Iterable[Gauge]) -> None:
        self._client = client
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        families: dict[str, list[tuple[Labels, float]]] = defaultdict(list)
        for key, amount in cast(dict[bytes, bytes], self._client.hgetall(COUNTERS_KEY)).items():
            name, labels = msgspec.json.decode(key, type=tuple[str, Labels])
            families[name].append((labels, float(amount)))
        for name, samples in sorted(families.items()):
            counter = CounterMetricFamily(name, name.removeprefix("bot_").removesuffix("_total").replace("_", " "))
            for labels, total in sorted(samples):
                counter.add_sample(name, dict(labels), total)
            yield counter
        for wanted in self._gauges:
            gauge = GaugeMetricFamily(wanted.name, wanted.help, labels=[wanted.label])
            for labelled, value in wanted.read().items():
                gauge.add_metric([labelled], value)
            yield gauge
