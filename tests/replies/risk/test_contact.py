"""Contact data: found through its disguises, masked for display, everyday numbers left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replies.risk.contact import find_contacts, fold, has_contact, mask


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("13912345678", "电话"),
        ("打我电话 139-1234-5678", "电话"),
        ("１３９１２３４５６７８", "电话"),
        ("139 1234 5678 随时", "电话"),
        ("一三九一二三四五六七八", "电话"),
        ("壹叁玖壹贰叁肆伍陆柒捌", "电话"),
        ("+86 13912345678", "电话"),
        ("座机 010-87654321", "电话"),
        ("加微信 hello_2026", "微信"),
        ("加v信领资料", "微信"),
        ("薇❤：abcd1234", "微信"),
        ("薇❤详聊", "微信"),
        ("ＶＸ：abcd1234", "微信"),
        ("v x abcd1234", "微信"),
        ("微*信：abcd1234", "微信"),
        ("➕v领取", "微信"),
        ("QQ 123456789", "QQ"),
        ("扣扣：12345678", "QQ"),
        ("q群 987654321", "QQ"),
        ("邮箱 someone@example.com", "邮箱"),
        ("https://example.com/a?b=1", "链接"),
        ("www.example.com", "链接"),
        ("去 example.cn/abc 看", "链接"),
        ("t.me/somebody", "群组"),
        ("我住3号楼2单元501室", "住址"),
        ("11010119900101123X", "证件号"),
        ("卡号 6222 0212 3456 7890", "卡号"),
    ],
)
def test_contact_data_is_found_and_masked(text: str, kind: str) -> None:
    assert kind in {contact.kind for contact in find_contacts(text)}
    assert f"〔{kind}〕" in mask(text)
    assert not has_contact(mask(text))


@pytest.mark.parametrize(
    "text",
    [
        "2019年10月1日",
        "我坚持了100天",
        "烤箱180度烤25分钟",
        "打12315投诉",
        "微信公众号写得好",
        "加微波炉里热一下",
        "这个版本是3.11.7",
        "他的QQ头像很好看",
        "比分是3:2",
        "一二三四五，上山打老虎",
        "他发了条微博",
        "vivo手机拍的",
        "1980-1990年代",
    ],
)
def test_everyday_numbers_and_names_are_no_contact_data(text: str) -> None:
    assert find_contacts(text) == ()
    assert mask(text) == text


@given(st.text(max_size=300))
def test_masking_never_raises_and_leaves_nothing_to_mask(text: str) -> None:
    masked = mask(text)
    assert len(fold(text)) == len(text)
    assert not any(c.kind == "电话" and c.text.isdigit() for c in find_contacts(masked))


def test_a_numeral_of_the_next_word_is_no_digit_of_the_number_before() -> None:
    assert [c.kind for c in find_contacts("跟1464250620一样")] == ["号码"]
    assert [c.kind for c in find_contacts("打1391234567八")] == ["电话"]
