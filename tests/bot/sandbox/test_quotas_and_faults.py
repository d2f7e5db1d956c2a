"""Limits that run out, permissions by account type, and faults on demand."""

from __future__ import annotations

import time

import pytest
import requests

from bot.sandbox import Sandbox
from tests.bot.sandbox.conftest import Api, Clock

LIST = {"msg_data_id": 1, "begin": 0, "count": 1, "type": 0}


def test_a_used_up_limit_answers_45009_until_beijing_midnight(api: Api, box: Sandbox, clock: Clock) -> None:
    box.quota("/cgi-bin/comment/list", daily_limit=2)
    assert [api.code("comment/list", **LIST) for _ in range(3)] == [88001, 88001, 45009]
    clock.pass_(hours=11, seconds=3599)
    api.stable()
    assert api.post("openapi/quota/get", cgi_path="/cgi-bin/comment/list", access_token="")["errcode"] == 42001
    fresh = Api(box)
    with fresh.session:
        assert fresh.code("comment/list", **LIST) == 45009
        clock.pass_(seconds=2)
        assert fresh.code("comment/list", **LIST) == 88001


def test_the_quota_tool_tells_what_is_left(api: Api, box: Sandbox) -> None:
    api.post("comment/list", **LIST)
    told = api.post("openapi/quota/get", cgi_path="/cgi-bin/comment/list")["quota"]
    assert told == {"daily_limit": 10_000, "used": 1, "remain": 9999}
    assert api.code("openapi/quota/get", cgi_path="/cgi-bin/nothing") == 76021


def test_quotas_can_be_cleared_ten_times_a_month(api: Api, box: Sandbox) -> None:
    box.quota("comment/list", daily_limit=1)
    api.post("comment/list", **LIST)
    assert api.code("comment/list", **LIST) == 45009
    assert api.code("clear_quota", appid=box.appid) == 0
    assert api.code("comment/list", **LIST) == 88001
    codes = [api.code("clear_quota/v2", appid=box.appid, appsecret=box.secret) for _ in range(10)]
    assert codes == [0] * 9 + [48006]


MATRIX = [
    ("comment/list", {"认证公众号", "认证服务号"}),
    ("message/custom/send", {"认证公众号", "认证服务号"}),
    ("message/mass/sendall", {"认证公众号", "认证服务号"}),
    ("message/mass/send", {"认证服务号"}),
    ("freepublish/submit", {"认证公众号", "认证服务号"}),
    ("/datacube/getbizsummary", {"认证公众号", "认证服务号"}),
    ("menu/create", {"认证公众号", "认证服务号"}),
    ("tags/create", {"认证公众号", "认证服务号"}),
    ("draft/add", {"个人公众号", "未认证公众号", "认证公众号", "未认证服务号", "认证服务号"}),
    ("media/uploadimg", {"个人公众号", "未认证公众号", "认证公众号", "未认证服务号", "认证服务号"}),
    ("clear_quota", {"个人公众号", "未认证公众号", "认证公众号", "未认证服务号", "认证服务号"}),
]


@pytest.mark.parametrize(("path", "granted"), MATRIX)
def test_each_account_type_gets_what_it_is_granted(api: Api, box: Sandbox, path: str, granted: set[str]) -> None:
    allowed = set()
    for name in ("个人公众号", "未认证公众号", "认证公众号", "未认证服务号", "认证服务号"):
        box.set_profile(name)
        if api.code(path) != 48001:
            allowed.add(name)
    assert allowed == granted


def test_a_body_of_another_shape_is_a_format_error(api: Api, box: Sandbox) -> None:
    article = box.publish_by_hand("题", "文")
    assert api.code("comment/list", msg_data_id=article.msg_data_id, begin=None, count=[], type={}) == 47001
    assert api.raw("/cgi-bin/comment/list", data=b"[1]").json()["errcode"] == 47001
    assert api.raw("/cgi-bin/comment/list").json()["errcode"] == 44002
    person = box.follower("小林")
    person.says("在吗")
    assert api.code("message/custom/send", touser=person.openid, msgtype="msgmenu", msgmenu={"list": [{}]}) == 47001


def test_an_unknown_profile_is_refused_by_name() -> None:
    with pytest.raises(KeyError, match="认证公众号"):
        Sandbox(profile="某公众号")


def test_a_fault_of_a_family_strikes_all_its_calls_until_cleared(api: Api, box: Sandbox) -> None:
    fault = box.faults.add("/cgi-bin/comment", "errcode", 48001)
    assert api.code("comment/list", **LIST) == 48001
    assert api.code("comment/reply/add", **LIST) == 48001
    assert fault.hits == 2
    box.faults.clear()
    assert api.code("comment/list", **LIST) == 88001


def test_faults_can_strike_a_number_of_times_and_after_some_calls(api: Api, box: Sandbox) -> None:
    box.faults.add("comment/list", "errcode", -1, times=2, after=1)
    assert [api.code("comment/list", **LIST) for _ in range(4)] == [88001, -1, -1, 88001]


def test_a_lost_answer_has_its_effect_and_a_reset_has_none(api: Api, box: Sandbox) -> None:
    article = box.publish_by_hand("题", "文")
    ids = {"msg_data_id": article.msg_data_id, "index": 0}
    first, second = article.comment(None, "一"), article.comment(None, "二")
    box.faults.add("comment/reply/add", "lost_answer", times=1)
    with pytest.raises(requests.ConnectionError):
        api.post("comment/reply/add", **ids, user_comment_id=first, content="好")
    box.faults.add("comment/reply/add", "reset", times=1)
    with pytest.raises(requests.ConnectionError, match="reset"):
        api.post("comment/reply/add", **ids, user_comment_id=second, content="好")
    assert [one.reply is not None for one in article.comments] == [True, False]
    assert [(call.http, call.fault) for call in box.calls_to("comment/reply/add")] == [(0, "lost_answer"), (0, "reset")]


def test_gateway_faults_look_like_a_gateway(api: Api, box: Sandbox) -> None:
    box.faults.add("comment/list", "http", 503, times=1)
    assert api.raw("/cgi-bin/comment/list").status_code == 503
    box.faults.add("comment/list", "html", times=1)
    page = api.raw("/cgi-bin/comment/list")
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html")
    assert b"Bad Gateway" in page.content


def test_a_slow_call_is_slow_and_then_as_usual(api: Api, box: Sandbox) -> None:
    assert api.token
    box.faults.add("comment/list", "slow", 0.2, times=1)
    started = time.monotonic()
    assert api.code("comment/list", **LIST) == 88001
    assert time.monotonic() - started >= 0.2


def test_random_faults_are_the_same_every_run() -> None:
    def hits() -> list[bool]:
        box = Sandbox()
        box.faults.add("*", "errcode", -1, chance=0.5)
        return [bool(box.faults.strike("/cgi-bin/x")) for _ in range(50)]

    first = hits()
    assert first == hits()
    assert 10 < sum(first) < 40


def test_a_stopped_box_can_be_told_from_a_running_one_and_started_again(box: Sandbox, api: Api) -> None:
    base = box.api_base
    assert api.token
    box.stop()
    with pytest.raises(requests.ConnectionError):
        api.session.get(base + "/cgi-bin/token")
    box.start(port=int(base.rsplit(":", 1)[1]))
    assert "access_token" in api.stable()
