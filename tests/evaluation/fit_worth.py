"""Fits how well a comment reads alone: config/worth.yaml and config/worth_pieces.bin, a ridge regression.

    make fit                     fits and writes this too, after the types
    make fit ARGS="--check"      also says how good the best are whom a fit names under articles that it has not seen

Learns from worth.tsv: marks of readers, 0 not worth reading for somebody who knows only the article's title, 3 clearly.
No comment of an article that is kept for judging the choice of nominees is among them. What it writes is numbers.
"""

from __future__ import annotations

import sys
import tempfile
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import LinearOperator, cg

from bot.domain.comment import CommentType
from replies.case import Case
from replies.desk import Desk
from replies.triage.pieces import ROWS, cut_pieces, row_of
from replies.worth import FILE, PIECES, rule_points, words_of
from tests.evaluation.data import ROOT, by_id, kept_for_judging, labels
from tests.evaluation.weeks import articles

CAREFUL = 2.0  # the price of a weight's square: larger is more careful
TENTH = 10.0  # so many points of the rules are measured as one
FEWEST = 3  # what stands in fewer comments has no weight
FOLDS = 8
GOOD = 1.5  # a mark from which a comment is worth reading
SHARES = (0.05, 0.1, 0.2)

Numbers = NDArray[np.float64]


class Marked(Struct, frozen=True):
    """A comment with its mark; `points` are those of the rules. `fold`: it is judged by a fit without this part."""

    text: str
    points: float
    mark: float
    fold: int | None


class Fitted(Struct, frozen=True):
    """The mark where nothing else speaks, what a point of the rules adds, and what each row of pieces adds."""

    start: float
    rules: float
    pieces: Numbers

    def marks(self, points: Numbers, pieces: csr_matrix) -> Numbers:
        """The marks foretold for comments."""
        return self.start + self.rules * points + pieces @ self.pieces


def marked(desk: Desk) -> list[Marked]:
    """All that may be learnt from."""
    standing = {row["id"] for part in articles(judged=False) for row in part}
    found = []
    for label in labels("worth"):
        row = by_id(label["file"])[label["id"]]
        article = row.get("article_id") or ""
        if label["id"] in standing and kept_for_judging(article):
            raise SystemExit(f"{label['id']} is under an article that is kept for judging")
        kind = desk.consider(Case(row["content"], row.get("article_title") or "", key=row["id"])).triage.type
        points = rule_points(row["content"], asks=kind is CommentType.QUESTION)
        fold = zlib.crc32(article.encode()) % FOLDS if label["id"] in standing else None
        found.append(Marked(row["content"], points, float(label["mark"]), fold))
    return found


def measure(data: list[Marked]) -> csr_matrix:
    """A row per comment: its pieces, as replies/triage/pieces.py weighs them."""
    met = [{row_of(piece) for piece in cut_pieces(words_of(one.text))} for one in data]
    seen = Counter(row for rows in met for row in rows)
    ends, places, values = [0], [], []
    for rows in met:
        told = sorted(row for row in rows if seen[row] >= FEWEST)
        places += told
        values += [1 / len(rows) ** 0.5] * len(told)
        ends.append(len(places))
    return csr_matrix((values, places, ends), shape=(len(data), ROWS))


def fit(points: Numbers, pieces: csr_matrix, marks: Numbers) -> Fitted:
    """The weights with the least squared error and price; deterministic. The start costs nothing."""
    turned = pieces.T.tocsr()
    tenths = points / TENTH

    def normal(weights: Numbers) -> Numbers:
        start, rules, rest = weights[0], weights[1], weights[2:]
        said = start + rules * tenths + pieces @ rest
        return np.concatenate(([said.sum(), tenths @ said + CAREFUL * rules], turned @ said + CAREFUL * rest))

    wanted = np.concatenate(([marks.sum(), tenths @ marks], turned @ marks))
    size = len(wanted)
    found, missed = cg(LinearOperator((size, size), matvec=normal, dtype=np.float64), wanted, rtol=1e-9, maxiter=5000)
    if missed:
        raise SystemExit("the fit does not come to an end")
    return Fitted(float(found[0]), float(found[1] / TENTH), found[2:])


def write(fitted: Fitted) -> None:
    """Write both files, rounded."""
    unit = float(f"{np.abs(fitted.pieces).max() / 127:.6f}")
    said = [
        "# Made by tests/evaluation/fit_worth.py, not by hand: the mark that readers would give a comment read alone,",
        "# 0 (not worth it) to 3 (clearly). Where it counts: replies/nominees.py.",
        f"start: {fitted.start:.4f}",
        "# what a point of the rules in replies/worth.py adds",
        f"rules: {fitted.rules:.5f}",
        "# what one step of worth_pieces.bin adds",
        f"piece: {unit}",
    ]
    (ROOT / "config" / FILE).write_text("\n".join(said) + "\n", encoding="utf-8")
    steps = np.clip(np.rint(fitted.pieces / unit), -127, 127).astype(np.int8)
    (ROOT / "config" / PIECES).write_bytes(steps.tobytes())


def foretold(data: list[Marked]) -> Numbers:
    """The mark of each comment that has a fold, by a fit that saw nothing of its article; the others' are none."""
    points, marks = (np.array([getattr(one, name) for one in data]) for name in ("points", "mark"))
    pieces = measure(data)
    said = np.full(len(data), np.nan)
    for fold in range(FOLDS):
        left_out = np.array([one.fold == fold for one in data])
        fitted = fit(points[~left_out], pieces[~left_out], marks[~left_out])
        said[left_out] = fitted.marks(points[left_out], pieces[left_out])
    return said


def check(data: list[Marked]) -> None:
    """Of comments as they may stand for election: how many of the best are worth reading, by rules and by the fit."""
    judged = np.array([one.fold is not None for one in data])
    good = np.array([one.mark >= GOOD for one in data])[judged]
    points = np.array([one.points for one in data])[judged]
    print(f"worth reading alone: {good.sum()} of {len(good)} comments, the best of them in cross validation by article")
    for name, said in (("rules alone", points), ("rules and pieces", foretold(data)[judged])):
        order = np.argsort(-said, kind="stable")
        parts = [f"best {share:.0%}: {good[order[: int(len(good) * share)]].mean():.3f}" for share in SHARES]
        print(f"{name}: {', '.join(parts)}")


def main() -> None:
    """Fit and write, or with --check only estimate how well a fit does."""
    with tempfile.TemporaryDirectory(prefix="fit-") as folder:
        data = marked(Desk.load(ROOT / "config", Path(folder)))
    if "--check" in sys.argv[1:]:
        check(data)
        return
    print(f"fitting {len(data)} marks …", flush=True)
    points, marks = (np.array([getattr(one, name) for one in data]) for name in ("points", "mark"))
    write(fit(points, measure(data), marks))
    print(f"written: config/{FILE}, config/{PIECES}")


if __name__ == "__main__":
    main()
