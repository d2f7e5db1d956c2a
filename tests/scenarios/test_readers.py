"""Readers from first hello to being forgotten, through the whole program and over the wire."""

from __future__ import annotations

import re

import pytest

from bot.sandbox.people import Follower
from handlers.chat.verbs import FollowerVerb, Verb
from tests.handlers.followers.everything_stored import traces
from tests.stage import Stage, item_of

PUBLIC = "我家孩子三岁，试过绘本共读，紫藤花那一页他能看十分钟。"
SPOKEN = "请问紫藤花绘本适合几岁的孩子？"
WORDS = ("紫藤花",)


def met(stage: Stage) -> tuple[Follower, Follower]:
    """An owner and a reader who commented under an article and in the chat, both triaged and shown to the owner."""
    owner, reader = stage.owner(), stage.box.follower("小林")
    reader.follows()
    article = stage.box.publish_by_hand("睡前共读", "聊聊绘本。你们最近在读什么？")
    owner.says(f"登记 {article.long_url}")
    article.comment(reader, PUBLIC)
    reader.says(f"留言 {SPOKEN}")
    stage.wait(200)
    assert "紫藤花" in owner.says("待审").text
    reader.says("我的")
    reader.says("我的数据")
    return owner, reader


def test_after_leaving_nothing_of_a_reader_is_stored_nor_comes_back_by_polling(stage: Stage) -> None:
    owner, reader = met(stage)
    pid = stage.stores.people.pid(reader.openid)
    assert set(traces(stage.redis, pid, *WORDS)) == {pid, *WORDS}
    reader.unfollows()
    assert traces(stage.redis, reader.openid, pid, *WORDS) == {}
    stage.wait(24 * 3600, jobs=True)
    assert traces(stage.redis, reader.openid, pid) == {}
    assert "紫藤花" not in owner.says("待审").text


def test_deleting_in_the_chat_stops_a_reply_that_was_approved(stage: Stage) -> None:
    owner, reader = met(stage)
    pid = stage.stores.people.pid(reader.openid)
    number = item_of(owner.says("待审").text, "三岁")
    assert "秒后发出" in owner.says(f"通过 {number}").text
    code = re.search(r"确认删除 (\w\w)", reader.says("删除我的数据").text)
    assert code
    assert "已删除" in reader.says(f"确认删除 {code[1]}").text
    stage.wait(120)
    assert stage.box.calls_to("comment/reply/add") == []
    assert traces(stage.redis, reader.openid, pid, *WORDS) == {}
    assert "没有" in owner.says(f"看 {number}").text


def test_an_answer_reaches_a_reader_who_left_the_list_only_when_they_write(stage: Stage) -> None:
    owner, reader = met(stage)
    number = item_of(owner.says("待审").text, "几岁的孩子")
    reader.says("退订")
    owner.says(f"通过 {number}")
    stage.wait(120)
    assert stage.box.service_messages(reader) == []
    assert "作者回复了你的留言 #1" in reader.says("我的").text


def test_three_deliveries_at_once_of_a_confirmation_are_one_erasure_and_one_answer(stage: Stage) -> None:
    _, reader = met(stage)
    pid = stage.stores.people.pid(reader.openid)
    code = re.search(r"确认删除 (\w\w)", reader.says("删除我的数据").text)
    assert code
    message = {"FromUserName": reader.openid, "MsgType": "text", "Content": f"确认删除 {code[1]}"}
    exchange = stage.box.push(message, deliveries=3, simultaneous=True)
    assert {delivery.status for delivery in exchange.deliveries} == {200}
    assert len({delivery.reading.xml for delivery in exchange.deliveries}) == 1
    assert "已删除" in exchange.text
    assert traces(stage.redis, reader.openid, pid, *WORDS) == {}


def test_three_deliveries_at_once_of_a_comment_are_one_comment(stage: Stage) -> None:
    reader = stage.box.follower("小林")
    message = {"FromUserName": reader.openid, "MsgType": "text", "Content": f"留言 {SPOKEN}"}
    exchange = stage.box.push(message, deliveries=3, simultaneous=True)
    assert len({delivery.reading.xml for delivery in exchange.deliveries}) == 1
    stage.settle()
    assert "你的留言 1 条" in reader.says("我的").text


SHARED = {verb.value for verb in FollowerVerb}
CREATORS_ONLY = [verb.value for verb in Verb if verb.value not in SHARED and len(verb.value) > 1]


@pytest.mark.parametrize("number", ["", "3", " 3", "3-6、9", " 文章12 很好看"])
def test_creators_words_from_a_reader_are_ordinary_talk(stage: Stage, number: str) -> None:
    owner, reader = met(stage)
    before = stage.stores.drafts.queue_length()
    for word in CREATORS_ONLY:
        answer = reader.says(f"{word}{number}").text
        assert not [other for other in CREATORS_ONLY if other in answer], (word, answer)
        stage.clock.advance(60)
    assert stage.stores.drafts.queue_length() == before
    assert owner.says("状态").text
