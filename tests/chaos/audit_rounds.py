"""The audit of the weekly rounds: one post a round, every ballot that a reader was told of stored once and counted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import redis as redis_py

from bot.sandbox import Sandbox
from tests.chaos.weekly import Votes


def audit_rounds(
    box: Sandbox, votes: Mapping[str, Votes], client: redis_py.Redis, counts: Counter[str]
) -> tuple[list[str], list[str]]:
    """`(what is wrong, rounds that were held)`, from the bare Redis, WeChat's articles and what readers heard."""
    wrongs: list[str] = []
    rounds = {key.decode(): json.loads(raw) for key, raw in client.hgetall("{main}:rounds").items()}
    held = sorted(key for key, one in rounds.items() if one.get("result"))
    counts["rounds"] = len(rounds)
    counts["rounds skipped"] = sum(one["state"] == "本周不办" for one in rounds.values())
    counts["rounds with a result"] = len(held)
    for key, one in sorted(rounds.items()):
        wrongs += _posts(box, key, one, counts)
    for key in held:
        ballots = [json.loads(raw) for raw in client.hvals(f"{{main}}:ballots:{key}")]
        wrongs += _ballots(key, votes, ballots, rounds[key], counts)
    return wrongs, held


def _posts(box: Sandbox, key: str, one: Mapping[str, Any], counts: Counter[str]) -> list[str]:
    mark = f"第 {key} 期"
    posts = [article for article in box.library.all() if mark in str(article.fields.get("digest", ""))]
    counts["posts at WeChat"] += len(posts)
    state = one.get("post", {}).get("state", "未动")
    should = int(state == "已发布")
    if len(posts) != should or (one.get("announced_at") and not should):
        return [f"round {key} is {one['state']}, its post {state}, and WeChat has {len(posts)} of it"]
    return []


def _ballots(
    key: str, votes: Mapping[str, Votes], ballots: list[list[Any]], one: Mapping[str, Any], counts: Counter[str]
) -> list[str]:
    """Between what is certain and what may be: a ballot whose answer was lost may or may not have been cast."""
    least, most, voters = Counter[int](), Counter[int](), 0
    for told in votes.values():
        sure, maybe = told.sure.get(key), told.maybe.get(key, set())
        voters += sure is not None
        if sure is not None and not maybe:
            least[sure] += 1
        for number in {*maybe, *([sure] if sure is not None else [])}:
            most[number] += 1
    stored = Counter(row[0] for row in ballots)
    counts["ballots acknowledged"] += voters
    counts["ballots stored"] += len(ballots)
    tally = one["result"]["tally"]
    counted = sum(tally["votes"].values()) + sum(tally.get("held", {}).values())
    aside = tally.get("late", 0) + tally.get("blocked", 0) + tally.get("void", 0)
    wrongs = []
    if any(not least[number] <= stored[number] <= most[number] for number in {*stored, *most}):
        wrongs.append(f"round {key}: stored {dict(stored)}, sure {dict(least)}, at most {dict(most)}")
    if counted + aside != len(ballots):
        wrongs.append(f"round {key}: {counted} counted and {aside} set aside of {len(ballots)} ballots")
    if len(ballots) < voters:
        wrongs.append(f"round {key}: {voters} voters were told of their ballot and {len(ballots)} are stored")
    return wrongs
