"""Made-up weeks of real comments: 5-8 nominees or none, never an ad, abuse, or the same thing twice.

Thirty of them: `python -m tests.evaluation.weeks`.
"""

from __future__ import annotations

import pytest

from replies.desk import Desk
from tests.evaluation import weeks
from tests.evaluation.data import DATA

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real comments are not here")


def test_weeks_of_real_comments(desk: Desk) -> None:
    found = list(weeks.weeks(desk, seed=47, number=8))
    assert [fault for week in found for fault in weeks.wrong(week)] == []
    assert sum(week.is_held for week in found) >= len(found) * 0.9
