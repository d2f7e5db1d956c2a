"""Import files: tables and JSON lines checked as a whole, faults named by line and field (contract section 3)."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.domain.article import article_key

LONGEST = 1000
"""Characters of one comment."""

MOST_PROBLEMS = 20


class ImportRefused(Exception):
    """Nothing was imported; `problems` has one line per fault (line and field)."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class Row(Struct, frozen=True):
    """One checked row; `article` is a key, empty for the article named beside the file. `created_at` 0: not known."""

    line: int
    content: str
    article: str = ""
    cid: str = ""
    openid: str = ""
    created_at: int = 0


def read_rows(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """`(line, fields)` of JSON lines, or of a table with a header: commas, or tabs. Told apart by what the file holds.

    Raises ImportRefused if it cannot be read.
    """
    try:
        text = _decoded(path.read_bytes())
    except OSError as error:
        raise ImportRefused([f"{path.name}: {error.strerror or 'cannot be read'}"]) from None
    is_table = path.suffix.lower() == ".csv" or not text.lstrip().startswith(("{", "["))
    return _table_rows(text) if is_table else _json_rows(text)


def _table_rows(text: str) -> list[tuple[int, dict[str, Any]]]:
    first = text.lstrip().partition("\n")[0]
    delimiter = "\t" if "\t" in first and "," not in first else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header = [name.strip().lower() for name in reader.fieldnames or ()]
    if header and "content" not in header:
        raise ImportRefused([f"line 1: content: the header has no such column, only {', '.join(header)[:200]}"])
    reader.fieldnames = header
    rows, problems = [], []
    try:
        for row in reader:
            if None in row:  # a comma in a text without quotes would shift everything behind it
                problems.append(f"line {reader.line_num}: more fields than the header has; put texts into quotes")
            rows.append((reader.line_num, {name: value for name, value in row.items() if isinstance(name, str)}))
    except csv.Error:
        problems.append(f"line {reader.line_num + 1}: a quotation mark is not closed or stands in the wrong place")
    if problems:
        raise ImportRefused(problems[:MOST_PROBLEMS])
    return rows


def _json_rows(text: str) -> list[tuple[int, dict[str, Any]]]:
    rows, problems = [], []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                fields = json.loads(line)
            except (ValueError, RecursionError):
                fields = None
            if isinstance(fields, dict):
                rows.append((number, fields))
            else:
                problems.append(f"line {number}: not a JSON object")
    if problems:
        raise ImportRefused(problems[:MOST_PROBLEMS])
    return rows


def _decoded(data: bytes) -> str:
    """Text of a file; tables saved by office programs in China are often GB 18030."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def check_rows(rows: Sequence[tuple[int, dict[str, Any]]], zone: ZoneInfo) -> list[Row]:
    """All rows checked, or ImportRefused naming line and field of the first faults."""
    checked: list[Row] = []
    problems: list[str] = []
    for line, fields in rows:
        faults: list[str] = []
        content = str(fields.get("content") or "").strip()
        if not content:
            faults.append("content: is missing")
        elif len(content) > LONGEST:
            faults.append(f"content: {len(content)} characters, at most {LONGEST}")
        numbers = {name: _number(fields, name, faults) for name in ("msg_data_id", "index", "user_comment_id")}
        created_at = _time(fields.get("create_time"), zone, faults)
        msg_data_id, user_comment_id = numbers["msg_data_id"], numbers["user_comment_id"]
        article = article_key(msg_data_id, numbers["index"] or 0) if msg_data_id is not None else ""
        problems += [f"line {line}: {fault}" for fault in faults]
        cid = "" if user_comment_id is None else str(user_comment_id)
        checked.append(Row(line, content, article, cid, str(fields.get("openid") or "").strip(), created_at))
    if not rows:
        problems.append("no rows: a header line and at least one row are needed")
    if problems:
        raise ImportRefused(problems[:MOST_PROBLEMS])
    return checked


def _number(fields: dict[str, Any], name: str, faults: list[str]) -> int | None:
    raw = fields.get(name)
    if raw is None or str(raw).strip() == "":
        return None
    if isinstance(raw, bool) or not re.fullmatch(r"[0-9]{1,19}", str(raw).strip()):
        faults.append(f"{name}: must be a whole number")
        return None
    return int(str(raw).strip())


def _time(raw: Any, zone: ZoneInfo, faults: list[str]) -> int:
    """Epoch seconds of `1790000000`, `2026-11-01 12:30` or ISO form; 0 if not given."""
    text = "" if raw is None else str(raw).strip()
    if not text:
        return 0
    if re.fullmatch(r"[0-9]{9,11}", text):
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        faults.append("create_time: must be epoch seconds or like 2026-11-01 12:30")
        return 0
    return int((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp())
