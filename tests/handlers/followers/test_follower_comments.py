"""留言 by chat: what is kept, what is refused, what the receipt says."""

from __future__ import annotations

import pytest

from bot.domain.article import FoundBy
from bot.domain.comment import Source
from bot.domain.events import TextMessage
from bot.domain.people import Consent
from tests.handlers.followers.parlour import Parlour


def articles(parlour: Parlour, *keys: str) -> None:
    def found(stores) -> None:
        for n, key in enumerate(keys):
            stores.articles.found(key, FoundBy.LINK, parlour.now + n, title=f"第{n}篇")

    parlour.change(found)


def test_a_comment_is_kept_for_triage_under_the_newest_article(parlour: Parlour) -> None:
    articles(parlour, "2247000001_0", "2247000002_0")
    answer = parlour.says("小王", "留言 我试过，确实有用！")
    assert "第 1 条" in answer.splitlines()[0]
    [comment] = parlour.stores.account.inbox(10)
    assert (comment.article, comment.cid, comment.number) == ("2247000002_0", "c1", 1)
    assert comment.content == "我试过，确实有用！"
    assert (comment.source, comment.pid) == (Source.CHAT, parlour.pid("小王"))
    assert "inbox|" in parlour.due()


def test_the_receipt_is_one_line_after_the_first(parlour: Parlour) -> None:
    parlour.says("小王", "留言 第一句")
    assert len(parlour.says("小王", "留言 第二句").splitlines()) == 1


def test_whether_words_may_be_shown_is_asked_once(parlour: Parlour) -> None:
    assert "同意展示" in parlour.says("小王", "留言 第一句")
    assert parlour.person("小王").consent is Consent.ASKED
    assert "同意展示" not in parlour.says("小王", "留言 第二句")


def test_a_number_names_the_article(parlour: Parlour) -> None:
    articles(parlour, "2247000001_0", "2247000002_0")
    parlour.says("小王", "留言 1 说的是上一篇")
    [comment] = parlour.stores.account.inbox(10)
    assert (comment.article, comment.content) == ("2247000001_0", "说的是上一篇")


def test_an_unknown_article_is_said_and_nothing_is_kept(parlour: Parlour) -> None:
    assert "没有文章 9" in parlour.says("小王", "留言 9 说点什么")
    assert parlour.stores.account.inbox_length() == 0
    assert parlour.person("小王").chat_comments == ()


def test_words_sent_from_an_article_belong_to_it(parlour: Parlour) -> None:
    articles(parlour, "2247000001_0", "2247000002_0")
    event = TextMessage(parlour.openid("小王"), "gh_x", 1, "77", 2247000001, 0, text="留言 从文章里来")
    parlour.happens(event)
    [comment] = parlour.stores.account.inbox(10)
    assert comment.article == "2247000001_0"


def test_without_any_article_the_comment_is_kept_all_the_same(parlour: Parlour) -> None:
    parlour.says("小王", "留言 还没有文章")
    [comment] = parlour.stores.account.inbox(10)
    assert comment.article == "0_0"


def test_the_fourth_comment_within_an_hour_waits(parlour: Parlour) -> None:
    for n in range(3):
        parlour.says("小王", f"留言 第{n}句")
        parlour.now += 600
    assert "过 30 分钟" in parlour.says("小王", "留言 第四句")
    assert parlour.stores.account.inbox_length() == 3
    assert "第 4 条" in parlour.says("小李", "留言 别人不受影响")
    parlour.now += 1801
    assert "收到" in parlour.says("小王", "留言 第四句")


def test_six_hundred_and_one_characters_are_refused_with_the_surplus(parlour: Parlour) -> None:
    answer = parlour.says("小王", "留言 " + "好" * 601)
    assert "600" in answer
    assert "多了 1 字" in answer
    assert parlour.stores.account.inbox_length() == 0


@pytest.mark.parametrize("text", ["留言", "留言 \u200b\u2060"])
def test_nothing_to_say_is_answered_with_an_example(parlour: Parlour, text: str) -> None:
    assert "例：留言" in parlour.says("小王", text)
    assert parlour.stores.account.inbox_length() == 0


def test_public_numbers_are_given_once_for_the_whole_account(parlour: Parlour) -> None:
    answers = [parlour.says(name, "留言 你好") for name in ("甲", "乙", "丙")]
    assert [answer.split("条")[0] for answer in answers] == ["收到，第 1 ", "收到，第 2 ", "收到，第 3 "]


def test_a_blocked_readers_words_are_kept_without_a_word(parlour: Parlour) -> None:
    parlour.says("小王", "帮助")

    def block(stores) -> None:
        import msgspec

        stores.people.put(msgspec.structs.replace(parlour.person("小王"), blocked=True))

    parlour.change(block)
    assert parlour.says("小王", "留言 又来了") == ""
    assert parlour.stores.account.inbox_length() == 1
    assert parlour.person("小王").consent is Consent.UNASKED
    assert parlour.says("小王", "我的") == ""
    assert parlour.says("小王", "隐私") != ""
