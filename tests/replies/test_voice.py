"""禁用词: whatever words a creator bans, no composed draft holds one of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replies import text as texts
from replies.case import Case, Voice
from replies.desk import Desk

COMMENTS = (
    "我试过,确实有用!",
    "请问新手第一次谈加班补贴，怎么开口比较好？",
    "去年我妈也这样，后来换了社区医院才好些",
    "不同意，加班是管理的问题，成本没算进去",
    "烤之前先醒 20 分钟更蓬松，模具要抹油",
    "我家孩子三岁，绘本共读试了一个月，睡前安静多了",
    "等了两小时还是冷的，客服也不理人，太失望了",
)


@pytest.fixture(scope="module")
def common_pieces(desk: Desk) -> list[str]:
    """Pieces of two to four characters of what the desk says by itself: the words most likely to be in the way."""
    said = [variant.text for comment in COMMENTS for variant in desk.consider(Case(content=comment)).variants]
    letters = [texts.shadow(text)[0] for text in said]
    return sorted(
        {text[at : at + width] for text in letters for at in range(0, len(text) - 4, 2) for width in (1, 2, 4)}
    )


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_draft_holds_a_banned_word(data: st.DataObject, desk: Desk, common_pieces: list[str]) -> None:
    banned = tuple(data.draw(st.lists(st.sampled_from(common_pieces), min_size=1, max_size=8, unique=True)))
    pets = tuple(data.draw(st.lists(st.sampled_from(["慢慢来", "不急", "加油呀"]), max_size=2)))
    salutation = data.draw(st.sampled_from(["", "亲", "小可爱"]))
    comment = data.draw(st.sampled_from(COMMENTS))
    voice = Voice(data.draw(st.sampled_from(["亲切", "专业", "俏皮"])), salutation, pets, banned)
    for variant in desk.consider(Case(content=comment, key=comment, voice=voice)).variants:
        assert [word for word in banned if word in texts.shadow(variant.text)[0]] == []


def test_most_comments_are_still_answered_when_one_word_is_banned(desk: Desk) -> None:
    answered = [desk.consider(Case(content=comment, voice=Voice(banned=("谢谢",)))).variants for comment in COMMENTS]
    assert all(answered)
