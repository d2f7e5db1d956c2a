"""Errors that are told in one clear line instead of a traceback."""

from __future__ import annotations


class StartError(Exception):
    """The program cannot start or go on as asked; the text is one line saying why and what to do.

    `exit_code` is 2 where settings or usage are at fault, else 1 (contract section 3).
    """

    def __init__(self, message: str, exit_code: int = 2) -> None:
        self.exit_code = exit_code
        super().__init__(message)


class OutsideError(Exception):
    """Something outside of us failed, as it may at any time: no fault of the program, and worth another try."""
