"""Golden sentences: the part of a comment that deserves a place on the wall (feature G2). Pure string work."""

from __future__ import annotations

import re

from replies.risk.contact import has_contact
from replies.text import grams, plain, shadow, visible

SHORTEST, LONGEST = 12, 40
"""字 of a sentence, signs not counted."""

QUOTED_FROM = 0.6
"""Share of a sentence's 3-grams that the article has, from which it is the article's and not the reader's."""

CANDIDATES = 3

_SENTENCE = re.compile(r"[^。！？!?；;\n…]+[。！？!?…]*")
_PAIRS = (("“", "”"), ("「", "」"), ("（", "）"), ("(", ")"), ("《", "》"), ("『", "』"))
_HANGS_ON = re.compile(
    r"(?:但是?|可是|不过|然后|所以|因此|而且|并且|因为|由于|如果|虽然|还有|另外|其次|第[二三四五]|以及|后来|于是|结果|同上|楼上|上面|这个|那个)"
)
_LEFT_OPEN = re.compile(r"(?:的时候|因为|如果|但是?|而且|比如|例如|以及|和|与|或|的|地|得|[，,、：:])$")
_LIVED = re.compile(r"我|我们|我家|我妈|我爸|孩子|老公|老婆|同事")
_TURN = re.compile(r"不是.{1,14}而是|其实|原来|才(?:发现|明白|知道)|与其.{1,12}不如|越.{1,8}越|只要.{1,12}就|不如")
_FIGURE = re.compile(r"[0-9]|[一二两三四五六七八九十百千半]+(?:年|个月|天|周|次|倍|成|分钟|小时|岁|块|斤)")
_ASKS = re.compile(r"[?？]$|吗$|呢$|请问|求")


def golden_sentences(comment: str, article: str = "") -> tuple[str, ...]:
    """Up to three sentences of a comment, best first, each cut from it as it stands.

    Whole sentences of 12-40 字; joined clauses of a longer one where they stand alone. None with contact data, none
    that is the article's own. Deterministic.
    """
    text = visible(comment)
    known = frozenset(grams(shadow(article)[0])) if article else frozenset()
    found: dict[str, float] = {}
    for place, sentence in enumerate(_SENTENCE.findall(text)):
        for part in _parts(sentence):
            part = part.strip()
            if part not in found and _fits(part, known):
                found[part] = _worth(part) - place * 0.1
    best: list[str] = []
    for part in sorted(found, key=lambda one: (-found[one], text.index(one))):
        if not any(part in other or other in part for other in best):
            best.append(part)
    return tuple(best[:CANDIDATES])


def _parts(sentence: str) -> list[str]:
    """The sentence, and if it is too long, its runs of neighbouring clauses."""
    if _length(sentence) <= LONGEST:
        return [sentence]
    clauses = [piece for piece in re.split(r"(?<=[，,、：:])", sentence) if piece]
    runs = []
    for start in range(len(clauses)):
        for end in range(start + 1, len(clauses) + 1):
            run = "".join(clauses[start:end]).strip().rstrip("，,、：:")
            if SHORTEST <= _length(run) <= LONGEST:
                runs.append(run)
    return runs


def _length(text: str) -> int:
    return len(shadow(text)[0])


def _fits(part: str, known: frozenset[str]) -> bool:
    if not SHORTEST <= _length(part) <= LONGEST or plain(part) != part or has_contact(part):
        return False
    if any(part.count(left) != part.count(right) for left, right in _PAIRS) or part.count('"') % 2:
        return False
    if _LEFT_OPEN.search(part):
        return False
    own = grams(shadow(part)[0])
    return not known or sum(gram in known for gram in own) / max(1, len(own)) < QUOTED_FROM


def _worth(part: str) -> float:
    """How well a sentence stands alone: something lived, a turn of thought, a figure; not a question, not a rest."""
    length = _length(part)
    worth = 1.0 - abs(length - 24) / 24
    worth += 1.0 * bool(_TURN.search(part)) + 0.5 * bool(_LIVED.search(part)) + 0.4 * bool(_FIGURE.search(part))
    worth += 0.5 * bool(re.search(r"[。！!…]$", part))
    worth -= 0.8 * bool(_HANGS_ON.match(part)) + 0.7 * bool(_ASKS.search(part))
    return worth + len(set(part)) / max(1, len(part)) * 0.4
