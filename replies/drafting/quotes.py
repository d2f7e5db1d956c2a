"""Which pieces of a comment may stand in 「」 in a reply: complete, harmless, and telling; the best first."""

from __future__ import annotations

import re

from msgspec import Struct

from bot.domain.comment import CommentType
from replies import text as texts
from replies.drafting.harmless import about_health, harmless
from replies.drafting.person import speaks_to_author
from replies.drafting.pieces import LONGEST, Piece, pieces
from replies.triage.reading import Reader, Reading

__all__ = ["CLEAR", "Quote", "questions", "quotes"]

SHORTEST = 5
_GOOD_ENOUGH = 6.0
_OWN_STORY = 4.5  # enough for a piece of what somebody went through
CLEAR = 10.5  # worth from which a piece stands clear even of a quarrel
_EVERYDAY = 9.5  # rarity below which a word is met every day
_END_WORDS = texts.word_set(
    """
    因为 和 与 但 但是 把 被 在 是 对 给 让 从 跟 或 或者 而 就 都 也 很 太 会 要 能 可以 这 那 一个
    这种 那种 这个 那个 这些 那些 并 且 以及 比如 例如 等 的 地 得 不 没 没有人 还 又 再 更 最 说 觉得 认为
    感觉 希望 如果 什么 怎么 为了 虽然 由于 关于 像 比 为 将 于 之 所 我 你 他 她 我们 你们 他们 她们 只 才
    来 到 们 着 甚至 只是 就是 不是 也是 还是 都是 而是 可能 应该 必须 需要 想要 非常 特别 真的 以为
    其中 当 以 用 拿 向 往 除了 所以 然后 比较 有的 有些 一些 某些 每个 各种 自己的 别人的 如何 何况 不过
    可是 而且 简直 根本 居然 竟然 到底 究竟 连 即使 与其 不要 不能 不会 不应该 多么 这么 那么 越来越 看到
    听到 知道 发现 表示 指出 首先 其次 第一 第二 时 后 前 中 至于 来说 而言 方面 某个 有人 称 强调 认为
    如下 包括 例如 等于 说明 声称 宣称
    """
)
_MAY_END = texts.word_set(
    """
    一个 这个 那个 这些 那些 这样 的 对 说 知道 发现 没有 不会 不能 不要 可能 可以 应该
    需要 要 会 能 来 到 什么 也是 还是 都是 自己的 别人的 真的 感觉 觉得
    """
)
_START_WORDS = texts.word_set(
    """
    的 了 着 过 得 地 们 呢 吗 吧 或 及 者 号 岁 之 等等 一样 似的 来说 而言 以上 以下 那样
    年 月 日 个 条 次 就 才 并 且
    """
)
_TIED = texts.word_set("都 也 还 還 又 再 仍 亦 被")  # inside a sentence such a clause has lost who it speaks of
_HALF = re.compile(
    r"^(?:如果|要是|假如|假使|倘若|若(?=.{3})|待(?!遇)|因为|虽然|尽管|只要|只有|除非|即使|就算|哪怕|无论|不管|不论|由于|为了|与其|等到|自从|不说|单指|光说|单说|抛开|撇开|能把|要把|既然|当(?![年时初天])|每次|每当|"
    r"不是(?=.*的话)|为(?:让|使|在|此|稳定|提升|提高|配合|因应|加强|保障|落实|避免|防止|确保|鼓励|推动|维护|方便)|对于|关于|作为|通过|随[着著]|按照|根据|据|在.{1,8}[中里上下后前时]$)"
)
_LEAD_WORD = re.compile(r"^(?:但是?|而且|所以|然后|不过|可是|并且|而)")
_SECOND_HALF = re.compile(
    r",(?:那|就|才|也|都|我|你|他|她|还|但|却|会|便|只|可|所以|大家|谁|没|不|要|应该|至少|依然|仍|凭|何|为|最)"
)
_HALF_END = re.compile(
    r"(?:的时候|之后|以后|之前|以前|期间|(?<!及)(?<!准)(?<!小)时|^(?:如果|要是|假如|要|有|不|真|是).*的话|[状情][况形]下|来说|而言|方面|的是|以及|妥妥的|我在想|来看|来讲|等|时许|没多久|不久|(?:一些|有个|有些)(?:传言|传闻|谣言|说法)|"
    r"[, ]结果|经查|有多.{1,2}|(?:^|,)[^,是有没会能要]{4,24}(?:问题|一事|乙事))$"
    r"|(?:^|[, ]|表示|指出|[说称])(?:为了|为确保|为避免|为防止|经过)[^,]*$"
    r"|(?:^|,| )从(?!.*[到来去出没不起]|.*开始|.*[中里])[^, ]*$"
)
_OPEN_IF = re.compile(
    r"既(?=[是要有能])(?!.*[又也])|一边(?!.*一边)|一方面(?!.*另)|不[仅但](?!.*[也还更而])|(?:如果|若是|倘若|倘|一旦|要是)(?!.*(?:就|请|会|可|才|也|,|那|要|应|得))"
)
_OWN_START = re.compile(
    r"不要|不必|应该|希望|要|请|没有|可以|必须|别|只要|只有|无论|不管|不是|其实|越|每|最|让|愿|做|人|能|看|听"
)
_LOOSE = re.compile(
    r"^(?:[你您]|[一二三]来(?![自到了])|也比|有个(?:疑问|问题)|但(?!愿)|所以|指(?![望导责点南尖])|别的不说|顺带|顺便|于是|因此|越(?!.*越)|至于|不然|要不然?|比如|例如|或者|包含|有关|真不是我|以及|尤其|特别是|包括|像是|也就是|就像|不仅|不但|一边|一方面|哪像|还不如|要么|"
    r"而是|才能|就是因为|而不|就可以|就是说|是因为|是为了|都是因为|不像|还要|的话|[到从]这|结果是|这样的话|这就|那就|就会|则|便|反而|更何况|更别|连同|其中|分别)"
)
_VAGUE = re.compile(
    r"^(?:这(?!首|支|部|个世|一代|届)|那(?!年|时|天)|它|他|她|其|此|前者|后者|上面|下面|同样|有的|另|该)"
)
_COPULA_END = re.compile(r"(?:是(?!因为)|挺|真|够|很|蛮).{1,8}的$")
_QUESTION = re.compile(r"[吗么]$|什么|怎么|为啥|为什么|难道|凭什么|何必|谁|哪|多少|几[个岁]|如何|是否|还是.{1,8}[?？]")
_ASKED = re.compile(r"吗$|^(?:哪个|谁).{1,8}(?:会|能|敢|不)|(?<![什这那多怎])么$")
_PREDICATE = frozenset("vailz")
_SUBJECTS = frozenset("nrtsmijl")
_OWN = re.compile(r"我(?!国|们国)|俺|咱|本人")
_STANCE = re.compile(
    r"应该|不该|应当|必须|最|更|才|不是|并不|而是|就是|觉得|希望|太|真|如果|因为|所以|可能|需要|不能|不要|一定|只有|值得|关键|"
    r"重要|喜欢|支持|比.{1,8}[好强多大难]|说明|难怪|毕竟|本来|其实|无论|不管|都会|永远"
)
_EVENT = re.compile(
    r"去年|今年|前年|当年|那年|小时候|以前|曾经|后来|终于|毕业|高考|考研|上学|大学|高中|初中|记得|想起|第一次|那天|昨天|今天|"
    r"刚|了$|过$|了.{0,6}年|哭|笑|梦|遇到|碰到|看到|听到|离开|回到|搬|工作|实习"
)
_VERDICT = re.compile(
    r"谣言|不实|误|假|错|澄清|并非|没有|尚无|无此|不是|其实|真的|属实|正确|出自|发生|旧|规定|表示|指出|已"
)
_NAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱郭何罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范廖韦贾夏"
    "付邹孟熊秦邱尹薛闫段侯陶黎贺顾毛郝龚邵钱严覃戴莫汤"
)
_TRAILS = re.compile(r"(?:[到的是在和就还又也对被把给而但]|真的|那个|什么)$")  # before … such a piece is not said out
_ASKS = re.compile(r"(?:吗|么)$|怎么|什么|哪|多少|几|如何|为什么|为啥|求|有没有|谁|能不能|是不是|多久")


