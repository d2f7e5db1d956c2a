"""The callback parser, the window and the gateway against WeChat in a box, which was written apart from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
import redis as redis_py
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import events
from bot.sandbox import Sandbox
from bot.sandbox.errors import Refused as BoxRefused
from bot.sandbox.window import ServiceWindow, trigger_of
from bot.wechat.callback import Credentials, answer_xml, read_callback, seal
from bot.wechat.errors import AnswerLost, Refused, Unreachable
from bot.wechat.gateway import PAGE, ArticleId, Gateway
from bot.wechat.probe import OK, probe
from bot.wechat.window import Contact, Window, after_event, after_send, contact_of, may_send
from tests.bot.wechat.conftest import NOON, Clock

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SECRET = "box-s3cret"


@pytest.fixture
def box(clock: Clock) -> Iterator[Sandbox]:
    """A running box at noon."""
    with Sandbox(secret=SECRET, aes_key=KEY, now=clock) as running:
        yield running


@pytest.fixture
def make(box: Sandbox, redis: redis_py.Redis, clock: Clock) -> Callable[[], Gateway]:
    """Gateways to the box, each as another process would have it."""
    return lambda: Gateway(
        account="main", appid=box.appid, secret=SECRET, api_base=box.api_base, timeout=5, redis=redis, now=clock
    )


def all_comments(gateway: Gateway, article: ArticleId) -> set[int]:
    found: set[int] = set()
    begin = 0
    while True:
        page = gateway.list_comments(article, begin)
        found |= {row.user_comment_id for row in page.rows}
        begin += page.received
        if page.received < PAGE:
            return found


@pytest.mark.parametrize("reply_as_array", [False, True])
def test_a_long_article_is_read_page_by_page(box: Sandbox, make: Callable[[], Gateway], reply_as_array: bool) -> None:
    box.quirks.reply_as_array = reply_as_array
    article = box.publish_by_hand("题", "文")
    reader = box.follower("小林")
    numbers = {article.comment(reader, f"第{n}条") for n in range(105)}
    gateway = make()
    assert all_comments(gateway, ArticleId(article.msg_data_id, article.index)) == numbers
    assert len(box.calls_to("comment/list")) == 3
    target = min(numbers)
    article.reply_by_hand(target, "谢谢你")
    rows = gateway.list_comments(ArticleId(article.msg_data_id, article.index), 0).rows
    rows += gateway.list_comments(ArticleId(article.msg_data_id, article.index), 49).rows
    rows += gateway.list_comments(ArticleId(article.msg_data_id, article.index), 98).rows
    assert {row.reply for row in rows if row.user_comment_id == target} == {"谢谢你"}


def test_a_reply_stands_under_the_comment_and_a_second_is_refused(box: Sandbox, make: Callable[[], Gateway]) -> None:
    article = box.publish_by_hand("题", "文")
    number = article.comment(box.follower("小林"), "我试过，确实有用！")
    name, gateway = ArticleId(article.msg_data_id, article.index), make()
    gateway.reply(name, number, "你用的是哪一种？")
    gateway.elect(name, number)
    row = gateway.list_comments(name, 0).rows[0]
    assert (row.reply, row.elected) == ("你用的是哪一种？", True)
    with pytest.raises(Refused) as again:
        gateway.reply(name, number, "再说一次")
    assert again.value.code == 88005
    gateway.delete_reply(name, number)
    gateway.delete_comment(name, number)
    with pytest.raises(Refused) as gone:
        gateway.reply(name, number, "还在吗")
    assert gone.value.code == 88008


def test_a_lost_answer_and_a_reset_are_told_from_a_call_that_never_arrived(
    box: Sandbox, make: Callable[[], Gateway]
) -> None:
    article = box.publish_by_hand("题", "文")
    number = article.comment(box.follower("小林"), "好")
    name, gateway = ArticleId(article.msg_data_id, article.index), make()
    box.faults.add("comment/reply/add", "lost_answer", times=1)
    with pytest.raises(AnswerLost):
        gateway.reply(name, number, "谢谢")
    assert gateway.list_comments(name, 0).rows[0].reply == "谢谢"
    box.faults.add("comment/list", "reset", times=1)
    with pytest.raises(Unreachable):
        gateway.list_comments(name, 0)
    box.faults.add("comment/list", "html", times=1)
    with pytest.raises(Unreachable):
        gateway.list_comments(name, 0)
    assert gateway.list_comments(name, 0).received == 1


@pytest.mark.parametrize("spoil", ["overrule", "expire"])
def test_a_spoilt_token_under_eight_workers_costs_one_more(
    box: Sandbox, make: Callable[[], Gateway], spoil: str
) -> None:
    article = box.publish_by_hand("题", "文")
    name = ArticleId(article.msg_data_id, article.index)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda gateway: gateway.list_comments(name, 0), [make() for _ in range(8)]))
        assert len(box.calls_to("stable_token")) == 1
        getattr(box.tokens, spoil)()
        list(pool.map(lambda gateway: gateway.list_comments(name, 0), [make() for _ in range(8)]))
    assert len(box.calls_to("stable_token")) == 2


@pytest.mark.parametrize(
    ("profile", "granted"),
    [
        ("认证公众号", {"token", "comment", "datacube", "draft", "freepublish", "material", "menu", "custom"}),
        ("认证服务号", {"token", "comment", "datacube", "draft", "freepublish", "material", "menu", "custom"}),
        ("个人公众号", {"token", "draft", "material"}),
        ("未认证服务号", {"token", "draft", "material"}),
    ],
)
def test_a_probe_learns_the_account_type(
    box: Sandbox, make: Callable[[], Gateway], profile: str, granted: set[str]
) -> None:
    box.set_profile(profile)
    reader = box.follower("小林")
    found = probe(make(), date(2026, 9, 22), reader.openid)
    assert {permission.family for permission in found if permission.state == OK} == granted
    assert {permission.state for permission in found} <= {OK, "48001"}


def test_a_probe_tells_a_missing_feature_and_a_missing_whitelist_apart(
    box: Sandbox, make: Callable[[], Gateway]
) -> None:
    box.comment_feature = False
    states = {permission.family: permission.state for permission in probe(make(), date(2026, 9, 22))}
    assert states["comment"] == "88000"
    box.whitelisted = False
    found = probe(make(), date(2026, 9, 22))
    assert [(permission.family, permission.state) for permission in found] == [("token", "40164")]
    assert "127.0.0.1" in found[0].sentence


def test_statistics_name_the_articles_of_a_day(box: Sandbox, make: Callable[[], Gateway], clock: Clock) -> None:
    articles = box.publish_group([("一", "文"), ("二", "文")])
    clock.now += 24 * 3600
    totals = make().article_totals(date(2026, 9, 22))
    assert {row.id for row in totals.rows} == {ArticleId(a.msg_data_id, a.index) for a in articles}
    assert {row.title for row in totals.rows} == {"一", "二"}
    assert make().article_totals(date(2026, 9, 22) - timedelta(days=1)).rows == ()


CALLBACKS: dict[str, tuple[dict[str, Any], str]] = {
    "text": ({"MsgType": "text", "Content": "在吗 ]]> <a>", "MsgId": 1}, "TextMessage"),
    "voice": ({"MsgType": "voice", "MediaId": "m", "MsgId": 2}, "OtherMessage"),
    "link": ({"MsgType": "link", "Title": "题", "Url": "https://m.cn/s?mid=1", "MsgId": 3}, "LinkMessage"),
    "follow": ({"MsgType": "event", "Event": "subscribe"}, "Followed"),
    "click": ({"MsgType": "event", "Event": "CLICK", "EventKey": "k"}, "MenuClicked"),
    "strange": ({"MsgType": "event", "Event": "strange"}, "UnknownEvent"),
    "comment": (
        {"MsgType": "event", "Event": "comment", "MsgDataId": 1, "Idx": 1, "UserCommentId": 8, "CommentType": 0},
        "CommentEvent",
    ),
}


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
@pytest.mark.parametrize("kind", CALLBACKS)
def test_callbacks_of_every_mode_are_understood(box: Sandbox, mode: Any, kind: str) -> None:
    fields, name = CALLBACKS[kind]
    envelope = {"ToUserName": box.gh_id, "FromUserName": "oReader1", "CreateTime": int(NOON), **fields}
    query, body = box.pusher.envelope(envelope, mode)
    credentials = Credentials("main", box.appid, box.token, "" if mode == "plain" else KEY)
    delivery = read_callback(query, body, credentials, clocks=[NOON])
    assert delivery.event is not None
    assert (type(delivery.event).__name__, delivery.event.openid) == (name, "oReader1")
    assert delivery.sealed == (mode != "plain")
    if isinstance(delivery.event, events.TextMessage):
        assert delivery.event.text == "在吗 ]]> <a>"


def test_our_sealed_answer_is_opened_by_the_box(box: Sandbox) -> None:
    envelope = {"ToUserName": box.gh_id, "FromUserName": "oReader1", "CreateTime": int(NOON), "MsgType": "text"}
    query, body = box.pusher.envelope({**envelope, "Content": "在吗", "MsgId": 1}, "safe")
    credentials = Credentials("main", box.appid, box.token, KEY)
    delivery = read_callback(query, body, credentials, clocks=[NOON])
    assert delivery.event is not None
    answer = answer_xml(delivery.event, "在的 ]]>", int(NOON))
    sealed = seal(answer, credentials, timestamp=delivery.timestamp, nonce=delivery.nonce)
    encrypted = sealed.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    opened: Any = box.pusher.sealer().open(encrypted)
    assert (opened.decode() if isinstance(opened, bytes) else opened) == answer


STEPS = st.tuples(st.sampled_from(["text", "tap", "click", "follow"]), st.floats(0, 60 * 3600), st.integers(0, 6))
TRIGGERS: dict[str, tuple[dict[str, Any], Contact]] = {
    "text": ({"MsgType": "text", "Content": "在"}, Contact.TEXT),
    "tap": ({"MsgType": "text", "Content": "投3", "bizmsgmenuid": "3"}, Contact.TAP),
    "click": ({"MsgType": "event", "Event": "CLICK", "EventKey": "k"}, Contact.CLICK),
    "follow": ({"MsgType": "event", "Event": "subscribe"}, Contact.FOLLOW),
}


@settings(max_examples=300, deadline=None)
@given(steps=st.lists(STEPS, max_size=15))
def test_no_message_we_may_send_is_refused_by_the_boxs_window(steps: list[tuple[str, float, int]]) -> None:
    theirs, ours, now, refused = ServiceWindow(), Window(), NOON, 0
    for kind, wait, sends in steps:
        now += wait
        fields, contact = TRIGGERS[kind]
        trigger = trigger_of(fields)
        assert trigger is not None
        theirs.open("o1", trigger, now)
        ours = after_event(ours, contact, now)
        for _ in range(sends):
            if may_send(ours, now):
                try:
                    theirs.spend("o1", now)
                except BoxRefused:
                    refused += 1
                ours = after_send(ours, now)
    assert refused == 0


def test_a_menu_tap_is_seen_as_one_on_both_sides() -> None:
    tap = events.TextMessage("o1", "gh_x", int(NOON), "1", text="投3", menu_id="3")
    assert contact_of(tap) is Contact.TAP
    window = after_event(Window(), Contact.TAP, NOON)
    assert not may_send(window, NOON + 60)
