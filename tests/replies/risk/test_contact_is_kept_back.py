"""Whatever holds a way to reach somebody is never drafted nor nominated, and masked where it is shown (feature B5)."""

from __future__ import annotations

import pytest

from bot.domain.comment import Comment, Source
from replies.case import Case
from replies.desk import Desk
from replies.nominees import barred
from replies.risk.contact import mask

REACHABLE = (
    "加v信 abc12345",
    "薇❤ hello888",
    "咨询请打13812345678",
    "咨询请打１３８１２３４５６７８",
    "QQ 123456789 免费送",
    "vx:abc_123456",
    "扣扣1234567",
    "www.abc.com 有折扣",
    "看这篇 https://example.com/a",
    "我试过这个办法，详细记录在 https://example.com/log 里，坚持了三个月",
    "我家孩子试了三个月，睡前安静多了，想聊的打13812345678",
)


@pytest.mark.parametrize("text", REACHABLE)
@pytest.mark.parametrize("by_hand", [False, True])
def test_contact_data_is_neither_drafted_nor_nominated_and_masked(desk: Desk, text: str, by_hand: bool) -> None:
    verdict = desk.consider(Case(content=text, article_title="三种方法"))
    assert verdict.variants == ()
    assert barred(Comment("1_0", "1", text, 1, Source.POLL, triage=verdict.triage), by_hand)
    masked = mask(text)
    assert "〔" in masked
    assert not any(
        piece in masked for piece in ("abc12345", "hello888", "1381", "１３８", "123456", "example", "abc.com")
    )


@pytest.mark.parametrize("text", ["有需要的加我", "想学的加我，一对一教", "需要资料的朋友加我领取"])
def test_an_invitation_without_a_number_is_an_advertisement(desk: Desk, text: str) -> None:
    verdict = desk.consider(Case(content=text))
    assert str(verdict.triage.type) == "广告"
    assert verdict.variants == ()
    assert barred(Comment("1_0", "1", text, 1, Source.POLL, triage=verdict.triage), by_hand=True)
