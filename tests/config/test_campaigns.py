"""campaigns.yaml: what ships works, and each mistake is named by its field."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.weekly import Weekly, week_id
from config.campaigns import CampaignPlan, CampaignsError
from config.settings import ROOT

SHANGHAI = ZoneInfo("Asia/Shanghai")
SHIPPED: dict[str, Any] = yaml.safe_load((ROOT / "config" / "campaigns.yaml").read_text(encoding="utf-8"))


def loaded(folder: Path, rows: object) -> CampaignPlan | None:
    """The plan of a file with these rows."""
    (folder / "campaigns.yaml").write_text(yaml.safe_dump(rows, allow_unicode=True), encoding="utf-8")
    return CampaignPlan.load(folder)


def test_what_ships_names_four_categories_with_criteria_and_no_material_reward() -> None:
    plan = CampaignPlan.load(ROOT / "config")
    assert plan is not None
    assert [plan.category(made).name for made in range(5)] == ["最有料", "最有共鸣", "最佳反方", "最佳提问", "最有料"]
    assert set(plan.rewards) <= {"署名权", "社群邀请", "上墙"}
    assert plan.publish == "auto"


def test_without_the_file_there_is_no_campaign(tmp_path: Path) -> None:
    assert CampaignPlan.load(tmp_path) is None


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda rows: rows["categories"][1].pop("criteria"), "categories.2.criteria"),
        (lambda rows: rows["categories"][1].update(criteria="  "), "categories.2.criteria: is empty"),
        (lambda rows: rows.update(categories=[]), "categories"),
        (lambda rows: rows["categories"][0]["favours"].update(广告=5), "categories.1.favours.广告"),
        (lambda rows: rows["categories"][1].update(name="最有料"), "two have the same name"),
        (lambda rows: rows["times"].update(vote={"day": "sat", "at": "20:00"}), "must follow one another"),
        (lambda rows: rows["times"]["close"].update(day="sun", at="21:00"), "at least an hour"),
        (lambda rows: rows["times"]["nominate"].update(at="25:00"), "times.nominate.at"),
        (lambda rows: rows["times"]["nominate"].update(day="sunday"), "times.nominate.day"),
        (lambda rows: rows.update(title="一" * 30 + "{category}"), "longer than 32"),
        (lambda rows: rows.update(title="{week}"), "no other slot"),
        (lambda rows: rows.update(rewards=["现金红包"]), "rewards.1"),
        (lambda rows: rows.update(publish="always"), "publish"),
        (lambda rows: rows.update(invitation="进群"), "invitation"),
        (lambda rows: rows["nominees"].update(wanted=9), "nominees.wanted"),
        (lambda rows: rows.update(preview_minute=5), "preview_minute"),
    ],
)
def test_each_mistake_is_named_by_its_field(tmp_path: Path, spoil: Callable[[Any], object], named: str) -> None:
    rows = copy.deepcopy(SHIPPED)
    spoil(rows)
    with pytest.raises(CampaignsError, match=r"campaigns\.yaml: ") as caught:
        loaded(tmp_path, rows)
    assert named in str(caught.value)


def test_a_file_that_is_no_yaml_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "campaigns.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(CampaignsError, match=r"campaigns\.yaml"):
        CampaignPlan.load(tmp_path)


moments = st.integers(1_500_000_000, 2_200_000_000).map(lambda at: datetime.fromtimestamp(at, SHANGHAI))


@given(st.integers(0, 6), st.integers(0, 1439), moments)
def test_a_weekly_moment_comes_within_a_week_on_its_day(day: int, minute: int, moment: datetime) -> None:
    found = Weekly(day, minute).after(moment)
    assert 0 < (found - moment).total_seconds() <= 7 * 86400
    assert (found.weekday(), found.hour * 60 + found.minute) == (day, minute)


@given(moments, st.integers(1, 3000))
def test_names_of_weeks_sort_like_time(moment: datetime, minutes: int) -> None:
    later = Weekly((moment.weekday() + 1) % 7, minutes % 1440).after(moment)
    assert week_id(moment) <= week_id(later)
