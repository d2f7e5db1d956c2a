"""Fits how types are told apart: config/type_weights.yaml and config/type_pieces.bin, a multinomial logistic model.

    make fit                     fits and writes, about a minute
    make fit ARGS="--check"      says how well a fit does on the tuning part of types.tsv, which it then does not see

Learns from the tuning parts of types.tsv and ads.tsv, from the further labels in fit.tsv (one reader each), and from
the comments written for the tests, for the rules and for this fit. It never reads an untouched part, nor a comment kept
for the judged drafts. What it writes holds names of cues and numbers, no text.
"""

from __future__ import annotations

import re
import sys
import tempfile
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
import yaml
from msgspec import Struct
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from bot.domain.comment import CommentType
from replies.rules import read_rules
from replies.triage.load import Kit, load_triage
from replies.triage.pieces import FILE, ROWS, cut_pieces, row_of
from tests.evaluation.data import ROOT, by_id, labels
from tests.evaluation.drafts import reserved
from tests.evaluation.types_table import ENOUGH

ROUNDS = 120
SPREAD = 0.2  # variance of the prior of a weight: smaller is more careful
LOUD = 3.0  # how much the pieces of a comment weigh beside its cues and signs
BALANCE = 0.5  # 0: every comment counts the same; 1: every type counts the same
FEWEST = 3  # what stands in fewer comments has no weight
EXAMPLES = 8.0  # an example of rules.yaml counts as much as this many comments: it must come out right
TYPES = list(CommentType)
AD = TYPES.index(CommentType.AD)
SET_ASIDE = 5  # one in so many of the comments written by us is only judged
OURS = 2.0  # a comment written by us counts as much as this many from the files
NO_AD = -1  # stands for a type nobody marked: only that it is no advertisement is known
WRITTEN = (ROOT / "tests" / "replies" / "labelled_comments.yaml", Path(__file__).with_name("written.yaml"))


class Sample(Struct, frozen=True):
    """A comment, the place of its type in TYPES (or NO_AD), for how many it counts, and as what it is held out."""

    text: str
    kind: int
    worth: float = 1.0
    held: str = ""


def samples() -> list[Sample]:
    """All that may be learnt from."""
    types, ads = labels("types"), labels("ads")
    untouched = {row["id"] for row in (*types, *ads) if row["part"] == "test"}
    kept_back = {_plain(by_id(row["file"])[row["id"]]["content"]) for row in types if row["part"] == "test"}
    found = [_sample(row["file"], row["id"], row["final"], held="tuning part") for row in types if row["part"] == "dev"]
    for row in labels("fit"):
        if row["id"] not in untouched and not reserved(row["id"]):
            sample = _sample(row["file"], row["id"], row["type"])
            if _plain(sample.text) not in kept_back:
                found.append(sample)
    found += [Sample(text, _place(kind), OURS) for text, kind in written(SET_ASIDE, inside=False)]
    for rule in read_rules(ROOT / "config")[0].rules:
        found += [Sample(one.say, _place(one.type), EXAMPLES) for one in rule.examples if one.type]
    typed = {row["id"] for row in (*types, *labels("fit"))}
    for row in ads:
        if row["part"] == "dev" and row["id"] not in typed:
            found.append(Sample(by_id("labelled_qq_ads")[row["id"]]["content"], AD if row["ad"] == "1" else NO_AD))
    return found


def written(share: int, inside: bool) -> list[tuple[str, str]]:
    """The comments written by us and their types: one in `share`, chosen by its text, or (not `inside`) all others."""
    found = []
    for path in WRITTEN:
        for kind, listed in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            chosen = [str(one) for one in listed if (zlib.crc32(str(one).encode()) % share == 0) is inside]
            found += [(text, kind) for text in chosen]
    return found


def _sample(file: str, key: str, kind: str, held: str = "") -> Sample:
    return Sample(by_id(file)[key]["content"], _place(kind), held=held)


def _place(kind: str) -> int:
    return TYPES.index(CommentType(kind))


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()


class Table(Struct, frozen=True):
    """What was measured: a row per sample; the columns are the named measures, then the rows of the pieces."""

    values: csr_matrix
    names: list[str]


def measure(kit: Kit, data: list[Sample]) -> Table:
    """Read all samples; what is seen in fewer than FEWEST of them is left out."""
    readings = [kit.reader.read(sample.text) for sample in data]
    named = [{name: value for name, value in kit.types.measures(one).items() if value} for one in readings]
    pieces = [{row_of(piece) for piece in cut_pieces(one.norm)} for one in readings]
    seen = Counter(name for one in named for name in one)
    met = Counter(row for one in pieces for row in one)
    names = sorted(name for name, count in seen.items() if count >= FEWEST or "/" in name)
    column = {name: place for place, name in enumerate(names)}
    ends, places, values = [0], [], []
    for measures, rows in zip(named, pieces, strict=True):
        for name, value in measures.items():
            if name in column:
                places.append(column[name])
                values.append(value)
        told = sorted(row for row in rows if met[row] >= FEWEST)
        places += [len(names) + row for row in told]
        values += [LOUD / len(rows) ** 0.5] * len(told)
        ends.append(len(places))
    return Table(csr_matrix((values, places, ends), shape=(len(data), len(names) + ROWS)), names)


