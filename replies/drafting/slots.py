"""What a reply may take over from the comment: clauses to quote, a clause turned to 你, a topic word, a person."""

from __future__ import annotations

import re

from msgspec import Struct

from bot.domain.comment import CommentType
from replies import text as texts
from replies.drafting.person import flip, speaks_to_author
from replies.triage.reading import Reader, Reading

__all__ = ["SLOTS", "Slots", "fill_slots", "quotable"]

SLOTS = frozenset("原话 原话二 你话 问 词 人 时长 主题 回数 上次".split())  # noqa: SIM905

_LEAD = re.compile(
    r"^(?:但是?|而且|所以|因为|然后|就是说?|其实|不过|还有|并且|可是|那么?(?=[我你他她])|反正|总之|话说|"
    r"说实话|说真的|讲真|真的|而|却|只是|于是|因此|"
    r"虽然|尽管|同时|另外|首先|其次|最后|毕竟|何况|况且|甚至|哈+|呜+|嗯+|啊+|哎+|唉+|哇+|"
    r"对+(?=[我你他她])|是的|没错|确实|请问|想问一?下?|求问|问一下|话说|\W)+"
)
_TAIL = re.compile(r"(?:啊|呀|吧|啦|哈+|嘛|呢|哦|噢|诶|欸|了吧|了啊|了呢|哎|唉|呜+|\W)+$")
_SPLIT = re.compile(
    r"(?<=.{4})(?=但是|可是|不过|所以|因为|然后|结果|而且|如果|虽然|只是|后来|于是|毕竟|还有就是|就是因为|"
    r"即使|哪怕|并且|而不是)"
)
_OPEN_END = re.compile(
    r"(?:的话|因为|和|与|但是?|把|被|在|是|对|给|让|从|跟|或者?|而|就|都|也|很|太|会|要|能|想|可以|这|那|"
    r"一个|这种|那种|这个|那个|的时候|时候?|并|且|以及|比如|等|的|地|得|"
    r"不|没|还|又|再|更|最|说|觉得|认为|感觉|希望|如果|什么|怎么|为了|虽然|由于|关于|像|比|为|将|于|之|所|"
    r"我|你|他|她|只|才|有|来|去|到|们|着)$"
)
_COPULA_END = re.compile(r"是.{1,8}的$")
_OPEN_START = re.compile(
    r"^(?:的|了|着|过(?!年|节|去|来|日子|得)|得(?!了|到|知|病)|们|呢|吗|吧|与|或|及|之(?!前|后)|者|%|号|岁)"
)
_UNSAFE = re.compile(
    r"癌|肿瘤|抑郁|艾滋|流产|堕胎|手术|住院|化疗|糖尿病|高血压|确诊|病历|尿毒|瘫|残疾|自杀|去世|过世|病逝|"
    r"死|尸|葬|遗|"
    r"\d+(?:\.\d+)?\s*(?:元|块|万|w|k|千|百|亿|美元|美金|刀)|[一二两三四五六七八九十百千几]+(?:万|千|"
    r"百)(?:元|块)?|月薪|年薪|工资|薪水|存款|贷款|欠债|彩礼|收入|房贷|车贷|借钱|赔钱|股票|基金|"
    r"身份证|银行卡|地址|电话|手机号|\d{5}|他妈|tmd|操|艹|卧槽|我靠|我去|屎|屁|逼|鸡巴|屌|婊|贱|狗|猪|傻|"
    r"蠢|滚|垃圾|恶心|脑残|废物|畜|"
    r"强奸|性侵|嫖|妓|色情|性骚扰|黄片|出轨|小三|裸|睡了|上床|"
    r"[{}<>\[\]【】]|http|www|@|#|粉丝",
    re.IGNORECASE,
)
_MARKS_INSIDE = re.compile(r"[「」『』“”\"'‘’()（）《》]")
_KIN = """
    妈妈=妈|妈妈|老妈|娘|母亲 爸爸=爸|爸爸|老爸|爹|父亲 爸妈=爸妈|父母
    孩子=孩子|娃|宝宝|小孩|家娃|崽 儿子=儿子 女儿=女儿|闺女 奶奶=奶奶 爷爷=爷爷
    外婆=外婆|姥姥 外公=外公|姥爷 婆婆=婆婆 公公=公公 你老公=老公|丈夫 你老婆=老婆|媳妇|妻子
    男朋友=男朋友|男友|对象 女朋友=女朋友|女友 闺蜜=闺蜜 室友=室友|舍友 同学=同学 同事=同事
    领导=领导|老板|上司|主管 老师=老师 邻居=邻居 朋友=朋友 哥哥=哥|哥哥 姐姐=姐|姐姐
    弟弟=弟|弟弟 妹妹=妹|妹妹
"""
_OF_MINE = r"我(?:家|的|们家?|身边)?(?:有个|一个|那个|这个)?的?"
_KIN_PATTERNS = tuple(
    (said, re.compile(rf"{_OF_MINE}(?:{names})(?![妈爸圈友年系])"))
    for said, names in (pair.split("=") for pair in _KIN.split())
)
_SPAN = re.compile(
    r"(?:坚持|用|试|练|做|学|干|教|工作|等|跑|读|写|养|住|当|待|上|结婚|带|吃|戒|看|追|听|熬|忍)(?:了|过|"
    r"这个|它)?(?:快|差不多|整整|将近|有)?"
    r"((?:\d+|[一二两三四五六七八九十几半]+)多?(?:年|个多?月|周|个星期|天|次|遍|小时)多?)"
)
_TOPIC_TAGS = ("n", "vn", "nz", "nt", "l", "i", "an", "j")
_NOT_TOPIC = re.compile(
    r"^(?:男人|女人|女性|男性|女生|男生|女孩|男孩|孩子|妈妈|爸爸|父母|老师|同学|朋友|国家|社会|中国|时候|"
    r"事情|东西|问题|情况|地方|方面|感觉|人们|网友|家人|姑娘|小伙|先生|女士|儿子|女儿|老公|老婆|领导|同事|"
    r"原因|结果|办法|意思|现实|内容|视频|文章|评论|作者|标题|个人|人类|大学|学校|生活|工作|世界|时代|人生|"
    r"一天|一年|心里|眼里|人家|样子|看法|观点|态度|眼泪|部分|人民|小时|年纪|关系|事件|新闻|媒体|网络|字幕|"
    r"弹幕|镜头|结尾|开头|最后|那时|当年|全文|有点)$"
)


