"""Contact data in a text: phone, WeChat, QQ, mail, web address, card numbers, and how to mask it for display."""

from __future__ import annotations

import re
import unicodedata

from msgspec import Struct

__all__ = ["Contact", "find_contacts", "fold", "has_contact", "mask"]

# One character in, one character out, so that a match in the folded text stands at the same place in the original.
_LOOKALIKE = str.maketrans("零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖", "00123456789123456789")

# A numeral that begins the next word is no digit of the number before it (1464250620一样).
_COUNTING = re.compile(r"(?<=\d)[一二三四五六七八九](?=[\u4e00-\u9fff])(?![零〇一二三四五六七八九])")

_SEP = r"[\s\-_.·•*~,，。、/|]{0,3}"
_WECHAT = (
    r"(?:加我?\W?)?(?:微\W{0,2}信|威\W{0,2}信|薇\W{0,2}信|维信|卫星号|v\W{0,2}信|v\W{0,1}x|w\W{0,1}x|"
    r"we\W?chat|wei\W?xin|绿泡泡"
    r"|薇\W{0,2}[❤♥💗芯心]|微[❤♥💗]|v[❤♥💗]|加\W{0,2}v(?![a-z])|\+\W?v(?![a-z])|➕\W?v(?![a-z])|加\W?薇|"
    r"加\W?微(?![波型笑小妙弱博])|[➕\+]\W?[薇微]|[vV]号)"
)
_HANDLE = r"[a-z][a-z0-9_\-]{5,19}|(?<!\d)\d{6,12}(?!\d)"
_TLD = r"(?:com|cn|net|org|top|xyz|vip|cc|io|me|app|shop|site|club|tw|hk|info|link|ltd|ly|gl|tv)"

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("群组", re.compile(r"t\.me/\S+|(?:telegram|电报|纸飞机)\W{0,3}@?[a-z0-9_]{4,}")),
    ("邮箱", re.compile(r"[a-z0-9._%+\-]{1,64}@[a-z0-9\-]{1,40}(?:\.[a-z0-9\-]{2,24}){1,4}")),
    (
        "链接",
        re.compile(
            r"(?:https?|ftp|weixin)\W{0,2}:\W{0,2}//[^\s，。！？、\u4e00-\u9fff]*|"
            r"www\.[a-z0-9\-.]+[^\s，。！？\u4e00-\u9fff]*"
        ),
    ),
    (
        "链接",
        re.compile(
            rf"(?<![a-z0-9@.\-])(?:[a-z0-9][a-z0-9\-]{{0,40}}\.){{1,4}}{_TLD}(?![a-z0-9\-])(?:/[^\s，。！？\u4e00-\u9fff]*)?"
        ),
    ),
    ("证件号", re.compile(r"(?<!\d)\d{17}[\dx](?![\dx])")),
    ("卡号", re.compile(r"(?<!\d)(?:\d{4}[ \-]?){4}\d{0,3}(?!\d)")),
    ("电话", re.compile(rf"(?<!\d)(?:\+?86{_SEP})?1{_SEP}[3-9](?:{_SEP}\d){{9}}(?!\d)")),
    ("电话", re.compile(r"(?<!\d)0\d{2,3}[ \-]?\d{7,8}(?!\d)|(?<!\d)[48]00[ \-]?\d{3,4}[ \-]?\d{3,4}(?!\d)")),
    (
        "QQ",
        re.compile(
            r"(?:q\W{0,2}q|扣扣|球球|企鹅|叩叩|q号|q群|(?<![a-z])q(?=\s*[:：]))\W{0,3}(?:号码?|群号?|"
            r"群)?\W{0,3}(?:是|为)?\W{0,3}\d{5,12}|群号?\W{0,3}\d{6,12}"
        ),
    ),
    ("微信", re.compile(rf"{_WECHAT}\W{{0,3}}(?:号码?|id|账号)?\W{{0,3}}(?:是|为)?\W{{0,3}}(?:{_HANDLE})")),
    (
        "微信",
        re.compile(
            r"薇\W{0,2}[❤♥💗芯]|微[❤♥💗]|v\W{0,2}信|加\W{0,2}v(?![a-z0-9])|[➕\+]\W?[vV薇微](?![a-z0-9])|加\W?薇|"
            r"加(?:我|下|个|一下)?微信|加(?:我)?\W?vx?(?![a-z])"
        ),
    ),
    ("住址", re.compile(r"\d{1,4}(?:号楼|栋|幢)\W?(?:\d{1,3}(?:单元|门))?\W?\d{0,4}室?|\d{1,3}单元\W?\d{2,4}室?")),
    ("号码", re.compile(r"(?<![\d.])\d{8,}(?![\d.])")),
)
# A cheap test that lets nearly every comment skip the patterns above.
_HINT = re.compile(
    r"\d{5}|(?:\d\W{0,3}){7}|[a-z0-9]\.[a-z]|://|@[a-z]|[vw]\W{0,2}[信x❤♥💗]|[薇❤♥💗]|[微威维]\W{0,2}信|"
    r"we\W?chat|wei|q\W{0,2}q|扣扣|企鹅|球球|叩叩|加\W{0,2}[v微薇我]|[➕+]\W?[v微薇]|群|电报|飞机|"
    r"telegram|t\.me|\d(?:号楼|栋|幢|单元)|绿泡泡|卫星号|v号|q[号群]"
)


class Contact(Struct, frozen=True):
    """One piece of contact data: what it is and where it stands in the original text."""

    kind: str
    start: int
    end: int
    text: str


def fold(text: str) -> str:
    """The text in half-width lower case, character for character (the length never changes)."""
    out: list[str] = []
    for char in text:
        if char.isascii():
            out.append(char.lower())
            continue
        one = unicodedata.normalize("NFKC", char)
        out.append(one.lower() if len(one) == 1 and len(one.lower()) == 1 else char)
    return "".join(out)


def find_contacts(text: str) -> tuple[Contact, ...]:
    """All contact data in the text, in order, never overlapping; full-width forms and inserted symbols too."""
    folded = fold(text)
    digits = _COUNTING.sub("#", folded).translate(_LOOKALIKE)
    found: list[tuple[int, int, int]] = []
    for readable in (folded,) if digits == folded else (folded, digits):
        if not _HINT.search(readable):
            continue
        for order, (kind, pattern) in enumerate(_PATTERNS):
            if readable is folded or kind == "电话":
                found += [(m.start(), m.end(), order) for m in pattern.finditer(readable) if m.group()]
    kept: list[tuple[int, int, int]] = []
    for start, end, order in sorted(found):
        if kept and start < kept[-1][1]:
            first, last, kind_order = kept[-1]
            kept[-1] = (first, max(last, end), min(kind_order, order))
        else:
            kept.append((start, end, order))
    return tuple(Contact(_PATTERNS[order][0], start, end, text[start:end]) for start, end, order in kept)


def has_contact(text: str) -> bool:
    """True when the text holds any contact data."""
    return bool(find_contacts(text))


def mask(text: str) -> str:
    """The text for display, each piece of contact data replaced by its kind in brackets, e.g. 〔电话〕."""
    out: list[str] = []
    place = 0
    for one in find_contacts(text):
        out += [text[place : one.start], f"〔{one.kind}〕"]
        place = one.end
    return "".join(out) + text[place:]
