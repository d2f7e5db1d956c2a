"""The round as a state machine: whatever the clock does, it goes one way, and each step is due once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.domain.ballot import Tally
from bot.domain.campaign import NEVER, Step, advance, next_honour, next_step
from bot.domain.honours import Dispute, Honour
from bot.domain.nominee import Nominee
from bot.domain.post import Post, PostState
from bot.domain.round import Round, Terms
from bot.domain.round_state import MOVES, IllegalMove, RoundState
from bot.domain.winner import Method, Result

S = RoundState
HOUR, DAY = 3600.0, 86400.0
START = 1_000_000.0
RESULT = Result(Tally({1: 9, 2: 3, 3: 0}), 1, Method.BALLOTS, (1, 2, 3))
THREE = tuple(Nominee(n, f"a_0_{n}", f"p{n}", 80 - n, 80.0 - n, "精选") for n in (1, 2, 3))


def fresh(**terms: object) -> Round:
    """A round whose nominees are chosen at START, voted on half an hour later, for a day."""
    at = (START, START + HOUR / 2, START + DAY + HOUR / 2)
    return Round("2026W47", S.OPEN, "本周最有料", "最有料", "读完能用上", Terms(**terms), *at)  # type: ignore[arg-type]


def announced(**terms: object) -> Round:
    """A round whose post went out at START + 2 days."""
    voted = fresh(**terms).nominated(THREE, (), START).opened(THREE, START + HOUR / 2)
    closed = voted.closing(START + DAY).counted(RESULT, START + DAY, by_itself=True)
    return closed.moved(S.TO_PUBLISH).announced(Post(PostState.PUBLISHED), START + 2 * DAY)


def test_every_arrow_not_drawn_is_refused() -> None:
    for state in S:
        for other in set(S) - MOVES[state]:
            with pytest.raises(IllegalMove):
                fresh().having(state=state).moved(other)


def test_a_start_within_its_grace_is_made_up_for_with_voting_as_long_as_planned() -> None:
    late = START + 11 * HOUR
    assert advance(fresh(), late) is Step.NOMINATE
    round_ = fresh().nominated(THREE, (), late)
    assert (round_.vote_at, round_.close_at) == (late + HOUR / 2, late + DAY + HOUR / 2)
    assert round_.opened(THREE, round_.vote_at).close_at - round_.vote_at == DAY


def test_a_start_missed_for_longer_is_missed() -> None:
    assert advance(fresh(), START + 13 * HOUR) is Step.MISS
    assert advance(fresh().nominated(THREE, (), START), START + 14 * HOUR) is Step.MISS


def test_the_owner_has_the_preview_time_before_it_goes_out_by_itself_and_all_the_time_where_asked() -> None:
    voted = fresh().nominated(THREE, (), START).opened(THREE, START + HOUR / 2)
    closed = voted.closing(START + DAY).counted(RESULT, START + DAY, by_itself=True)
    assert next_step(closed) == (START + DAY + 3 * HOUR, Step.PUBLISH)
    waiting = voted.closing(START + DAY).counted(RESULT, START + DAY, by_itself=False)
    assert advance(waiting, START + 2 * DAY) is None
    assert advance(waiting, START + 7 * DAY) is Step.GIVE_UP


def test_what_was_let_out_for_another_result_waits_for_another_word() -> None:
    voted = fresh().nominated(THREE, (), START).opened(THREE, START + HOUR / 2)
    seen, other = voted.having(result=RESULT), Result(Tally({1: 9, 2: 4, 3: 0}), 1, Method.BALLOTS, (1, 2, 3))
    closing = voted.closing(START + 1, only_as=seen.mark)
    assert closing.counted(RESULT, START + 2, True, seen.mark).publish_at == START + 2
    assert closing.counted(other, START + 2, True, voted.having(result=other).mark).publish_at == 0


def test_taking_the_winner_out_after_the_count_makes_the_next_one_win() -> None:
    voted = fresh().nominated(THREE, (), START).opened(THREE, START + HOUR / 2)
    closed = voted.closing(START + DAY).counted(RESULT, START + DAY, by_itself=True)
    first = closed.nominee(1)
    assert first
    changed = closed.with_nominee(Nominee(1, first.id, first.pid, 60, 60.0, "精选", out="换下"))
    assert changed.result
    assert (changed.result.winner, changed.result.tally.void, changed.result.method) == (2, 9, Method.EDITOR)


def test_after_the_announcement_disputes_end_then_the_claim_then_the_round() -> None:
    round_ = announced()
    assert next_step(round_) == (round_.announced_at + DAY, Step.SEAL)
    round_ = round_.having(sealed=True)
    assert next_step(round_) == (round_.announced_at + 7 * DAY, Step.LAPSE)
    round_ = round_.having(honour=next_honour(round_, START + 9 * DAY))
    assert round_.honour
    assert round_.honour.lapsed
    assert advance(round_, START + 9 * DAY) is Step.FINISH


def test_an_open_dispute_holds_everything_back() -> None:
    frozen = announced().having(disputes=(Dispute(1, "k", START),))
    assert next_step(frozen) == (NEVER, None)


def test_an_unclaimed_honour_passes_on_only_if_the_rules_said_so() -> None:
    assert next_honour(announced(), START).lapsed
    passed = announced(pass_on=True)
    assert next_honour(passed, START) == Honour(2, START + 7 * DAY)
    last = passed.having(honour=Honour(3, START))
    assert next_honour(last, START).lapsed


@given(st.sampled_from(["nominated", "voting", "closed"]), st.floats(0, 30 * DAY))
def test_a_pause_moves_what_was_still_to_come(stage: str, length: float) -> None:
    round_ = fresh().nominated(THREE, (), START)
    if stage != "nominated":
        round_ = round_.opened(THREE, START + HOUR / 2)
    if stage == "closed":
        round_ = round_.closing(START + DAY).counted(RESULT, START + DAY, by_itself=True)
    before, step = next_step(round_)
    after, same = next_step(round_.shifted(length))
    assert (after, same) == (before + length, step)
    assert fresh().shifted(length) == fresh()


class Clock(RuleBasedStateMachine):
    """A round under a clock that jumps about, with steps done late, twice, or not at all."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START - HOUR
        self.round = fresh()
        self.seen = [S.OPEN]
        self.posts = 0

    @rule(seconds=st.floats(-2 * HOUR, 3 * DAY))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def the_due_step_is_done(self) -> None:
        step = advance(self.round, self.now)
        if step is None:
            return
        round_ = self.round
        changed = {
            Step.MISS: lambda: round_.moved(S.SKIPPED),
            Step.NOMINATE: lambda: round_.nominated(THREE, (), self.now),
            Step.OPEN_VOTE: lambda: round_.opened(THREE, self.now),
            Step.CLOSE: lambda: round_.closing(self.now),
            Step.COUNT: lambda: round_.counted(RESULT, self.now, by_itself=True),
            Step.PUBLISH: lambda: round_.moved(S.TO_PUBLISH),
            Step.GIVE_UP: lambda: round_.moved(S.FINISHED),
            Step.SEAL: lambda: round_.having(sealed=True),
            Step.LAPSE: lambda: round_.having(honour=next_honour(round_, self.now)),
            Step.FINISH: lambda: round_.moved(S.FINISHED),
        }[step]()
        assert changed != round_
        self._becomes(changed)

    @precondition(lambda self: self.round.state is S.TO_PUBLISH)
    @rule(works=st.booleans())
    def the_post_goes_out_or_not(self, works: bool) -> None:
        self.posts += works
        out = (
            self.round.announced(Post(PostState.PUBLISHED), self.now)
            if works
            else self.round.refused(Post(PostState.REFUSED))
        )
        self._becomes(out)

    def _becomes(self, changed: Round) -> None:
        if changed.state is not self.round.state:
            self.seen.append(changed.state)
        self.round = changed

    @invariant()
    def it_went_only_along_the_arrows_and_published_once(self) -> None:
        assert all(after in MOVES[before] for before, after in zip(self.seen, self.seen[1:], strict=False))
        assert self.posts <= 1
        assert (self.posts == 1) == bool(self.round.announced_at)

    @invariant()
    def it_always_waits_for_something_until_it_is_over(self) -> None:
        over = self.round.state in (S.FINISHED, S.SKIPPED)
        waits_for_the_post = self.round.state is S.TO_PUBLISH
        assert (next_step(self.round)[1] is None) == (over or waits_for_the_post)


TestClock = Clock.TestCase
