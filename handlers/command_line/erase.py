"""`erase OPENID`: forgets one person, in every account or in one."""

from __future__ import annotations

import argparse
from typing import Any

from bot.clock import make_clock
from bot.stores.vault import Vault
from config.settings import load_settings
from handlers.command_line.store import chosen_account, store


def add(commands: Any) -> None:
    """Add the command."""
    summary = "remove everything kept of one person; what stands publicly at WeChat stays there"
    command = commands.add_parser("erase", help=summary, description=summary)
    command.add_argument(
        "person", metavar="OPENID", type=_person, help="the openid, or the pseudonym that 我的数据 shows"
    )
    command.add_argument("--account", default="", metavar="A", help="only this account; left out: all")
    command.set_defaults(command=_erase)


def _person(text: str) -> str:
    if not text.isprintable() or not text.isascii():
        raise argparse.ArgumentTypeError("must be letters, digits, - and _ as WeChat writes them")
    return text


def _erase(arguments: argparse.Namespace) -> int:
    from handlers.erasure import erase_person

    settings = load_settings()
    accounts = [chosen_account(settings, arguments.account)] if arguments.account else list(settings.accounts)
    vault = Vault(settings.secret_key.get_secret_value().encode())
    with store(settings) as client:
        now = make_clock(settings, client).now()
        for account in accounts:
            erased = erase_person(client, vault, account.name, arguments.person, now)
            if erased is None:
                print(f"{account.name}: nothing is kept of this person")
                continue
            print(
                f"{account.name}: removed {erased.comments} comments, {erased.drafts} drafts, "
                f"{erased.letters} letters and {erased.answers} kept answers"
            )
            if not erased.buried:
                print(f"{account.name}: no openid was known: a public comment polled again counts as a new person's")
    return 0
