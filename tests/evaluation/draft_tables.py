"""Drafts: coverage, two readers' judgements of 500 drafts, and that nothing unsafe is ever drafted."""

from __future__ import annotations

import hashlib
from collections import Counter

from bot.domain.comment import RiskKind
from replies.case import Case
from replies.desk import Desk
from replies.lint import Gate
from replies.risk.contact import find_contacts
from tests.evaluation.data import Row, all_rows, by_id, labels
from tests.evaluation.measures import wilson

ANSWERABLE = ("提问", "经历", "观点", "补充", "抱怨")
QUESTIONS = ("grammatical", "specific", "unchanged", "inviting")
BARS = {"grammatical": 97, "specific": 75, "unchanged": 65, "inviting": 75}


def case_of(row: Row) -> Case:
    """One row as the desk meets it."""
    return Case(content=row["content"], article_title=row.get("article_title") or "", key=row["id"])


def show_coverage(desk: Desk, part: str) -> None:
    """How many of the answerable comments of the labelled set get a draft, by type."""
    drafted: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for row in labels("types"):
        if row["part"] == part and row["final"] in ANSWERABLE:
            verdict = desk.consider(case_of(by_id(row["file"])[row["id"]]))
            total[row["final"]] += 1
            drafted[row["final"]] += bool(verdict.variants)
    share = 100 * sum(drafted.values()) / sum(total.values())
    print(f"\nDRAFTS\ncoverage of answerable comments (by the readers' types): {share:.1f} % (bar 60 %)")
    print("  " + "; ".join(f"{kind} {drafted[kind]}/{n}" for kind, n in total.most_common()))


def show_judgements(desk: Desk) -> None:
    """What two readers said of the drafts; a judgement counts only while the draft is still the one they read."""
    judged = labels("drafts")
    current = []
    for row in judged:
        variants = desk.consider(case_of(by_id(row["file"])[row["id"]])).variants
        text = variants[0].text if variants else ""
        if hashlib.sha256(text.encode()).hexdigest()[:12] == row["draft"]:
            current.append(row)
    print(f"judged drafts: {len(judged)}, still the same text today: {len(current)}")
    for question in QUESTIONS:
        parts = []
        for reader in ("e", "f"):
            yes = sum(row[f"{question}_{reader}"] == "1" for row in judged)
            low, high = wilson(yes, len(judged))
            parts.append(f"reader {reader.upper()} {100 * yes / len(judged):.1f} % [{100 * low:.0f}, {100 * high:.0f}]")
        same = sum(row[f"{question}_e"] == row[f"{question}_f"] for row in judged)
        print(
            f"  {question:12} {', '.join(parts)}, agreement {100 * same / len(judged):.0f} % (bar {BARS[question]} %)"
        )


def show_safety(desk: Desk, gate: Gate) -> None:
    """Every comment of every file: no draft repeats contact data or promises anything; crisis is never composed."""
    seen = drafts = contacts = stopped = crises = composed = 0
    for _, row in all_rows():
        seen += 1
        verdict = desk.consider(case_of(row))
        crisis = any(risk.kind is RiskKind.CRISIS for risk in verdict.triage.risks)
        crises += crisis
        for variant in verdict.variants:
            drafts += 1
            contacts += bool(find_contacts(variant.text))
            stopped += bool(gate.check_outgoing(variant.text))
            composed += crisis and variant.kind != "固定"
        if seen % 5000 == 0:
            print(f"  … {seen} comments", flush=True)
    print(
        f"safety: {seen} comments, {drafts} drafts; with contact data {contacts}, stopped by the gate {stopped} (bar 0)"
    )
    print(f"crisis comments {crises}, drafts composed for them {composed} (bar 0)")
