"""Quality: does length pay, does the score agree with two readers, and with the crowd's likes."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Callable

from replies.case import Case
from replies.desk import Desk
from tests.evaluation.data import COMMENT_FILES, Row, by_id, labels, rows
from tests.evaluation.measures import correlation, kappa, wilson

SAMPLE = 3000
ONE_FILE = 600
RESAMPLES = 1000


def score(desk: Desk, row: Row) -> int:
    """The quality of one row under its article's title."""
    case = Case(content=row["content"], article_title=row.get("article_title") or "", key=row["id"])
    return desk.consider(case).triage.quality


def show_length(desk: Desk) -> None:
    """Correlation of score and length over all comment files."""
    everything = [row for name in COMMENT_FILES for row in rows(name)]
    chosen = sorted(everything, key=lambda row: hashlib.sha256(f"length|{row['id']}".encode()).hexdigest())[:SAMPLE]
    scores = [float(score(desk, row)) for row in chosen]
    found = correlation(scores, [float(len(row["content"])) for row in chosen])
    print(f"\nQUALITY\ncorrelation of score and length over {SAMPLE} comments: {found:.2f} (bar |r| <= 0.5)")
    for name in COMMENT_FILES:
        one = sorted(rows(name), key=lambda row: hashlib.sha256(f"length|{row['id']}".encode()).hexdigest())[:ONE_FILE]
        scores = [float(score(desk, row)) for row in one]
        print(f"  {name}: {correlation(scores, [float(len(row['content'])) for row in one]):.2f}")


def show_pairs(desk: Desk, part: str) -> None:
    """Agreement with two readers on which of two comments deserves the answer first.

    The `dev` half of the pairs may be looked at while tuning, the `test` half may not.
    """
    pairs = [p for p in labels("pairs") if _half(p["a"]) == part]
    one, other = [p["reader_c"] for p in pairs], [p["reader_d"] for p in pairs]
    agreed = [p for p in pairs if p["reader_c"] == p["reader_d"] and p["reader_c"] != "="]
    right = 0
    for pair in agreed:
        file = by_id(pair["file"])
        a, b = score(desk, file[pair["a"]]), score(desk, file[pair["b"]])
        right += (a > b) if pair["reader_c"] == "A" else (b > a)
    low, high = wilson(right, len(agreed))
    print(
        f"pairs, {part} half: readers agree on {len(agreed)} of {len(pairs)} (kappa {kappa(one, other):.2f}); "
        f"the score agrees on {right} = "
        f"{100 * right / max(1, len(agreed)):.1f} % [{100 * low:.0f}, {100 * high:.0f}] (bar 70 %)"
    )


def _half(key: str) -> str:
    """Which half of the pairs one belongs to, by the id of its first comment."""
    return "dev" if int(hashlib.sha256(key.encode()).hexdigest()[0], 16) % 2 == 0 else "test"


def show_likes(desk: Desk) -> None:
    """Among comments of the same third of a thread: how often is the better-scored the more liked? No bar."""
    threads: dict[str, list[Row]] = defaultdict(list)
    for row in rows("comments_weibo_swsr"):
        if row["article_id"] and row["created_at"] and row["likes"] is not None:
            threads[row["article_id"]].append(row)
    pairs: list[tuple[Row, Row]] = []
    for thread in threads.values():
        thread.sort(key=lambda row: row["created_at"])
        third = max(1, len(thread) // 3)
        for start in range(0, len(thread), third):
            part = thread[start : start + third]
            pairs += [(a, b) for i, a in enumerate(part) for b in part[i + 1 :] if a["likes"] != b["likes"]]
    dice = random.Random(20261122)
    pairs = dice.sample(pairs, min(SAMPLE, len(pairs)))
    cache = {row["id"]: float(score(desk, row)) for pair in pairs for row in pair}
    measures: dict[str, Callable[[Row], float]] = {
        "score": lambda row: cache[row["id"]],
        "length": lambda row: float(len(row["content"])),
        "distinct signs": lambda row: float(len(set(row["content"]))),
    }
    wins = {name: [_win(measure, pair) for pair in pairs] for name, measure in measures.items()}
    print(f"likes (weibo, {len(pairs)} pairs of the same third of a thread; no bar):")
    for name, results in wins.items():
        print(f"  {name}: the higher is the more liked in {100 * sum(results) / len(results):.1f} %")
    for name in ("length", "distinct signs", "chance"):
        against = wins.get(name, [0.5] * len(pairs))
        differences = [a - b for a, b in zip(wins["score"], against, strict=True)]
        means = sorted(sum(dice.choices(differences, k=len(differences))) / len(differences) for _ in range(RESAMPLES))
        low, high = means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES)]
        middle = 100 * sum(differences) / len(differences)
        print(f"  score minus {name}: {middle:+.1f} points, paired bootstrap [{100 * low:+.1f}, {100 * high:+.1f}]")


def _win(measure: Callable[[Row], float], pair: tuple[Row, Row]) -> float:
    a, b = pair
    x, y = measure(a), measure(b)
    return 0.5 if x == y else float((x > y) == (a["likes"] > b["likes"]))