class Slots(Struct, frozen=True):
    """The values found, by slot name; one without a good value is absent. `quotes` are all clauses fit to quote."""

    values: dict[str, str]
    quotes: tuple[str, ...]


def quotable(piece: str, reader: Reader) -> bool:
    """True when a clause may be quoted back: complete, harmless, nothing private in it."""
    if not 4 <= len(piece) <= 18 or texts.han_count(piece) < max(4, len(piece) * 0.6):
        return False
    if _UNSAFE.search(piece.lower()) or _MARKS_INSIDE.search(piece) or texts.EMOJI.search(piece):
        return False
    if (
        (_OPEN_END.search(piece) and not _COPULA_END.search(piece))
        or _OPEN_START.search(piece)
        or texts.longest_run(piece) >= 3
    ):
        return False
    return not reader.risky(piece)


def fill_slots(reading: Reading, kind: CommentType, reader: Reader, topic: str, earlier: tuple[str, ...]) -> Slots:
    """Everything this comment offers to a reply. `topic`: a word for what the article is about, or empty."""
    ranked = _ranked(reading, kind, reader)
    values: dict[str, str] = {}
    if ranked:
        values["原话"] = ranked[0]
    if len(ranked) > 1:
        values["原话二"] = ranked[1]
    turned = next((flip(q) for q in ranked if re.search(r"我|俺|咱|本人", q) and speaks_to_author(q)), "")
    if turned and 5 <= len(turned) <= 20:
        values["你话"] = turned
    if question := _question(reading, reader):
        values["问"] = question
    if word := _topic_word(reading, reader):
        values["词"] = word
    for said, pattern in _KIN_PATTERNS:
        if pattern.search(reading.norm):
            values["人"] = said
            break
    if span := _SPAN.search(reading.norm):
        values["时长"] = span.group(1)
    if topic:
        values["主题"] = topic
    if earlier:
        values["回数"] = _count(len(earlier) + 1)
        last = _ranked(reader.read(earlier[-1]), kind, reader)
        if last:
            values["上次"] = last[0]
    return Slots(values, ranked)


