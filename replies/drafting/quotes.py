"""Cutting a comment into clauses that can stand in 「」 in a reply: complete, harmless, and telling."""

from __future__ import annotations

import re
from itertools import pairwise

from msgspec import Struct

from bot.domain.comment import CommentType
from replies import text as texts
from replies.triage.reading import Reader, Reading

__all__ = ["Quote", "harmless", "questions", "quotable", "quotes"]

SHORTEST, LONGEST = 5, 20
_GOOD_ENOUGH = 6.0

_LEAD = re.compile(
    r"^(?:但是?|而且|所以(?!说)|所以说|因[为為]|由[于於]|然[后後]|就是说|其[实實]|不[过過]|[还還]有(?![\d一二两三四五六七八九十几])|"
    r"感[觉覺](?=.{4})|[觉覺]得(?=.{4})|總之|雖然|[这這][个個]嘛|[并並]且|可是|那么?(?=[我你他她])|反正|总之|话说|"
    r"说实话|说真的|讲真|真的(?=.{4})|而(?![已且])|却|只是|于是|因此|同时|另外|首先|其次|最后(?=.{6})|毕竟|何况|况且|"
    r"甚至|哈+|呜+|嗯+|啊+|哎+呀?|唉+|哇+|对+啊?(?=.{4})|是的|是啊|没错|确实(?=.{4})|的确(?=.{4})|请问|想问一?下?|"
    r"求问|问一下|(?:我|个人|本人)(?:个人)?(?:真的|也|还是|就|一直)?(?:觉得|认为|感觉|觉着|以为)(?:吧|呢)?(?=.{4})|"
    r"(?:感觉|总感觉|个人感觉|觉得)(?=.{4})|我?只?(?:想|能)说的?是?(?=.{4})|我想的是|不得不说|"
    r"说明(?=.{4})|主要是(?=.{4})|关键是(?=.{4})|那(?=这|就是|也|都|说明)|"
    r"\W)+"
)
_TAIL = re.compile(r"(?:啊|呀|吧|啦|哈+|嘛|呢|哦|噢|诶|欸|哎|唉|呜+|呗|咯|滴|\W)+$")
_SPLIT = re.compile(
    r"(?<=.{5})(?=但是|可是|不过|所以|因为|然后|结果(?!是)|而且|如果|虽然|只是|后来|于是|毕竟|还有就是|就是因为|即使|"
    r"哪怕|并且|而不是|而是|因此|否则|不然|要不然|却(?=.{4}))"
)
_GAP = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")  # where an emoticon stood
_END_WORDS = texts.word_set(
    """
    因为 和 与 但 但是 把 被 在 是 对 给 让 从 跟 或 或者 而 就 都 也 很 太 会 要 能 可以 这 那 一个
    这种 那种 这个 那个 这些 那些 并 且 以及 比如 例如 等 的 地 得 不 没 没有人 还 又 再 更 最 说 觉得 认为
    感觉 希望 如果 什么 怎么 为了 虽然 由于 关于 像 比 为 将 于 之 所 我 你 他 她 我们 你们 他们 她们 只 才
    来 去 到 们 着 甚至 只是 就是 不是 也是 还是 都是 而是 可能 应该 必须 需要 想要 非常 特别 真的 以为
    其中 当 以 用 拿 向 往 除了 所以 然后 比较 有的 有些 一些 某些 每个 各种 自己的 别人的 如何 何况 不过
    可是 而且 简直 根本 居然 竟然 到底 究竟 连 即使 与其 不要 不能 不会 不应该 多么 这么 那么 越来越 看到
    听到 知道 发现 表示 指出 首先 其次 第一 第二 时 后 前 中
    """
)
_START_WORDS = texts.word_set(
    """
    的 了 着 过 得 地 们 呢 吗 吧 与 或 及 者 号 岁 之 等等 一样 似的 来说 而言 以上 以下 那样
    """
)
_HALF = re.compile(
    r"^(?:如果|要是|假如|因为|虽然|尽管|只要|只有|除非|即使|就算|哪怕|无论|不管|由于|为了|与其|等到|自从|"
    r"既然|当|每次|每当)"
)
_HALF_END = re.compile(r"(?:的时候|之后|以后|之前|以前|期间|(?<!及)(?<!准)(?<!小)时|^(?:如果|要是|假如|只要).*的话)$")
_LOOSE = re.compile(
    r"^(?:[你您]|至于|不然|要不然?|比如|例如|或者|以及|尤其|特别是|包括|像是|也就是|就像|不仅|不但|一边|一方面|与其|哪像|还不如|要么)"
)
_NOD = re.compile(r"(?:确实|没事|对[的啊]?|是[的啊]?|不|不是|不会|嗯|好吧?|就是|其实|反正|没错|当然|真的|可以|所以)")
_VAGUE = re.compile(r"^(?:这|那(?!年|时|天)|它|他|她|其|此|前者|后者|上面|下面|同样|有的)")
_COPULA_END = re.compile(r"是.{1,8}的$")
_UNSAFE = re.compile(
    r"癌|肿瘤|抑郁|艾滋|流产|堕胎|手术|住院|化疗|糖尿病|高血压|确诊|病历|尿毒|瘫|残疾|自杀|去世|过世|病逝|"
    r"疫苗|医院|就医|"
    r"看病|(?<!毛)病|(?<![热心])血|(?<!心)疼|痛(?!快)|发炎|肺炎|药(?!水)|中毒|毒品|死(?!板|磕|心眼|记|活)|"
    r"尸|葬|遗书|遗体|"
    r"\d+(?:\.\d+)?\s*(?:元|块|万|w|k|千|百|亿|美元|美金|刀)|[一二两三四五六七八九十百千几]+(?:万|千|百)|"
    r"[一二两三四五六七八九十几]+块|月薪|年薪|工资|薪水|存款|贷款|欠债|彩礼|收入|房贷|车贷|借钱|赔钱|股票|基金|钱|"
    r"身份证|银行卡|地址|电话|手机号|\d{5}|他妈|tmd|操(?!场|作|心|劳|持|练|控|办)|艹|卧槽|我靠|我去(?!了|过)|屎|放屁|"
    r"[傻牛装苦二]逼|鸡巴|屌|婊|贱|傻|蠢|滚(?!烫|动|滚)|垃圾|恶心|侵犯|受害|女奴|拐卖|被卖|犯罪|罪犯|强迫|"
    r"色狼|辱骂|骚扰|殴打|脑残|废物|畜|渣|强奸|性侵|嫖|妓|色情|性骚扰|黄片|"
    r"出轨|小三|裸|睡了|上床|性行为|性关系|贞|处女|骗子|打脸|喷子|杠精|水军|崽子|洗地|智商|不要脸|嘴脸|丑[陋恶死]|真丑|"
    r"[{}<>\[\]【】|*#@_^=/\\]|http|www|粉丝|评论配图|^\d+[.、]",
    re.IGNORECASE,
)
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱郭何罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范廖韦贾夏"
    "付邹孟熊秦邱尹薛闫段侯陶黎贺顾毛郝龚邵钱严覃戴莫汤"
)
_BRACKETS = "《》“”「」（）() "
_MARKS_INSIDE = re.compile(r"[「」『』“”\"'‘’()（）《》:：]")


