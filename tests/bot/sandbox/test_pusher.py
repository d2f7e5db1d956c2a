"""Callbacks: signatures (checked by another hand's library), repeats, and what counts as an answer."""

from __future__ import annotations

import time

import pytest
from wechatpy.crypto import WeChatCrypto
from wechatpy.parser import parse_message
from wechatpy.utils import check_signature

from bot.sandbox import Sandbox
from bot.sandbox.chatlines import FAULT_TEXT
from tests.bot.sandbox.conftest import AES_KEY
from tests.bot.sandbox.receiver import Arrival, Receiver, text_reply


def test_a_plain_message_is_signed_and_carries_the_senders_openid(box: Sandbox, receiver: Receiver) -> None:
    person = box.follower("小林")
    exchange = person.says("留言 你好 ]]> <a>")
    (arrival,) = receiver.arrivals
    check_signature(box.token, arrival.query["signature"], arrival.query["timestamp"], arrival.query["nonce"])
    assert arrival.query["openid"] == person.openid
    message = parse_message(arrival.body)
    assert (message.type, message.content, message.source) == ("text", "留言 你好 ]]> <a>", person.openid)
    assert int(arrival.query["timestamp"]) == int(box.now()) == exchange.fields["CreateTime"]
    assert (exchange.status, exchange.fault, exchange.text) == (200, False, "")


@pytest.mark.parametrize("mode", ["compatible", "safe"])
def test_a_sealed_message_is_opened_by_wechatpy(box: Sandbox, receiver: Receiver, mode: str) -> None:
    box.mode = mode  # type: ignore[assignment]
    box.follower("小林").says("你好")
    (arrival,) = receiver.arrivals
    query = arrival.query
    crypto = WeChatCrypto(box.token, AES_KEY, box.appid)
    opened = crypto.decrypt_message(arrival.body.decode(), query["msg_signature"], query["timestamp"], query["nonce"])
    assert parse_message(opened).content == "你好"
    assert query["encrypt_type"] == "aes"
    assert ("Content" in arrival.fields()) == (mode == "compatible")
    assert ("FromUserName" in arrival.fields()) == (mode == "compatible")


def test_a_reply_sealed_by_wechatpy_is_read_and_a_bare_one_is_a_fault(box: Sandbox, receiver: Receiver) -> None:
    crypto = WeChatCrypto(box.token, AES_KEY, box.appid)

    def sealed(arrival: Arrival) -> tuple[int, bytes]:
        opened = crypto.decrypt_message(
            arrival.body.decode(), arrival.query["msg_signature"], arrival.query["timestamp"], arrival.query["nonce"]
        )
        plain = text_reply(Arrival("POST", {}, opened.encode()), "收到，第 1 条")
        return 200, crypto.encrypt_message(plain.decode(), "12345", arrival.query["timestamp"]).encode()

    box.mode = "safe"
    receiver.answer = sealed
    person = box.follower("小林")
    exchange = person.says("留言 你好")
    assert (exchange.text, exchange.reply["MsgType"]) == ("收到，第 1 条", "text")
    assert exchange.xml.startswith("<xml>")
    box.mode = "plain"
    fields = {"FromUserName": person.openid, "MsgType": "text", "Content": "x"}
    assert box.push(fields, mode="plain").fault
    receiver.says("没有加密")
    box.mode = "compatible"
    assert person.says("留言 你好").reason == "a plaintext reply where an encrypted one is due"


def test_a_success_or_empty_answer_is_delivered_once(box: Sandbox, receiver: Receiver) -> None:
    person = box.follower("小林")
    for body in (b"success", b""):
        receiver.answer = lambda arrival, body=body: (200, body)  # type: ignore[misc]
        exchange = person.says("在吗")
        assert (len(exchange.deliveries), exchange.fault, exchange.text) == (1, False, "")
    assert box.inbox(person) == []


def test_a_failing_webhook_is_tried_three_times_with_the_same_message(box: Sandbox, receiver: Receiver) -> None:
    receiver.answer = lambda arrival: (503, b"")
    person = box.follower("小林")
    exchange = person.says("在吗")
    assert (exchange.status, exchange.fault, len(exchange.deliveries)) == (503, True, 3)
    assert len({arrival.fields()["MsgId"] for arrival in receiver.arrivals}) == 1
    assert len({arrival.query["nonce"] for arrival in receiver.arrivals}) == 3
    assert [(line.via, line.text) for line in box.inbox(person)] == [("fault", FAULT_TEXT)]


def test_a_slow_webhook_is_given_up_and_tried_again(box: Sandbox, receiver: Receiver) -> None:
    box.pusher.timeout = 0.15
    receiver.patience.clear()
    started = time.monotonic()
    exchange = box.follower("小林").says("在吗")
    assert 0.45 <= time.monotonic() - started < 5
    assert [one.status for one in exchange.deliveries] == [None, None, None]
    assert exchange.fault


def test_a_repeat_that_is_answered_reaches_the_person(box: Sandbox, receiver: Receiver) -> None:
    tries: list[int] = []

    def second_time(arrival: Arrival) -> tuple[int, bytes]:
        tries.append(1)
        return (503, b"") if len(tries) == 1 else (200, text_reply(arrival, "来了"))

    receiver.answer = second_time
    person = box.follower("小林")
    exchange = person.says("在吗")
    assert (exchange.text, exchange.fault, len(exchange.deliveries)) == ("来了", False, 2)
    assert [line.text for line in box.inbox(person)] == ["来了"]


def test_an_absent_webhook_is_a_fault(box: Sandbox, receiver: Receiver) -> None:
    receiver.close()
    exchange = box.follower("小林").says("在吗")
    assert (exchange.status, exchange.fault) == (None, True)
    assert exchange.deliveries[0].error == "ConnectionRefusedError"


