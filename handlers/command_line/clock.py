"""`clock`: tells the deployment's time and moves a simulated clock forward."""

from __future__ import annotations

import argparse
from typing import Any

from bot.clock import make_clock, parse_duration
from bot.errors import StartError
from config.settings import load_settings
from handlers.command_line.store import store


def add(commands: Any) -> None:
    """Add the command."""
    summary = "show our time; with +3d2h move it forward (only under BOT_CLOCK=simulated)"
    command = commands.add_parser("clock", help=summary, description=summary)
    command.add_argument("by", nargs="?", default="", metavar="+3d2h", help="w, d, h, m, s: how far to move forward")
    command.set_defaults(command=_clock)


def _clock(arguments: argparse.Namespace) -> int:
    settings = load_settings()
    with store(settings) as client:
        clock = make_clock(settings, client)
        if arguments.by:
            try:
                seconds = parse_duration(arguments.by)
                clock.advance(seconds)
            except ValueError as error:
                raise StartError(str(error)) from None
        print(f"{clock.local().isoformat(timespec='seconds')} ({settings.clock} clock)")
    return 0
