"""Made-up weeks of real comments: 5-8 nominees or none, never an ad, abuse, or the same thing twice.

Thirty of them: `python -m tests.evaluation.weeks`.
"""

from __future__ import annotations

import pytest

from replies.desk import Desk
from tests.evaluation import weeks
from tests.evaluation.data import DATA, by_id, kept_for_judging, labels

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real comments are not here")


def test_weeks_of_real_comments(desk: Desk) -> None:
    found = list(weeks.weeks(desk, seed=47, number=8))
    assert [fault for week in found for fault in weeks.wrong(week)] == []
    assert sum(week.is_held for week in found) >= len(found) * 0.9


def test_what_reads_well_alone_is_learnt_where_no_week_is_made_of() -> None:
    learnt = {row["id"] for row in labels("worth")}
    judged, others = weeks.articles(), weeks.articles(judged=False)
    assert not learnt & {row["id"] for part in judged for row in part}
    assert learnt & {row["id"] for part in others for row in part}
    articles = {row["article_id"] for part in judged for row in part}
    assert all(kept_for_judging(article) for article in articles)
    marked = [by_id(row["file"])[row["id"]] for row in labels("worth") if row["file"] in weeks.FILES]
    assert not articles & {row["article_id"] for row in marked}
