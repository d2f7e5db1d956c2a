"""The one clock: system time, or moved forward for every process at once."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
import redis as redis_py

from bot.clock import make_clock, parse_duration
from config.settings import Settings


def test_the_system_clock_cannot_be_moved(settings: Settings, redis: redis_py.Redis) -> None:
    clock = make_clock(settings, redis)
    assert abs(clock.now() - time.time()) < 1
    with pytest.raises(ValueError, match="simulated"):
        clock.advance(1)


def test_a_simulated_clock_moves_for_all_and_only_forward(settings: Settings, redis: redis_py.Redis) -> None:
    simulated = settings.model_copy(update={"clock": "simulated"})
    mine, theirs = make_clock(simulated, redis), make_clock(simulated, redis)
    mine.advance(86400)
    mine.advance(3600)
    assert abs(theirs.now() - time.time() - 90000) < 1
    with pytest.raises(ValueError, match="forward"):
        mine.advance(-1)


def test_local_time_is_aware_and_in_the_deployments_zone(settings: Settings, redis: redis_py.Redis) -> None:
    local = make_clock(settings, redis).local(1_790_000_000.0)
    assert local.utcoffset() == timedelta(hours=8)
    assert local.timestamp() == 1_790_000_000.0


@pytest.mark.parametrize(("text", "seconds"), [("+3d2h", 266400), ("90m", 5400), ("+1w", 604800), ("1h1s", 3601)])
def test_durations_are_written_as_people_do(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "+", "3", "-1d", "2h3d", "1.5h", "tomorrow"])
def test_other_durations_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(text)
