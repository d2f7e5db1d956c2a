"""Which comments of a week stand for election: good ones, and unlike one another (features F1, F2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

from msgspec import Struct

from bot.domain.comment import Comment, CommentType, RiskKind, RiskLevel
from bot.domain.nominee import MOST, lot
from bot.domain.round import Terms
from replies.drafting.refuse import ASKED, IRONY, QUARREL
from replies.text import grams, likeness
from replies.triage.decide import CASUAL, GREETING, HEAVY, HOSTILE, LAUGHS, PRAISE, SHORT, UNCLEAR
from replies.worth import is_coarse

LAMBDA = 0.7
"""Weight of quality against novelty in maximal marginal relevance."""

QUALITY = 0.5
"""Points for each point of quality. It tells whom to answer, not what reads well alone (it adds nothing to the marks
that fit_worth.py foretells); but what a creator sees as the score must keep a say in who is nominated."""

WORTH = 50.0
"""Points for each mark foretold: of two comments half a mark apart the worse has to make up for it by 50 of quality."""

ENOUGH = 5
FURTHER = 24.0
"""So many make a full round; more are chosen only of those who are so many points over the threshold: of comments that
far up two in three were found worth reading alone, of those below one in three."""

PER_ARTICLE = 2
ALIKE = 0.8
"""3-gram Jaccard similarity from which two comments are one (feature B4)."""

UNQUOTABLE = 2
"""Good comments whose writers have not agreed yet that are shown to the creator besides."""

HONORARY = 2
"""Who rests after a win stands beside those who can win, if good enough, as 荣誉提名: so many at most (feature F5)."""

COARSE = "用词粗"
POOL = 400
"""At most this many are compared with one another."""

_NEVER = frozenset({CommentType.AD, CommentType.ABUSE, CommentType.VOTE})
_WEAK = frozenset({HOSTILE, QUARREL, IRONY, ASKED, HEAVY, GREETING, LAUGHS, SHORT, UNCLEAR, PRAISE, CASUAL})
"""What triage would leave without a draft is nothing to show to everybody, unless a creator says so."""

_WEAK_BEFORE = frozenset(
    {"火药味重，请你亲自回", "像在和别的读者争，请你亲自回", "像反话或玩笑，请你亲自回", "不像在等回答，可不回"}
)
"""The same in the words in which it stands in comments stored by earlier versions."""

_NEVER_RISKS = frozenset({RiskKind.AD, RiskKind.CONTACT, RiskKind.ABUSE, RiskKind.DUPLICATE, RiskKind.CRISIS})


class Candidate(Struct, frozen=True):
    """A comment that a creator has seen and kept, with what decides whether it is nominated.

    `worth` is the mark foretold for how well it reads alone. `wished`: a creator nominated it by hand. `quotable`: its
    words may be shown to readers. Its writer has ever won (`honoured`), in the last weeks (`lately`), or so lately that
    they rest (`resting`).
    """

    id: str
    article: str
    pid: str
    text: str
    kind: str
    quality: int
    created_at: float
    kept: str
    first: bool = False
    wished: bool = False
    quotable: bool = True
    worth: float = 0.0
    honoured: bool = False
    lately: bool = False
    resting: bool = False


class Chosen(Struct, frozen=True):
    """The choice, best first: who stands, who comes in when one is taken out, and how many were good enough."""

    nominees: tuple[Candidate, ...]
    reserve: tuple[Candidate, ...]
    good: int


def barred(comment: Comment, by_hand: bool = False) -> str:
    """Why a comment must never be nominated (Chinese, for the creator); empty if it may be.

    Nominated by hand it may hold what asks for a second look, since a creator has just had that look.
    """
    triage = comment.triage
    if triage is None:
        return "还没整理好"
    if comment.gone or not comment.content:
        return "原留言已删除"
    if triage.type in _NEVER:
        return triage.type.value
    for risk in triage.risks:
        if risk.level is RiskLevel.BLOCK or risk.kind in _NEVER_RISKS:
            return risk.kind.value
    if by_hand:
        return ""
    if triage.decision in _WEAK or triage.decision in _WEAK_BEFORE:
        return triage.decision
    return COARSE if is_coarse(comment.content) else ""


def score(candidate: Candidate, terms: Terms) -> float | None:
    """Quality, what it is worth alone and the points of the round's category; None for a type not nominated."""
    if candidate.kind not in terms.favours:
        return None
    has_word = any(word in candidate.text for word in terms.words)
    favour = terms.favours[candidate.kind] + (terms.word_points if has_word else 0.0)
    return _own(candidate) + favour


def points(candidate: Candidate, terms: Terms) -> float:
    """The score, for a comment of whatever type: what the category does not favour has no points of it."""
    found = score(candidate, terms)
    return _own(candidate) if found is None else found


def _own(candidate: Candidate) -> float:
    """What a comment brings by itself, whatever the week's category."""
    return QUALITY * candidate.quality + WORTH * candidate.worth