_ASKS = re.compile(r"(?:吗|么)$|怎么|什么|哪|多少|几|如何|为什么|为啥|求|有没有|谁|能不能|是不是|多久")
_ENCLOSED = re.compile(r"《([^》]{2,40})》|“([^”]{2,60})”|[(（]([^)）]{2,60})[)）]|「([^」]{2,60})」")


class Quote(Struct, frozen=True):
    """A clause fit to quote, as written and normalised, and how telling it is (higher is better)."""

    text: str
    norm: str
    worth: float


def harmless(piece: str, reader: Reader) -> bool:
    """True when nothing private, ill, rude or about money stands in the piece."""
    return not _UNSAFE.search(piece) and not _MARKS_INSIDE.search(piece) and not reader.risky(piece)


def quotable(piece: str, words: list[str], reader: Reader) -> bool:
    """True when a clause may be quoted back: complete at both ends, mostly Han, harmless."""
    if not SHORTEST <= len(piece) <= LONGEST or texts.han_count(piece) < max(4, len(piece) * 0.7):
        return False
    if texts.EMOJI.search(piece) or texts.longest_run(piece) >= 3 or not words:
        return False
    if words[0] in _START_WORDS or (words[-1] in _END_WORDS and not _COPULA_END.search(piece)):
        return False
    if _HALF_END.search(piece) or _LOOSE.search(piece):
        return False
    if any(len(w) == 3 and w[0] in _SURNAMES and reader.words.tag(w) == "nr" for w in words):
        return False
    return harmless(piece, reader)


