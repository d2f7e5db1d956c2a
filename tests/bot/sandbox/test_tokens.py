"""access_token: two separate lives, and what each refusal looks like."""

from __future__ import annotations

import re

import pytest

from bot.sandbox import Sandbox
from tests.bot.sandbox.conftest import Api, Clock


def test_a_stable_token_stays_the_same_with_less_time_left(api: Api, clock: Clock) -> None:
    first = api.stable()
    clock.pass_(hours=1)
    again = api.stable()
    assert again["access_token"] == first["access_token"]
    assert (first["expires_in"], again["expires_in"]) == (7200, 3600)


def test_a_stable_token_is_renewed_five_minutes_before_its_end_and_both_work(api: Api, clock: Clock) -> None:
    first = api.token
    clock.pass_(seconds=7200 - 299)
    second = api.stable()["access_token"]
    assert second != first
    for token in (first, second):
        assert "ip_list" in api.get("getcallbackip", access_token=token)


def test_a_forced_token_kills_the_one_before_it(api: Api) -> None:
    first = api.token
    api.stable(force_refresh=True)
    assert api.get("getcallbackip", access_token=first)["errcode"] == 40001


def test_forcing_is_limited_to_twenty_a_day_and_thirty_seconds_apart(api: Api, clock: Clock) -> None:
    assert "access_token" in api.stable(force_refresh=True)
    assert api.stable(force_refresh=True)["errcode"] == 45011
    for _ in range(19):
        clock.pass_(seconds=30)
        assert "access_token" in api.stable(force_refresh=True)
    clock.pass_(seconds=30)
    assert api.stable(force_refresh=True)["errcode"] == 45009
    clock.pass_(days=1)
    assert "access_token" in api.stable(force_refresh=True)


def test_a_second_caller_of_token_ends_the_first_ones_token_after_five_minutes(api: Api, clock: Clock) -> None:
    first, second = api.plain()["access_token"], api.plain()["access_token"]
    assert "ip_list" in api.get("getcallbackip", access_token=first)
    clock.pass_(seconds=301)
    assert api.get("getcallbackip", access_token=first)["errcode"] == 42001
    assert "ip_list" in api.get("getcallbackip", access_token=second)


def test_token_and_stable_token_do_not_disturb_each_other(api: Api) -> None:
    stable = api.token
    plain = api.plain()["access_token"]
    api.stable(force_refresh=True)
    assert "ip_list" in api.get("getcallbackip", access_token=plain)
    assert api.get("getcallbackip", access_token=stable)["errcode"] == 40001


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"grant_type": "x"}, 40002),
        ({"appid": ""}, 41002),
        ({"appid": "wx000"}, 40013),
        ({"secret": ""}, 41004),
        ({"secret": "wrong"}, 40125),
    ],
)
def test_wrong_credentials_are_named(api: Api, change: dict[str, str], errcode: int) -> None:
    assert api.stable(**change)["errcode"] == errcode
    assert api.plain(**change)["errcode"] == errcode


def test_an_address_off_the_whitelist_is_told_its_ip(api: Api, box: Sandbox) -> None:
    box.whitelisted = False
    refused = api.stable()
    assert refused["errcode"] == 40164
    assert "invalid ip 127.0.0.1" in refused["errmsg"]


def test_calls_without_a_good_token_are_refused(api: Api, box: Sandbox, clock: Clock) -> None:
    assert api.get("getcallbackip", access_token="")["errcode"] == 41001
    assert api.get("getcallbackip", access_token="made-up")["errcode"] == 40014
    assert "ip_list" in api.get("getcallbackip")
    clock.pass_(seconds=7200)
    assert api.get("getcallbackip")["errcode"] == 42001
    box.tokens.overrule()
    assert api.get("getcallbackip")["errcode"] == 40001


def test_errors_come_as_200_with_a_request_id_and_the_boxs_date(api: Api, box: Sandbox) -> None:
    answer = api.raw("/cgi-bin/comment/list", params={"access_token": "x"})
    assert answer.status_code == 200
    assert re.search(r" rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$", answer.json()["errmsg"])
    assert answer.headers["Date"] == "Mon, 21 Sep 2026 04:00:00 GMT"


def test_wrong_method_and_unknown_address_are_told_apart(api: Api) -> None:
    assert api.get("comment/list")["errcode"] == 43002
    assert api.code("getcallbackip") == 43001
    assert api.code("no/such/thing") == 40066


def test_secrets_and_tokens_are_not_in_the_list_of_calls(api: Api, box: Sandbox) -> None:
    api.plain()
    api.get("getcallbackip")
    told = repr(box.calls)
    assert box.secret not in told
    assert api.token not in told
