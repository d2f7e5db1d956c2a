"""One week's contest: its terms and everything it remembers (features F1, F7, design 4.4)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec
from msgspec import Struct

from bot.domain.ballot import Tally
from bot.domain.honours import Dispute, Honour
from bot.domain.nominee import MOST, Nominee
from bot.domain.post import Post, PostState, Publish
from bot.domain.round_state import MOVES, IllegalMove, RoundState
from bot.domain.winner import Result, WinnerRule, decide

S = RoundState

PUNCTUAL = 600.0
"""A step that comes within these seconds of its time is not late."""


class Terms(Struct, frozen=True, omit_defaults=True):
    """The rules a round was opened under; a later change of campaigns.yaml does not touch it. Times in seconds.

    `favours` gives points to types of comments, `word_points` to comments with one of `words`; `spread` is by how many
    points a comment has to be better to stand for election if its writer won lately.
    """

    publish: Publish = Publish.AUTO
    winner: WinnerRule = WinnerRule()
    favours: dict[str, float] = {}
    words: tuple[str, ...] = ()
    word_points: float = 0.0
    threshold: float = 30.0
    wanted: int = 6
    preview: float = 3 * 3600.0
    grace: float = 12 * 3600.0
    dispute: float = 24 * 3600.0
    claim: float = 7 * 86400.0
    rest: float = 4 * 7 * 86400.0
    rewards: tuple[str, ...] = ()
    pass_on: bool = False
    spread: float = 20.0


class Round(Struct, frozen=True, omit_defaults=True):
    """One week's contest. All times are epoch seconds, 0 for not yet.

    `id` is the ISO week of its nomination (`2026W47`). `wishes` are comments that creators nominated beforehand,
    `dropped` those they took out before the vote, `reserve` those that come in when a nominee is taken out.
    `opened_at` is when the nominees were chosen: who follows later has no weight. `publish_at` 0 in 已截止 waits for
    发布周榜. `only_as` stands for exactly what a creator was shown and let out: anything else does not go out by that
    word. `sealed`: disputes are over and the round's key is destroyed. `watched`: bursts of ballots are looked for.
    """

    id: str
    state: RoundState
    title: str
    category: str
    criteria: str
    terms: Terms
    nominate_at: float
    vote_at: float
    close_at: float
    question: str = ""
    wishes: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    nominees: tuple[Nominee, ...] = ()
    reserve: tuple[Nominee, ...] = ()
    considered: int = 0
    newcomers: int = 0
    opened_at: float = 0.0
    closed_at: float = 0.0
    publish_at: float = 0.0
    announced_at: float = 0.0
    only_as: str = ""
    count_held: bool = False
    picked: int = 0
    result: Result | None = None
    post: Post = Post()
    honour: Honour | None = None
    disputes: tuple[Dispute, ...] = ()
    sealed: bool = False
    watched: bool = True
    reason: str = ""

    @property
    def standing(self) -> tuple[Nominee, ...]:
        """The nominees that readers may see and elect."""
        return tuple(one for one in self.nominees if one.stands)

    @property
    def honorary(self) -> frozenset[int]:
        """Numbers of those who stand and rest after a win: listed, and passed over unless everybody rests (F5)."""
        resting = frozenset(one.number for one in self.standing if one.resting)
        return resting if len(resting) < len(self.standing) else frozenset()

    @property
    def passed_over(self) -> tuple[int, ...]:
        """Who rests and has more ballots than the winner, who therefore won."""
        if self.result is None or not self.result.winner:
            return ()
        votes = self.result.tally.votes
        most = votes.get(self.result.winner, 0)
        return tuple(number for number in sorted(self.honorary) if votes.get(number, 0) > most)

    @property
    def is_frozen(self) -> bool:
        """True while a dispute holds the honour back."""
        return any(dispute.is_open for dispute in self.disputes)

    @property
    def waits_for_hand(self) -> bool:
        """True while a person may publish the post by hand: handed over, or refused with its draft still kept."""
        post = self.post
        is_kept = post.state is PostState.REFUSED and bool(post.draft)
        return self.state is S.CLOSED and (post.state is PostState.BY_HAND or is_kept)

    @property
    def winner(self) -> Nominee | None:
        """The winner, once there is a result."""
        return self.nominee(self.result.winner) if self.result else None

    @property
    def disputes_until(self) -> float:
        """Until when the result can be disputed; infinity before it is announced."""
        return self.announced_at + self.terms.dispute if self.announced_at else float("inf")

    @property
    def mark(self) -> str:
        """Stands for what a post of this round would say: who stands, how many ballots each, who wins and how."""
        parts = (self.id, self.title, self.category, self.standing, self.result)
        return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:16]

    def nominee(self, number: int) -> Nominee | None:
        """The nominee with this number, standing or not."""
        return next((one for one in self.nominees if one.number == number), None)

    def moved(self, state: RoundState, **changes: object) -> Round:
        """This round in `state`; IllegalMove if MOVES has no such arrow."""
        if state not in MOVES[self.state]:
            raise IllegalMove(f"{self.state.name} -> {state.name}")
        return msgspec.structs.replace(self, state=state, **changes)

    def having(self, **changes: object) -> Round:
        """This round, in its state, with these changes."""
        return msgspec.structs.replace(self, **changes)

    def with_nominee(self, changed: Nominee) -> Round:
        """This round with one nominee changed or added; a result is decided anew by the ballots that were counted."""
        kept = (one for one in self.nominees if one.number != changed.number)
        nominees = tuple(sorted((*kept, changed), key=lambda one: one.number))
        found = self.having(nominees=nominees)
        if self.result is None:
            return found
        tally = self.result.tally if changed.stands else self.result.tally.without(changed.number)
        return found.having(result=found.decided(tally))

    def decided(self, tally: Tally) -> Result:
        """The result of a tally for the nominees as they stand."""
        return decide(self.id, self.nominees, tally, self.terms.winner, self.picked)

    def free_number(self) -> int:
        """The lowest nominee number not in use, 0 if all eight are."""
        taken = {one.number for one in self.nominees}
        return next((number for number in range(1, MOST + 1) if number not in taken), 0)

    def nominated(
        self, nominees: Iterable[Nominee], reserve: Iterable[Nominee], now: float, **changes: object
    ) -> Round:
        """征集中 → 已提名; a round that begins late has its later steps later, so that voting keeps its length."""
        late = _lateness(self.nominate_at, now)
        return self.moved(
            S.NOMINATED,
            nominees=tuple(nominees),
            reserve=tuple(reserve),
            opened_at=now,
            vote_at=self.vote_at + late,
            close_at=self.close_at + late,
            **changes,
        )

    def opened(self, nominees: Iterable[Nominee], now: float) -> Round:
        """已提名 → 投票中."""
        late = _lateness(self.vote_at, now)
        return self.moved(S.VOTING, nominees=tuple(nominees), close_at=self.close_at + late)

    def closing(self, now: float, publish_at: float = 0.0, only_as: str = "") -> Round:
        """→ 计票中: from here on no ballot is taken, so that what is counted cannot change under the counting."""
        on_time = self.state is S.VOTING and now >= self.close_at and not _lateness(self.close_at, now)
        closed_at = self.close_at if on_time else now
        return self.moved(S.COUNTING, closed_at=closed_at, publish_at=publish_at, only_as=only_as)

    def counted(self, result: Result, now: float, by_itself: bool, seen_as: str = "") -> Round:
        """计票中 → 已截止, with the time of publication; 0 waits for 发布周榜.

        `by_itself`: the post may go out without another word. What was let out as something certain (`only_as`) goes
        out only if this is what it comes to (`seen_as`).
        """
        closed = self.moved(S.CLOSED, result=result)
        if self.only_as:
            same = seen_as == self.only_as
            return closed.having(publish_at=now if same else 0.0, only_as=self.only_as if same else "")
        if by_itself and not self.publish_at:
            return closed.having(publish_at=max(now, self.closed_at + self.terms.preview))
        return closed

    def let_out(self, now: float, only_as: str = "") -> Round:
        """已截止 → 待发布: the post is made and published from here on."""
        return self.moved(S.TO_PUBLISH, publish_at=now, only_as=only_as or self.only_as)

    def announced(self, post: Post, now: float) -> Round:
        """待发布, 已截止 → 已公布: the post is out; the winner may claim from here on."""
        winner = self.result.winner if self.result else 0
        honour = Honour(winner, now + self.terms.claim) if winner else None
        return self.moved(S.ANNOUNCED, post=post, announced_at=now, honour=honour)

    def refused(self, post: Post) -> Round:
        """待发布 → 已截止: the post did not get out; it waits for a person, or for another 发布周榜."""
        return self.moved(S.CLOSED, post=post, publish_at=0.0, only_as="")

    def shifted(self, seconds: float) -> Round:
        """This round after a pause of that length: what was still to come comes later; a start keeps its time."""
        match self.state:
            case S.NOMINATED:
                return self.having(vote_at=self.vote_at + seconds, close_at=self.close_at + seconds)
            case S.VOTING:
                return self.having(close_at=self.close_at + seconds)
            case S.CLOSED if self.publish_at:
                return self.having(publish_at=self.publish_at + seconds)
            case S.CLOSED:  # the days in which somebody may let it out
                return self.having(post=self.post.having(since=max(self.closed_at, self.post.since) + seconds))
        return self


def _lateness(planned: float, now: float) -> float:
    """By how much a step is late; a few minutes are on time, so that the times readers were told stay true."""
    return now - planned if now - planned > PUNCTUAL else 0.0
