"""`python -m bot …`: one file for each group of commands."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import redis

from bot.errors import StartError
from config.settings import SettingsError
from handlers.command_line import (
    adopt,
    backup,
    clock,
    demo,
    doctor,
    erase,
    failed,
    imports,
    owner_code,
    rules,
    serve,
    triage,
)

DONE, FAILED, USAGE = 0, 1, 2
"""Exit codes: done; the thing asked for failed; settings or usage are wrong (contract section 3)."""


def build_parser() -> argparse.ArgumentParser:
    """The parser with every command that exists."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="回响 (huixiang): comments into conversations")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    serve.add(commands)
    demo.add(commands)
    doctor.add(commands)
    owner_code.add(commands)
    rules.add(commands)
    triage.add(commands)
    imports.add(commands)
    adopt.add(commands)
    erase.add(commands)
    backup.add(commands)
    failed.add(commands)
    clock.add(commands)
    return parser


def main(argv: Sequence[str]) -> int:
    """Run one command; what is wrong is told in plain lines on standard error, never as a traceback."""
    try:
        arguments = build_parser().parse_args(argv)
        result: int = arguments.command(arguments)
        return result
    except SettingsError as error:
        print(error, file=sys.stderr)
        return USAGE
    except StartError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except redis.RedisError as error:
        print(f"Redis does not answer ({type(error).__name__}): `python -m bot doctor` looks closer", file=sys.stderr)
        return FAILED
    except BrokenPipeError:  # the reader of our output has gone (`… | head`); exiting must not try to write either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        return FAILED
