"""(b) Comments through triage and drafting, beside jieba alone cutting the same texts; what 20,000 risk words cost."""

from __future__ import annotations

import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bot.sandbox.samples import load_samples
from config.settings import ROOT
from replies.case import Case
from replies.desk import Desk
from replies.risk.wordlist import WordList
from tests.bench.fill import some_texts
from tests.bench.table import Table, say

RISK_WORDS = 20_000
COMMENTS = 600


def measure(rounds: int) -> None:
    """The same comments, again and again: milliseconds of processor time each, medians of rounds."""
    import jieba

    samples = load_samples()
    dice = random.Random(3)
    titles = [one.title for one in samples.articles]
    texts = [one.text for one in samples.comments] + some_texts(COMMENTS, 9)
    cases = [Case(text, dice.choice(titles), key=str(n)) for n, text in enumerate(texts)]
    words = _made_up_words(RISK_WORDS)
    found: dict[str, list[float]] = {}
    worst: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as cache:
        desk, listed = Desk.load(ROOT / "config", Path(cache) / "plain"), WordList(words, words[:100])
        strict = Desk.load(_with_more_words(Path(cache), words), Path(cache) / "strict")
        ways: dict[str, Callable[[Case], object]] = {
            "jieba cutting it": lambda case: list(jieba.cut(case.content)),
            "triage, three drafts": desk.consider,
            f"the same with {RISK_WORDS:,} more risk words": strict.consider,
            f"looking for {RISK_WORDS:,} risk words alone": lambda case: listed.find(case.content),
        }
        for number in range(rounds):
            for name, act in ways.items():
                spent = sorted(map(lambda case, act=act: _spent(act, case), cases))
                found.setdefault(name, []).append(statistics.median(spent))
                worst.setdefault(name, []).append(spent[int(len(spent) * 0.99)])
            say(f"drafting: round {number + 1} of {rounds}")
    _print(found, worst, len(cases))


def _print(found: dict[str, list[float]], worst: dict[str, list[float]], count: int) -> None:
    table = Table(
        f"(b) one comment ({count} texts)", ("what", "cpu ms (median)", "p99", "a second", "× of jieba alone")
    )
    base = statistics.median(found["jieba cutting it"])
    for name, times in found.items():
        middle = statistics.median(times)
        last = statistics.median(worst[name])
        table.row(name, f"{1000 * middle:.3f}", f"{1000 * last:.2f}", f"{1 / middle:.0f}", f"{middle / base:.1f}")
    table.print()
    print("bars: triage and drafting median 5 ms; 20,000 risk words 1 ms a comment")


def _spent(act: Callable[[Case], object], case: Case) -> float:
    began = time.thread_time()
    act(case)
    return time.thread_time() - began


def _made_up_words(count: int) -> list[str]:
    """Words of three signs that no comment has."""
    signs = [chr(0x4E00 + place) for place in range(0, 20_000, 7)]
    dice = random.Random(8)
    return sorted({"".join(dice.choices(signs, k=3)) for _ in range(count + count // 50)})[:count]


def _with_more_words(folder: Path, words: list[str]) -> Path:
    """A copy of the configuration whose list of words to look at is so much longer."""
    config = folder / "config"
    shutil.copytree(ROOT / "config", config, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    with (config / "words" / "look.txt").open("a", encoding="utf-8") as file:
        file.write("\n" + "\n".join(words) + "\n")
    return config
