"""`triage FILE`: comments as JSON lines in, what the bot would make of each as JSON lines out; changes nothing."""

from __future__ import annotations

import argparse
import io
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from bot.errors import StartError
from config.settings import load_settings

_MOST_TOLD = 20


def add(commands: Any) -> None:
    """Add the command."""
    summary = "JSON lines with content and optionally article_title, article_text, openid, create_time"
    command = commands.add_parser("triage", help="triage comments from a file of JSON lines", description=summary)
    command.add_argument("file", metavar="FILE", help="the file, or - for standard input")
    command.set_defaults(command=_triage)


def _triage(arguments: argparse.Namespace) -> int:
    from replies.case import RulesError
    from replies.desk import Desk
    from replies.trial import BadRow, triage_rows

    settings = load_settings(need_account=False)
    bad: list[BadRow] = []
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # JSON lines are UTF-8 whatever the terminal speaks
    with _opened(arguments.file) as lines, tempfile.TemporaryDirectory() as cache:
        try:
            desk = Desk.load(settings.config_dir, cache)
        except RulesError as error:
            raise StartError(f"the rules have to be mended (`python -m bot rules check`):\n{error}", 1) from None
        for count, row in enumerate(triage_rows(_rows(lines), desk, settings.timezone, bad.append), 1):
            print(json.dumps(row, ensure_ascii=False))
            if count % 1000 == 0 and sys.stderr.isatty():
                print(f"\r{count} comments", end="", file=sys.stderr, flush=True)
    if bad:
        more = [f"and {len(bad) - _MOST_TOLD} more"] if len(bad) > _MOST_TOLD else []
        raise StartError("\n".join([f"{arguments.file}, {problem}" for problem in bad[:_MOST_TOLD]] + more), 1)
    return 0


def _opened(path: str) -> TextIO:
    try:
        return open(sys.stdin.fileno() if path == "-" else path, encoding="utf-8-sig")
    except OSError as error:
        raise StartError(f"{path} cannot be read: {error.strerror}", 1) from None


def _rows(lines: Iterable[str]) -> Iterator[Any]:
    """One parsed object a line; a line that is not JSON counts as no comment, so that its number is told."""
    try:
        for line in lines:
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                yield line
    except UnicodeDecodeError:
        raise StartError("the file is not UTF-8", 1) from None
