"""Our verbs on the wire, and WeChat's answers as rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.wechat.gateway import ArticleId, Gateway, Refused
from bot.wechat.probe import OK, UNKNOWN, probe
from bot.wechat.rows import read_comments, read_totals
from tests.bot.wechat.fake_api import STABLE_TOKEN, FakeApi, Raw, refusal

ARTICLE = ArticleId(2247487033, 1)
NAMED = {"msg_data_id": 2247487033, "index": 1}
LIST = "/cgi-bin/comment/list"


@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        (
            lambda g: g.list_comments(ARTICLE, 98),
            LIST,
            {**NAMED, "begin": 98, "count": 49, "type": 0},
        ),
        (
            lambda g: g.list_comments(ARTICLE, 0, 500, 2),
            LIST,
            {**NAMED, "begin": 0, "count": 49, "type": 2},
        ),
        (
            lambda g: g.reply(ARTICLE, 8, "谢谢"),
            "/cgi-bin/comment/reply/add",
            {**NAMED, "user_comment_id": 8, "content": "谢谢"},
        ),
        (lambda g: g.delete_reply(ARTICLE, 8), "/cgi-bin/comment/reply/delete", {**NAMED, "user_comment_id": 8}),
        (lambda g: g.elect(ARTICLE, 8), "/cgi-bin/comment/markelect", {**NAMED, "user_comment_id": 8}),
        (lambda g: g.unelect(ARTICLE, 8), "/cgi-bin/comment/unmarkelect", {**NAMED, "user_comment_id": 8}),
        (lambda g: g.delete_comment(ARTICLE, 8), "/cgi-bin/comment/delete", {**NAMED, "user_comment_id": 8}),
        (lambda g: g.open_comments(ARTICLE), "/cgi-bin/comment/open", NAMED),
        (lambda g: g.close_comments(ARTICLE), "/cgi-bin/comment/close", NAMED),
        (
            lambda g: g.send_text("o1", "在"),
            "/cgi-bin/message/custom/send",
            {"touser": "o1", "msgtype": "text", "text": {"content": "在"}},
        ),
        (
            lambda g: g.typing("o1"),
            "/cgi-bin/message/custom/typing",
            {"touser": "o1", "command": "Typing"},
        ),
        (
            lambda g: g.article_totals(date(2026, 9, 21)),
            "/datacube/getarticletotaldetail",
            {"begin_date": "2026-09-21", "end_date": "2026-09-21"},
        ),
        (lambda g: g.quota(LIST), "/cgi-bin/openapi/quota/get", {"cgi_path": LIST}),
        (lambda g: g.create_menu({"button": []}), "/cgi-bin/menu/create", {"button": []}),
        (lambda g: g.call("/cgi-bin/draft/add", {"articles": []}), "/cgi-bin/draft/add", {"articles": []}),
    ],
)
def test_each_verb_is_this_call(
    api: FakeApi, gateway: Gateway, verb: Callable[[Gateway], object], path: str, body: dict[str, Any]
) -> None:
    verb(gateway)
    last = api.calls[-1]
    assert (last.path, last.json) == (path, body)
    assert last.params == {"access_token": api.token}


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        (lambda g: g.autoreply_info(), "/cgi-bin/get_current_autoreply_info"),
        (lambda g: g.selfmenu_info(), "/cgi-bin/get_current_selfmenu_info"),
        (lambda g: g.call("/cgi-bin/draft/count", write=False), "/cgi-bin/draft/count"),
    ],
)
def test_calls_without_a_body_are_got(
    api: FakeApi, gateway: Gateway, verb: Callable[[Gateway], object], path: str
) -> None:
    verb(gateway)
    assert (api.calls[-1].path, api.calls[-1].body) == (path, b"")


def test_uploads_give_media(api: FakeApi, gateway: Gateway) -> None:
    api.on["/cgi-bin/material/add_material"] = lambda _: {"media_id": "M1", "url": "http://mmbiz.qpic.cn/m"}
    api.on["/cgi-bin/media/upload"] = lambda _: {"type": "image", "media_id": "M2", "created_at": 1}
    permanent = gateway.add_material("image", b"png", "cover.png")
    temporary = gateway.upload_temporary("image", b"png", "a.png")
    assert (permanent.media_id, permanent.url) == ("M1", "http://mmbiz.qpic.cn/m")
    assert (temporary.media_id, temporary.url) == ("M2", "")
    assert api.calls[-1].params["type"] == "image"
    assert b'filename="a.png"' in api.calls[-1].body


@pytest.mark.parametrize("code", [45072, 45080, 45081])
def test_typing_that_cannot_be_shown_is_no_error(api: FakeApi, gateway: Gateway, code: int) -> None:
    api.on["/cgi-bin/message/custom/typing"] = lambda _: refusal(code)
    gateway.typing("o1")
    assert api.count["/cgi-bin/message/custom/typing"] == 1


def test_typing_that_is_not_granted_is_told(api: FakeApi, gateway: Gateway) -> None:
    api.on["/cgi-bin/message/custom/typing"] = lambda _: refusal(48001)
    with pytest.raises(Refused):
        gateway.typing("o1")


def item(**changes: Any) -> dict[str, Any]:
    sound = {"user_comment_id": 8, "openid": "o1", "create_time": 1_790_000_000, "content": "真好", "comment_type": 0}
    return {**sound, **changes}


@pytest.mark.parametrize(
    ("reply", "text", "at"),
    [
        ({"content": "谢谢", "create_time": 1_790_000_009}, "谢谢", 1_790_000_009),
        ([{"content": "谢谢", "create_time": "1790000009"}], "谢谢", 1_790_000_009),
        ({"content": "谢谢"}, "谢谢", None),
        ([], None, None),
        ({}, None, None),
        (None, None, None),
        ("谢谢", None, None),
        ([None], None, None),
    ],
)
def test_a_reply_is_read_as_object_list_or_nothing(reply: object, text: str | None, at: int | None) -> None:
    row = read_comments({"comment": [item(reply=reply)]}).rows[0]
    assert (row.reply, row.replied_at) == (text, at)


def test_comments_may_lack_an_openid_and_send_numbers_as_text() -> None:
    odd = item(user_comment_id="8", create_time="1790000000", comment_type="1")
    del odd["openid"]
    row = read_comments({"comment": [odd]}).rows[0]
    assert (row.user_comment_id, row.created_at, row.elected, row.openid) == (8, 1_790_000_000, True, "")


def test_a_page_counts_what_it_received_whatever_total_says() -> None:
    page = read_comments({"total": 0, "comment_cnt": 182, "comment": [item(), {}, item(user_comment_id=9)]})
    assert (len(page.rows), page.received, page.total, page.comment_count) == (2, 3, 0, 182)
    assert read_comments({"errcode": 0}).received == 0


def test_totals_name_articles_as_the_comment_calls_do() -> None:
    detail = {"stat_date": "2026-09-22", "read_user": 100, "comment_count": 3, "read_finish_rate": "0.5"}
    totals = read_totals(
        {
            "is_delay": False,
            "list": [
                {
                    "msgid": "2247490098_1",
                    "publish_type": 1,
                    "title": "题",
                    "content_url": "http://m.cn/s?mid=1",
                    "detail_list": [detail],
                },
                {"msgid": "2247490098_2"},
                {"msgid": "2247490098_0"},
                {"msgid": "nonsense"},
                None,
            ],
        },
        date(2026, 9, 21),
    )
    assert [row.id for row in totals.rows] == [ArticleId(2247490098, 0), ArticleId(2247490098, 1)]
    first = totals.rows[0]
    assert (first.title, first.url, first.is_notified) == ("题", "http://m.cn/s?mid=1", False)
    assert (first.days[0].day, first.days[0].readers, first.days[0].comments) == ("2026-09-22", 100, 3)
    assert first.days[0].finish_rate == 0.5
    assert not totals.is_delayed


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["comment", "total", "comment_cnt", "user_comment_id", "reply", "create_time", "list", "msgid", "detail_list"]


@settings(max_examples=200, deadline=None)
@given(
    answer=st.dictionaries(
        st.sampled_from(FIELDS), junk | st.lists(st.dictionaries(st.sampled_from(FIELDS), junk), max_size=3)
    )
)
def test_no_answer_of_wechats_breaks_the_reading(answer: dict[str, Any]) -> None:
    answer = json.loads(json.dumps(answer))
    assert read_comments(answer).received >= len(read_comments(answer).rows)
    assert read_totals(answer, date(2026, 9, 21)).day == date(2026, 9, 21)


TODAY = date(2026, 9, 22)
DENIABLE = {
    "comment": LIST,
    "datacube": "/datacube/getbizsummary",
    "draft": "/cgi-bin/draft/count",
    "freepublish": "/cgi-bin/freepublish/batchget",
    "material": "/cgi-bin/material/get_materialcount",
    "menu": "/cgi-bin/menu/get",
    "custom": "/cgi-bin/message/custom/typing",
}


def test_a_probe_finds_what_is_granted_by_calls_without_effect(api: FakeApi, gateway: Gateway) -> None:
    api.on[LIST] = lambda _: refusal(88001)
    api.on["/cgi-bin/menu/get"] = lambda _: refusal(46003)
    api.on["/datacube/getbizsummary"] = lambda _: refusal(61503)
    api.on["/cgi-bin/message/custom/typing"] = lambda _: refusal(45080)
    found = {permission.family: permission.state for permission in probe(gateway, TODAY, "o1")}
    assert found == {"token": OK, **dict.fromkeys(DENIABLE, OK)}
    assert {call.path for call in api.calls} == {STABLE_TOKEN, *DENIABLE.values()}


def test_a_probe_names_what_is_denied_and_why(api: FakeApi, gateway: Gateway) -> None:
    for path in DENIABLE.values():
        api.on[path] = lambda _: refusal(48001)
    api.on[LIST] = lambda _: refusal(88000)
    found = probe(gateway, TODAY, "o1")
    assert {permission.family: permission.state for permission in found} == {
        "token": OK,
        **dict.fromkeys(DENIABLE, "48001"),
        "comment": "88000",
    }
    assert next(p.sentence for p in found if p.family == "comment").startswith("留言管理：这个公众号没有留言功能")
    assert gateway.ledger.features()["comment"].state == "88000"


def test_a_probe_without_anybody_to_show_typing_says_so(gateway: Gateway) -> None:
    custom = probe(gateway, TODAY)[-1]
    assert (custom.family, custom.state) == ("custom", UNKNOWN)


def test_a_probe_without_a_token_tells_only_that(api: FakeApi, gateway: Gateway) -> None:
    api.on[STABLE_TOKEN] = lambda _: refusal(40164, "invalid ip 203.0.113.7, not in whitelist")
    found = probe(gateway, TODAY)
    assert [(p.family, p.state) for p in found] == [("token", "40164")]
    assert "203.0.113.7" in found[0].sentence


def test_what_a_probe_cannot_reach_stays_unknown(api: FakeApi, gateway: Gateway) -> None:
    api.on[LIST] = lambda _: Raw(b"<html>", 502)
    api.on["/cgi-bin/draft/count"] = lambda _: refusal(-1)
    api.on["/cgi-bin/freepublish/batchget"] = lambda _: refusal(45009)
    found = {permission.family: permission.state for permission in probe(gateway, TODAY)}
    assert [found[family] for family in ("comment", "draft", "freepublish", "menu")] == [UNKNOWN, UNKNOWN, UNKNOWN, OK]
    assert {p.family: p.state for p in probe(gateway, TODAY)}["freepublish"] == UNKNOWN
