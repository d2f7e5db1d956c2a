"""Numbers as people type them: Chinese numerals below a thousand, lists, ranges."""

from __future__ import annotations

import pytest

from handlers.chat.commands import ItemRef, WrongReason
from handlers.chat.numbers import Numbers, chinese_value, read_numbers


def chinese(value: int) -> str:
    """A number below 1,000 as it is written in full."""
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = value // 100, value // 10 % 10, value % 10
    word = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        word += "十" if tens == 1 and not hundreds else f"{digits[tens]}十"
    elif hundreds and ones:
        word += "零"
    return word + (digits[ones] if ones else "")


def test_every_chinese_numeral_below_a_thousand_has_its_value() -> None:
    assert [chinese_value(chinese(value)) for value in range(1, 1000)] == list(range(1, 1000))


@pytest.mark.parametrize("word", ["", "零", "百", "三百五", "一二", "十十", "三零", "千", "一百零十"])
def test_what_is_no_numeral_has_no_value(word: str) -> None:
    assert chinese_value(word) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", Numbers((ItemRef(3),), 1)),
        ("03", Numbers((ItemRef(3),), 2)),
        ("3,5和7", Numbers((ItemRef(3), ItemRef(5), ItemRef(7)), 5)),
        ("3 5个人", Numbers((ItemRef(3),), 1)),
        ("3b", Numbers((ItemRef(3, "B"),), 2)),
        ("3条", Numbers((ItemRef(3),), 2, counts=True)),
        ("第3条", Numbers((ItemRef(3),), 3)),
        ("三号到五号", Numbers((ItemRef(3), ItemRef(4), ItemRef(5)), 5)),
        ("9-3", Numbers((ItemRef(9),), 3, WrongReason.RANGE_ORDER)),
        ("1-51", Numbers((ItemRef(1),), 4, WrongReason.RANGE_LONG)),
        ("0", Numbers((ItemRef(0),), 1, WrongReason.BAD_NUMBER)),
        ("三条", None),
        ("三", None),
        ("2024", None),
        ("3.5", None),
        ("3:30", None),
        ("x", None),
    ],
)
def test_numbers_are_read_as_far_as_they_are_numbers(text: str, expected: Numbers | None) -> None:
    assert read_numbers(text, 0, chinese=True) == expected


def test_chinese_numerals_do_not_count_where_they_may_not() -> None:
    assert read_numbers("三号", 0, chinese=False) is None
