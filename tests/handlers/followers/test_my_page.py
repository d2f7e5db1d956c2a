"""我的, 帮助, 隐私, 我的数据: one's own things, nobody else's."""

from __future__ import annotations

import msgspec

from bot.domain.comment import Source
from bot.domain.people import Consent, Person
from handlers.chat.verbs import Verb
from tests.handlers.followers.parlour import Parlour


def test_my_page_shows_my_comments_with_the_authors_answer(parlour: Parlour) -> None:
    parlour.says("小王", "留言 我试过")
    parlour.says("小李", "留言 别人的话")
    [comment] = [one for one in parlour.stores.account.inbox(9) if one.pid == parlour.pid("小王")]
    parlour.store(msgspec.structs.replace(comment, reply="第几种方法？"), "x")
    page = parlour.says("小王", "我的")
    assert "你的留言 1 条，作者回复了 1 条" in page
    assert "第 1 条「我试过」→ 作者：「第几种方法？」" in page
    assert "别人的话" not in page


def test_a_comment_shows_before_it_is_triaged(parlour: Parlour) -> None:
    parlour.says("小王", "留言 刚说的话")
    assert "刚说的话" in parlour.says("小王", "我的")


def test_my_page_has_at_most_ten_lines(parlour: Parlour) -> None:
    parlour.says("小王", "别提我")
    parlour.says("小王", "退订")
    for n in range(12):
        parlour.store(msgspec.structs.replace(parlour.public_comment("小王", n, f"第{n}句\n换行"), created_at=n), "x")
    page = parlour.says("小王", "我的")
    assert len(page.splitlines()) <= 10
    assert "你的留言 12 条" in page
    assert "第11句⏎换行" in page


def test_consent_can_be_given_and_taken_back(parlour: Parlour) -> None:
    parlour.says("小王", "同意展示")
    assert parlour.person("小王").consent is Consent.YES
    parlour.says("小王", "不展示")
    assert parlour.person("小王").consent is Consent.NO


def test_help_has_at_most_eight_lines_and_names_no_creators_command(parlour: Parlour) -> None:
    page = parlour.says("小王", "帮助")
    assert 2 < len(page.splitlines()) <= 8
    creators_only = {verb.value for verb in Verb} - {"恢复", "帮助", "更多", "看", "查", "改", "换", "数据"}
    assert not [word for word in creators_only if word in page]


def test_privacy_says_what_why_how_long_and_how_to_delete(parlour: Parlour) -> None:
    page = parlour.says("小王", "隐私")
    for word in ("留言", "为止", "删除我的数据", "14 岁", "助手起草、作者审核", "同意展示", "联系"):
        assert word in page


def everything_of(parlour: Parlour, name: str) -> str:
    pages = [parlour.says(name, "我的数据")]
    while "更多" in pages[-1]:
        pages.append(parlour.says(name, "更多"))
    return "\n".join(pages)


def test_my_data_is_complete_and_only_mine(parlour: Parlour) -> None:
    long = "我家孩子三岁，" * 60
    for n in range(3):
        parlour.store(parlour.public_comment("小王", n, f"{long}第{n}段完"), "草稿")
    parlour.store(parlour.public_comment("小李", 9, "别人的公开留言"), "草稿")
    parlour.says("小王", "留言 还没整理的话")
    text = everything_of(parlour, "小王")
    for n in range(3):
        assert f"第{n}段完" in text
    assert "还没整理的话" in text
    assert parlour.pid("小王") in text
    assert Source.POLL.value in text
    assert "经历" in text
    assert "评分 70" in text
    assert "别人的公开留言" not in text
    assert parlour.openid("小王") not in text


def test_my_data_names_every_field_of_the_record(parlour: Parlour) -> None:
    slots = parlour.tools.phrases.slots("f_data_record")
    left_out = {"blocked"}  # who is blocked gets no answer, so this would always read 否
    shown_otherwise = {"seat"}  # part of the role's title
    kept_beside = {"wrong_codes"}  # not in the record, for it outlives it by an hour
    assert (set(Person.__struct_fields__) | kept_beside) - left_out - shown_otherwise == slots


def test_every_page_of_my_data_fits_into_one_answer(parlour: Parlour) -> None:
    for n in range(5):
        parlour.store(parlour.public_comment("小王", n, "很长的一段话。" * 80), "草稿")
    page = parlour.says("小王", "我的数据")
    assert "更多" in page
    assert len(page.encode()) <= 1800
