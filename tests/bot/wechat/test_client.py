"""The client's edges: where calls go, how they fail, and that no failure shows a secret."""

from __future__ import annotations

import logging
import socket
import time
import traceback
from collections.abc import Callable
from contextlib import closing
from functools import partial

import pytest
import redis as redis_py
from wechatpy.client import WeChatClient

from bot.wechat.client import Client
from bot.wechat.errors import AnswerLost, GatewayError, Refused, Unreachable
from bot.wechat.gateway import ArticleId, Gateway
from bot.wechat.ledger import Ledger
from bot.wechat.reactions import Reaction
from tests.bot.wechat.conftest import Clock
from tests.bot.wechat.fake_api import SECRET, STABLE_TOKEN, FakeApi, Raw, Request, refusal, sequence

ARTICLE = ArticleId(2247487033, 0)
LIST = "/cgi-bin/comment/list"
REPLY = "/cgi-bin/comment/reply/add"
HTML = Raw(b"<html>502</html>")


def failure_of(call: Callable[[], object]) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        call()
    return caught.value


FAULTS: dict[str, Raw] = {
    "HTML with 200": HTML,
    "an empty answer": Raw(b""),
    "a list": Raw(b"[1]"),
    "a word": Raw(b'"ok"'),
    "half a JSON": Raw(b'{"errcode": 0'),
    "an errcode that is no number": Raw(b'{"errcode": "none"}'),
    "an errcode that is null": Raw(b'{"errcode": null}'),
    "odd base_resp": Raw(b'{"base_resp": 5}'),
    "HTTP 500": Raw(b"", 500),
    "HTTP 502": Raw(b"<html>", 502),
    "a reset": Raw(reset=True),
}


@pytest.mark.parametrize("name", FAULTS)
def test_rubbish_to_a_read_is_unreachable_and_to_a_write_may_have_had_its_effect(
    api: FakeApi, gateway: Gateway, name: str
) -> None:
    api.on[LIST] = api.on[REPLY] = lambda _: FAULTS[name]
    assert type(failure_of(lambda: gateway.list_comments(ARTICLE, 0))) is Unreachable
    assert type(failure_of(lambda: gateway.reply(ARTICLE, 8, "好"))) is AnswerLost
    assert (api.count[LIST], api.count[REPLY]) == (1, 1)


@pytest.mark.parametrize("status", [301, 404, 413])
def test_a_write_turned_away_at_the_door_had_no_effect(api: FakeApi, gateway: Gateway, status: int) -> None:
    api.on[REPLY] = lambda _: Raw(b"<html>", status)
    assert type(failure_of(lambda: gateway.reply(ARTICLE, 8, "好"))) is Unreachable
    assert api.count[REPLY] == 1


def test_a_slow_answer_ends_at_the_timeout(api: FakeApi, make_gateway: Callable[..., Gateway]) -> None:
    gateway = make_gateway(timeout=0.3)
    api.on[LIST] = api.on[REPLY] = lambda _: Raw(hang=True)
    begin = time.monotonic()
    assert type(failure_of(lambda: gateway.list_comments(ARTICLE, 0))) is Unreachable
    assert type(failure_of(lambda: gateway.reply(ARTICLE, 8, "好"))) is AnswerLost
    assert time.monotonic() - begin < 3


def test_a_slow_token_ends_at_the_timeout_too(api: FakeApi, make_gateway: Callable[..., Gateway]) -> None:
    api.on[STABLE_TOKEN] = lambda _: Raw(hang=True)
    begin = time.monotonic()
    assert type(failure_of(lambda: make_gateway(timeout=0.3).reply(ARTICLE, 8, "好"))) is Unreachable
    assert time.monotonic() - begin < 3


def test_a_closed_port_is_unreachable_even_for_a_write(gateway: Gateway, make_gateway: Callable[..., Gateway]) -> None:
    gateway.check_token()
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    nowhere = make_gateway(base=f"http://127.0.0.1:{port}")
    assert type(failure_of(lambda: nowhere.reply(ARTICLE, 8, "好"))) is Unreachable


def test_an_unknown_host_is_unreachable_even_for_a_write(
    gateway: Gateway, make_gateway: Callable[..., Gateway]
) -> None:
    gateway.check_token()
    nowhere = make_gateway(base="http://api.wechat.invalid")
    assert type(failure_of(lambda: nowhere.reply(ARTICLE, 8, "好"))) is Unreachable


def everything_shown(problem: BaseException) -> str:
    """All texts of an exception and of whatever Python keeps beside it."""
    seen, todo, texts = set(), [problem], []
    while todo:
        current = todo.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        texts += [str(current), repr(current), repr(vars(current)), "".join(traceback.format_exception(current))]
        todo += [found for found in (current.__cause__, current.__context__) if found is not None]
    return "\n".join(texts)


