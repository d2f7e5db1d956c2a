"""What a reply may take over from the comment: clauses to quote, a clause turned to 你, a topic word, a person."""

from __future__ import annotations

import re

from msgspec import Struct

from bot.domain.comment import CommentType
from replies import text as texts
from replies.drafting.harmless import harmless_word
from replies.drafting.person import flip, speaks_to_author
from replies.drafting.quotes import Quote, questions, quotes
from replies.triage.reading import Reader, Reading

__all__ = ["SLOTS", "Slots", "fill_slots"]

SLOTS = texts.word_set(
    """
    原话 原话二 你话 问 词 人 时长 主题 回数 上次 出处
    """
)

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
_SOURCE = re.compile(
    r"(?:台湾)?事实查核中心|疾病?管制署|疾管署|卫福部|卫生福利部|食药署|食品药物管理署|国健署|健保署|环保署|交通部|教育部|内政部|警政署|警察局|刑事警?察?局|"
    r"气象局|气象署|农委会|农业部|劳动部|经济部|外交部|消防署|中选会|公路总局|故宫|中研院|世界卫生组织|维基百科|自由时报|联合报|联合新闻网|"
    r"苹果日报|中央社|中国时报|东森新闻|三立新闻|三立|公视|路透社?|法新社|美联社|纽约时报|卫报|新华社|人民日报|人民网|央视|澎湃新闻?|"
    r"新华网|中新网|国家统计局|教育局|民政局|卫健委|疾控中心|消费者协会|消基会|警方|官网|原作者"
)
_SAYS = re.compile(
    r"(?!前|的(?:统计|报导|报道|数据))[^,。;:!?]{0,16}?(?:表示|指出|澄清|说明|强调|回应|回复|公布|发布|公告|证实|宣布|声明|呼吁|提醒|解释|查证|查核)"
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
    """The values found, by slot name; one without a good value is absent. `quotes`, `asked`: all that may be quoted."""

    values: dict[str, str]
    quotes: tuple[Quote, ...]
    asked: tuple[Quote, ...] = ()


def fill_slots(reading: Reading, kind: CommentType, reader: Reader, topic: str, earlier: tuple[str, ...]) -> Slots:
    """Everything this comment offers to a reply. `topic`: a word for what the article is about, or empty."""
    found = quotes(reading, kind, reader)
    ranked = [quote.text for quote in found]
    values: dict[str, str] = {}
    if ranked:
        values["原话"] = ranked[0]
    if len(ranked) > 1:
        values["原话二"] = ranked[1]
    turned = next((flip(q) for q in ranked if re.search(r"我|俺|咱|本人", q) and speaks_to_author(q)), "")
    if 5 <= len(turned) <= 20:
        values["你话"] = turned
    asked = questions(reading, reader)
    if asked:
        values["问"] = asked[0].text
    if word := _topic_word(reading, reader):
        values["词"] = word
    for said, pattern in _KIN_PATTERNS:
        if pattern.search(reading.norm):
            values["人"] = said
            break
    if source := _source(reading, reader):
        values["出处"] = source
    if span := _SPAN.search(reading.norm):
        values["时长"] = span.group(1)
    if topic:
        values["主题"] = topic
    if earlier:
        values["回数"] = _count(len(earlier) + 1)
        last = quotes(reader.read(earlier[-1]), kind, reader)
        if last:
            values["上次"] = last[0].text
    return Slots(values, found, asked)


def _source(reading: Reading, reader: Reader) -> str:
    """Who is cited, as the comment writes it; empty if nobody known is."""
    found = next((found for found in _SOURCE.finditer(reading.norm) if _SAYS.match(reading.norm, found.end())), None)
    for clause in reading.clauses if found else ():
        norm = reader.normal(clause.text)
        place = norm.find(found.group()) if found else -1
        if place >= 0 and found and len(norm) == len(clause.text):
            return clause.text[place : place + len(found.group())]
    return ""


def _topic_word(reading: Reading, reader: Reader) -> str:
    """The rarest harmless noun of the comment, joined with a noun right before it; empty if none."""
    best, weight = "", 9.5
    words = reader.words.cut(texts.plain(reading.norm))
    for place, word in enumerate(words):
        if not _is_topic(word, reader):
            continue
        rarity = min(reader.words.rarity(word), 13.5)
        if rarity > weight:
            before = words[place - 1] if place else ""
            joined = before + word
            whole = joined if _is_topic(before, reader) and len(joined) <= 6 else word
            if harmless_word(whole, reader):
                best, weight = whole, rarity
    return best


def _is_topic(word: str, reader: Reader) -> bool:
    return (
        2 <= len(word) <= 6
        and reader.words.tag(word) in _TOPIC_TAGS
        and word not in reader.words.stop
        and not _NOT_TOPIC.match(word)
    )


def _count(number: int) -> str:
    return "两" if number == 2 else "零一二三四五六七八九"[number] if number < 10 else "好多"
