"""`python -m bot …`: runs one command."""

from __future__ import annotations

import sys

from handlers.command_line import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
