"""`triage FILE`: comments as JSON lines in, what the bot would make of each as JSON lines out; changes nothing."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from bot.errors import StartError
from config.settings import load_settings


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
    with _opened(arguments.file) as lines, tempfile.TemporaryDirectory() as cache:
        try:
            desk = Desk.load(settings.config_dir, cache)
        except RulesError as error:
            raise StartError(f"the rules have to be mended (`python -m bot rules check`):\n{error}", 1) from None
        count = 0
        try:
            for row in triage_rows(_rows(lines), desk, settings.timezone):
                print(json.dumps(row, ensure_ascii=False))
                count += 1
                if count % 1000 == 0 and sys.stderr.isatty():
                    print(f"\r{count} comments", end="", file=sys.stderr, flush=True)
        except BadRow as error:
            raise StartError(f"{arguments.file}, {error}", 1) from None
    return 0


def _opened(path: str) -> TextIO:
    try:
        return sys.stdin if path == "-" else open(path, encoding="utf-8-sig")
    except OSError as error:
        raise StartError(f"{path} cannot be read: {error.strerror}", 1) from None


def _rows(lines: Iterable[str]) -> Iterator[Any]:
    """One parsed object a line; a line that is not JSON counts as no comment, so that its number is told."""
    try:
        for line in lines:
            try:
                yield json.loads(line)
            except ValueError:
                yield line
    except UnicodeDecodeError:
        raise StartError("the file is not UTF-8", 1) from None