def quotes(reading: Reading, kind: CommentType, reader: Reader) -> tuple[Quote, ...]:
    """The clauses of a comment that are fit to quote and no questions, the most telling first."""
    pieces = _pieces(reading)
    found: dict[str, float] = {}
    for place, (piece, end, joined) in enumerate(pieces):
        if end in ("?", "？"):
            continue
        words = reader.words.cut(reader.normal(piece))
        if not quotable(piece, words, reader):
            continue
        worth = _worth(piece, words, kind, reader) - 0.3 * place + (1.5 if joined else 0)
        if worth >= _GOOD_ENOUGH:
            found.setdefault(piece, worth)
    ranked = sorted(found, key=lambda p: (-found[p], p))
    chosen: list[Quote] = []
    for piece in ranked:
        if not any(piece in other.text or other.text in piece for other in chosen):
            chosen.append(Quote(piece, reader.normal(piece), found[piece]))
    return tuple(chosen)


def questions(reading: Reading, reader: Reader) -> tuple[Quote, ...]:
    """The questions asked, as they may be quoted, without their marks, in order."""
    found = []
    for piece, end, joined in _pieces(reading):
        asks = end in ("?", "？") or _ASKS.search(piece)
        bare = re.sub(r"(?:呀|啊|吖|嘞|捏|哇)$", "", piece)
        if _ASKS.search(bare[:-1]):
            bare = bare.removesuffix("呢")
        if (
            asks
            and not joined
            and 3 <= len(bare) <= 22
            and texts.han_count(bare) >= max(3, len(bare) * 0.6)
            and harmless(bare, reader)
            and reader.words.content(reader.words.cut(reader.normal(bare)))
        ):
            found.append(Quote(bare, reader.normal(bare), 1.0))
    return tuple(found)


def _pieces(reading: Reading) -> list[tuple[str, str, bool]]:
    """Clauses cut to what can be quoted: text, end mark, and whether two neighbours were joined by a comma."""
    single: list[tuple[str, str, int]] = []
    torn = _torn(reading.text)
    for clause in reading.clauses:
        if clause.text.strip(_BRACKETS) in torn:
            continue
        bare = texts.plain(clause.text)
        parts = [part for whole in _GAP.split(bare) for part in _SPLIT.split(whole)]
        for number, part in enumerate(parts):
            piece = _TAIL.sub("", _LEAD.sub("", part.strip())).strip()
            if piece:
                single.append((piece, clause.end if number == len(parts) - 1 else ",", clause.index))
    found = [(piece, end, False) for piece, end, _ in single]
    for (one, mark, first), (other, end, second) in pairwise(single):
        fits = (
            mark in (",", "，") and not _NOD.fullmatch(one) and second == first + 1 and len(one) + len(other) < LONGEST
        )
        if fits and min(len(one), len(other)) > 2 and (min(len(one), len(other)) <= 7 or _HALF.search(one)):
            found.append((f"{one}，{other}", end, True))
    return found


def _torn(text: str) -> frozenset[str]:
    """Parts of titles, quotations and asides that a mark inside cuts apart: 《明天，你好》 is no two clauses."""
    inner = ("".join(found) for found in _ENCLOSED.findall(text))
    return frozenset(
        part.strip() for whole in inner if texts.CLAUSE_END.search(whole) for part in texts.CLAUSE_END.split(whole)
    )


def _worth(piece: str, words: list[str], kind: CommentType, reader: Reader) -> float:
    """How much a clause tells: rare words and a predicate count, vague or half sentences lose."""
    content = set(reader.words.content(words))
    worth = sum(sorted((min(reader.words.rarity(w), 14.0) - 6 for w in content), reverse=True)[:3])
    tags = {reader.words.tag(w)[:1] for w in words}
    if tags & {"v", "a", "i", "l", "z"}:
        worth += 3
    else:
        worth -= 5
    if kind is CommentType.EXPERIENCE and re.match(r"我|后来|结果|当时|去年|以前|小时候|那", piece):
        worth += 3
    if _VAGUE.search(piece):
        worth -= 4
    if _HALF.search(piece) and "，" not in piece:
        worth -= 6
    if piece.startswith(("你", "您")):
        worth -= 4
    if re.search(r"[吗么]$|什么|怎么|为啥|为什么|难道|凭什么|何必|谁", piece):
        worth -= 4
    if 7 <= len(piece) <= 16:
        worth += 2
    return worth
