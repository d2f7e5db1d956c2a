"""`python -m tests.evaluation.drafts --seed N --count 60 --out FILE`: drafts on real comments, to be read critically.

A quarter of all comments (`reserved`) is never shown here: the judged 500 are drawn from it alone, so that nobody
who mends the drafts has read them. The output holds comments and stays out of the repository.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import tempfile
from pathlib import Path

from replies.desk import Desk
from tests.evaluation.data import ROOT, Row, rows
from tests.evaluation.draft_tables import ANSWERABLE, case_of

FILES = ("comments_weibo_swsr", "comments_fanchuan", "comments_douyin", "comments_bilibili", "comments_cofacts_replies")
__all__ = ["FILES", "reserved", "sample"]


def reserved(comment: str) -> bool:
    """True for the quarter of all ids that is kept for the judged draft set."""
    return hashlib.sha256(comment.encode()).digest()[0] % 4 == 0


def sample(seed: int) -> list[tuple[str, Row]]:
    """Comments of the open part in an order drawn by `seed`, the files taking turns."""
    dice = random.Random(seed)
    decks = []
    for name in FILES:
        deck = [(name, row) for row in rows(name) if not reserved(row["id"])]
        dice.shuffle(deck)
        decks.append(deck)
    return [pair for turn in zip(*decks, strict=False) for pair in turn]


def main() -> None:
    """Write the drafts; comments of another type than the answerable ones are passed over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    desk = Desk.load(ROOT / "config", Path(tempfile.gettempdir()))
    lines: list[str] = []
    seen = drafted = 0
    for name, row in sample(arguments.seed):
        verdict = desk.consider(case_of(row))
        kind = verdict.triage.type.value
        if kind not in ANSWERABLE:
            continue
        seen += 1
        lines.append(f"{seen} [{kind}] {name} {row['id']} | {row.get('article_title') or ''}\n  {row['content']}")
        if not verdict.variants:
            lines.append(f"  none: {verdict.triage.decision}")
        drafted += bool(verdict.variants)
        lines += [f"  {one.name} {one.text}  <{one.rule}>" for one in verdict.variants]
        if seen == arguments.count:
            break
    lines.append(f"drafted {drafted} of {seen}")
    arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
