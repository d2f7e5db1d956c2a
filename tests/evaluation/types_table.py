"""Types: macro-F1 and recall on the labelled set, the readers' agreement, the commonest confusions."""

from __future__ import annotations

from collections import Counter

from replies.case import Case
from replies.desk import Desk
from tests.evaluation.data import by_id, labels
from tests.evaluation.measures import kappa

ENOUGH = 10


def show(desk: Desk, part: str) -> None:
    """Print the table for `dev` or `test`."""
    marked = [row for row in labels("types") if row["part"] == part]
    truth, said = [], []
    for row in marked:
        data = by_id(row["file"])[row["id"]]
        case = Case(content=data["content"], article_title=data.get("article_title") or "", key=row["id"])
        truth.append(row["final"])
        said.append(desk.consider(case).triage.type.value)
    learnt = "; the weights were fitted on it: an honest figure is fit_types --check" if part == "dev" else ""
    print(f"\nTYPES, {part} part ({len(marked)} comments{learnt})")
    print(f"readers' agreement: kappa {kappa([r['reader_a'] for r in marked], [r['reader_b'] for r in marked]):.2f}")
    print("type        n   precision  recall  F1")
    scores = []
    for kind, n in Counter(truth).most_common():
        hits = sum(t == s == kind for t, s in zip(truth, said, strict=True))
        precision, recall = hits / max(1, said.count(kind)), hits / n
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        counted = "" if n >= ENOUGH else f"  (fewer than {ENOUGH}: not counted)"
        if n >= ENOUGH:
            scores.append((f1, recall))
        print(f"{kind:　<5}{n:5}   {precision:9.2f}  {recall:6.2f}  {f1:.2f}{counted}")
    macro = sum(f1 for f1, _ in scores) / len(scores)
    print(f"macro-F1 {macro:.3f} (bar 0.80), lowest recall {min(recall for _, recall in scores):.2f} (bar 0.65)")
    wrong = Counter((t, s) for t, s in zip(truth, said, strict=True) if t != s)
    print("commonest confusions:", "; ".join(f"{t}→{s} {n}" for (t, s), n in wrong.most_common(8)))
