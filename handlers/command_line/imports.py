"""`import FILE`: comments from CSV or JSON lines, for the bot to triage and draft."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.clock import make_clock
from bot.errors import StartError
from bot.stores.stores import Stores
from bot.stores.unit import transact
from bot.stores.vault import Vault
from config.settings import load_settings
from handlers.command_line.store import chosen_account, store


def add(commands: Any) -> None:
    """Add the command."""
    summary = (
        "take in comments: CSV with a header, or JSON lines; content is required, "
        "openid create_time msg_data_id index user_comment_id are optional"
    )
    command = commands.add_parser("import", help="take in comments from CSV or JSON lines", description=summary)
    command.add_argument("file", metavar="FILE", type=Path, help="the file")
    command.add_argument("--article", type=int, metavar="N", help="the article (文章 N) of rows without msg_data_id")
    command.add_argument("--account", default="", metavar="A", help="which account; left out: the first one")
    command.set_defaults(command=_import)


def _import(arguments: argparse.Namespace) -> int:
    from handlers.import_files import ImportRefused, read_rows
    from handlers.imports import import_rows

    settings = load_settings()
    account = chosen_account(settings, arguments.account)
    vault = Vault(settings.secret_key.get_secret_value().encode())
    with store(settings) as client:

        def write(work: Callable[[Stores], Any]) -> Any:
            return transact(client, account.name, lambda unit: work(Stores(unit, vault)))

        try:
            count = import_rows(
                write,
                read_rows(arguments.file),
                arguments.article,
                now=make_clock(settings, client).now(),
                zone=settings.timezone,
                progress=_show_progress,
            )
        except ImportRefused as refused:
            raise StartError("\n".join(["nothing was imported", *refused.problems]), 1) from None
    print(f"{count.new} new, {count.known} known before")
    return 0


def _show_progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {total}", end="\n" if done == total else "", file=sys.stderr, flush=True)
