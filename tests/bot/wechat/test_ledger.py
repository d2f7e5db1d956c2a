"""Budgets, rests and granted features."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import redis as redis_py

from bot.wechat.gateway import ArticleId, Gateway, Refused, Resting
from bot.wechat.ledger import POLLING, family_of, next_reset
from tests.bot.wechat.conftest import NOON, Clock
from tests.bot.wechat.fake_api import FakeApi, refusal

ARTICLE = ArticleId(2247487033, 0)
REPLY = "/cgi-bin/comment/reply/add"
SEND = "/cgi-bin/message/custom/send"
QUOTA = "/cgi-bin/openapi/quota/get"


def at(text: str) -> float:
    """Epoch seconds of a Beijing time."""
    return datetime.fromisoformat(text + "+08:00").timestamp()


@pytest.mark.parametrize(
    ("now", "reset"),
    [
        ("2026-09-22 12:00:00", "2026-09-23 00:05:00"),
        ("2026-09-22 00:04:59", "2026-09-22 00:05:00"),
        ("2026-09-22 00:05:00", "2026-09-23 00:05:00"),
        ("2026-12-31 23:59:59", "2027-01-01 00:05:00"),
    ],
)
def test_a_day_begins_five_minutes_after_midnight_in_beijing(now: str, reset: str) -> None:
    assert next_reset(at(now)) == at(reset)
    assert datetime.fromtimestamp(next_reset(at(now)), UTC).minute == 5


@pytest.mark.parametrize(
    ("path", "family"),
    [
        ("/cgi-bin/comment/reply/add", "comment"),
        ("/cgi-bin/message/custom/send", "custom"),
        ("/cgi-bin/message/custom/typing", "custom"),
        ("/cgi-bin/message/mass/sendall", "mass"),
        ("/cgi-bin/freepublish/submit", "freepublish"),
        ("/cgi-bin/media/uploadimg", "material"),
        ("/cgi-bin/material/add_material", "material"),
        ("/cgi-bin/stable_token", "token"),
        ("/datacube/getbizsummary", "datacube"),
    ],
)
def test_paths_belong_to_what_is_granted_together(path: str, family: str) -> None:
    assert family_of(path) == family


def test_every_call_is_counted_by_path_and_day(gateway: Gateway, clock: Clock, redis: redis_py.Redis) -> None:
    for _ in range(3):
        gateway.list_comments(ARTICLE, 0)
    gateway.reply(ARTICLE, 8, "好")
    assert (gateway.ledger.used(POLLING), gateway.ledger.used(REPLY)) == (3, 1)
    assert gateway.ledger.budget_left(POLLING) == 9997
    assert redis.hget("{main}:calls:20260922", POLLING) == b"3"
    clock.now += 24 * 3600
    assert gateway.ledger.used(POLLING) == 0


def test_polling_stops_at_four_fifths_of_the_budget_and_the_rest_is_kept(api: FakeApi, gateway: Gateway) -> None:
    gateway.ledger.learn_limit(POLLING, 10)
    seen = []
    for _ in range(8):
        seen.append(gateway.ledger.polling_allowed())
        gateway.list_comments(ARTICLE, 0)
    assert seen == [True] * 8
    assert not gateway.ledger.polling_allowed()
    gateway.list_comments(ARTICLE, 0)
    gateway.list_comments(ARTICLE, 0)
    with pytest.raises(Resting) as resting:
        gateway.list_comments(ARTICLE, 0)
    assert resting.value.until == at("2026-09-23 00:05:00")
    assert api.count[POLLING] == 10


def test_a_spent_day_is_not_called_and_the_next_one_is(api: FakeApi, gateway: Gateway, clock: Clock) -> None:
    api.on[REPLY] = lambda _: refusal(45009)
    with pytest.raises(Refused):
        gateway.reply(ARTICLE, 8, "好")
    del api.on[REPLY]
    for now in (NOON, at("2026-09-22 23:59:59"), at("2026-09-23 00:04:59")):
        clock.now = now
        with pytest.raises(Resting) as resting:
            gateway.reply(ARTICLE, 8, "好")
        assert resting.value.until == at("2026-09-23 00:05:00")
    gateway.list_comments(ARTICLE, 0)
    clock.now = at("2026-09-23 00:05:00")
    gateway.reply(ARTICLE, 8, "好")
    assert api.count[REPLY] == 2


def test_a_spent_polling_day_is_seen_by_every_process(
    api: FakeApi, gateway: Gateway, make_gateway: Callable[..., Gateway]
) -> None:
    api.on[POLLING] = lambda _: refusal(45009)
    with pytest.raises(Refused):
        gateway.list_comments(ARTICLE, 0)
    other = make_gateway()
    assert not other.ledger.polling_allowed()
    with pytest.raises(Resting):
        other.list_comments(ARTICLE, 0)
    assert api.count[POLLING] == 1


def test_a_spent_minute_rests_for_sixty_seconds(api: FakeApi, gateway: Gateway, clock: Clock) -> None:
    api.on[POLLING] = lambda _: refusal(45011)
    with pytest.raises(Refused):
        gateway.list_comments(ARTICLE, 0)
    del api.on[POLLING]
    clock.now += 59
    with pytest.raises(Resting) as resting:
        gateway.list_comments(ARTICLE, 0)
    assert resting.value.until == NOON + 60
    assert "一分钟" in resting.value.sentence
    clock.now += 1
    assert gateway.list_comments(ARTICLE, 0).received == 0


@pytest.mark.parametrize("code", [48004, 50002])
def test_a_punished_account_writes_nothing_until_the_creator_resumes(
    api: FakeApi, gateway: Gateway, clock: Clock, code: int
) -> None:
    api.on[REPLY] = lambda _: refusal(code)
    with pytest.raises(Refused):
        gateway.reply(ARTICLE, 8, "好")
    del api.on[REPLY]
    clock.now += 10 * 24 * 3600
    for write in (lambda: gateway.reply(ARTICLE, 8, "好"), lambda: gateway.send_text("o1", "好")):
        with pytest.raises(Resting) as resting:
            write()
        assert resting.value.until == math.inf
    assert gateway.list_comments(ARTICLE, 0).received == 0
    assert gateway.ledger.is_halted()
    gateway.ledger.resume()
    gateway.send_text("o1", "好")
    assert (api.count[REPLY], api.count[SEND]) == (1, 1)


def test_resuming_also_ends_a_spent_day(api: FakeApi, gateway: Gateway) -> None:
    api.on[REPLY] = lambda _: refusal(45009)
    with pytest.raises(Refused):
        gateway.reply(ARTICLE, 8, "好")
    del api.on[REPLY]
    assert gateway.ledger.rests_until(REPLY) is not None
    gateway.ledger.resume()
    gateway.reply(ARTICLE, 8, "好")
    assert api.count[REPLY] == 2


def test_the_real_limit_is_learnt_from_wechat(api: FakeApi, gateway: Gateway) -> None:
    api.on[QUOTA] = lambda _: {"errcode": 0, "quota": {"daily_limit": 50000, "used": 7, "remain": 49993}}
    quota = gateway.quota(POLLING)
    assert (quota.daily_limit, quota.used, quota.remain) == (50000, 7, 49993)
    assert gateway.ledger.limit(POLLING) == 50000


def test_features_follow_what_wechat_says(api: FakeApi, gateway: Gateway, clock: Clock) -> None:
    api.on[POLLING] = lambda _: refusal(48001)
    for _ in range(2):
        with pytest.raises(Refused):
            gateway.list_comments(ARTICLE, 0)
        clock.now += 100
    denied = gateway.ledger.features()["comment"]
    assert (denied.state, denied.since) == ("48001", NOON)
    api.on[POLLING] = lambda _: refusal(88001)
    with pytest.raises(Refused):
        gateway.list_comments(ARTICLE, 0)
    granted = gateway.ledger.features()["comment"]
    assert (granted.state, granted.since) == ("ok", NOON + 200)


def test_a_draft_that_may_not_open_comments_denies_the_comments_not_the_drafts(api: FakeApi, gateway: Gateway) -> None:
    gateway.call("/cgi-bin/draft/count", write=False)
    api.on["/cgi-bin/draft/add"] = lambda _: refusal(88000)
    with pytest.raises(Refused):
        gateway.call("/cgi-bin/draft/add", {"articles": []})
    features = gateway.ledger.features()
    assert (features["comment"].state, features["draft"].state) == ("88000", "ok")


def test_what_fails_by_chance_says_nothing_of_features(api: FakeApi, gateway: Gateway) -> None:
    gateway.list_comments(ARTICLE, 0)
    for code in (-1, 45009, 45011, 47001):
        api.on[POLLING] = lambda _, code=code: refusal(code)  # type: ignore[misc]
        gateway.ledger.resume()
        with pytest.raises(Refused):
            gateway.list_comments(ARTICLE, 0)
    assert gateway.ledger.features()["comment"].state == "ok"


def test_accounts_do_not_share_their_books(gateway: Gateway, make_gateway: Callable[..., Gateway]) -> None:
    gateway.list_comments(ARTICLE, 0)
    other = make_gateway("other")
    assert other.ledger.used(POLLING) == 0
    assert other.ledger.features() == {}
