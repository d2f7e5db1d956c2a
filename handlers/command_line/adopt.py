"""`adopt`: takes over the auto-replies and the menu that the account has now, before 服务器配置 switches them off."""

from __future__ import annotations

import argparse
from typing import Any

from bot.clock import make_clock
from config.settings import load_settings
from handlers.command_line.store import chosen_account, store


def add(commands: Any) -> None:
    """Add the command."""
    summary = "take over the account's present auto-replies and menu; run it BEFORE enabling 服务器配置"
    command = commands.add_parser("adopt", help=summary, description=summary)
    command.add_argument("--account", default="", metavar="A", help="which account; left out: the first one")
    command.set_defaults(command=_adopt)


def _adopt(arguments: argparse.Namespace) -> int:
    from handlers.adopt import adopt
    from handlers.assembly import make_gateway

    settings = load_settings()
    account = chosen_account(settings, arguments.account)
    with store(settings) as client:
        gateway = make_gateway(settings, account, client, make_clock(settings, client))
        for line in adopt(gateway, settings.config_dir):
            print(line)
    return 0