def _pieces(reading: Reading) -> list[tuple[str, str]]:
    """Clauses cut to what can be quoted, each with its end mark."""
    found = []
    for clause in reading.clauses:
        bare = texts.plain(clause.text)
        for part in _SPLIT.split(bare):
            piece = _TAIL.sub("", _LEAD.sub("", part.strip())).strip()
            if piece:
                found.append((piece, clause.end))
    return found


def _ranked(reading: Reading, kind: CommentType, reader: Reader) -> tuple[str, ...]:
    """Clauses fit to quote that are no questions, the most telling first."""
    scored: dict[str, float] = {}
    for place, (piece, end) in enumerate(_pieces(reading)):
        if end in ("?", "？") or not quotable(piece, reader):
            continue
        words = reader.words.cut(reader.normal(piece))
        content = reader.words.content(words)
        if not content:
            continue
        telling = sum(sorted((min(reader.words.rarity(w), 14.0) for w in set(content)), reverse=True)[:3])
        if any(reader.words.tag(w)[:1] in ("v", "a") for w in words):
            telling += 4
        if kind is CommentType.EXPERIENCE and re.match(r"我|后来|结果|当时|去年|以前", piece):
            telling += 4
        if re.match(r"这|那|它|他|她|其|此", piece):
            telling -= 5
        if 6 <= len(piece) <= 14:
            telling += 3
        scored.setdefault(piece, telling - place * 0.2)
    return tuple(sorted(scored, key=lambda p: (-scored[p], p)))


def _question(reading: Reading, reader: Reader) -> str:
    """The question asked, as it may be quoted, without its mark; empty if there is none fit."""
    asked = [
        piece
        for piece, end in _pieces(reading)
        if end in ("?", "？") or re.search(r"吗$|怎么|什么|哪|多少|几|如何|为什么|求|有没有|谁|能不能|是不是", piece)
    ]
    for piece in asked:
        bare = re.sub(r"(?:呢|呀|啊|吖|嘞)$", "", piece)
        if (
            3 <= len(bare) <= 20
            and texts.han_count(bare) >= 3
            and not _UNSAFE.search(bare.lower())
            and not _MARKS_INSIDE.search(bare)
            and not reader.risky(bare)
        ):
            return bare
    return ""


def _topic_word(reading: Reading, reader: Reader) -> str:
    """The rarest harmless noun of the comment, joined with a noun right before it; empty if none."""
    best, weight = "", 9.5
    words = reading.words
    for place, word in enumerate(words):
        if not _is_topic(word, reader):
            continue
        rarity = min(reader.words.rarity(word), 13.5)
        if rarity > weight:
            before = words[place - 1] if place else ""
            joined = before + word
            whole = joined if _is_topic(before, reader) and len(joined) <= 6 else word
            if quotable_word(whole, reader):
                best, weight = whole, rarity
    return best


def _is_topic(word: str, reader: Reader) -> bool:
    return (
        2 <= len(word) <= 6
        and reader.words.tag(word) in _TOPIC_TAGS
        and word not in reader.words.stop
        and not _NOT_TOPIC.match(word)
    )


def quotable_word(word: str, reader: Reader) -> bool:
    """True when a single word may stand in a reply."""
    return not _UNSAFE.search(word) and not reader.risky(word)


def _count(number: int) -> str:
    return "两" if number == 2 else "零一二三四五六七八九"[number] if number < 10 else "好多"
