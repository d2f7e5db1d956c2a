"""The account's own answers: welcome, keywords, menu entries, and one hint a day."""

from __future__ import annotations

import dataclasses

import pytest

from config.autoreply import AutoReplies, KeywordRule
from tests.handlers.followers.parlour import Parlour

REPLIES = AutoReplies(
    welcome="欢迎关注纸上生活。",
    otherwise="编辑不在，稍后回你。",
    keywords=(
        KeywordRule(words=("合作",), match="part", replies=("写邮件到 hz@example.com",)),
        KeywordRule(words=("抽一句",), replies=("甲", "乙", "丙")),
    ),
    menu={"adopted_1": "今天的歌在这里"},
)


@pytest.fixture
def adopted(parlour: Parlour) -> Parlour:
    """An account that has answers of its own."""
    parlour.tools = dataclasses.replace(parlour.tools, autoreplies=REPLIES)
    return parlour


def test_who_follows_is_welcomed_and_remembered(adopted: Parlour) -> None:
    assert adopted.follows("小王") == "欢迎关注纸上生活。"
    assert adopted.person("小王").followed_at == adopted.now


def test_who_comes_back_after_leaving_is_told_that_all_is_new(adopted: Parlour) -> None:
    adopted.follows("小王")
    adopted.says("小王", "留言 一句话")
    adopted.unfollows("小王")
    adopted.now += 60
    first, second = adopted.follows("小王").splitlines()
    assert "从头开始" in first
    assert second == "欢迎关注纸上生活。"
    assert "还没有留言" in adopted.says("小王", "我的")


def test_a_keyword_is_answered_and_a_command_goes_before_it(adopted: Parlour) -> None:
    assert adopted.says("小王", "你好，想谈合作") == "写邮件到 hz@example.com"
    assert "收到" in adopted.says("小王", "留言 想谈合作")


def test_of_several_replies_one_is_picked_and_all_have_a_chance(adopted: Parlour) -> None:
    heard = set()
    for _ in range(40):
        adopted.now += 1
        heard.add(adopted.says("小王", "抽一句"))
    assert heard == {"甲", "乙", "丙"}


def test_a_menu_entry_gives_its_answer(adopted: Parlour) -> None:
    assert adopted.clicks("小王", "adopted_1") == "今天的歌在这里"
    assert adopted.clicks("小王", "unknown") == ""


def test_talk_that_nothing_answers_gets_one_hint_a_day(parlour: Parlour) -> None:
    first = parlour.says("小王", "今天天气真不错")
    assert "留言" in first
    assert parlour.says("小王", "今天天气还是不错") == ""
    parlour.now += 25 * 3600
    assert parlour.says("小王", "今天天气还是不错") == first


def test_the_accounts_own_answer_to_everything_is_the_hint_if_it_has_one(adopted: Parlour) -> None:
    assert adopted.says("小王", "今天天气真不错") == "编辑不在，稍后回你。"
    assert adopted.says("小王", "今天天气真不错") == ""


def test_who_said_stop_is_still_answered_when_they_ask(adopted: Parlour) -> None:
    adopted.says("小王", "退订")
    assert adopted.says("小王", "想谈合作") == "写邮件到 hz@example.com"
    assert adopted.says("小王", "今天天气真不错") == ""


@pytest.mark.parametrize("text", ["谢谢", "继续", "[微笑]", "🌹", "。。。"])
def test_what_asks_for_nothing_gets_nothing(parlour: Parlour, text: str) -> None:
    assert parlour.says("小王", text) == ""
