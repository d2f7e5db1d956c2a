"""Nominees are good, unlike one another, and never what must not be quoted; honours spread over the weeks."""

from __future__ import annotations

import random
import statistics

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ballot import Tally
from bot.domain.comment import Comment, CommentType, Risk, RiskKind, RiskLevel, Source, Triage
from bot.domain.nominee import MOST, Nominee
from bot.domain.round import Terms
from bot.domain.winner import WinnerRule, decide
from replies.copies import Written, later_copies
from replies.nominees import ALIKE, Candidate, barred, choose, points, score
from replies.text import grams, likeness
from replies.triage.decide import HOSTILE

TERMS = Terms(favours={"补充": 10.0, "经历": 6.0, "观点": 2.0}, words=("不同意",), word_points=5.0)
SYLLABLES = "天地人和日月山水春夏秋冬书画琴棋柴米油盐东南西北"


def wrote(n: int, quality: int = 60, **more: object) -> Candidate:
    """A candidate of its own article, writer and words, unless said otherwise; it reads alone as well as it scores."""
    dice = random.Random(n)
    text = "".join(dice.choices(SYLLABLES, k=24))
    given: dict[str, object] = {"article": f"a{n}_0", "pid": f"p{n}", "text": text, "kind": "经历", "created_at": n}
    given["worth"] = quality / 100  # so that what it brings by itself is its quality
    return Candidate(id=f"a{n}_0_{n}", quality=quality, kept="精选", **{**given, **more})  # type: ignore[arg-type]


def test_the_category_gives_points_and_decides_which_types_stand_by_themselves() -> None:
    assert score(wrote(1, 50, kind="补充"), TERMS) == 60
    assert score(wrote(1, 50, text="我不同意这个"), TERMS) == 61
    assert score(wrote(1, 90, kind="赞美"), TERMS) is None
    assert points(wrote(1, 90, kind="赞美"), TERMS) == 90


def test_what_reads_well_alone_goes_before_what_deserves_an_answer() -> None:
    told, answered = wrote(1, 50, worth=1.6), wrote(2, 80, worth=1.0)
    others = [wrote(n, 60, worth=1.2) for n in range(10, 18)]
    nominees = choose("w", [told, answered, *others], TERMS).nominees
    assert nominees[0] == told
    assert points(told, TERMS) - points(answered, TERMS) == pytest.approx(15)


def test_nothing_under_the_threshold_is_nominated_except_by_hand() -> None:
    chosen = choose("w", [*(wrote(n, 23) for n in range(9)), wrote(10, 10, wished=True)], TERMS)
    assert [one.id for one in chosen.nominees] == ["a10_0_10"]


def test_more_than_five_stand_only_if_they_are_clearly_good() -> None:
    weak = [wrote(n, 30 + n) for n in range(9)]
    assert len(choose("w", weak, TERMS).nominees) == 5
    strong = [wrote(20 + n, 60 + n) for n in range(6)]
    assert set(choose("w", [*weak, *strong], TERMS).nominees) == set(strong)
    by_hand = [wrote(40 + n, 10, wished=True) for n in range(6)]
    assert set(choose("w", [*weak, *by_hand], TERMS).nominees) == set(by_hand)


def test_who_rests_stands_beside_those_who_can_win_and_does_not_take_their_place() -> None:
    pool = [wrote(n, 80, resting=True, honoured=True, lately=True) for n in range(4)]
    pool += [wrote(n, 60 - n / 10) for n in range(10, 20)]
    chosen = choose("w", pool, TERMS)
    assert [one.resting for one in chosen.nominees] == [False] * 6 + [True] * 2
    assert not any(one.resting for one in chosen.reserve)
    assert [one.resting for one in choose("w", pool[:6], TERMS).nominees] == [False] * 2 + [True] * 4


def test_who_won_lately_goes_behind_others_who_are_about_as_good() -> None:
    lately = wrote(1, 70, honoured=True, lately=True)
    others = [wrote(n, 60 - n / 10) for n in range(10, 20)]
    assert lately not in choose("w", [lately, *others], TERMS).nominees
    much_better = wrote(1, 80, honoured=True, lately=True)
    assert much_better in choose("w", [much_better, *others], TERMS).nominees


