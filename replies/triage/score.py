"""Quality of a comment, 0 to 100, in six visible parts; what it says counts, how long it is does not."""

from __future__ import annotations

import re

from msgspec import Struct

from bot.domain.comment import CommentType, Part
from replies import text as texts
from replies.triage.reading import Reading
from replies.words import Words, cosine

__all__ = ["Background", "quality"]

_EMPTY = frozenset(
    (CommentType.AD, CommentType.ABUSE, CommentType.VOTE, CommentType.GREETING, CommentType.OTHER, CommentType.PRAISE)
)
_CONCRETE: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "数字",
        re.compile(
            r"\d+(?:\.\d+)?\s*(?:%|[a-z]{1,3}\b|[\u4e00-\u9fff])|[一二两三四五六七八九十百千半几]+(?:年|个月|天|"
            r"周|小时|分钟|次|遍|块|万|斤|克|度|岁|倍|个人)"
        ),
    ),
    (
        "时间",
        re.compile(
            r"去年|前年|今年|明年|上(?:周|个?月|次)|昨[天晚]|前几天|小时候|小学|初中|高中|大学|毕业|结婚|怀孕|"
            r"周末|早上|晚上|凌晨|(?:19|20)\d{2}|那年|当年|当时"
        ),
    ),
    (
        "人物",
        re.compile(
            r"我(?:家|的)?(?:妈|爸|老公|老婆|孩子|儿子|女儿|闺蜜|室友|同学|同事|朋友|领导|老板|老师|邻居|奶奶|"
            r"爷爷|婆婆|哥|姐|弟|妹)|(?:老板|领导|同事|婆婆|孩子|客户|医生|学生|家长)(?=.{0,6}(?:说|让|问|给|把|"
            r"要))"
        ),
    ),
    (
        "做法",
        re.compile(
            r"(?:先|再|然后|接着|每天|每次|坚持).{1,12}(?:做|写|加|放|用|看|读|问|说|记|练|跑|煮|烤|洗|存|换|谈)|"
            r"(?:用|拿|把|靠).{1,8}(?:做|换|代替|记|泡|洗|煮|写|存|放|装|加)"
        ),
    ),
    ("原话", re.compile(r"[“「『《\"].{2,30}[”」』》\"]|(?:说|问|喊|骂|回)(?:道|了一句|我)?[:,]")),
    (
        "地点",
        re.compile(
            r"(?:在|去|到|从)(?:北京|上海|广州|深圳|杭州|成都|武汉|南京|西安|重庆|长沙|香港|台湾|国外|老家|公司|"
            r"学校|医院|家里|村里|超市|菜市场|图书馆|宿舍|办公室|地铁)"
        ),
    ),
)
_ARGUMENT: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("因果", re.compile(r"因为|所以|因此|由于|导致|于是|才会|难怪|原因|之所以|毕竟")),
    ("转折", re.compile(r"但是?|可是|不过|然而|却|虽然|尽管|其实|反而|而不是|并不")),
    ("条件", re.compile(r"如果|要是|只要|只有|除非|即使|就算|哪怕|假如|否则|不然")),
    (
        "比较",
        re.compile(r"比.{1,12}(?:更|还|多|少|好|强|大|快|慢|贵)|不如|与其|相比|更(?:应该|重要|像|适合)|越.{1,6}越"),
    ),
    ("举例", re.compile(r"比如|例如|举个?例|像.{1,10}(?:这样|那样|一样)|拿.{1,8}来说|就说")),
    ("分点", re.compile(r"首先|其次|第一[,、是].*第二|一方面|一是.*二是|1[.、)].*2[.、)]")),
    ("表态", re.compile(r"(?:我|个人)(?:觉得|认为|感觉|想)|应该|不该|同意|赞同|反对|不认同")),
)
_ANSWERING: tuple[tuple[str, re.Pattern[str], int], ...] = (
    (
        "提到文中",
        re.compile(
            r"(?:文中|文里|文章|这篇|标题|第[一二三四五六七八九十\d]+(?:段|点|条|种|个|张|步|集)|结尾|开头|配图|"
            r"评论区|视频里?|片子|歌词|最后(?:那|一)句)"
        ),
        5,
    ),
    (
        "对作者说",
        re.compile(
            r"(?:作者|老师|小编|博主|楼主|up主?|你)(?:说|写|讲|提|问|分享|拍|的(?:方法|观点|意思|文章|视频))|请问|"
            r"请教|求"
        ),
        5,
    ),
    (
        "回应别人",
        re.compile(r"楼上|前面(?:那|几|的)|@|回复|上面(?:说|那)|(?:不)?同意你|看到(?:有人|评论|大家|很多人)"),
        5,
    ),
)
_NEWS = re.compile(
    r"补充|更正|写错|说错|其实(?:是|应)|出自|据|根据|数据|研究|官网|来源|技巧|窍门|建议|提醒|经验|亲测|"
    r"结果|后来|发现|原来"
)


# The share of a part's points for 0, 1, 2, 3, 4 kinds of evidence.
_SHARE = (0.0, 0.32, 0.62, 0.85, 1.0)


