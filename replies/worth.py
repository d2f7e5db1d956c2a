"""Whether a comment is worth reading for somebody who has not seen what stood around it.

Triage scores what deserves an answer; a nominee is read alone, by everybody. Two things tell: rules, for which counts
that a thought is whole, says something lived, known or reasoned, and is not one side of a quarrel; and the pieces of
the text, as readers' marks of some thousand comments taught them. Plain string work, told nothing but the text.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from replies.case import RulesError
from replies.text import BRACKET_EMOTICON, EMOJI, normal, plain, shadow
from replies.triage.pieces import Pieces, read_pieces
from replies.yaml_lines import explain_errors, load_with_lines

FILE, PIECES = "worth.yaml", "worth_pieces.bin"

LEAST, MOST = -40.0, 26.0
"""Points that the rules take or give at most."""

_LENGTHS = (
    (12, -40.0), (18, -28.0), (26, -20.0), (36, -13.0), (60, -6.0), (90, 3.0), (190, 11.0), (240, 2.0), (320, -9.0),
)  # fmt: skip
"""Up to so many letters, so many points; a longer one is an essay."""

ESSAY = -23.0

_LIVED = re.compile(
    r"(?:我|我们|我家|俺)[^,。!?;]{0,10}(?:过|了|时候|那年|年前|以前|之前|毕业|上学|工作|结婚|生完|住|遇到|试|做|教|带)|"
    r"(?:我|家里)(?:的)?(?:妈|爸|奶奶|姥|外婆|爷爷|姐|哥|弟|妹|女儿|儿子|孩子|娃|老公|老婆|同学|朋友|同事|室友|闺蜜|老师)|"
    r"小时候|我(?:一)?个朋友|亲眼|亲耳|亲身"
)
_KNOWN = re.compile(
    r"法律|规定|条例|法院|数据|研究|调查|统计|报道|新闻|官方|官网|原文|专业|课本|教材|历史|当时|年代|医生|比例|平均|"
    r"[0-9一二三四五六七八九十百千万]+(?:%|年|岁|个月|天|万|块|元|次|倍|分|人|例|条|个)|比如|例如|举个例"
)
_REASONED = re.compile(
    r"因为|所以|因此|由于|导致|如果|要是|只要|只有|除非|即使|就算|但是?|可是|不过|然而|却|虽然|尽管|其实|反而|而不是|"
    r"不是.{1,16}(?:而是|就是)|与其|不如|本质|关键|重点|问题是|前提|区别|毕竟|一方面|首先|其次|第一|说明|意味着|取决于"
)
_QUARREL = re.compile(
    r"你们?(?:是不是|懂|配|算|倒是|急什么|怎么(?:不|知道|好意思)|凭什么|有病|有毛病|自己|这种|这样的|这么|那么|敢|别|"
    r"能不能|继续|先|嫉妒|哪只眼|说说看|编|造谣|在(?:这|怕|说什么))|你是.{0,12}(?:吗|吧|派来)|您|别(?:瞎|在这|扯|装|洗|来)|"
    r"何必|敢不敢|赌(?:一把|吗)|\bdu\d|不如回家|多读(?:点|些)?书|好好思考|过脑子|打脸|破防|洗地|带节奏|酸(?:了|啥|什么)|嘴硬|抬杠|杠精|喷子|键盘侠|水军|营销号|卧底|拉黑|反串|小丑|急了"
)
_AGAINST = re.compile(r"你|你们")
_COARSE = re.compile(
    r"放屁|屁话|狗屁|屁民|婊|他?妈的|特么|尼玛|卧槽|我[草艹操](?!心|持|办|场|劳|作|地|莓|原)|[傻煞沙][逼比x缺叉]|傻子|"
    r"大傻|弱智|智障|脑残|没脑子|脑子(?:有病|进水)|蠢(?:货|死|得|到)|又蠢|犯贱|下贱|贱(?:人|货)|真贱|屎一样|吃屎|"
    r"(?:真|太|够|令人)恶心|恶心(?:人|死)|恶臭|(?<![倒扔捡丢收])垃圾(?!分|桶|袋|车|站|堆|食品|短信|邮件|处理)|该死|"
    r"去死|弄死|死全家|滚(?:蛋|开|出)|(?:^|[,。!])滚|滚$|有病吧|直男癌|跪舔|舔狗|还要舔|牛逼|装逼|蛋疼|"
    r"劳资(?!纠纷|关系|双方|仲裁|矛盾)|吊打|屌|狗(?:男|东西|腿|都不)|[母公走]狗|人渣|渣[男女]|骂街|腊肠|裤裆|精虫上|"
    r"日女|撩骚|婚驴|倒贴|炸?粪坑|大粪|想扇|毛关系|下头男|真下头|老蚣|装瞎|丑八怪|丑女|死变态|畜生|无耻|不要脸|"
    r"神经病|白痴|这货|那货|女拳|国男|蝻|普信|失足妇|鸡儿|哈批|活该"
)
_HANGS = re.compile(
    r"^(?:而且|不过|但是?|可是|还有|另外|因为|所以|不是吧?|是的|对(?:啊|呀|的|呢)|噗|没毛病|害|完全正确|被你|没错|那(?:么|就)?|这(?:个|就|是|不)|"
    r"然后|结果|其实|主要|毕竟|真的?就是|就是|也|又|呐|哈|啊|嗯|额|呃|总之|反正|有人|他|她|它|只有|才|都|确实|关键|来[,，]|不好意思|抱歉|我的意思|就一句|一堆|问题是|别|能不|很?简单|这种|原来|"
    r"(?:<[^<>]{1,20}>|@[^ ,，:：]{1,16}|回复))"
)
_RHETORIC = re.compile(
    r"难道|凭什么|哪个不|谁还|还用得着|你信吗|有什么(?:用|意思)|怎么可能|还不是|谁不|不是吗|不就是|有没有一种可能|抄谁|好笑|笑死|呵呵|哈哈|敢情|合着|"
    r"(?:吗|呢|什么)[?？!！]*$"
)
_ASKS = re.compile(r"请问|请教|想问|怎么(?:办|做|样|才)|如何|有没有(?!一种可能)|哪(?:里|些|个|种)|什么时候|求|推荐")
_SPLICED = re.compile(r"[\u4e00-\u9fff。！？…],(?=[\u4e00-\u9fff<])")
_PASTED = re.compile(r"举报\s*赞|来自(?:网页|手机|微博)|转发微博|//@")
_JOKE = re.compile(
    r"\[(?:doge|狗头|笑哭|偷笑|捂脸|大笑|吃瓜|暗中观察|汗颜|看|机智|尬笑|微笑|生气|失望|鄙视)[^\]]{0,4}\]|笑死|闹麻|绝了|😅|😂|🤣|🐶"
)


def is_coarse(text: str) -> bool:
    """True for language that nobody would hang up in public: such a comment is nominated by hand or not at all."""
    return bool(_COARSE.search(normal(text)))


class _Numbers(BaseModel):
    """worth.yaml: the mark where nothing else speaks, what a point of the rules adds, what a step of a piece adds."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    start: float
    rules: Annotated[float, Field(ge=0)]
    piece: Annotated[float, Field(gt=0)]


