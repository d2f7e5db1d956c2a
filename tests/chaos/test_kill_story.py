"""A short kill story; the long one is `python -m tests.chaos.kill_story --kills 50`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.kill_story import Story
from tests.chaos.program import EVERYTHING


@pytest.mark.timeout(240)
def test_whatever_is_killed_every_answered_message_is_true_and_nothing_is_doubled(tmp_path: Path) -> None:
    story = Story(tmp_path, seed=7, readers=20, back_within=30.0)
    try:
        result = story.play(["web process", "worker", EVERYTHING, "scheduler", "redis"], quota=False)
    finally:
        story.close()
    assert result.wrongs == []
    assert result.counts["留言 acknowledged"] > 0
    assert result.counts["reply/add that took effect"] > 0
    assert sum(result.counts[f"kills of {part}"] for part in story.recoveries) == 5
