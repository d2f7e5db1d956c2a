"""Standing permissions in Redis: one that ends meanwhile stops whoever was about to use it; the day's count holds."""

from __future__ import annotations

import msgspec
import pytest
import redis as redis_py

from bot.domain.comment import CommentType
from bot.domain.standing import CAP, Kind, Standing, StandingState
from bot.stores.standings import Standings
from bot.stores.unit import Conflict, Unit, transact

KIND = Kind("经历/试过#追问1", "0123abcd", CommentType.EXPERIENCE)


def keep(client: redis_py.Redis, standing: Standing) -> None:
    """Store a permission."""
    transact(client, "main", lambda unit: Standings(unit).put(standing))


def test_one_that_ends_meanwhile_stops_whoever_was_about_to_use_it(redis: redis_py.Redis) -> None:
    granted = Standing(1, KIND).granted("p", 1.0)
    keep(redis, granted)
    unit = Unit(redis, "main")
    standings = Standings(unit)
    assert standings.of(KIND) == granted
    standings.used("2026-11-23", "1_0_1")
    keep(redis, granted.ended("撤回了 3", 2.0))
    with pytest.raises(Conflict):
        unit.commit()
    assert Standings(Unit(redis, "main")).today("2026-11-23") == ()


def test_two_that_use_the_last_one_of_a_day_meet(redis: redis_py.Redis) -> None:
    keep(redis, Standing(1, KIND).granted("p", 1.0))
    units = [Unit(redis, "main") for _ in range(2)]
    for n, unit in enumerate(units):
        assert len(Standings(unit).today("2026-11-23")) < 1
        Standings(unit).used("2026-11-23", f"1_0_{n}")
    units[0].commit()
    with pytest.raises(Conflict):
        units[1].commit()
    assert Standings(Unit(redis, "main")).today("2026-11-23") == ("1_0_0",)
    assert Standings(Unit(redis, "main")).today("2026-11-24") == ()


def test_what_is_granted_is_found_by_number_and_by_template_and_type(redis: redis_py.Redis) -> None:
    other = msgspec.structs.replace(KIND, type=CommentType.OPINION)
    first, second = Standing(1, KIND).granted("p", 1.0), Standing(2, other)
    for one in (first, second):
        keep(redis, one)
    standings = Standings(Unit(redis, "main"))
    assert standings.all() == (first, second)
    assert standings.granted() == (first,)
    assert standings.get(2) == second
    assert standings.of(msgspec.structs.replace(other, words="ffffffff")) == second
    assert standings.get(3) is None
    assert standings.cap == CAP
    keep(redis, first.ended("取消", 2.0))
    assert Standings(Unit(redis, "main")).granted() == ()
    assert Standings(Unit(redis, "main")).all()[0].state is StandingState.ENDED