def test_repeats_can_be_forced_one_after_another_or_all_at_once(box: Sandbox, receiver: Receiver) -> None:
    person = box.follower("小林")
    receiver.says("好")
    fields = {"FromUserName": person.openid, "MsgType": "text", "Content": "投3"}
    for simultaneous in (False, True):
        receiver.arrivals.clear()
        exchange = box.push(fields, deliveries=3, simultaneous=simultaneous)
        assert [one.reading.text for one in exchange.deliveries] == ["好"] * 3
        assert len({arrival.fields()["MsgId"] for arrival in receiver.arrivals}) == 1
    assert len(box.inbox(person)) == 2


def test_simultaneous_deliveries_are_in_flight_together(box: Sandbox, receiver: Receiver) -> None:
    receiver.patience.clear()

    def release_with_the_third(arrival: Arrival) -> tuple[int, bytes]:
        if len(receiver.arrivals) == 3:
            receiver.patience.set()
        return 200, b"success"

    receiver.answer = release_with_the_third
    exchange = box.push({"MsgType": "event", "Event": "strange"}, deliveries=3, simultaneous=True)
    assert [one.status for one in exchange.deliveries] == [200, 200, 200]


def test_events_carry_no_message_id_and_say_what_happened(box: Sandbox, receiver: Receiver) -> None:
    person = box.follower("小林")
    person.clicks("rank")
    person.scans("7")
    person.unfollows()
    person.scans("8")
    seen = [arrival.fields() for arrival in receiver.arrivals]
    assert [(one["Event"], one["EventKey"]) for one in seen] == [
        ("CLICK", "rank"),
        ("SCAN", "7"),
        ("unsubscribe", ""),
        ("subscribe", "qrscene_8"),
    ]
    assert all("MsgId" not in one for one in seen)
    assert person.subscribed


def test_other_messages_have_the_platforms_fields(box: Sandbox, receiver: Receiver) -> None:
    person, article = box.follower("小林"), box.publish_by_hand("题", "文")
    person.says("从文章来", from_article=article)
    person.sends_link("题", article.long_url)
    person.sends_image()
    person.sends_voice()
    person.sends_location(30.2, 120.1, "西湖")
    text, link, image, voice, place = [arrival.fields() for arrival in receiver.arrivals]
    assert (text["MsgDataId"], text["Idx"]) == (str(article.msg_data_id), "1")
    assert (link["MsgType"], link["Url"]) == ("link", article.long_url)
    assert box.media.known(image["MediaId"])
    assert "Recognition" not in voice
    assert place["Label"] == "西湖"
    assert len({one["MsgId"] for one in (text, link, image, voice, place)}) == 5


def test_who_does_not_follow_cannot_write(box: Sandbox, receiver: Receiver) -> None:
    stranger = box.follower("路人", subscribed=False)
    with pytest.raises(RuntimeError, match="does not follow"):
        stranger.says("在吗")
    assert receiver.arrivals == []


def test_a_menu_link_sends_its_text_and_id(box: Sandbox, receiver: Receiver) -> None:
    receiver.says('回 <a href="weixin://bizmsgmenu?msgmenucontent=%E9%80%9A%E8%BF%87%203&amp;msgmenuid=3.k7">通过</a>')
    person = box.follower("阿禾")
    person.says("待审")
    tapped = person.taps_link("通过")
    assert (tapped.fields["Content"], tapped.fields["bizmsgmenuid"]) == ("通过 3", "3.k7")
    with pytest.raises(LookupError, match="通过"):
        person.taps_link("不回")


def test_nothing_is_said_to_somebody_who_left(box: Sandbox, receiver: Receiver) -> None:
    person = box.follower("小林")
    receiver.says("别走")
    exchange = person.unfollows()
    assert exchange.text == "别走"
    assert box.inbox(person) == []


def test_a_box_without_a_webhook_sends_nothing_and_an_encrypted_one_needs_a_key() -> None:
    exchange = Sandbox().follower("小林").says("在吗")
    assert (exchange.status, exchange.fault, exchange.deliveries[0].error) == (None, True, "no webhook")
    with pytest.raises(ValueError, match="aes_key"):
        Sandbox(mode="safe")


def test_a_comment_event_is_the_relays(box: Sandbox, receiver: Receiver) -> None:
    _, article = box.publish_group([("一", "文"), ("二", "文")])
    number = article.comment(box.follower("小林"), "我试过")
    box.push_comment_event(article, number)
    fields = receiver.arrivals[0].fields()
    assert (fields["Event"], fields["MsgDataId"], fields["Idx"]) == ("comment", str(article.msg_data_id), "2")
    assert (fields["UserCommentId"], fields["CommentType"], fields["Content"]) == (str(number), "0", "我试过")
    assert box.inbox(box.follower("小林")) == []


def test_hostile_bytes_go_out_as_they_are(box: Sandbox, receiver: Receiver) -> None:
    delivery = box.push_raw(b"\x00<xml", {"signature": "x"})
    assert (delivery.status, receiver.arrivals[0].body, receiver.arrivals[0].query) == (
        200,
        b"\x00<xml",
        {"signature": "x"},
    )
    box.push_raw(b"<xml/>")
    query = receiver.arrivals[1].query
    check_signature(box.token, query["signature"], query["timestamp"], query["nonce"])


def test_the_server_check_wants_its_echo(box: Sandbox, receiver: Receiver) -> None:
    receiver.answer = lambda arrival: (200, arrival.query["echostr"].encode())
    assert box.verify_webhook()
    assert receiver.arrivals[0].method == "GET"
    receiver.answer = lambda arrival: (200, b"hello")
    assert not box.verify_webhook()
