"""A stage on which the weekly round is played, beginning on a Wednesday morning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from handlers import everything
from handlers.campaign_table import (
    CAMPAIGN_CREATOR_ANSWERS,
    CAMPAIGN_CREATORS,
    CAMPAIGN_FOLLOWER_ANSWERS,
    CAMPAIGN_FOLLOWERS,
    CAMPAIGN_TASKS,
)
from tests.scenarios.weekly.week import Week
from tests.stage import Stage

PARTS: tuple[tuple[dict[Any, Any], dict[Any, Any]], ...] = (
    (everything.CREATORS, CAMPAIGN_CREATORS),
    (everything.FOLLOWERS, CAMPAIGN_FOLLOWERS),
    (everything.CREATOR_ANSWERS, CAMPAIGN_CREATOR_ANSWERS),
    (everything.FOLLOWER_ANSWERS, CAMPAIGN_FOLLOWER_ANSWERS),
    (everything.TASKS, CAMPAIGN_TASKS),
)


@pytest.fixture(autouse=True)
def whole_table() -> Iterator[None]:
    """What the weekly round can do is part of what the bot can do."""
    added: list[tuple[dict[Any, Any], Any]] = []
    for table, part in PARTS:
        for name in part:
            if name not in table:
                table[name] = part[name]
                added.append((table, name))
    yield
    for table, name in added:
        del table[name]


@pytest.fixture
def open_week(open_stage: Callable[..., Stage]) -> Callable[..., Week]:
    """Opens a week with settings of the story's own."""
    return lambda **options: Week(open_stage(**options))


@pytest.fixture
def week(open_week: Callable[..., Week]) -> Week:
    """A week of a verified account."""
    return open_week()
