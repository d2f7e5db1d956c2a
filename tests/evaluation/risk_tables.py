"""Ads and abuse: precision, recall and false alarms of what is blocked."""

from __future__ import annotations

import hashlib

from bot.domain.comment import RiskKind, RiskLevel
from replies.case import Case
from replies.desk import Desk
from tests.evaluation.data import COMMENT_FILES, Row, by_id, labels, rows
from tests.evaluation.measures import precision_recall


def stopped(desk: Desk, row: Row, kinds: tuple[RiskKind, ...], types: tuple[str, ...]) -> bool:
    """True when triage blocks this row as one of these kinds."""
    triage = desk.consider(Case(content=row["content"], key=row["id"])).triage
    return triage.type.value in types or any(r.kind in kinds and r.level is RiskLevel.BLOCK for r in triage.risks)


def show_ads(desk: Desk, part: str) -> None:
    """Precision and recall on the `dev` or `test` half of the group-chat lines, false stops on other files."""
    marked = labels("ads")
    file = by_id("labelled_qq_ads")
    changed = sum((row["ad"] == "1") != (file[row["id"]]["label"] != "normal") for row in marked)
    print(f"\nADS ({len(marked)} relabelled lines, {changed} labels differ from the file's)")
    kinds, types = (RiskKind.AD, RiskKind.CONTACT), ("广告",)
    half = [row for row in marked if row["part"] == part]
    truth = [row["ad"] == "1" for row in half]
    said = [stopped(desk, file[row["id"]], kinds, types) for row in half]
    precision, recall = precision_recall(truth, said)
    print(f"{part}: {sum(truth)} ads, precision {precision:.3f} (bar 0.95), recall {recall:.3f} (bar 0.60)")
    others = sorted(
        (row for name in COMMENT_FILES for row in rows(name)),
        key=lambda row: hashlib.sha256(f"ads|{row['id']}".encode()).hexdigest(),
    )[:2000]
    ads = {row["id"] for row in labels("types") if row["final"] == "广告"}
    clean = [row for row in others if row["id"] not in ads]
    false = sum(stopped(desk, row, kinds, types) for row in clean)
    print(f"others stopped as ads: {false} of {len(clean)} = {100 * false / len(clean):.2f} % (bar 0.5 %)")


def show_abuse(desk: Desk) -> None:
    """Precision and recall of what is blocked as abuse on labelled_cold, false alarms on its safe rows."""
    cold = rows("labelled_cold")
    truth = [row["label"] == "offensive" for row in cold]
    said = [stopped(desk, row, (RiskKind.ABUSE,), ("辱骂",)) for row in cold]
    precision, recall = precision_recall(truth, said)
    safe = truth.count(False)
    alarms = sum(s and not t for t, s in zip(truth, said, strict=True))
    print(f"\nABUSE ({len(cold)} rows of labelled_cold)")
    print(
        f"precision {precision:.3f} (bar 0.80), recall {recall:.3f}, on safe rows {100 * alarms / safe:.2f} % (bar 3 %)"
    )