def test_coarse_words_are_nominated_by_hand_or_not_at_all() -> None:
    comment = Comment(
        "a_0", "1", "这种弱智规定，谁定的谁滚", 0, Source.POLL, triage=Triage(CommentType.OPINION, 60, "draft")
    )
    assert barred(comment) == "用词粗"
    assert not barred(comment, by_hand=True)


def test_at_most_two_of_an_article_and_one_of_a_person() -> None:
    pool = [wrote(n, 60 + n, article="a_0") for n in range(5)] + [wrote(n, 60, pid="p") for n in range(20, 24)]
    chosen = choose("w", pool, TERMS).nominees
    assert sum(one.article == "a_0" for one in chosen) == 2
    assert sum(one.pid == "p" for one in chosen) == 1


def test_of_two_alike_only_the_first_written_stands_and_novelty_goes_before_a_few_points() -> None:
    same = wrote(1, 70, text="我试过第二种方法，坚持了一个月，确实有用")
    copy = wrote(2, 75, text="我试过第二种方法，坚持了一个月，确实有用！")
    near = wrote(3, 69, text="我试过第二种方法，坚持了一个月，感觉很好，推荐大家")
    pool = [same, copy, near, *(wrote(n, 62) for n in range(10, 15))]
    ids = [one.id for one in choose("w", pool, TERMS).nominees]
    assert copy.id not in ids
    assert ids.index(same.id) == 0
    assert near.id not in ids[:2]


def test_a_first_time_commenter_stands_if_one_is_as_good_as_the_middle() -> None:
    regulars = [wrote(n, 80 + n) for n in range(9)]
    good = wrote(20, 84, first=True)
    weak = wrote(21, 47, first=True)
    assert good in choose("w", [*regulars, good], TERMS).nominees
    assert weak not in choose("w", [*regulars, weak], TERMS).nominees


def test_who_may_not_be_quoted_yet_comes_last_and_makes_no_round() -> None:
    chosen = choose("w", [*(wrote(n, quotable=False) for n in range(9)), wrote(20), wrote(21)], TERMS)
    assert [one.quotable for one in chosen.nominees] == [True, True, False, False]


@pytest.mark.parametrize(
    ("kind", "risks", "by_hand", "expected"),
    [
        (CommentType.AD, (), True, "广告"),
        (CommentType.ABUSE, (), True, "辱骂"),
        (CommentType.OPINION, (Risk(RiskKind.CRISIS, RiskLevel.BLOCK),), True, "危机"),
        (CommentType.OPINION, (Risk(RiskKind.CONTACT, RiskLevel.BLOCK),), True, "联系方式"),
        (CommentType.OPINION, (Risk(RiskKind.DUPLICATE, RiskLevel.LOOK),), True, "重复"),
        (CommentType.OPINION, (Risk(RiskKind.WORD, RiskLevel.BLOCK),), True, "敏感词"),
        (CommentType.OPINION, (Risk(RiskKind.WORD, RiskLevel.LOOK),), True, ""),
        (CommentType.COMPLAINT, (Risk(RiskKind.COMPLAINT, RiskLevel.LOOK),), False, ""),
    ],
)
def test_what_is_never_nominated(kind: CommentType, risks: tuple[Risk, ...], by_hand: bool, expected: str) -> None:
    comment = Comment("a_0", "1", "一段话", 1, Source.POLL, triage=Triage(kind, 70, "draft", risks=risks))
    assert barred(comment, by_hand) == expected


def test_what_triage_would_not_answer_is_nominated_only_by_hand() -> None:
    triage = Triage(CommentType.OPINION, 70, HOSTILE)
    comment = Comment("a_0", "1", "一段话", 1, Source.POLL, triage=triage)
    assert barred(comment) == HOSTILE
    assert barred(comment, by_hand=True) == ""


@pytest.mark.parametrize("before", ["不像在等回答，可不回", "火药味重，请你亲自回"])
def test_so_is_what_an_earlier_version_left_without_a_draft_in_other_words(before: str) -> None:
    comment = Comment("a_0", "1", "一段话", 1, Source.POLL, triage=Triage(CommentType.QUESTION, 70, before))
    assert barred(comment) == before


