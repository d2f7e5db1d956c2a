"""Looking back on a season of rounds: one round a week, one post each, every ballot counted, everybody told once."""

from __future__ import annotations

import json
from collections import Counter

from bot.domain.post import PostState
from bot.domain.round import Round
from bot.domain.round_state import RoundState
from bot.domain.winner import Method, wilson
from bot.sandbox import Article
from tests.chaos.season import OWNER, Season


def held(season: Season) -> list[Round]:
    """The rounds that came to a result, oldest first."""
    return [round_ for round_ in season.worker.look.campaigns.rounds() if round_.result]


def missed(season: Season) -> list[Round]:
    """The weeks that went without a round."""
    return [one for one in season.worker.look.campaigns.rounds() if one.state is RoundState.SKIPPED]


def posts_of(season: Season, round_: Round) -> list[Article]:
    """The articles at WeChat that are this round's post."""
    mark = f"第 {round_.id} 期"
    return [one for one in season.worker.box.library.all() if mark in str(one.fields.get("digest", ""))]


def wrong(season: Season) -> list[str]:
    """Everything that must not be."""
    found: list[str] = []
    rounds = season.worker.look.campaigns.rounds()
    if len({round_.id for round_ in rounds}) != len(rounds):
        found.append("a week had two rounds")
    for round_ in held(season):
        found += [*_wrong_post(season, round_), *_wrong_tally(season, round_), *_wrong_letters(season, round_)]
    for round_ in missed(season):
        told = _letters(season, OWNER, f"第 {round_.id} 期周榜不办")
        if posts_of(season, round_) or told != 1:
            found.append(f"{round_.id} was missed: {len(posts_of(season, round_))} posts, told {told} times")
    drafts = len(season.worker.box.drafts.all())
    if drafts:
        found.append(f"{drafts} drafts left over: {[round_.post for round_ in held(season)]}")
    return found


def _wrong_post(season: Season, round_: Round) -> list[str]:
    posts = len(posts_of(season, round_))
    should = int(round_.post.state is PostState.PUBLISHED)
    if posts == should and (should or not round_.announced_at):
        return []
    return [f"{round_.id}: {posts} posts, {round_.state.value}, {round_.post}"]


def _wrong_tally(season: Season, round_: Round) -> list[str]:
    """The count, and the winner it leads to, worked out anew from what voters were told and from the bare rows."""
    assert round_.result is not None
    counted = {number: count for number, count in round_.result.tally.votes.items() if count}
    told = Counter(season.chosen.get(round_.id, {}).values())
    rows = season.worker.redis.hvals(f"{{main}}:ballots:{round_.id}")
    stored = Counter(json.loads(row)[0] for row in rows)
    if not counted == told == stored:
        return [f"{round_.id}: counted {counted}, voters were told {dict(told)}, stored {dict(stored)}"]
    able = {one.number: one.quality for one in round_.nominees if not one.resting}
    total, most = sum(told.values()), max((told[number] for number in able), default=0)
    if total < round_.terms.winner.least:
        should, method = set(able), Method.EDITOR
    else:
        should = {number for number in able if told[number] / total >= wilson(most, total)[0]}
        method = Method.BALLOTS if len(should) == 1 else Method.QUALITY
    best = max(able[number] for number in should)
    ok = {number for number in should if best - able[number] < round_.terms.winner.equal}
    if round_.result.winner in ok and round_.result.method is method:
        return []
    return [f"{round_.id}: {round_.result.winner} wins by {round_.result.method}, should be of {ok} by {method}"]


def _wrong_letters(season: Season, round_: Round) -> list[str]:
    """The owner hears of each step once, each nominee once, and the winner once that they won."""
    found = []
    expected = {f"第 {round_.id} 期周榜已计票": 1}
    if round_.announced_at:
        expected[f"第 {round_.id} 期《{round_.title}》已发布"] = 1
    for beginning, times in expected.items():
        if (told := _letters(season, OWNER, beginning)) != times:
            found.append(f"{round_.id}: the owner heard {told} times: {beginning}")
    for one in round_.nominees:
        won = int(bool(round_.announced_at) and round_.winner == one)
        told, heard = _letters(season, one.pid, "你的留言入围"), _letters(season, one.pid, "恭喜")
        if (told, heard) != (1, won):
            found.append(f"{round_.id}: nominee {one.number} heard {told} times of it, {heard} times of having won")
    return found


def _letters(season: Season, pid: str, beginning: str) -> int:
    return sum(count for (to, text), count in season.letters.items() if to == pid and text.startswith(beginning))
