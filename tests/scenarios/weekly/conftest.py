"""A stage on which the weekly round is played, beginning on a Wednesday morning."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.scenarios.weekly.week import Week
from tests.stage import Stage


@pytest.fixture
def open_week(open_stage: Callable[..., Stage]) -> Callable[..., Week]:
    """Opens a week with settings of the story's own."""
    return lambda **options: Week(open_stage(**options))


@pytest.fixture
def week(open_week: Callable[..., Week]) -> Week:
    """A week of a verified account."""
    return open_week()
