"""客服消息: the ledger of who may still be messaged, and what may be sent."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.sandbox import Follower, Sandbox
from tests.bot.sandbox.conftest import PNG, Api, Clock


def send(api: Api, person: Follower, text: str = "你好") -> int:
    return api.code("message/custom/send", touser=person.openid, msgtype="text", text={"content": text})


HOUR = 3600
TRIGGERS: list[tuple[str, Callable[[Follower], object], int, float]] = [
    ("a message", lambda one: one.says("在吗"), 5, 48 * HOUR),
    ("an image", lambda one: one.sends_image(), 5, 48 * HOUR),
    ("a menu tap with id", lambda one: one.taps("通过3", "3.k7"), 3, 60),
    ("a menu tap without id", lambda one: one.taps("通过3"), 3, 60),
    ("a menu click", lambda one: one.clicks("k"), 3, 60),
    ("a scan", lambda one: one.scans("7"), 3, 60),
    ("a follow", lambda one: one.follows(), 3, 60),
    ("a view", lambda one: one.views("https://example.com"), 0, 0),
]


@pytest.mark.parametrize(("name", "act", "count", "seconds"), TRIGGERS, ids=[row[0] for row in TRIGGERS])
def test_each_deed_opens_its_own_window(
    api: Api, box: Sandbox, clock: Clock, name: str, act: Callable[[Follower], object], count: int, seconds: float
) -> None:
    person = box.follower("小林")
    act(person)
    assert box.window.left(person.openid, clock.now) == count
    for _ in range(count):
        assert send(api, person) == 0
    assert send(api, person) == (45047 if count else 45015)
    act(person)
    clock.pass_(seconds=seconds - 1 if seconds else 0)
    api.renew()
    assert send(api, person) == (0 if count else 45015)
    clock.pass_(seconds=1)
    assert send(api, person) == 45015


def test_a_tap_after_a_message_adds_to_it_and_is_spent_first(box: Sandbox, api: Api, clock: Clock) -> None:
    person = box.follower("小林")
    person.says("在吗")
    person.taps("通过3", "3.k7")
    assert box.window.left(person.openid, clock.now) == 8
    assert [send(api, person) for _ in range(2)] == [0, 0]
    clock.pass_(seconds=61)
    assert box.window.left(person.openid, clock.now) == 5


def test_a_new_message_refills_to_five(box: Sandbox, api: Api, clock: Clock) -> None:
    person = box.follower("小林")
    person.says("在吗")
    assert [send(api, person) for _ in range(3)] == [0, 0, 0]
    person.says("还在吗")
    assert [send(api, person) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]


def test_people_who_cannot_be_reached_are_told_apart(box: Sandbox, api: Api) -> None:
    person = box.follower("小林")
    person.says("在吗")
    assert api.code("message/custom/send", touser="oNobody", msgtype="text", text={"content": "嗨"}) == 40003
    person.refuses_messages = True
    assert send(api, person) == 48002
    person.refuses_messages, person.blacklisted = False, True
    assert send(api, person) == 43019
    person.blacklisted = False
    person.unfollows()
    assert send(api, person) == 43004
    person.follows()
    assert [send(api, person) for _ in range(4)] == [0, 0, 0, 45047]


def test_what_was_sent_is_what_the_person_sees(box: Sandbox, api: Api) -> None:
    person = box.follower("小林")
    person.says("在吗")
    media = api.upload("media/upload", PNG)["media_id"]
    menu = {"head_content": "满意吗？", "list": [{"id": "1", "content": "满意"}], "tail_content": "谢谢"}
    image = {"touser": person.openid, "msgtype": "image", "image": {"media_id": media}}
    assert send(api, person, "第一句") == 0
    assert api.code("message/custom/send", **image) == 0
    assert api.code("message/custom/send", touser=person.openid, msgtype="msgmenu", msgmenu=menu) == 0
    assert [line.kind for line in box.service_messages(person)] == ["text", "image", "msgmenu"]
    assert box.inbox(person.openid)[0].text == "第一句"
    tapped = person.taps_link("满意")
    assert (tapped.fields["Content"], tapped.fields["bizmsgmenuid"]) == ("满意", "1")


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"msgtype": "text", "text": {"content": "长" * 700}}, 45002),
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "image", "image": {"media_id": "nothing"}}, 40007),
        ({"msgtype": "news", "news": {"articles": [{}, {}]}}, 45008),
        ({"msgtype": "mpnewsarticle", "mpnewsarticle": {"article_id": "x"}}, 53600),
        ({"msgtype": "poem", "poem": {}}, 40008),
        ({"msgtype": "text"}, 40008),
    ],
)
def test_a_message_that_cannot_be_shown_costs_nothing(
    box: Sandbox, api: Api, body: dict[str, object], errcode: int
) -> None:
    person = box.follower("小林")
    person.says("在吗")
    assert api.code("message/custom/send", touser=person.openid, **body) == errcode
    assert box.window.left(person.openid, box.now()) == 5
    assert box.service_messages(person) == []


def test_the_typing_sign_needs_a_fresh_contact(box: Sandbox, api: Api, clock: Clock) -> None:
    person = box.follower("小林")
    sign = {"touser": person.openid, "command": "Typing"}
    assert api.code("message/custom/typing", **sign) == 45080
    person.says("在吗")
    assert api.code("message/custom/typing", **{**sign, "command": "Dance"}) == 45072
    assert api.code("message/custom/typing", **sign) == 0
    assert api.code("message/custom/typing", **sign) == 45081
    assert send(api, person) == 0
    assert api.code("message/custom/typing", **sign) == 0
    clock.pass_(seconds=31)
    assert api.code("message/custom/typing", **sign) == 45080
