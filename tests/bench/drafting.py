"""(b) Comments through triage and drafting, beside jieba alone cutting the same texts."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from bot.sandbox.samples import load_samples
from config.settings import ROOT
from replies.case import Case
from replies.desk import Desk
from tests.bench.table import Table, say


def measure(rounds: int) -> None:
    """The sample comments, again and again: milliseconds of processor time each, medians of rounds."""
    import jieba

    samples = load_samples()
    titles = {one.slug: one.title for one in samples.articles}
    cases = [Case(one.text, titles[one.slug], key=str(n)) for n, one in enumerate(samples.comments)]
    with tempfile.TemporaryDirectory() as cache:
        desk = Desk.load(ROOT / "config", Path(cache))
        whole, alone = [], []
        for number in range(rounds):
            spent = []
            for case in cases:
                began = time.thread_time()
                desk.consider(case)
                spent.append(time.thread_time() - began)
            whole.append(statistics.median(spent))
            spent = []
            for case in cases:
                began = time.thread_time()
                list(jieba.cut(case.content))
                spent.append(time.thread_time() - began)
            alone.append(statistics.median(spent))
            say(f"drafting: round {number + 1} of {rounds}")
    table = Table("(b) one comment", ("what", "cpu ms (median)", "a second", "× of jieba alone"))
    base = statistics.median(alone)
    for name, found in (("jieba cutting it", alone), ("triage, three drafts", whole)):
        middle = statistics.median(found)
        table.row(name, f"{1000 * middle:.2f}", f"{1 / middle:.0f}", f"{middle / base:.1f}")
    table.print()
    print("bar: triage and drafting median 5 ms")
