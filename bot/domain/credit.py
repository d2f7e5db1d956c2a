"""How a reader is named in public: 读者 and two letters, a name that a creator accepted, or not at all (feature F9)."""

from __future__ import annotations

import hashlib
import unicodedata
from enum import StrEnum

from msgspec import Struct

SHORTEST, LONGEST = 2, 8
"""字 of a name."""

RESERVED = ("官方", "作者", "小编", "小編", "管理员", "管理員", "客服", "主理人", "官微", "admin")
LEADERS = (
    *("习近平", "習近平", "习主席", "毛泽东", "毛澤東", "毛主席", "邓小平", "江泽民", "胡锦涛", "周恩来", "刘少奇"),
    *("李克强", "温家宝", "朱镕基", "赵乐际", "王沪宁", "丁薛祥", "普京", "特朗普", "拜登", "金正恩"),
)
"""People of state whose names nobody may borrow: a short list of our own."""

_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"


class CreditState(StrEnum):
    """What a reader wants to be called, and whether a creator agreed."""

    PROPOSED = "等作者同意"
    ACCEPTED = "已同意"
    ANONYMOUS = "匿名"


class Credit(Struct, frozen=True, omit_defaults=True):
    """One reader's choice; `name` is empty when anonymous."""

    state: CreditState
    name: str = ""
    at: float = 0.0


def unfit(name: str, reserved: tuple[str, ...] = ()) -> str:
    """Why a name is refused (Chinese), empty if it may be proposed; risk words are looked for elsewhere."""
    if not SHORTEST <= len(name) <= LONGEST:
        return f"要 {SHORTEST}～{LONGEST} 个字"
    if not all(char.isalnum() or char in "·-_ " for char in name) or not any(char.isalnum() for char in name):
        return "只能用文字、字母和数字"
    folded = letters_of(name)
    for word in (*RESERVED, *reserved):
        if letters_of(word) in folded:
            return f"不能带「{word}」"
    return "不能用国家领导人的名字" if any(word in folded for word in LEADERS) else ""


def letters_of(name: str) -> str:
    """Letters, digits and Han alone, in one width and case, so that 官_方 and ＡＤＭＩＮ are what they look like."""
    return "".join(char for char in unicodedata.normalize("NFKC", name).casefold() if char.isalnum())


def display(credit: Credit | None, seed: str) -> str:
    """The name under a reader's words; `seed` is a hash that only we can make of who they are, empty if unknown."""
    if credit and credit.state is CreditState.ACCEPTED:
        return credit.name
    if not seed or (credit and credit.state is CreditState.ANONYMOUS):
        return "一位读者"
    digest = hashlib.sha256(seed.encode()).digest()
    return "读者" + "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:2])