def test_who_wrote_it_first_stays_and_later_copies_by_others_are_left_out() -> None:
    texts = [
        Written("later", "好用", "b", 2.0),
        Written("first", "好用", "a", 1.0),
        Written("again", "好用", "a", 3.0),
        Written("nobody", "好用", "", 4.0),
        Written("other", "不好用", "a", 5.0),
    ]
    assert later_copies(texts) == {"later", "nobody"}
    assert later_copies(reversed(texts)) == {"later", "nobody"}


pool = st.lists(
    st.builds(
        lambda n, quality, article, person, first, wished, quotable: wrote(
            n, quality, article=f"a{article}_0", pid=person, first=first, wished=wished, quotable=quotable
        ),
        st.integers(0, 10_000),
        st.integers(0, 100),
        st.integers(0, 6),
        st.sampled_from(["", *(f"p{n}" for n in range(12))]),
        st.booleans(),
        st.integers(0, 9).map(lambda n: n == 0),
        st.integers(0, 3).map(bool),
    ),
    max_size=40,
    unique_by=lambda one: one.id,
)


@given(pool, st.randoms())
def test_the_rules_hold_whatever_was_written_and_in_whatever_order(
    candidates: list[Candidate], dice: random.Random
) -> None:
    chosen = choose("w", candidates, TERMS)
    shuffled = list(candidates)
    dice.shuffle(shuffled)
    assert choose("w", shuffled, TERMS) == chosen
    nominees = chosen.nominees
    assert len(nominees) <= MOST
    people = [one.pid for one in nominees if one.pid]
    assert len(people) == len(set(people))
    for article in {one.article for one in nominees}:
        assert sum(one.article == article and not one.wished for one in nominees) <= 2
    assert all(one.wished or (score(one, TERMS) or 0) >= TERMS.threshold for one in nominees)
    pairs = [(one, other) for one in nominees for other in nominees if one.id < other.id]
    assert all(likeness(grams(one.text), grams(other.text)) < ALIKE for one, other in pairs)
    assert not {one.id for one in nominees} & {one.id for one in chosen.reserve}


def twelve_weeks(seed: int, rest: int, wanted: int) -> tuple[int, float]:
    """Twelve rounds of twenty regulars of unlike talent and fame: how many won, and their median quality."""
    dice = random.Random(seed)
    terms = msgspec.structs.replace(TERMS, wanted=wanted)
    talent = {f"p{n}": dice.gauss(62, 9) for n in range(20)}
    fame = {pid: dice.lognormvariate(0, 1) for pid in talent}
    won: dict[str, int] = {}
    winners: list[tuple[str, int]] = []
    for week in range(12):
        candidates = [
            wrote(
                1000 * week + 50 * at + k,
                round(min(100, max(0, dice.gauss(mean, 8)))),
                article=f"w{week}a{k}_0",
                pid=pid,
                honoured=pid in won,
                lately=pid in won and rest >= 0,
                resting=pid in won and week - won[pid] <= rest,
            )
            for at, (pid, mean) in enumerate(talent.items())
            for k in range(dice.choice((0, 1, 1, 2)))
        ]
        nominees = [
            Nominee(
                n, one.id, one.pid, one.quality, points(one, terms), "精选",
                resting=one.resting, honoured=one.honoured,
            )
            for n, one in enumerate(choose(f"w{week}", candidates, terms).nominees, 1)
        ]  # fmt: skip
        weights = [fame[one.pid] * 1.03**one.quality for one in nominees]
        cast = dice.choices([one.number for one in nominees], weights, k=dice.randint(3, 120))
        tally = Tally({one.number: cast.count(one.number) for one in nominees})
        winner = nominees[decide(f"w{week}", nominees, tally, WinnerRule()).winner - 1]
        won[winner.pid] = week
        winners.append((winner.pid, winner.quality))
    return len({pid for pid, _ in winners}), statistics.median(quality for _, quality in winners)


@pytest.mark.parametrize("wanted", [5, 6, 8])
def test_in_twelve_weeks_at_least_eight_of_twenty_regulars_are_honoured_at_little_cost(wanted: int) -> None:
    with_rest = [twelve_weeks(seed, 4, wanted) for seed in range(30)]
    without = [twelve_weeks(seed, -1, wanted) for seed in range(30)]
    assert min(winners for winners, _ in with_rest) >= 8
    cost = statistics.fmean(quality for _, quality in without) - statistics.fmean(quality for _, quality in with_rest)
    assert cost < 5
