"""Fits config/type_weights.yaml: a multinomial logistic model over the named cues and signs, in plain Python.

    .venv/bin/python -m tests.evaluation.fit_types            # fits and writes
    .venv/bin/python -m tests.evaluation.fit_types --check    # cross-validates, a few minutes

Learns from the tuning parts of types.tsv and ads.tsv, from the further labels of one reader in fit.tsv, and from the
comments written for the tests, for the rules and for this fit. It never reads an untouched part. What it writes holds
names of cues and numbers, no text.
"""

from __future__ import annotations

import math
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

import yaml

from bot.domain.comment import CommentType
from replies.rules import read_rules
from replies.triage.load import Kit, load_triage
from tests.evaluation.data import ROOT, by_id, labels
from tests.evaluation.types_table import ENOUGH

ROUNDS = 40
STEP = 0.15
SPREAD = 0.1  # variance of the prior of a weight, relative to one comment's evidence: smaller is more careful
BALANCE = 0.5  # 0: every comment counts the same; 1: every type counts the same
FOLDS = 5
FEWEST = 5  # what fires on fewer comments has no weight
EXAMPLES = 4  # an example of rules.yaml counts as much as this many comments: it must come out right
TYPES = list(CommentType)

NO_AD = -1  # stands for a type nobody marked: only that it is no advertisement is known
AD = TYPES.index(CommentType.AD)

Sample = tuple[dict[str, float], int]


def samples(kit: Kit) -> list[Sample]:
    """What was measured of each labelled comment, and the place of its type in TYPES."""
    marked = [(row["file"], row["id"], row["final"]) for row in labels("types") if row["part"] == "dev"]
    untouched = {row["id"] for name in ("types", "ads") for row in labels(name) if row["part"] == "test"}
    marked += [(row["file"], row["id"], row["type"]) for row in labels("fit") if row["id"] not in untouched]
    texts = [(by_id(file)[key]["content"], kind) for file, key, kind in marked]
    for written in (ROOT / "tests" / "replies" / "labelled_comments.yaml", Path(__file__).with_name("written.yaml")):
        kinds = yaml.safe_load(written.read_text(encoding="utf-8"))
        texts += [(str(text), kind) for kind, listed in kinds.items() for text in listed]
    for rule in read_rules(ROOT / "config")[0].rules:
        texts += [(example.say, example.type) for example in rule.examples if example.type] * EXAMPLES
    chat = by_id("labelled_qq_ads")
    typed = {key for _, key, _ in marked}
    half = [row for row in labels("ads") if row["part"] == "dev" and row["id"] not in typed]
    no_ads = [chat[row["id"]]["content"] for row in half if row["ad"] != "1"]
    texts += [(chat[row["id"]]["content"], CommentType.AD) for row in half if row["ad"] == "1"]
    found = [(kit.types.measures(kit.reader.read(text)), TYPES.index(CommentType(kind))) for text, kind in texts]
    return found + [(kit.types.measures(kit.reader.read(text)), NO_AD) for text in no_ads]


def fit(data: list[Sample]) -> tuple[list[float], dict[str, list[float]]]:
    """Start and weights per type; deterministic (AdaGrad, the prior is applied where a weight is touched)."""
    counts = Counter(name for measures, _ in data for name, value in measures.items() if value)
    kept = {name for name, count in counts.items() if count >= FEWEST or "/" in name}
    of_type = Counter(kind for _, kind in data)
    worth = [
        (len(data) / len(TYPES) / of_type[kind]) ** BALANCE if of_type[kind] else 0.0 for kind in range(len(TYPES))
    ]
    width = range(len(TYPES))
    rows = {name: [0.0] * len(TYPES) for name in sorted(kept)}
    moved = {name: [1e-6] * len(TYPES) for name in rows}
    start, start_moved = [0.0] * len(TYPES), [1e-6] * len(TYPES)
    dice = random.Random(1)
    order = [
        ({name: value for name, value in measures.items() if value and name in kept}, kind) for measures, kind in data
    ]
    for turn in range(ROUNDS):
        dice.shuffle(order)
        step = STEP / (1 + 3 * turn / ROUNDS)
        for measures, kind in order:
            active = [(rows[name], moved[name], value, 1 / (SPREAD * counts[name])) for name, value in measures.items()]
            scores = [start[k] + sum(row[k] * value for row, _, value, _ in active) for k in width]
            top = max(scores)
            shares = [math.exp(score - top) for score in scores]
            total = sum(shares)
            chances = [share / total for share in shares]
            for k, slope in enumerate(_slopes(chances, kind, worth)):
                start_moved[k] += slope * slope
                start[k] -= step * slope / math.sqrt(start_moved[k])
                for row, past, value, pull in active:
                    change = slope * value + pull * row[k]
                    past[k] += change * change
                    row[k] -= step * change / math.sqrt(past[k])
    return start, rows


def _slopes(chances: list[float], kind: int, worth: list[float]) -> list[float]:
    """How the loss of one comment changes with the score of each type."""
    if kind != NO_AD:
        return [worth[kind] * (chance - (k == kind)) for k, chance in enumerate(chances)]
    ad = chances[AD]
    return [ad if k == AD else -ad * chance / max(1e-9, 1 - ad) for k, chance in enumerate(chances)]


def write(start: list[float], rows: dict[str, list[float]], path: Path) -> None:
    """Write the weights file, rounded, names in order."""
    said = [
        "# Made by tests/evaluation/fit_types.py, not by hand: how much each cue and sign speaks for each type.",
        f"types: [{', '.join(TYPES)}]",
        f"start: {_numbers(start)}",
        "weights:",
    ]
    said += [f"  {name}: {_numbers(row)}" for name, row in sorted(rows.items())]
    path.write_text("\n".join(said) + "\n", encoding="utf-8")


def _numbers(row: list[float]) -> str:
    return " ".join(f"{value:.2f}".replace("-0.00", "0.00") for value in row)


def check(data: list[Sample], known: int) -> None:
    """Five-fold cross-validation: each comment of the first `known` is judged by weights that never saw it."""
    truth, said = [], []
    for fold in range(FOLDS):
        start, rows = fit([sample for place, sample in enumerate(data) if place >= known or place % FOLDS != fold])
        for measures, kind in data[fold:known:FOLDS]:
            scores = list(start)
            for name, value in measures.items():
                for k, weight in enumerate(rows.get(name, ())):
                    scores[k] += weight * value
            truth.append(kind)
            said.append(scores.index(max(scores)))
        print(f"fold {fold + 1} of {FOLDS} done", flush=True)
    scores = []
    for kind, n in Counter(truth).most_common():
        hits = sum(t == s == kind for t, s in zip(truth, said, strict=True))
        f1 = 2 * hits / (n + said.count(kind))
        print(f"{TYPES[kind]} n {n} recall {hits / n:.2f} F1 {f1:.2f}")
        scores += [f1] if n >= ENOUGH else []
    print(f"cross-validated macro-F1 {sum(scores) / len(scores):.3f} over the types with {ENOUGH} comments or more")


def main() -> None:
    """Fit and write, or with --check only estimate how well the fit does on the tuning part of types.tsv."""
    kit = load_triage(ROOT / "config", Path(tempfile.mkdtemp(prefix="fit-")))
    data = samples(kit)
    if "--check" in sys.argv[1:]:
        check(data, sum(row["part"] == "dev" for row in labels("types")))
        return
    start, rows = fit(data)
    write(start, rows, ROOT / "config" / "type_weights.yaml")
    print(f"{len(data)} comments, {len(rows)} cues and signs")


if __name__ == "__main__":
    main()