# What a comment brings by what it does, whatever its length.
_OWED = {
    CommentType.QUESTION: 9.0,
    CommentType.EXPERIENCE: 7.0,
    CommentType.ADDITION: 7.0,
    CommentType.COMPLAINT: 4.0,
    CommentType.OPINION: 2.0,
}
_HARDLY = (
    0.3  # what details and reasons are worth in a comment that is a greeting, praise or an advertisement all the same
)
_LONG = (80, 150, 250)  # letters from which reading takes a while, each step a little
_PER_STEP = 2.5


class Background(Struct, frozen=True):
    """What relevance is measured against: word weights and which source they came from (正文 / 标题 / 读者常用词)."""

    weights: dict[str, float]
    source: str


def quality(
    reading: Reading, kind: CommentType, words: Words, background: Background | None
) -> tuple[int, tuple[Part, ...]]:
    """The score and its parts. Without a background 相关 is absent and the other parts are scaled to 100."""
    parts = [
        _concrete(reading, kind, words),
        _argument(reading, kind),
        _news(reading, kind, words, background),
        _answering(reading),
        _readable(reading),
    ]
    if background is not None:
        parts.insert(0, _relevant(reading, words, background))
    total = sum(part.points for part in parts) * 100 / sum(part.of for part in parts)
    return max(0, min(100, round(total))), tuple(parts)


def _relevant(reading: Reading, words: Words, background: Background) -> Part:
    vector = words.vector(reading.words)
    near = cosine(vector, background.weights)
    full = 0.16 if background.source == "正文" else 0.30
    shared = sorted(
        (w for w in vector if w in background.weights), key=lambda w: (-vector[w] * background.weights[w], w)
    )
    points = round(20 * min(1.0, near / full), 1)
    return Part("相关", points, 20, f"按{background.source}：{'、'.join(shared[:3]) or '没有共同的词'}")


def _concrete(reading: Reading, kind: CommentType, words: Words) -> Part:
    kinds = [name for name, pattern in _CONCRETE if pattern.search(reading.norm)]
    rare = _rare(reading, words)
    points = _SHARE[min(len(kinds), 4)] * 16 + _density(len(rare), reading) * 9
    if kind in _EMPTY and kind is not CommentType.PRAISE:
        points *= _HARDLY
    said = "、".join([*kinds, *rare[:2]])
    return Part("具体", round(min(25.0, points), 1), 25, said or "没有细节")


def _argument(reading: Reading, kind: CommentType) -> Part:
    kinds = [name for name, pattern in _ARGUMENT if pattern.search(reading.norm)]
    points = 20 * _SHARE[min(len(kinds), 4)] * (_HARDLY if kind in _EMPTY else 1.0)
    return Part("论证", round(points, 1), 20, "、".join(kinds) or "没有理由")


def _news(reading: Reading, kind: CommentType, words: Words, background: Background | None) -> Part:
    if kind in _EMPTY:
        return Part("新信息", 0, 15, "没有新内容")
    known = background.weights if background else {}
    fresh = [w for w in _rare(reading, words) if w not in known]
    points = _density(len(fresh), reading) * 7 + (3.0 if _NEWS.search(reading.norm) else 0.0)
    points += _OWED.get(kind, 0.0)
    return Part("新信息", round(min(15.0, points), 1), 15, "、".join(fresh[:3]) or "没有新词")


def _answering(reading: Reading) -> Part:
    fired = [(name, points) for name, pattern, points in _ANSWERING if pattern.search(reading.norm)]
    return Part("回应他人", min(10, sum(p for _, p in fired)), 10, "、".join(n for n, _ in fired) or "没有对谁说")


def _readable(reading: Reading) -> Part:
    if reading.size < 2:
        return Part("可读", 0, 10, "没有文字")
    letters, _ = texts.shadow(texts.normal(reading.text))
    short = len(set(letters)) < 6
    faults: list[str] = ["太短"] if short else []
    points = 5.0 if short else 10.0
    if texts.longest_run(letters) >= 5:
        points, faults = points - 5, [*faults, "重复的字"]
    if texts.distinct_share(letters) < 0.35 and len(letters) < 150:
        points, faults = points - 4, [*faults, "反复的话"]
    if max((len(c.text) for c in reading.clauses), default=0) > 60:
        points, faults = points - 3, [*faults, "没有断句"]
    if len(reading.norm) > 3 * reading.size:
        points, faults = points - 3, [*faults, "符号太多"]
    if len(letters) > _LONG[0]:
        points, faults = points - sum(_PER_STEP for most in _LONG if len(letters) > most), [*faults, "偏长"]
    return Part("可读", max(0.0, points), 10, "、".join(faults) or "通顺")


def _density(found: int, reading: Reading) -> float:
    """Telling words against all words of a comment, 0 to 1: a long comment has more of them without saying more."""
    return min(1.0, found / (1.5 + 0.3 * len(reading.content)))


def _rare(reading: Reading, words: Words) -> list[str]:
    """Distinct content words that are not everyday ones, rarest first (at most six)."""
    seen = dict.fromkeys(w for w in reading.content if words.rarity(w) >= 10.5)
    return sorted(seen, key=lambda w: (-words.rarity(w), w))[:6]
