"""A short storm; the long one is `make chaos`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.acts import STORE_IS_BACK
from tests.chaos.storm import Storm


@pytest.mark.timeout(240)
def test_many_processes_over_one_store_keep_every_promise_whatever_befalls_them(tmp_path: Path) -> None:
    acts = [
        "weather", "kill worker", "clock back", "disk full", "kill scheduler", "time passes", "store hangs",
        "kill web process", "day used up", "store away",
    ]  # fmt: skip
    storm = Storm(tmp_path, seed=7, readers=20, recovers_within=30.0, away=3.0)
    try:
        result = storm.play(acts)
    finally:
        storm.close()
    assert result.wrongs == []
    assert result.counts["disk full, noticed"] == 1
    assert result.counts["health pages looked at"] > 0
    assert result.counts["留言 acknowledged"] > 0
    assert result.counts["reply/add that took effect"] > 0
    assert {name for name, times in result.recoveries.items() if times.seconds} == STORE_IS_BACK - {
        "kill store",
        "restart store",
    }
