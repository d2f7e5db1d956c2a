"""Triage and drafts are the same to the bit in another process, whatever order its sets are in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.replies.test_voice import COMMENTS

ROOT = Path(__file__).parents[2]


def triaged(file: Path, seed: str) -> str:
    """What the `triage` command prints under another hash seed."""
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "triage", str(file)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


def test_two_machines_agree_on_every_part_and_every_word(tmp_path: Path) -> None:
    file = tmp_path / "comments.jsonl"
    rows = [{"content": text, "article_title": "加班之后，孩子和面包", "openid": "a"} for text in COMMENTS]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    first = triaged(file, "1")
    assert len(first.splitlines()) == len(COMMENTS)
    assert triaged(file, "4711") == first
