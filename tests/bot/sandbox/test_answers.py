"""What the box makes of an answer: seals it cannot open, bodies a client would not show, links that are live."""

from __future__ import annotations

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.chatlines import pieces
from bot.sandbox.signing import Sealer
from tests.bot.sandbox.conftest import AES_KEY
from tests.bot.sandbox.receiver import Arrival, Receiver, text_reply


@pytest.mark.parametrize("change", ["key", "appid", "padding", "length", "cut"])
def test_sealed_bodies_that_wechat_could_not_read_are_refused(change: str) -> None:
    sealer = Sealer(AES_KEY, "wx1")
    sealed = sealer.seal(b"<xml/>")
    assert sealer.open(sealed) == b"<xml/>"
    wrong = {
        "key": Sealer(AES_KEY[::-1].replace("G", "A"), "wx1").seal(b"<xml/>"),
        "appid": Sealer(AES_KEY, "wx2").seal(b"<xml/>"),
        "padding": sealed[:-24] + sealed[:24],
        "length": "",
        "cut": sealed[:40],
    }
    with pytest.raises(ValueError, match=r"padding|length|AES blocks|short"):
        sealer.open(wrong[change])


def broken(kind: str, arrival: Arrival) -> bytes:
    good = text_reply(arrival, "好").decode()
    return {
        "json": '{"errcode": 0}',
        "broken xml": good[:-6],
        "a DTD": "<!DOCTYPE xml>" + good,
        "to somebody else": good.replace("ToUserName", "X")
        .replace("FromUserName", "ToUserName")
        .replace("X", "FromUserName"),
        "two contents": text_reply(arrival, "a]]></Content><Content><![CDATA[b").decode(),
        "an open CDATA": text_reply(arrival, "a]]>b").decode(),
        "a control character": text_reply(arrival, "a\x08b").decode(),
        "too long": text_reply(arrival, "长" * 683).decode(),
        "empty": text_reply(arrival, "").decode(),
        "an unknown picture": good.replace("text", "image").replace("Content", "Image"),
        "an unknown kind": good.replace("text", "poem"),
    }[kind].encode()


@pytest.mark.parametrize(
    "kind",
    [
        "json",
        "broken xml",
        "a DTD",
        "to somebody else",
        "two contents",
        "an open CDATA",
        "a control character",
        "too long",
        "empty",
        "an unknown picture",
        "an unknown kind",
    ],
)
def test_an_abnormal_answer_shows_the_grey_line_and_is_not_repeated(
    box: Sandbox, receiver: Receiver, kind: str
) -> None:
    receiver.answer = lambda arrival: (200, broken(kind, arrival))
    person = box.follower("小林")
    exchange = person.says("在吗")
    assert (exchange.fault, len(exchange.deliveries), exchange.text) == (True, 1, "")
    assert exchange.reason
    assert [line.via for line in box.inbox(person)] == ["fault"]


def test_only_real_anchors_are_links() -> None:
    found = pieces('看<a href="https://e.cn/?a=1&b=2">这里</a> <b>粗</b> <a href="javascript:x">坏</a> ＜a href＞')
    assert [(one.text, one.href) for one in found] == [
        ("看", ""),
        ("这里", "https://e.cn/?a=1&b=2"),
        (" <b>粗</b> ", ""),
        ("坏", ""),
        (" ＜a href＞", ""),
    ]


@pytest.mark.parametrize("anchor", ["<a href='weixin://bizmsgmenu?msgmenucontent=x&msgmenuid=1'>点</a>",
                                    "<A class=c HREF=weixin://bizmsgmenu?msgmenucontent=x>点</A>"])  # fmt: skip
def test_what_might_be_a_live_link_counts_as_one(anchor: str) -> None:
    assert [(one.text, one.content) for one in pieces(anchor)] == [("点", "x")]
