"""One careful look at a comment: normalised text, words, clauses, list hits and the features that rules may name."""

from __future__ import annotations

import re

from msgspec import Struct

from replies import text as texts
from replies.risk.contact import Contact
from replies.risk.screen import Hits, Screen
from replies.words import Words

__all__ = ["FEATURES", "Reader", "Reading"]

FEATURES = texts.word_set(
    """
    联系方式 链接 只有链接 广告词 两个广告词 三个广告词 骂人词 引用骂人词 问号 末问号 只有表情 长文
    只有大数 只夸 成句 只引用 请教词 火药味 心里难受
    """
)
LONG = 120
_QUOTED = re.compile(r"[“「『《\"'‘][^”」』》\"'’]{1,200}[”」』》\"'’]")
_LINK = re.compile(r"https?://\S+|www\.\S+")
_FILLER = re.compile(
    r"[的了啊呀吧呢哦哈嘛啦呗哇噢嗯我你您这那真太很好也都就是还又再在有一个篇点些更最超挺蛮们得地和大家"
    r"作者老师小编博主楼主up主视频文章大佬哥姐姐弟弟妹妹张同学啊~,.!?\s\W]+"
)
_ASKING = re.compile(r"请问|请教|求(?:问|解|助|推荐)|有没有人|谁知道|想(?:请?问|知道)")


class Reading(Struct, frozen=True):
    """What was read: `norm` for rules (repetitions cut), `text` as written; `size` counts letters, digits and Han."""

    text: str
    norm: str
    words: tuple[str, ...]
    content: tuple[str, ...]
    clauses: tuple[texts.Clause, ...]
    size: int
    features: frozenset[str]
    hits: Hits
    contacts: tuple[Contact, ...]


class Reader:
    """Reads comments; holds the word lists and the segmentation."""

    def __init__(
        self,
        words: Words,
        screen: Screen,
        to_simple: dict[int, str],
        praise: re.Pattern[str],
        hostile: re.Pattern[str],
        sorrow: re.Pattern[str],
    ) -> None:
        self.words = words
        self._screen = screen
        self._to_simple = to_simple
        self._praise = praise
        self._hostile = hostile
        self._sorrow = sorrow

    def normal(self, text: str) -> str:
        """The text as the rules see it."""
        return texts.normal(text, self._to_simple)

    def risky(self, piece: str) -> bool:
        """True when a piece of text holds a listed word or contact data, so that no reply may repeat it."""
        hits = self._screen.find(piece, self.normal(piece))
        return bool(hits.block or hits.look or hits.abuse or hits.crisis or hits.distress or hits.contacts)

    def praises(self, word: str) -> bool:
        """True when a word is itself praise (好看, 太好了) and so names nothing."""
        return bool(self._praise.search(word))

    def read(self, text: str) -> Reading:
        """Read one comment. Never raises, whatever the text."""
        text = texts.visible(text)
        norm = texts.squeezed(self.normal(text))
        plain = texts.plain(norm)
        letters, _ = texts.shadow(plain)
        words = tuple(self.words.cut(norm))
        content = tuple(self.words.content(words))
        hits = self._screen.find(text, norm)
        features = set(hits.features())
        if not letters or (not re.search(r"[a-z\u4e00-\u9fff]", letters) and len(letters) <= 2 and letters != plain):
            features.add("只有表情")
        features |= self._shape(norm, plain, letters, words, content)
        if hits.abuse and _all_quoted(norm, hits.abuse):
            features.add("引用骂人词")
        return Reading(
            text=text,
            norm=norm,
            words=words,
            content=content,
            clauses=texts.clauses(texts.squeezed(text)),
            size=len(letters),
            features=frozenset(features),
            hits=hits,
            contacts=hits.contacts,
        )

    def _shape(self, norm: str, plain: str, letters: str, words: tuple[str, ...], content: tuple[str, ...]) -> set[str]:
        """Features of form: questions, length, praise and nothing else, a whole sentence, only a quotation."""
        found: set[str] = set()
        if "?" in norm:
            found.add("问号")
            if re.search(r"\?[\s\W]*$", norm):
                found.add("末问号")
        if _ASKING.search(norm):
            found.add("请教词")
        if len(letters) > LONG:
            found.add("长文")
        if self._hostile.search(norm):
            found.add("火药味")
        if self._sorrow.search(norm):
            found.add("心里难受")
        if letters.isdigit() and int(letters[:4]) > 20 and len(set(letters)) > 1:
            found.add("只有大数")
        if "://" in norm or "www." in norm:
            rest, _ = texts.shadow(_LINK.sub("", norm))
            if len(rest) <= 2:
                found.add("只有链接")
        if letters and len(letters) <= 45:
            rest = _FILLER.sub("", self._praise.sub("", plain))
            if len(_FILLER.sub("", plain)) > len(rest) and len(rest) <= max(2, len(letters) // 5):
                found.add("只夸")
        if len(content) >= 2 and any(self.words.tag(w)[:1] in ("v", "a", "i", "l") for w in words):
            found.add("成句")
        without, _ = texts.shadow(_QUOTED.sub("", plain))
        if letters and len(without) <= 1:
            found.add("只引用")
        return found


def _all_quoted(norm: str, words: tuple[str, ...]) -> bool:
    """True when every hit stands inside quotation marks: the writer cites the insult."""
    outside = _QUOTED.sub(" ", norm)
    return not any(word in outside for word in words) and any(word in norm for word in words)
