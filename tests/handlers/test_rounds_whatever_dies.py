"""Rounds whose workers die at any moment, run twice and at once: one round and post a week, every ballot counted."""

from __future__ import annotations

from collections.abc import Callable

from bot.embedded_redis import EmbeddedRedis
from tests.chaos import season_audit as audit
from tests.chaos.season import Season
from tests.handlers.worker import Worker

ROUNDS = 4


def test_one_round_a_week_one_post_each_and_every_ballot_counted(
    make_worker: Callable[..., Worker], redis_server: EmbeddedRedis
) -> None:
    season = Season(make_worker(), str(redis_server.socket), seed=7)
    season.play(ROUNDS)
    held = audit.held(season)
    assert len(held) >= ROUNDS - 1
    assert season.died.total() > 20
    assert [len(audit.posts_of(season, round_)) for round_ in held if round_.announced_at].count(1) >= ROUNDS - 1
    assert audit.wrong(season) == []
    winners = [round_.winner.pid for round_ in held if round_.winner]
    assert len(set(winners)) == len(winners)
