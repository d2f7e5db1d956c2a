"""Real comments from ../shared/data, as they were written; nothing of them is kept in this repository."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import dataclass

from config.settings import ROOT

DATA = ROOT.parent / "shared" / "data"
SEED = ROOT.parent / "shared" / "seed.txt"
FILES = (
    "comments_bilibili",
    "comments_weibo_swsr",
    "comments_fanchuan",
    "comments_douyin",
    "comments_cofacts_replies",
    "comments_cofacts_requests",
    "labelled_asap_restaurant",
    "labelled_cold",
    "labelled_qq_ads",
)


@dataclass(frozen=True)
class RealComment:
    """One comment; `author` is stable over a source, empty where the source has none."""

    text: str
    author: str
    title: str


def is_there() -> bool:
    """Whether the data lies beside the repository."""
    return DATA.is_dir()


def real_comments(count: int, seed: int) -> list[RealComment]:
    """So many comments drawn from all files alike as far as they reach, in random order."""
    dice = random.Random(seed)
    share = -(-count // len(FILES))
    drawn: list[RealComment] = []
    spare: list[RealComment] = []
    for name in FILES:
        with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        found = [
            RealComment(row["content"], row.get("author") or "", (row.get("article_title") or "")[:60])
            for row in rows
            if row["content"].strip()
        ]
        dice.shuffle(found)
        drawn += found[:share]
        spare += found[share:]
    dice.shuffle(spare)
    drawn += spare[: count - len(drawn)]
    dice.shuffle(drawn)
    return drawn[:count]


def seed_lines() -> list[str]:
    """Every line of the article the product was made from."""
    return [line for line in SEED.read_text(encoding="utf-8").splitlines() if line.strip()]