def fit(values: csr_matrix, data: list[Sample]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Start and weights per type that make the labels likeliest under the prior; deterministic."""
    kinds = np.array([sample.kind for sample in data])
    counts = np.bincount(kinds[kinds != NO_AD], minlength=len(TYPES))
    worth = np.array([sample.worth for sample in data])
    known = kinds != NO_AD
    worth[known] *= (known.sum() / len(TYPES) / counts[kinds[known]]) ** BALANCE
    allowed = np.ones((len(data), len(TYPES)))
    allowed[known] = np.eye(len(TYPES))[kinds[known]]
    allowed[~known, AD] = 0
    turned = values.T.tocsr()
    width = len(TYPES)

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(-1, width)
        scores = values @ weights[1:] + weights[0]
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        hits = chances * allowed
        right = np.maximum(hits.sum(axis=1, keepdims=True), 1e-12)
        slopes = worth[:, None] * (chances - hits / right)
        back = np.vstack([slopes.sum(axis=0), turned @ slopes + weights[1:] / SPREAD])
        total = -(worth * np.log(right[:, 0])).sum() + (weights[1:] ** 2).sum() / 2 / SPREAD
        return float(total), back.ravel()

    begin = np.zeros((values.shape[1] + 1) * width)
    found = minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}).x.reshape(-1, width)
    return found[0], found[1:]


def write(start: NDArray[np.float64], weights: NDArray[np.float64], names: list[str]) -> None:
    """Write both files, rounded, names in order."""
    pieces = weights[len(names) :] * LOUD
    unit = float(f"{np.abs(pieces).max() / 127:.6f}")
    said = [
        "# Made by tests/evaluation/fit_types.py, not by hand: how much each cue and sign speaks for each type.",
        f"types: [{', '.join(TYPES)}]",
        f"start: {_numbers(start)}",
        "# what one step of type_pieces.bin is worth",
        f"piece: {unit}",
        "weights:",
    ]
    said += [f"  {name}: {_numbers(row)}" for name, row in zip(names, weights, strict=False)]
    (ROOT / "config" / "type_weights.yaml").write_text("\n".join(said) + "\n", encoding="utf-8")
    steps = np.clip(np.rint(pieces / unit), -127, 127).astype(np.int8)
    (ROOT / "config" / FILE).write_bytes(steps.tobytes())


def _numbers(row: NDArray[np.float64]) -> str:
    return " ".join(f"{value:.2f}".replace("-0.00", "0.00") for value in row)


def check(kit: Kit, data: list[Sample]) -> None:
    """Fit without the tuning part of types.tsv, then judge that part, and the written comments that are set aside."""
    data = data + [Sample(text, _place(kind), held="set aside") for text, kind in written(SET_ASIDE, inside=True)]
    table = measure(kit, data)
    learnt = np.array([not sample.held for sample in data])
    start, weights = fit(table.values[learnt], [sample for sample in data if not sample.held])
    said = (table.values @ weights + start).argmax(axis=1)
    for name in ("tuning part", "set aside"):
        held = np.array([sample.held == name for sample in data])
        _judge(name, np.array([sample.kind for sample in data])[held], said[held])


def _judge(name: str, truth: NDArray[np.int64], said: NDArray[np.int64]) -> None:
    counted = []
    for kind, n in Counter(truth.tolist()).most_common():
        hits = int(((truth == kind) & (said == kind)).sum())
        f1 = 2 * hits / (n + int((said == kind).sum()))
        print(f"{TYPES[kind]} n {n} recall {hits / n:.2f} F1 {f1:.2f}")
        counted += [f1] if n >= ENOUGH else []
    right = 100 * float((truth == said).mean())
    print(f"{name}: macro-F1 {sum(counted) / len(counted):.3f} over types with {ENOUGH} or more; right {right:.1f} %")


def main() -> None:
    """Fit and write, or with --check only estimate how well a fit does."""
    data = samples()
    print(f"reading {len(data)} comments …", flush=True)
    kit = load_triage(ROOT / "config", Path(tempfile.mkdtemp(prefix="fit-")))
    if "--check" in sys.argv[1:]:
        check(kit, data)
        return
    table = measure(kit, data)
    print(f"fitting {len(table.names)} cues and signs, and pieces …", flush=True)
    write(*fit(table.values, data), table.names)
    print(f"written: config/type_weights.yaml, config/{FILE}")


if __name__ == "__main__":
    main()
