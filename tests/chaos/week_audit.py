"""Looking back on a week's story: one round a week, one post each, every ballot counted, one message to each."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.chaos.week_story import WeekStory


def wrong(story: WeekStory) -> list[str]:
    """Everything that must not be, from the bare Redis, WeChat's side and what people heard."""
    rounds = [one for one in story.rounds() if one["state"] != "征集中"]
    found = ["a week had two rounds"] if len({one["id"] for one in rounds}) != len(rounds) else []
    for one in rounds:
        found += _wrong_round(story, one)
    for (openid, line), count in story.heard.items():
        if line.startswith(("恭喜，你的留言", "你的留言入围")) and count > 1:
            found.append(f"{openid} heard {count} times: {line}")
    return found


def _wrong_round(story: WeekStory, one: dict[str, Any]) -> list[str]:
    mark, missed = f"第 {one['id']} 期", one["state"] == "本周不办"
    expected = {f"^{mark}周榜不办": missed, f"^{mark}周榜已计票": not missed, f"^{mark}《.*》已发布": not missed}
    found = [line for beginning, times in expected.items() if (line := _heard_once(story, beginning, int(times)))]
    posts = [it for it in story.box.library.all() if mark in str(it.fields.get("digest", ""))]
    if len(posts) != int(not missed):
        found.append(f"{one['id']}: {len(posts)} posts, {one['state']}")
    if not missed:
        votes = {int(number): count for number, count in one["result"]["tally"]["votes"].items() if count}
        told = Counter(story.told.get(one["id"], {}).values())
        if votes != told:
            found.append(f"{one['id']}: counted {votes}, voters were told {dict(told)}")
    return found


def _heard_once(story: WeekStory, beginning: str, times: int) -> str:
    heard = sum(
        count
        for (openid, line), count in story.heard.items()
        if openid == story.owner.openid and re.search(beginning, line)
    )
    return "" if heard == times else f"the owner heard {heard} times instead of {times}: {beginning}"
