"""Made-up weeks of real comments: what would be nominated, checked, and written down for readers to judge.

`python -m tests.evaluation.weeks --out FILE` writes the nominees of 30 weeks, shuffled and without their scores, one a
line (number TAB [article] TAB comment), and beside it FILE with `_key.tsv` which comment each is. The weeks are made of
articles under which nothing was learnt of what reads well alone (fit_worth.py), nearly all of them once.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.domain.campaign import FEWEST
from bot.domain.comment import Comment, CommentType, RiskKind, Source, Triage
from bot.domain.round import Terms
from config.campaigns import CampaignPlan
from config.settings import ROOT
from handlers.round_planning import terms_of
from replies.case import Case
from replies.copies import Written, later_copies
from replies.desk import Desk
from replies.nominees import ALIKE, Candidate, barred, choose
from replies.text import grams, likeness, shadow
from replies.worth import Worth
from tests.evaluation.data import Row, kept_for_judging, rows

FILES = ("comments_weibo_swsr", "comments_fanchuan", "comments_douyin")
WEEKS = 30
ARTICLES = (5, 6)
COMMENTS = (6, 30)
"""Fewer comments make no article; of more the article's week has so many."""

PARTS = 6
"""A big article stands for at most this many."""


@dataclass(frozen=True)
class MadeUpWeek:
    """`nominees` of the `candidates`, who are all comments of the week that may stand; rows and triages by id."""

    nominees: tuple[Candidate, ...]
    candidates: int
    comments: int
    rows: dict[str, Row]
    triages: dict[str, Triage]

    @property
    def is_held(self) -> bool:
        """False where too few were good enough (feature F1)."""
        return len(self.nominees) >= FEWEST


def articles(judged: bool = True) -> list[list[Row]]:
    """Comments by article, of those kept for judging or of the others; a big article gives several parts."""
    parts = []
    for name in FILES:
        by_article: dict[str, list[Row]] = defaultdict(list)
        for row in rows(name):
            if kept_for_judging(row["article_id"]) is not judged:
                continue
            by_article[row["article_id"]].append({**row, "file": name})
        least, most = COMMENTS
        for found in by_article.values():
            parts += [found[at : at + most] for at in range(0, min(len(found), PARTS * most), most)]
    return [part for part in parts if len(part) >= least]


def weeks(desk: Desk, seed: int, number: int = WEEKS) -> Iterator[MadeUpWeek]:
    """So many weeks, no article twice while there are others; every comment has been seen and kept by its creator."""
    plan = CampaignPlan.load(ROOT / "config")
    assert plan is not None
    dice = random.Random(seed)
    worth = Worth.load(ROOT / "config")
    parts = articles()
    dice.shuffle(parts)
    at = 0
    for week in range(number):
        count = dice.randint(*ARTICLES)
        taken = [parts[(at + place) % len(parts)] for place in range(count)]
        at += count
        yield _week(desk, worth, taken, week, terms_of(plan, plan.category(week)))


def _week(desk: Desk, worth: Worth, parts: list[list[Row]], number: int, terms: Terms) -> MadeUpWeek:
    by_id: dict[str, Row] = {}
    triages: dict[str, Triage] = {}
    candidates = []
    written = (
        Written(row["id"], shadow(row["content"])[0], row["author"] or "", 0.0) for part in parts for row in part
    )
    copies = later_copies(written)
    for place, part in enumerate(parts):
        for row in part:
            triage = desk.consider(Case(row["content"], row.get("article_title") or "", key=row["id"])).triage
            comment = Comment(f"{number}{place}_0", row["id"], row["content"], 0, Source.POLL, triage=triage)
            if barred(comment) or row["id"] in copies:
                continue
            by_id[comment.id], triages[comment.id] = row, triage
            candidate = Candidate(
                comment.id, comment.article, row["author"] or "", row["content"], triage.type.value, triage.quality,
                0.0, "精选", first=row["id"][-1] in "01",
                worth=worth.mark(row["content"], asks=triage.type is CommentType.QUESTION),
            )  # fmt: skip
            candidates.append(candidate)
    nominees = choose(f"2026W{number}", candidates, terms).nominees
    return MadeUpWeek(nominees, len(candidates), sum(map(len, parts)), by_id, triages)


def wrong(week: MadeUpWeek) -> list[str]:
    """What must not be among the nominees of a week."""
    found = []
    nominees = week.nominees if week.is_held else ()
    if week.is_held and not 5 <= len(nominees) <= 8:
        found.append(f"{len(nominees)} nominees of {week.candidates} who may stand")
    people = [one.pid for one in nominees if one.pid]
    if len(people) != len(set(people)):
        found.append("two of one person")
    if any(sum(one.article == other.article for one in nominees) > 2 for other in nominees):
        found.append("more than two of one article")
    pairs = [(one, other) for one in nominees for other in nominees if one.id < other.id]
    if any(likeness(grams(one.text), grams(other.text)) >= ALIKE for one, other in pairs):
        found.append("the same thing twice")
    for one in nominees:
        triage = week.triages[one.id]
        if triage.type in (CommentType.AD, CommentType.ABUSE, CommentType.VOTE):
            found.append(f"{triage.type.value}: {one.id}")
        if not {risk.kind for risk in triage.risks} <= {RiskKind.COMPLAINT}:
            found.append(f"with a risk: {one.id}")
    return found


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation.weeks", description=__doc__)
    parser.add_argument("--out", type=Path, help="where to write the nominees; never inside the repository")
    parser.add_argument("--seed", type=int, default=47)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = list(weeks(Desk.load(ROOT / "config", Path(folder)), options.seed))
    faults = [f"week {number}: {fault}" for number, week in enumerate(found, 1) for fault in wrong(week)]
    for number, week in enumerate(found, 1):
        said = f"{len(week.nominees)} nominees" if week.is_held else f"no round, {len(week.nominees)} good enough"
        print(f"week {number:2d}: {said} of {week.candidates} who may stand, {week.comments} comments")
    print(*(faults or ["nothing wrong"]), sep="\n")
    if options.out:
        _write(options.out, [(week, one) for week in found if week.is_held for one in week.nominees], options.seed)
    return 1 if faults else 0


def _write(out: Path, nominees: list[tuple[MadeUpWeek, Candidate]], seed: int) -> None:
    if out.resolve().is_relative_to(ROOT):
        raise SystemExit("real comments are never written into the repository: choose another place")
    random.Random(seed).shuffle(nominees)
    key = out.with_name(f"{out.stem}_key.tsv")
    with out.open("w", encoding="utf-8") as judged, key.open("w", encoding="utf-8") as told:
        for number, (week, one) in enumerate(nominees, 1):
            row = week.rows[one.id]
            title, text = (" ".join(str(row.get(name) or "").split()) for name in ("article_title", "content"))
            judged.write(f"{number}\t[{title}]\t{text}\n")
            told.write(f"{number}\t{row['file']}\t{row['id']}\t{one.kind}\t{one.quality}\n")
    print(f"{len(nominees)} nominees in {out}, which they are in {key}")


if __name__ == "__main__":
    sys.exit(main())
