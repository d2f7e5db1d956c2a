"""`python -m bot …`: runs one command."""

from __future__ import annotations

import logging
import sys

from bot.log import configure_logging
from handlers.command_line import main

if __name__ == "__main__":
    configure_logging(None, logging.WARNING)  # standard output belongs to what was asked for
    sys.exit(main(sys.argv[1:]))
