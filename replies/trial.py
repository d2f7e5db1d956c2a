"""Trying the rules without an account: triage of rows, a readable explanation of one text, a check of the files."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from replies.candidates import load_desk
from replies.case import Case, RulesError, Verdict
from replies.desk import Desk
from replies.triage.decide import DRAFT

__all__ = ["BadRow", "check", "explain", "triage_rows"]

_TEXTS = ("content", "article_title", "article_text", "openid")
_ZONE = ZoneInfo("Asia/Shanghai")


class BadRow(ValueError):
    """A row that is no comment; `line` counts from 1."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line = line


def triage_rows(
    rows: Iterable[Any], desk: Desk, zone: tzinfo = _ZONE, bad: Callable[[BadRow], None] | None = None
) -> Iterator[dict[str, Any]]:
    """Triage comments one by one; each answer is a dict ready for JSON (type, quality, parts, risks, decision, drafts).

    A row has `content` and optionally `article_title`, `article_text`, `openid`, `create_time` (epoch seconds, read in
    `zone`). Rows of one openid count as one person's comments in the order given. A row that is no comment is told
    to `bad` and left out; without `bad` it raises BadRow.
    """
    earlier: dict[str, list[str]] = {}
    for line, row in enumerate(rows, 1):
        if isinstance(row, str) and not row.strip():
            continue  # an empty line
        try:
            case = _case(line, row, earlier, zone)
        except BadRow as problem:
            if bad is None:
                raise
            bad(problem)
            continue
        yield as_dict(desk.consider(case))


def as_dict(verdict: Verdict) -> dict[str, Any]:
    """A verdict in the form of the `triage` command's output, which is binding (contract section 3)."""
    triage = verdict.triage
    return {
        "type": str(triage.type),
        "quality": triage.quality,
        "parts": [{"name": p.name, "points": p.points, "of": p.of, "reason": p.reason} for p in triage.parts],
        "risks": [{"kind": str(r.kind), "level": str(r.level), "reason": r.reason} for r in triage.risks],
        "decision": triage.decision,
        "drafts": [{"variant": v.name, "kind": v.kind, "text": v.text, "rule": v.rule} for v in verdict.variants],
    }


def explain(text: str, desk: Desk) -> list[str]:
    """What the rules make of a text, in lines for people (Chinese)."""
    verdict = desk.consider(Case(content=text))
    triage = verdict.triage
    lines = [f"类型：{triage.type}（{triage.type_rule}）"]
    for fired in desk.explain_type(text):
        found = f"「{fired.words}」" if fired.words else ""
        lines.append(f"　线索：{fired.type}/{fired.name}{found} {fired.weight:+g}")
    lines.append(f"质量：{triage.quality}")
    lines += [f"　{p.name} {p.points:g}/{p.of}：{p.reason}" for p in triage.parts]
    lines.append(f"情绪：{triage.polarity:+.2f}")
    lines += [f"风险：{r.kind}（{r.level}）{r.reason}" for r in triage.risks]
    lines.append("决定：起草" if triage.decision == DRAFT else f"决定：{triage.decision}")
    for v in verdict.variants:
        note = f"（{v.note}）" if v.note else ""
        lines.append(f"{v.name} {v.kind}：{v.text}　〔{v.rule}〕{note}")
    return lines


def check(config_dir: Path | str, cache_dir: Path | str | None = None, candidate: str | None = None) -> list[str]:
    """All problems of the rule files, one line each naming file, line and field; empty if there are none.

    With `candidate` the files of that candidate stand in the place of those in use.
    """
    with tempfile.TemporaryDirectory() as spare:
        try:
            load_desk(config_dir, cache_dir or spare, candidate)
        except RulesError as error:
            return list(error.problems)
    return []


def _case(line: int, row: Any, earlier: dict[str, list[str]], zone: tzinfo) -> Case:
    if not isinstance(row, Mapping):
        raise BadRow(line, "must be an object with a content")
    for name in _TEXTS:
        if not isinstance(row.get(name, ""), str) and row.get(name) is not None:
            raise BadRow(line, f"{name} must be a text")
    content = row.get("content")
    if content is None:
        raise BadRow(line, "content is missing")
    created = row.get("create_time")
    if isinstance(created, str):
        created = int(created) if re.fullmatch(r"[0-9]{1,12}", created) else created or None
    if created is not None and (isinstance(created, bool) or not isinstance(created, int | float)):
        raise BadRow(line, "create_time must be epoch seconds")
    try:
        hour = datetime.fromtimestamp(created, zone).hour if created is not None else None
    except (ValueError, OverflowError, OSError) as error:
        raise BadRow(line, "create_time is out of range") from error
    person = row.get("openid") or ""
    before = earlier.get(person, []) if person else []
    if person:
        earlier[person] = [*before, content]
    return Case(
        content=content,
        article_title=row.get("article_title") or "",
        article_text=row.get("article_text") or "",
        first_comment=not before,
        earlier_texts=tuple(before),
        hour=hour,
    )
