"""Answering in the reader's script: a sentence of the rules in traditional characters for a traditional comment."""

from __future__ import annotations

import re

__all__ = ["Script"]

_SHARE = 0.04  # traditional characters among all from which a comment counts as written in them
# Where one simplified character stands for several, the one that our sentences mean; whole words where both occur.
_CHOSEN = """
    后=後 里=裡 么=麼 发=發 干=幹 系=係 复=覆 准=準 台=台 才=才 只=只 面=面 出=出 了=了 几=幾 于=於 冲=衝 向=向 致=致
    它=它 他=他 你=你 并=並 占=佔 当=當 尽=盡 历=歷 钟=鐘 余=餘 团=團 须=須 采=採 征=徵 回=回 松=鬆 制=製 注=注 托=託
    赞=讚 录=錄 岩=岩 岛=島 群=群 升=升 吃=吃 志=志 布=布 借=借 周=週 愿=願 着=著 家=家 表=表 划=劃 别=別 叹=嘆 闲=閒
"""
_WORDS = """
    关系=關係 联系=聯繫 限制=限制 控制=控制 制度=制度 恢复=恢復 反复=反覆 标准=標準 批准=批准 最后=最後 皇后=皇后
    公里=公里 一只=一隻 头发=頭髮 干净=乾淨 周围=周圍 复杂=複雜 重复=重複 关注=關注 杂志=雜誌 准时=準時 尽管=儘管
    拼凑=拼湊 下面=下面 面包=麵包 面条=麵條 面粉=麵粉 面团=麵糰 了解=了解 台词=台詞 冲突=衝突 系统=系統
"""
_SLOT = re.compile(r"(\{\w+\})")


class Script:
    """Knows traditional characters; made from the table of config/words/traditional.txt."""

    def __init__(self, to_simple: dict[int, str]) -> None:
        self._traditional = frozenset(chr(code) for code in to_simple)
        simple = frozenset(to_simple.values())
        # 裡, 後: both forms are in use on either side for a few; such a character tells nothing.
        self._telling = self._traditional - simple
        table: dict[str, str] = {}
        for code, plain in to_simple.items():
            table.setdefault(plain, chr(code))
        table |= _pairs(_CHOSEN)
        self._table = {ord(plain): other for plain, other in table.items()}
        words = _pairs(_WORDS)
        self._words = words
        self._pattern = re.compile("|".join(sorted(words, key=len, reverse=True)))

    def is_traditional(self, text: str) -> bool:
        """True when the text is written in traditional characters."""
        return sum(char in self._telling for char in text) > max(1, _SHARE * len(text))

    def to_traditional(self, text: str) -> str:
        """A text of ours in traditional characters; names of slots stay."""
        return "".join(part if part.startswith("{") else self._turned(part) for part in _SLOT.split(text))

    def _turned(self, part: str) -> str:
        out, start = [], 0
        for match in self._pattern.finditer(part):
            out += [part[start : match.start()].translate(self._table), self._words[match.group()]]
            start = match.end()
        return "".join([*out, part[start:].translate(self._table)])


def _pairs(listed: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in listed.split())
