"""Cutting a comment into whole stretches of one sentence, each a candidate to stand in 「」; nothing is reworded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from replies import text as texts
from replies.triage.reading import Reader

__all__ = ["Piece", "pieces"]

LONGEST = 38
MOST_CLAUSES = 40
_JOINED = 3
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_SENTENCE = re.compile(rf"((?<![(（])[。！？!?;；…⋯~～\n\r]+|[\n\r]+|\.{{2,}}|(?<=[{_HAN}])\.(?!\d)|—+)")
_COMMA = re.compile(rf"(?<!\d)[,，]+|[,，]+(?!\d)|(?<=[{_HAN}])[ \t\u3000]+(?=[{_HAN}])|(?<=[{_HAN}])-+(?=[{_HAN}])")
_TURN = re.compile(
    r"(?<=.{7})(?=但是|可是|不过|所以|因为|然后|而且|如果|虽然|只是|后来|于是|毕竟|即使|哪怕|并且|因此|否则|不然|要不然).{6}"
)
_ENCLOSED = re.compile(
    r"《([^》\n]{2,40})》|“([^”\n]{2,60})”|[(（]([^)）\n]{2,60})[)）]|「([^」\n]{2,60})」|\"([^\"\n]{2,60})\""
)
_INNER = re.compile(r"[,，。!！?？;；~～….\s]")
_LEAD = re.compile(
    r"^(?:因为|由于|\d[\d/.-]*[/-]\d+\s*(?![起日号前后至到年月])|但是|但(?=[我你他她它这那也还不没要更有她])|而且|所以(?!说)|所以说|然后|就是说|其实|不过|"
    r"感觉(?=.{4})|觉得(?=.{4})|总之|这个嘛|并且|可是|那么?(?=[我你他她])|反正|话说|"
    r"说实话|说真的|讲真|真的(?=.{4})|而(?![已且是不])|却|只是(?=.{4})|正解(?=[，,])|是这样的(?=[，,])|同时|另外|首先|其次|最后(?=.{6})|毕竟|何况|况且|"
    r"甚至|哈{2,}|嘻+|嘿+|哈(?=[，,!！])|呜+|嗯+|啊+|哎+呀?|唉+|哇+|哦+|噢+|额+|呃+|对+(?:啊|呀)?(?=[，,])|是的|是啊|对的|没错|请问|请教一?下?|(?:作者|楼主|博主|小编|老师|大家)[，,]|"
    r"想问一?下?|求问|问一下|(?:我|个人|本人)(?:个人)?(?:真的|也|还是|就|一直)?(?:觉得|认为|感觉|觉着|以为)(?:吧|呢)?(?=.{4})|"
    r"(?:感觉|总感觉|个人感觉|觉得)(?=.{4})|我?只?(?:想|能)说的?是?(?=.{4})|我想的是|不得不说|"
    r"说明(?=.{4})|主要是(?=.{4})|关键是(?=.{4})|那(?=这|就是|也|都|说明)|[^\w《“「（(])+"
)
_TAIL = re.compile(r"(?:哈{2,}|诶|欸|哎|唉|呜+|咯|滴|捏|嘞|哦|噢|[^\w》”」）)])+$")
# What follows such a clause holds only with it; what a rumour says is no word of the reader's.
_LEANS = re.compile(
    r"虽|^(?:而且|但是?|那)?(?:如果|要是|假如|即使|就算|哪怕|除非|只要|只有|与其|既然|尽管)|不比|传言|传闻|谣言|网传|声称|宣称|流传"
)
# A clause that reaches over a space to what it speaks of: 跟 唐僧 一样.
_REACHES = re.compile(r"(?:跟|和|与|像|把|被|对|向|给|比|叫|是|有|的)$")
# A clause that takes back what stands before it: the first half alone says something else.
_TURNS = re.compile(r"但(?!愿)|可是|然而|不过|却|结果(?!是)|反而")
_FIRST_OF_TWO = re.compile(
    r"^(?:虽然|尽管|因为|由于|如果|要是|假如|只要|只有|除非|即使|就算|哪怕|无论|不管|与其|既然|不仅|不但|一边|当)"
)


class Piece(Struct, frozen=True):
    """One to three neighbouring clauses as written: `norm` and `words` as rules read it, `end` the mark after it.

    `place`: number of its first clause. `whole`: it is the whole sentence. `opens`: it opens the sentence.
    """

    text: str
    norm: str
    words: tuple[str, ...]
    end: str
    place: int
    clauses: int
    whole: bool
    opens: bool


class _Clause(Struct, frozen=True):
    """A clause, whether it is a part of something enclosed, and what the writer put before it."""

    text: str
    torn: bool
    glue: str = "，"


def pieces(text: str, reader: Reader) -> tuple[Piece, ...]:
    """Every stretch of one to three clauses inside one sentence that is short enough to be said back."""
    return tuple(_pieces(text, reader))


def _pieces(text: str, reader: Reader) -> Iterator[Piece]:
    place = 0
    for clauses, end in _sentences(text):
        if place > MOST_CLAUSES:
            return
        norms = [reader.normal(clause.text) for clause in clauses]
        for first in range(len(clauses)):
            if first and (_LEANS.search(norms[first - 1]) or _REACHES.search(norms[first - 1])):
                continue
            for last in range(first, min(first + _JOINED, len(clauses))):
                if any(clause.torn for clause in clauses[first : last + 1]):
                    break
                if any(_TURNS.match(norm) for norm in norms[last + 1 : last + 3]):
                    continue
                joined = "，".join(clause.text for clause in clauses[first : last + 1])
                if len(joined) > LONGEST + 6:
                    break
                piece = _trimmed(joined, reader)
                if not 2 <= len(piece) <= LONGEST:
                    continue
                norm = reader.normal(piece)
                yield Piece(
                    text=_as_written(piece, joined, clauses[first : last + 1]),
                    norm=norm,
                    words=tuple(reader.words.cut(norm)),
                    end=end if last == len(clauses) - 1 else ",",
                    place=place + first,
                    clauses=last - first + 1,
                    whole=first == 0 and last == len(clauses) - 1,
                    opens=first == 0,
                )
        place += len(clauses)


def _as_written(piece: str, joined: str, clauses: list[_Clause]) -> str:
    """The piece with what the writer put between the clauses: a comma is never put where there was none."""
    start = joined.find(piece)
    written, at = list(joined), 0
    for before, clause in pairwise(clauses):
        at += len(before.text)
        written[at] = clause.glue
        at += 1
    return "".join(written[start : start + len(piece)])


def _sentences(text: str) -> Iterator[tuple[list[_Clause], str]]:
    """Sentences as lists of clauses with the mark that ends them; emoticons, emoji and @names end one too."""
    text = re.sub(r"[ \t\u3000]+", " ", texts.REPEATED.sub(_once, text))
    for pattern in (texts.MENTION, texts.BRACKET_EMOTICON, texts.EMOJI):
        text = pattern.sub("\n", text)
    torn = _torn(text)
    parts = _SENTENCE.split(text)
    at = 0
    for number in range(0, len(parts), 2):
        sentence, end = parts[number], parts[number + 1] if number + 1 < len(parts) else ""
        clauses: list[_Clause] = []
        start, glue = 0, "，"
        for stop, skip in [*((m.start(), m.end()) for m in _COMMA.finditer(sentence)), (len(sentence), len(sentence))]:
            piece = sentence[start:stop].strip()
            if piece:
                inside = any(low < at + stop and at + start < high for low, high in torn)
                parts_of_it = _split_long(piece)
                clauses += [_Clause(part, inside, "" if n else glue) for n, part in enumerate(parts_of_it)]
            glue = " " if sentence[stop:skip].isspace() else "，"
            start = skip
        at += len(sentence) + len(end)
        if clauses:
            yield clauses, end.strip()[:1]


def _once(found: re.Match[str]) -> str:
    """What is said over and over, once; letters such as XXXX stand for something and stay as written."""
    return found.group() if found.group(1).isascii() and found.group(1).isalpha() else found.group(1)


def _split_long(clause: str) -> list[str]:
    """A clause too long to be said back, cut where it turns; the others as they are."""
    if len(clause) <= 26:
        return [clause]
    cuts = [match.start() for match in _TURN.finditer(clause)]
    return [clause[a:b] for a, b in zip([0, *cuts], [*cuts, len(clause)], strict=True) if clause[a:b]]


def _torn(text: str) -> list[tuple[int, int]]:
    """Where titles, quotations and asides stand that hold several clauses: 《明天，你好》 is no two clauses."""
    return [m.span() for m in _ENCLOSED.finditer(text) if _INNER.search(m.group()[1:-1])]


def _trimmed(piece: str, reader: Reader) -> str:
    """The piece without what only ties it to what stood before or trails off behind."""
    piece = piece.strip()
    norm = reader.normal(piece)
    if len(norm) == len(piece) and not (_FIRST_OF_TWO.search(norm) and "，" in piece):
        found = _LEAD.match(norm)
        if found:
            piece, norm = piece[found.end() :], norm[found.end() :]
    tail = _TAIL.search(norm)
    if tail and len(norm) == len(piece):
        piece = piece[: tail.start()]
    return piece.strip()
