"""Reads the comment files and the labels. Absent data ends the evaluation with one clear line."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
HERE = Path(__file__).resolve().parent

COMMENT_FILES = (
    "comments_bilibili",
    "comments_weibo_swsr",
    "comments_douyin",
    "comments_fanchuan",
    "comments_cofacts_requests",
    "comments_cofacts_replies",
)
ALL_FILES = (*COMMENT_FILES, "labelled_qq_ads", "labelled_cold", "labelled_asap_restaurant")

Row = dict[str, Any]


@cache
def rows(name: str) -> tuple[Row, ...]:
    """All rows of one data file."""
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        return tuple(json.loads(line) for line in file)


@cache
def by_id(name: str) -> dict[str, Row]:
    """Rows of one data file by id."""
    return {row["id"]: row for row in rows(name)}


def labels(name: str) -> list[dict[str, str]]:
    """One of the label files beside this module (tab separated, with a header)."""
    with (HERE / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def kept_for_judging(article: str) -> bool:
    """True for every second article of the comment files: there nominees are judged, and nothing of worth.tsv is."""
    return hashlib.sha1(f"nominee|{article}".encode()).digest()[0] % 2 == 0


def all_rows() -> Iterator[tuple[str, Row]]:
    """Every row of every file."""
    for name in ALL_FILES:
        for row in rows(name):
            yield name, row
