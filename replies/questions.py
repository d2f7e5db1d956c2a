"""When two readers ask the same: they name the same things and want to know the same of them (feature C10)."""

from __future__ import annotations

import re

from replies.words import cosine

__all__ = ["focus", "same_question"]

ALIKE = 0.6
_FOCUS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("价钱", re.compile(r"多少钱|价格|什么价|怎么卖|贵不贵|几块|收费")),
    ("地方", re.compile(r"哪里|哪儿|在哪|去哪|什么地方|地址|链接")),
    ("原因", re.compile(r"为什么|为啥|怎么会|怎么回事|什么原因|咋回事")),
    ("时间", re.compile(r"什么时候|几点|几号|几岁|多大|多久|几天|几个月|哪天|何时")),
    ("做法", re.compile(r"怎么|怎样|如何|咋|要不要先|步骤")),
    ("数量", re.compile(r"多少|几[个条次遍克寸种]")),
    ("哪个", re.compile(r"哪[种个款些家本位类]|什么")),
    ("是否", re.compile(r"吗|能不能|可不可以|是不是|会不会|有没有|好不好|行不行")),
)


def focus(text: str) -> str:
    """What a normalised question wants to know, empty if that cannot be told."""
    return next((name for name, pattern in _FOCUS if pattern.search(text)), "")


def same_question(one: str, other: str, vector_one: dict[str, float], vector_other: dict[str, float]) -> bool:
    """True when two normalised questions name nearly the same words and want to know the same of them."""
    return bool(focus(one)) and focus(one) == focus(other) and cosine(vector_one, vector_other) >= ALIKE