class Quote(Struct, frozen=True):
    """A piece fit to quote, as written and normalised, and how telling it is (higher is better)."""

    text: str
    norm: str
    worth: float


def quotes(reading: Reading, kind: CommentType, reader: Reader) -> tuple[Quote, ...]:
    """The pieces of a comment that are fit to quote and no questions, the most telling first."""
    if about_health(reading.norm):
        return ()
    enough = _OWN_STORY if kind is CommentType.EXPERIENCE else _GOOD_ENOUGH
    found: dict[str, Quote] = {}
    cut = pieces(reading.text, reader)
    for piece in cut:
        trails = piece.end in ("…", "⋯") and _TRAILS.search(piece.norm)
        if piece.end in ("?", "？") or trails or _ASKED.search(piece.norm) or not _complete(piece, reader):
            continue
        worth = _worth(piece, kind, reader, reading.size)
        if worth >= enough and harmless(piece.text, piece.norm, reader):
            found.setdefault(piece.text, Quote(piece.text, piece.norm, worth))
    chosen: list[Quote] = []
    for quote in sorted(found.values(), key=lambda q: (-q.worth, q.text)):
        if not any(quote.text in other.text or other.text in quote.text for other in chosen):
            chosen.append(quote)
    return tuple(chosen)


def questions(reading: Reading, reader: Reader) -> tuple[Quote, ...]:
    """The questions asked, as they may be quoted, without their marks, in order."""
    found: list[Quote] = []
    last = -1
    asking = [piece for piece in pieces(reading.text, reader) if _asks(piece, reader)]
    # The whole sentence says best what is asked; else the clause that asks.
    for piece in sorted(asking, key=lambda p: (p.place, not p.whole, p.clauses)):
        enough = piece.whole or (piece.clauses == 1 and len(piece.text) >= 6)
        if enough and piece.place > last:
            found.append(Quote(piece.text, piece.norm, 1.0))
            last = piece.place + piece.clauses - 1
    return tuple(found)


