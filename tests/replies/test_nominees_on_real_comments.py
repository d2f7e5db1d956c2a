"""Thirty made-up weeks of real comments: 5-8 nominees or none, never an ad, abuse, or the same thing twice."""

from __future__ import annotations

import gzip
import json
import random
from collections import defaultdict
from typing import Any

import pytest

from bot.domain.campaign import FEWEST
from bot.domain.comment import Comment, CommentType, RiskKind, Source, Triage
from bot.domain.round import Terms
from config.campaigns import CampaignPlan
from config.settings import ROOT
from handlers.round_planning import terms_of
from replies.case import Case
from replies.desk import Desk
from replies.nominees import ALIKE, Candidate, barred, choose, said_by_many
from replies.text import grams, likeness, shadow

DATA = ROOT.parent / "shared" / "data"
FILES = ("comments_weibo_swsr", "comments_fanchuan", "comments_douyin")
WEEKS, ARTICLES, COMMENTS = 30, 5, 8

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real comments are not here")


def articles() -> list[list[dict[str, Any]]]:
    """Comments by article, for articles with enough of them; a big article gives several parts."""
    parts = []
    for name in FILES:
        by_article: dict[str, list[dict[str, Any]]] = defaultdict(list)
        with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                by_article[row["article_id"]].append(row)
        for rows in by_article.values():
            parts += [rows[at : at + COMMENTS] for at in range(0, min(len(rows), 6 * COMMENTS), COMMENTS)]
    return [part for part in parts if len(part) >= 6]


def week(desk: Desk, parts: list[list[dict[str, Any]]], number: int) -> list[tuple[Candidate, Triage]]:
    """The candidates of one made-up week, all of its comments seen and kept."""
    found = []
    texts = said_by_many((shadow(row["content"])[0], row["author"] or row["id"]) for part in parts for row in part)
    for at, part in enumerate(parts):
        for row in part:
            verdict = desk.consider(Case(row["content"], row.get("article_title") or "", key=row["id"]))
            article = f"{number}{at}_0"
            comment = Comment(article, row["id"], row["content"], 0, Source.POLL, triage=verdict.triage)
            if barred(comment) or shadow(row["content"])[0] in texts:
                continue
            candidate = Candidate(
                comment.id, article, row["author"] or "", row["content"], verdict.triage.type.value,
                verdict.triage.quality, 0.0, "精选", first=row["id"][-1] in "01",
            )  # fmt: skip
            found.append((candidate, verdict.triage))
    return found


def test_thirty_weeks_of_real_comments(desk: Desk) -> None:
    dice = random.Random(47)
    parts = articles()
    dice.shuffle(parts)
    plan = CampaignPlan.load(ROOT / "config")
    assert plan is not None
    held = 0
    for number in range(WEEKS):
        chosen_parts = [parts[(number * ARTICLES + at) % len(parts)] for at in range(ARTICLES)]
        terms: Terms = terms_of(plan, plan.category(number))
        candidates = week(desk, chosen_parts, number)
        triages = {candidate.id: triage for candidate, triage in candidates}
        nominees = choose(f"2026W{number}", [candidate for candidate, _ in candidates], terms).nominees
        if len(nominees) < FEWEST:
            continue
        held += 1
        assert len(nominees) <= 8
        people = [one.pid for one in nominees if one.pid]
        assert len(people) == len(set(people))
        assert all(sum(one.article == other.article for one in nominees) <= 2 for other in nominees)
        pairs = [(one, other) for one in nominees for other in nominees if one.id < other.id]
        assert all(likeness(grams(one.text), grams(other.text)) < ALIKE for one, other in pairs)
        for one in nominees:
            triage = triages[one.id]
            assert triage.type not in (CommentType.AD, CommentType.ABUSE, CommentType.VOTE)
            assert {risk.kind for risk in triage.risks} <= {RiskKind.COMPLAINT}
    assert held >= WEEKS * 0.6
