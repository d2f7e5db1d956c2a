"""Turning what a reader says of themselves towards them: 我家孩子 becomes 你家孩子, 你写的 becomes 我写的."""

from __future__ import annotations

import re

__all__ = ["flip", "speaks_to_author"]

# What the reader calls it = what the author calls it. 你妈 alone is a curse, so parents and grandparents get their full
# name; words that only look like a person (自我, 我国) stay.
_FLIPS = """
    我们国家=我们国家 我国=我国 自我=自我 忘我=忘我 我行我素=我行我素 大我=大我 小我=小我
    你我=你我 你来我往=你来我往 咱们国家=咱们国家 咱国=咱国 我老妈=你妈妈 我老爸=你爸爸
    我妈妈=你妈妈 我爸爸=你爸爸 我爸妈=你爸妈 我妈=你妈妈 我爸=你爸爸 我娘=你妈妈 我爹=你爸爸
    咱妈=你妈妈 咱爸=你爸爸 俺妈=你妈妈 俺爸=你爸爸 俺娘=你妈妈 俺爹=你爸爸 我奶奶=你家奶奶
    我爷爷=你家爷爷 我姥姥=你家姥姥 我姥爷=你家姥爷 我外婆=你家外婆 我外公=你家外公 我大爷=你家大爷
    我二大爷=你家二大爷 我姥=你家姥姥 我们家=你们家 咱们家=你们家 咱家=你家 俺家=你家 俺们=你们
    我家=你家 我们=你们 咱们=我们 咱俩=我们俩 我俩=你俩 我自己=你自己 本人=你 笔者=我 我=你
    俺=你 咱=我们
"""
_BACK = """
    您们=我们 你们=我们 你自己=我自己 您=我 你=我 作者=我 楼主=我 博主=我 小编=我
"""
_TO_AUTHOR = re.compile(
    r"[你您](?:们)?(?:这篇|的(?:文章|文|观点|说法|方法|建议|分享|文字|意思|视频|方子|配方|教程)|说的|写的|"
    r"讲的|提到|提的|推荐|分享|文中|文章里|教的)"
    r"|(?:同意|赞同|支持|谢谢|感谢|跟着|照着|按照?|听|问|看|学|喜欢|和|跟|向)[你您]"
)
_ANY_YOU = re.compile(r"[你您]")
_TABLE = {pair.split("=")[0]: pair.split("=")[1] for pair in (_FLIPS + _BACK).split()}
_PATTERN = re.compile("|".join(sorted(map(re.escape, _TABLE), key=len, reverse=True)))


def speaks_to_author(text: str) -> bool:
    """True when every 你 in the text plainly means the author; a general 你 (你不努力谁替你努力) must not be turned."""
    return not _ANY_YOU.search(_TO_AUTHOR.sub("", text))


def flip(text: str) -> str:
    """The text as the author would say it back. First and second person change places, all else stays."""
    return _PATTERN.sub(lambda match: _TABLE[match.group()], text)
