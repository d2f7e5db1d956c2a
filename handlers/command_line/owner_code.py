"""`owner-code`: the one-time code with which the owner of an account joins by chat."""

from __future__ import annotations

import argparse
from typing import Any

from bot.clock import make_clock
from bot.stores.vault import Vault
from config.settings import load_settings
from handlers.command_line.store import chosen_account, store


def add(commands: Any) -> None:
    """Add the command."""
    summary = "print a one-time code (valid 24 h); the owner sends the last line to the account"
    command = commands.add_parser("owner-code", help=summary, description=summary)
    command.add_argument("--account", default="", metavar="A", help="which account; left out: the first one")
    command.set_defaults(command=_owner_code)


def _owner_code(arguments: argparse.Namespace) -> int:
    from handlers.roles import make_owner_code

    settings = load_settings()
    account = chosen_account(settings, arguments.account)
    with store(settings) as client:
        vault = Vault(settings.secret_key.get_secret_value().encode())
        code = make_owner_code(client, vault, account.name, make_clock(settings, client).now())
    print(f"Valid for 24 hours, once. In WeChat, send this line to the account {account.name}:")
    print(f"加入 {code}")
    return 0