def choose(round_id: str, candidates: Iterable[Candidate], terms: Terms) -> Chosen:
    """The nominees of a round: those nominated by hand, then by maximal marginal relevance.

    Five, and more as far as they are clearly good. At most two of one article, one of one person, at least one
    first-time commenter if one scores at least the median.
    Those who rest are chosen as if they did not, and stand beside the others. Those who cannot be quoted come last and
    are few; they do not make a round.
    """
    pool = [one for one in candidates if one.wished or (score(one, terms) or 0.0) >= terms.threshold]
    pool.sort(key=lambda one: (not one.wished, -points(one, terms), lot(round_id, one.id)))
    pool = _distinct(pool[:POOL])
    middle = median(points(one, terms) for one in pool) if pool else 0.0
    picker = _Picker(round_id, terms)
    open_ones = [one for one in pool if one.quotable]
    able = [one for one in open_ones if not one.resting]
    wished = picker.line([one for one in open_ones if one.wished], [], per_article=MOST)[:MOST]
    line = picker.line(able, wished)
    taken = [
        one
        for place, one in enumerate(line[: max(terms.wanted, len(wished))])
        if place < ENOUGH or one.wished or points(one, terms) >= terms.threshold + FURTHER
    ]
    taken = _with_newcomer(taken, [one for one in able if one not in taken], middle, terms)
    taken = _with_resting(taken, picker.line(open_ones, wished)[: terms.wanted], terms)
    rest = picker.line(able, taken)[len(taken) :]
    room = min(UNQUOTABLE, MOST - len(taken))
    closed_ones = [one for one in pool if not one.quotable]
    waiting = picker.line([one for one in closed_ones if one.wished], taken, per_article=MOST)
    waiting = picker.line(closed_ones, waiting)[len(taken) :]
    return Chosen((*taken, *waiting[:room]), tuple(rest[:MOST]), len(open_ones))


def fits(candidate: Candidate, among: Sequence[Candidate], per_article: int = PER_ARTICLE) -> bool:
    """True when the candidate may stand beside these: one of one person, few of one article, nothing said twice."""
    if candidate.pid and any(one.pid == candidate.pid for one in among):
        return False
    return sum(one.article == candidate.article for one in among) < per_article


class _Picker:
    """Maximal marginal relevance over one pool; similarities are worked out once."""

    def __init__(self, round_id: str, terms: Terms) -> None:
        self._round = round_id
        self._terms = terms

    def line(
        self, pool: Sequence[Candidate], begun: Sequence[Candidate], per_article: int = PER_ARTICLE
    ) -> list[Candidate]:
        """`begun`, followed by everybody of the pool who fits, in the order of value and novelty."""
        line = list(begun)
        left = [one for one in pool if one not in line]
        nearest = {one.id: max((self._like(one, other) for other in line), default=0.0) for one in left}
        while left and len(line) < 2 * MOST:
            left = [one for one in left if fits(one, line, per_article)]
            if not left:
                break
            best = max(left, key=lambda one: self._value(one, nearest[one.id]))
            line.append(best)
            left.remove(best)
            for one in left:
                nearest[one.id] = max(nearest[one.id], self._like(one, best))
        return line

    def _value(self, one: Candidate, nearest: float) -> tuple[float, str]:
        # Whoever won in the last weeks has been seen: of about equals others go first (feature F5).
        seen = self._terms.spread if one.lately and not one.resting else 0.0
        value = LAMBDA * (points(one, self._terms) - seen) / 100 - (1 - LAMBDA) * nearest
        return round(value, 9), lot(self._round, one.id)

    @staticmethod
    def _like(one: Candidate, other: Candidate) -> float:
        return likeness(grams(one.text), grams(other.text))


def _distinct(pool: Sequence[Candidate]) -> list[Candidate]:
    """The pool with one of each group of near-duplicates left: the earliest."""
    dropped: set[str] = set()
    for at, one in enumerate(pool):
        for other in pool[at + 1 :]:
            if likeness(grams(one.text), grams(other.text)) >= ALIKE:
                later = max(one, other, key=lambda each: (each.created_at, each.id))
                dropped.add(later.id)
    return [one for one in pool if one.id not in dropped]


def _with_newcomer(taken: list[Candidate], others: Sequence[Candidate], middle: float, terms: Terms) -> list[Candidate]:
    """The choice with a first-time commenter in it, if one is good enough and nobody is one already."""
    newcomers = [one for one in others if one.first and points(one, terms) >= middle]
    if any(one.first for one in taken) or not newcomers:
        return taken
    for newcomer in sorted(newcomers, key=lambda one: -points(one, terms)):
        for leaving in sorted((one for one in taken if not one.wished), key=lambda one: points(one, terms)):
            kept = [one for one in taken if one is not leaving]
            if fits(newcomer, kept):
                return [*kept, newcomer]
    return taken


def _with_resting(taken: list[Candidate], merit: Sequence[Candidate], terms: Terms) -> list[Candidate]:
    """The choice and, of those who are there on merit but rest, a few; more only where places would stay empty."""
    for one in merit:
        resting = sum(other.resting for other in taken)
        room = len(taken) < terms.wanted or (resting < HONORARY and len(taken) < MOST)
        if one.resting and room and fits(one, taken):
            taken = [*taken, one]
    return taken