class Worth:
    """Foretells the mark that readers would give: 0 not worth reading alone, 1 rather not, 2 rather, 3 clearly."""

    def __init__(self, start: float, rules: float, pieces: Pieces) -> None:
        self._start = start
        self._rules = rules
        self._pieces = pieces

    @classmethod
    def load(cls, config_dir: Path) -> Self:
        """Read config/worth.yaml and config/worth_pieces.bin. Raises RulesError naming file, line and field."""
        path = config_dir / FILE
        data, lines = load_with_lines(path)
        try:
            numbers = _Numbers.model_validate(data)
        except ValidationError as error:
            raise RulesError(explain_errors(path, error, lines)) from error
        return cls(numbers.start, numbers.rules, read_pieces(config_dir, numbers.piece, PIECES, width=1))

    def mark(self, text: str, *, asks: bool = False) -> float:
        """The mark of a comment, about 0 to 2.5; `asks`: it is there for its question."""
        return self._start + self._rules * rule_points(text, asks=asks) + self._pieces.weigh(words_of(text))[0]


def words_of(text: str) -> str:
    """A comment's text as the rules and the pieces read it."""
    return normal(plain(text))


def rule_points(text: str, *, asks: bool = False) -> float:
    """Points of the rules, LEAST to MOST, for how well a comment reads alone; `asks`: it is there for its question."""
    words = words_of(text)
    letters = len(shadow(words)[0])
    points = next((given for most, given in _LENGTHS if letters <= most), ESSAY)
    lived, known = bool(_LIVED.search(words)), len(set(_KNOWN.findall(words)))
    points += 8.0 * lived + min(10.0, 5.0 * known) + min(10.0, 3.0 * len(set(_REASONED.findall(words))))
    points -= min(20.0, 10.0 * len(_QUARREL.findall(words)))
    if not asks:
        points -= min(9.0, 2.0 * len(_AGAINST.findall(words)))
    points -= 10.0 if _HANGS.search(words) else 0.0
    points -= 9.0 * min(3, len(_JOKE.findall(text.lower())))
    questions = words.count("?") + words.count("？")
    if asks:
        points += (0.0 if _ASKS.search(words) else -14.0) - (14.0 if _RHETORIC.search(words) else 0.0)
        points -= 5.0 * max(0, questions - 2)
    elif questions or _RHETORIC.search(words):
        points -= min(14.0, 6.0 * max(1, questions))
    if _SPLICED.search(text) and "，" in text:  # two kinds of commas: several answers in one, each to somebody else
        points -= 12.0
    points -= 15.0 if _PASTED.search(text) else 0.0
    marks = len(EMOJI.findall(text)) + len(BRACKET_EMOTICON.findall(text))
    points -= 2.0 * max(0, marks - 1)
    return max(LEAST, min(MOST, points))
