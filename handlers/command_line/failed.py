"""`failed`: what failed for good, and another try for it."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import Any

from bot.clock import make_clock
from bot.stores.dues import Dues
from config.settings import Settings, load_settings
from handlers.command_line.store import chosen_account, store


def add(commands: Any) -> None:
    """Add the command with its three actions."""
    summary = "tasks that failed for good: list them, show one, try them again"
    command = commands.add_parser("failed", help=summary, description=summary)
    command.set_defaults(command=_list, account="")
    actions = command.add_subparsers(title="actions", metavar="ACTION")
    for name, hint, function in (
        ("list", "one line for each failed task (the default)", _list),
        ("show", "everything known about one task", _show),
        ("retry", "make one task, or all of them, due again", _retry),
    ):
        action = actions.add_parser(name, help=hint, description=hint)
        action.add_argument("--account", default="", metavar="A", help="only this account")
        action.set_defaults(command=function)
        if name == "show":
            action.add_argument("task", help="as printed by `failed list`")
        if name == "retry":
            action.add_argument("task", nargs="?", default="", help="as printed by `failed list`; left out: all")


def _accounts(settings: Settings, wanted: str) -> list[str]:
    return [chosen_account(settings, wanted).name] if wanted else [account.name for account in settings.accounts]


def _when(settings: Settings, at: float) -> str:
    return datetime.fromtimestamp(at, settings.timezone).isoformat(sep=" ", timespec="seconds")


def _list(arguments: argparse.Namespace) -> int:
    settings = load_settings()
    with store(settings) as client:
        count = 0
        for account in _accounts(settings, arguments.account):
            for one in Dues(client, account).failed():
                count += 1
                print(f"{account}  {one.member}  {_when(settings, one.at)}  {one.reason}")
        print(f"{count} failed" if count else "nothing has failed for good")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    settings = load_settings()
    with store(settings) as client:
        for account in _accounts(settings, arguments.account):
            for one in Dues(client, account).failed():
                if one.member == arguments.task:
                    kind, _, arg = one.member.partition("|")
                    print(f"account: {account}\nkind: {kind}\nabout: {arg}\ngiven up: {_when(settings, one.at)}")
                    print(f"reason: {one.reason}\ntry again: python -m bot failed retry '{one.member}'")
                    return 0
    print(f"{arguments.task} is not among the failed")
    return 1


def _retry(arguments: argparse.Namespace) -> int:
    settings = load_settings()
    with store(settings) as client:
        now = make_clock(settings, client).now()
        retried = 0
        for account in _accounts(settings, arguments.account):
            dues = Dues(client, account)
            for one in dues.failed():
                if arguments.task in ("", one.member) and dues.retry(one.member, now):
                    retried += 1
                    print(f"{account}  {one.member}  is due again")
    if arguments.task and not retried:
        print(f"{arguments.task} is not among the failed")
        return 1
    print(f"{retried} due again")
    return 0
