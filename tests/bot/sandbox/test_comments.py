"""The comment store and its calls, quirks included."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox import Article, Sandbox
from tests.bot.sandbox.conftest import Api, Clock


@pytest.fixture
def article(box: Sandbox) -> Article:
    return box.publish_by_hand("下班前五分钟的那个会", "五点五十五……")


def page(api: Api, article: Article, begin: int = 0, count: int = 49, type: int = 0) -> dict[str, Any]:
    where = {"msg_data_id": article.msg_data_id, "index": article.index}
    return api.post("comment/list", **where, begin=begin, count=count, type=type)


def on(article: Article, number: int, **more: Any) -> dict[str, Any]:
    return {"msg_data_id": article.msg_data_id, "index": article.index, "user_comment_id": number, **more}


def test_ids_look_like_the_platforms(box: Sandbox) -> None:
    one, two = box.publish_group([("一", "文"), ("二", "文")])
    assert one.msg_data_id == two.msg_data_id
    assert 2_247_000_000 < one.msg_data_id < 2_248_000_000
    assert [(a.idx, a.index) for a in (one, two)] == [(1, 0), (2, 1)]
    assert f"mid={two.msg_data_id}&idx=2&sn=" in two.long_url
    assert two.short_url.startswith("https://mp.weixin.qq.com/s/")
    assert str(two.msg_data_id) not in two.short_url
    assert box.publish_by_hand("三", "文").msg_data_id > one.msg_data_id


def test_a_page_tells_each_comment_and_lies_about_the_total(api: Api, box: Sandbox, article: Article) -> None:
    reader = box.follower("小林")
    for n in range(60):
        article.comment(reader, f"第{n}条")
    answer = page(api, article)
    assert (answer["errcode"], answer["total"], answer["comment_cnt"], len(answer["comment"])) == (0, 49, 60, 49)
    assert page(api, article, begin=49)["total"] == 11
    assert page(api, article, begin=60)["comment"] == []
    item = page(api, article, begin=59, count=1)["comment"][0]
    assert item == {
        "user_comment_id": 1,
        "create_time": int(box.now()),
        "content": "第0条",
        "comment_type": 0,
        "openid": reader.openid,
    }


@pytest.mark.parametrize(("count", "errcode"), [(0, 88010), (-1, 88010), (1, 0), (49, 0), (50, 88010), (100, 88010)])
def test_a_page_holds_one_to_forty_nine(api: Api, article: Article, count: int, errcode: int) -> None:
    assert page(api, article, count=count)["errcode"] == errcode


def test_the_index_counts_from_zero_and_defaults_to_the_first(api: Api, box: Sandbox) -> None:
    one, two = box.publish_group([("一", "文"), ("二", "文")])
    one.comment(None, "在一")
    two.comment(None, "在二")
    assert [item["content"] for item in page(api, two)["comment"]] == ["在二"]
    rest = {"begin": 0, "count": 9, "type": 0}
    assert api.post("comment/list", msg_data_id=one.msg_data_id, **rest)["comment"][0]["content"] == "在一"
    assert api.code("comment/list", msg_data_id=one.msg_data_id, index=2, **rest) == 88001


def test_ids_as_strings_are_tolerated(api: Api, article: Article) -> None:
    number = article.comment(None, "在吗")
    body = {"msg_data_id": f"{article.msg_data_id}_3", "index": "0", "user_comment_id": str(number), "content": "在"}
    assert api.code("comment/reply/add", **body) == 0
    assert article.comments[0].reply is not None
    assert api.code("comment/list", msg_data_id="abc", index=0, begin=0, count=1, type=0) == 88001


def test_elected_and_ordinary_comments_can_be_listed_apart(api: Api, article: Article) -> None:
    first, second = article.comment(None, "一"), article.comment(None, "二")
    assert api.code("comment/markelect", **on(article, first)) == 0
    assert [item["user_comment_id"] for item in page(api, article, type=2)["comment"]] == [first]
    assert [item["user_comment_id"] for item in page(api, article, type=1)["comment"]] == [second]
    assert page(api, article, type=2)["comment"][0]["comment_type"] == 1
    assert [one.id for one in article.shown_to_readers()] == [first]
    assert api.code("comment/unmarkelect", **on(article, first)) == 0
    assert article.shown_to_readers() == []


def test_there_is_one_reply_per_comment(api: Api, article: Article) -> None:
    number = article.comment(None, "我试过")
    assert api.code("comment/reply/add", **on(article, number, content="哪一种？")) == 0
    assert api.code("comment/reply/add", **on(article, number, content="哪一种？")) == 88005
    assert page(api, article)["comment"][0]["reply"]["content"] == "哪一种？"
    assert api.code("comment/reply/delete", **on(article, number)) == 0
    assert api.code("comment/reply/delete", **on(article, number)) == 87009
    assert api.code("comment/reply/add", **on(article, number, content="换一句")) == 0


def test_a_reply_by_hand_takes_the_same_slot(api: Api, article: Article) -> None:
    number = article.comment(None, "我试过")
    article.reply_by_hand(number, "谢谢你")
    assert api.code("comment/reply/add", **on(article, number, content="另一句")) == 88005
    assert page(api, article)["comment"][0]["reply"]["content"] == "谢谢你"


@pytest.mark.parametrize("content", ["", "  ", "长" * 601])
def test_an_empty_or_too_long_reply_is_refused(api: Api, article: Article, content: str) -> None:
    number = article.comment(None, "我试过")
    assert api.code("comment/reply/add", **on(article, number, content=content)) == 88007
    assert article.comments[0].reply is None


def test_comments_that_are_gone_answer_so(api: Api, article: Article) -> None:
    by_reader, by_account = article.comment(None, "一"), article.comment(None, "二")
    article.delete_comment(by_reader)
    assert api.code("comment/delete", **on(article, by_account)) == 0
    assert page(api, article)["comment"] == []
    assert api.code("comment/reply/add", **on(article, by_reader, content="在吗")) == 88008
    assert api.code("comment/markelect", **on(article, by_reader)) == 88004
    assert api.code("comment/markelect", **on(article, by_account)) == 88008
    assert api.code("comment/delete", **on(article, 99)) == 88008


def test_only_a_hundred_can_be_elected(api: Api, article: Article) -> None:
    numbers = [article.comment(None, str(n)) for n in range(101)]
    for number in numbers[:100]:
        article.elect_by_hand(number)
    assert api.code("comment/markelect", **on(article, numbers[100])) == 88003
    article.elect_by_hand(numbers[0], False)
    assert api.code("comment/markelect", **on(article, numbers[100])) == 0


def test_a_reply_moves_the_item_so_that_offsets_shift(api: Api, box: Sandbox, article: Article) -> None:
    numbers = [article.comment(None, str(n)) for n in range(5)]
    assert [item["user_comment_id"] for item in page(api, article)["comment"]] == numbers[::-1]
    api.post("comment/reply/add", **on(article, numbers[1], content="好"))
    assert page(api, article, count=1)["comment"][0]["user_comment_id"] == numbers[1]
    box.quirks.reply_moves_item = False
    api.post("comment/reply/add", **on(article, numbers[0], content="好"))
    assert page(api, article, count=1)["comment"][0]["user_comment_id"] == numbers[1]


def test_a_shuffled_order_holds_until_something_changes(api: Api, box: Sandbox, article: Article) -> None:
    box.quirks.shuffled_order = True
    for n in range(30):
        article.comment(None, str(n))
    order = [item["user_comment_id"] for item in page(api, article)["comment"]]
    assert order == [item["user_comment_id"] for item in page(api, article)["comment"]]
    assert sorted(order) == list(range(1, 31))
    assert order not in (list(range(1, 31)), list(range(30, 0, -1)))
    article.comment(None, "又一条")
    assert [item["user_comment_id"] for item in page(api, article)["comment"] if item["user_comment_id"] < 31] != order


def test_openids_can_be_missing_and_replies_an_array(api: Api, box: Sandbox, article: Article) -> None:
    known, unknown = article.comment(box.follower("小林"), "一"), article.comment(None, "二")
    article.reply_by_hand(known, "好")
    items = {item["user_comment_id"]: item for item in page(api, article)["comment"]}
    assert ("openid" in items[known], "openid" in items[unknown]) == (True, False)
    box.quirks.missing_openid = box.quirks.reply_as_array = True
    items = {item["user_comment_id"]: item for item in page(api, article)["comment"]}
    assert "openid" not in items[known]
    assert items[known]["reply"] == [{"content": "好", "create_time": int(box.now())}]
    box.quirks.total_is_page_length = False
    assert page(api, article, count=1)["total"] == 2


def test_without_the_feature_every_call_answers_88000(api: Api, box: Sandbox, article: Article) -> None:
    number = article.comment(None, "一")
    box.comment_feature = False
    codes = {api.code(f"comment/{name}", **on(article, number, content="好", begin=0, count=1, type=0)) for name in
             ("open", "close", "list", "markelect", "unmarkelect", "delete", "reply/add", "reply/delete")}  # fmt: skip
    assert codes == {88000}


def test_an_article_can_be_unknown_for_a_while_restricted_or_deleted(
    api: Api, box: Sandbox, article: Article, clock: Clock
) -> None:
    box.quirks.comments_known_after = 600
    assert page(api, article)["errcode"] == 88001
    clock.pass_(seconds=600)
    assert page(api, article)["errcode"] == 0
    article.restricted = True
    assert page(api, article)["errcode"] == 88002
    article.deleted = True
    assert page(api, article)["errcode"] == 88001


def test_readers_cannot_comment_where_comments_are_closed_or_for_followers_only(api: Api, box: Sandbox) -> None:
    closed = box.publish_by_hand("关", "文", comments_open=False)
    with pytest.raises(RuntimeError, match="closed"):
        closed.comment(None, "在吗")
    assert api.code("comment/open", msg_data_id=closed.msg_data_id, index=0) == 0
    assert closed.comment(None, "在吗") == 1
    fans = box.publish_by_hand("粉", "文", only_fans=True)
    with pytest.raises(RuntimeError, match="followers"):
        fans.comment(box.follower("路人", subscribed=False), "在吗")
    assert fans.comment(box.follower("小林"), "在的") == 1
