"""The main job: a comment comes in, is drafted, approved in chat, and the reply stands under the article."""

from __future__ import annotations

import re

from tests.stage import Stage, item_of

SEED = "我试过,确实有用!"


def test_a_comment_is_drafted_approved_and_answered_once(stage: Stage) -> None:
    owner, reader = stage.owner(), stage.box.follower("小林")
    article = stage.box.publish_by_hand("加班之后", "聊聊加班。你试过哪些不加班的办法？")
    assert "文章 1" in owner.says(f"登记 {article.long_url}").text
    comment = article.comment(reader, SEED)
    stage.wait(200)
    card = owner.says("待审").text
    number = item_of(card, "我试过")
    draft = next(line for line in card.splitlines() if line.startswith("→ "))[2:]
    assert re.search("哪|几", draft)
    assert "发现" in draft
    assert f"{number} 将在 60 秒后发出" in owner.says(f"通过{number}。").text
    assert stage.box.calls_to("comment/reply/add") == []
    stage.wait(61)
    record = article.record(comment)
    assert record is not None
    assert record.reply is not None
    assert record.reply.content == draft
    assert "没有重复发" in owner.says(f"通过 {number}").text
    stage.wait(600)
    assert len(stage.box.calls_to("comment/reply/add")) == 1


def test_a_reply_taken_back_in_time_is_never_sent(stage: Stage) -> None:
    owner = stage.owner()
    article = stage.box.publish_by_hand("加班之后", "聊聊加班。")
    owner.says(f"登记 {article.long_url}")
    article.comment(stage.box.follower("小林"), SEED)
    stage.wait(200)
    number = item_of(owner.says("待审").text, "我试过")
    owner.says(f"通过 {number}")
    stage.clock.advance(20)
    assert "尚未发出" in owner.says("撤回").text
    stage.wait(600)
    assert stage.box.calls_to("comment/reply/add") == []
    assert "撤回过" in owner.says("撤回").text


def test_a_sent_reply_is_deleted_from_the_article(stage: Stage) -> None:
    owner = stage.owner()
    article = stage.box.publish_by_hand("加班之后", "聊聊加班。")
    owner.says(f"登记 {article.long_url}")
    comment = article.comment(stage.box.follower("小林"), SEED)
    stage.wait(200)
    number = item_of(owner.says("待审").text, "我试过")
    owner.says(f"通过 {number}")
    stage.wait(61)
    assert f"正在从文章中删除 {number} 的回复" in owner.says(f"撤回 {number}").text
    stage.wait(5)
    record = article.record(comment)
    assert record is not None
    assert record.reply is None
    assert "回复已删除" in owner.says(f"查 {number}").text


def test_a_chat_comment_is_answered_in_the_chat(stage: Stage) -> None:
    owner, reader = stage.owner(), stage.box.follower("小林")
    assert "第 1 条" in reader.says("留言 请问第一次谈加班补贴，怎么开口比较好？").text
    stage.settle()
    number = item_of(owner.says("待审").text, "加班补贴")
    assert "信箱" in owner.says(f"通过 {number}").text
    stage.wait(61)
    assert any("作者回复了你的留言 #1" in line.text for line in stage.box.inbox(reader))


def test_without_a_window_the_answer_travels_with_the_next_message(open_stage) -> None:
    stage = open_stage(profile="未认证公众号")
    owner, reader = stage.owner(), stage.box.follower("小林")
    reader.says("留言 请问第一次谈加班补贴，怎么开口比较好？")
    stage.settle()
    number = item_of(owner.says("待审").text, "加班补贴")
    owner.says(f"通过 {number}")
    stage.wait(61)
    assert stage.box.service_messages(reader) == []
    assert "作者回复了你的留言 #1" in reader.says("你好呀").text
    assert "已发" in owner.says(f"查 {number}").text