def _asks(piece: Piece, reader: Reader) -> bool:
    """True for a piece that asks something and may be said back."""
    return (
        (piece.end in ("?", "？") or bool(_ASKS.search(piece.norm)))
        and 3 <= len(piece.text) <= 24
        and texts.han_count(piece.text) >= max(3, len(piece.text) * 0.6)
        and piece.words[0] not in _START_WORDS
        and bool(reader.words.content(piece.words))
        and harmless(piece.text, piece.norm, reader)
    )


def _complete(piece: Piece, reader: Reader) -> bool:
    """True when a piece can stand alone: whole at both ends, mostly Han, nobody's full name in it."""
    text, norm, words = piece.text, piece.norm, piece.words
    if not SHORTEST <= len(text) <= LONGEST or texts.han_count(text) < max(4, len(text) * 0.55):
        return False
    if (
        text.count("《") != text.count("》")
        or text.count("“") != text.count("”")
        or texts.EMOJI.search(text)
        or texts.longest_run(text) >= 3
        or not words
    ):
        return False
    if not piece.opens and words[0] in _TIED:
        return False
    starts_late = words[0] in _START_WORDS and not re.match("就要|就喜欢|才(?:发现|知道|明白|意识|想起|懂)", norm)
    if starts_late or re.match(r"\d{1,2}(?:因为|[.、)]|由)|[一二三四五]、", norm):
        return False
    if words[-1] in _END_WORDS and not (piece.end != "," and words[-1] in _MAY_END) and not _COPULA_END.search(norm):
        return False
    if _HALF_END.search(norm) or _LOOSE.search(norm) or _OPEN_IF.search(norm):
        return False
    if _HALF.search(norm) and not _SECOND_HALF.search(norm):
        return False
    if piece.clauses > 1 and piece.end == "," and _HALF.search(_LEAD_WORD.sub("", norm.rsplit(",", 1)[-1])):
        return False
    return not any(_is_name(word, reader) for word in words)


def _is_name(word: str, reader: Reader) -> bool:
    """True for a full name; jieba also lists chance triples such as 段时间, whose last two make an everyday word."""
    return (
        len(word) == 3
        and word[0] in _NAMES
        and reader.words.tag(word) == "nr"
        and reader.words.rarity(word[1:]) > _EVERYDAY
    )


def _starts_well(piece: Piece, reader: Reader) -> bool:
    """True when a clause from the middle of a sentence begins with what it is about, not with what ties it back."""
    return reader.words.tag(piece.words[0])[:1] in _SUBJECTS or bool(_OWN_START.match(piece.norm))


def _worth(piece: Piece, kind: CommentType, reader: Reader, size: int) -> float:
    """How much a piece tells: whole sentences, rare words and what suits the type count; vague or half ones lose."""
    norm = piece.norm
    content = set(reader.words.content(piece.words))
    worth = 0.6 * sum(sorted((min(reader.words.rarity(w), 13.0) - 6 for w in content), reverse=True)[:3])
    tags = {reader.words.tag(w)[:1] for w in piece.words}
    worth += 2 if tags & _PREDICATE else -5
    whole = len(piece.text) >= 0.85 * size
    worth += 5 if whole else 4 if piece.whole else 1 if piece.opens else 0
    if kind is CommentType.EXPERIENCE:
        worth += (3 if _OWN.search(norm) else 0) + (2 if _EVENT.search(norm) else 0)
    elif kind is CommentType.OPINION:
        worth += 3 if _STANCE.search(norm) else 0
    elif kind is CommentType.ADDITION:
        worth += 2 if _VERDICT.search(norm) else 0
    if norm.startswith("是") and not whole:
        worth -= 3
    if _VAGUE.search(norm) and not whole:
        worth -= 4
    if re.search(r"[你您]", norm):
        worth -= 3 if speaks_to_author(norm) else 9
    if _QUESTION.search(norm):
        worth -= 3
    if not (piece.whole or piece.opens or piece.end != ","):
        worth -= 3 if kind is CommentType.ADDITION else 1.5
    if not piece.whole and piece.end == "," and not (piece.opens and kind is CommentType.EXPERIENCE):
        worth -= 4 if kind is CommentType.ADDITION else 2
    if not piece.opens and not _starts_well(piece, reader):
        worth -= 5
    if not piece.opens:
        worth -= 1.5 if kind is CommentType.ADDITION else 1.0
    if piece.clauses > 1 and not piece.whole and piece.end == ",":
        worth -= 2 * (piece.clauses - 1)
    length = len(piece.text)
    worth += 2 if 7 <= length <= 22 else -1 if length > 30 else 0
    return worth - 0.25 * piece.place