def test_no_failure_shows_secret_token_or_openid(
    api: FakeApi, make_gateway: Callable[..., Gateway], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    gateway = make_gateway(timeout=0.3)
    shown = []
    words = f"bad {SECRET} {api.token} oReader1"
    for path in (STABLE_TOKEN, REPLY, "/cgi-bin/message/custom/send"):
        for answer in (*FAULTS.values(), Raw(hang=True), refusal(40125, words), refusal(12345, words), refusal(40001)):
            api.on = {path: lambda _, answer=answer: answer}  # type: ignore[misc]
            gateway.ledger.resume()
            ask = partial(gateway.call, path, {"touser": "oReader1"})
            shown.append(everything_shown(failure_of(gateway.check_token if path == STABLE_TOKEN else ask)))
    shown.append(everything_shown(failure_of(lambda: make_gateway(base="http://127.0.0.1:1").check_token())))
    shown += [repr(gateway), repr(gateway._client._tokens), caplog.text]
    for secret in (SECRET, "-t0k3n", "oReader1"):
        assert [text for text in shown if secret in text] == []
    assert len(shown) > 40


def test_text_travels_as_raw_utf8(api: FakeApi, gateway: Gateway) -> None:
    gateway.reply(ARTICLE, 8, "真好😀\udc80")
    body = api.calls[-1].body
    assert "真好😀?".encode() in body
    assert b"\\u" not in body
    assert {call.content_type for call in api.calls if call.body} == {"application/json; charset=utf-8"}


def test_a_refusal_keeps_its_code_request_id_and_sentence(api: FakeApi, gateway: Gateway) -> None:
    api.on[REPLY] = lambda _: refusal(88005, "already reply")
    problem = failure_of(lambda: gateway.reply(ARTICLE, 8, "好"))
    assert isinstance(problem, Refused)
    assert (problem.code, problem.reaction, problem.rid) == (88005, Reaction.DONE, "64449407-4c4c6550-08a4ca2c")
    assert "已经有作者回复" in problem.sentence


@pytest.mark.parametrize("code", [-1, 45009, 47001, 268487001])
def test_nothing_but_a_stale_token_is_retried_inside(api: FakeApi, gateway: Gateway, code: int) -> None:
    api.on[LIST] = lambda _: refusal(code)
    assert isinstance(failure_of(lambda: gateway.list_comments(ARTICLE, 0)), Refused)
    assert api.count[LIST] == 1


def test_an_upload_is_whole_again_when_the_token_was_renewed(api: FakeApi, gateway: Gateway) -> None:
    path = "/cgi-bin/media/uploadimg"
    api.on[path] = sequence(refusal(40001), {"url": "http://mmbiz.qpic.cn/x"})
    assert gateway.upload_image(b"\xff\xd8picture") == "http://mmbiz.qpic.cn/x"
    uploads = [call for call in api.calls if call.path == path]
    assert [b"\xff\xd8picture" in call.body for call in uploads] == [True, True]
    assert b'name="media"' in uploads[0].body


@pytest.mark.parametrize(
    ("call", "path"),
    [
        (lambda client: client.material.get_count(), "/cgi-bin/material/get_materialcount"),
        (lambda client: client.datacube.get_user_summary("2026-09-01", "2026-09-02"), "/datacube/getusersummary"),
        (lambda client: client.customservice.get_accounts(), "/cgi-bin/customservice/getkflist"),
        (lambda client: client.customservice.add_account("a@b", "c", "d"), "/customservice/kfaccount/add"),
        (lambda client: client.user.get("o1"), "/cgi-bin/user/info"),
        (lambda client: client.menu.get(), "/cgi-bin/menu/get"),
    ],
)
def test_wechatpys_own_methods_go_to_our_address_too(
    api: FakeApi, redis: redis_py.Redis, clock: Clock, call: Callable[[WeChatClient], object], path: str
) -> None:
    api.on[path] = lambda _: {"list": [], "kf_list": []}
    client = Client(
        "main",
        "wx1",
        SECRET,
        api_base=api.base + "/",
        timeout=5,
        client=redis,
        ledger=Ledger("main", redis, clock),
        now=clock,
    )
    call(client)
    assert [request.path for request in api.calls] == [STABLE_TOKEN, path]
    assert api.calls[1].params["access_token"] == api.token
    api.on[path] = lambda _: Raw(reset=True)
    assert type(failure_of(lambda: call(client))) is AnswerLost


def test_a_redirect_is_not_followed_with_the_token(api: FakeApi, gateway: Gateway) -> None:
    seen: list[Request] = []
    api.on["/elsewhere"] = lambda request: seen.append(request) or {"errcode": 0}  # type: ignore[func-returns-value]
    api.on[LIST] = lambda _: Raw(b"", 302)
    failure_of(lambda: gateway.list_comments(ARTICLE, 0))
    assert seen == []


def test_the_clock_skew_is_read_from_any_answer(gateway: Gateway, clock: Clock) -> None:
    assert gateway.clock_skew is None
    clock.now = time.time() - 400
    gateway.check_token()
    assert gateway.clock_skew is not None
    assert 395 < gateway.clock_skew < 405
