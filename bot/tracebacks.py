"""Errors in words that quote nobody: a message is told only if whoever wrote it is known to quote no reader.

`ValueError: invalid literal for int(): '我妈去年住院'` would put a comment into the log, and a decoder's error a whole
record. Type and place say enough to find a fault; the length of what was left out is told.
"""

from __future__ import annotations

import traceback
from types import TracebackType

from bot.errors import OutsideError, StartError
from bot.wechat.errors import GatewayError

_QUOTE_NOBODY: tuple[type[BaseException], ...] = (OutsideError, StartError, GatewayError, OSError)
_MODULES = ("redis.exceptions", "bot.stores.unit", "bot.stores.sentinel", "config.")
MOST_LINKS = 5
"""Errors of one chain (`raise … from …`) that are told."""

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def described(error: BaseException) -> str:
    """`Type: message`, the message replaced by its length where it might quote somebody."""
    name = type(error).__name__
    message = str(error)
    if not message:
        return name
    safe = isinstance(error, _QUOTE_NOBODY) or type(error).__module__.startswith(_MODULES)
    return f"{name}: {message if safe else f'[{len(message)} characters]'}"


def placed(error: BaseException) -> str:
    """As `described`, with the place in the code where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return described(error)
    last = frames[-1]
    return f"{described(error)} (in {last.name}, {'/'.join(last.filename.split('/')[-2:])}:{last.lineno})"


def rendered(exc_info: ExcInfo) -> str:
    """A traceback of the error and of those that led to it, oldest first, quoting nobody."""
    error: BaseException | None = exc_info[1]
    chain: list[BaseException] = []
    while error is not None and error not in chain and len(chain) < MOST_LINKS:
        chain.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    told = []
    for one in reversed(chain):
        frames = "".join(traceback.format_tb(one.__traceback__))
        told.append(f"Traceback (most recent call last):\n{frames}{described(one)}")
    return "\n\n".join(told)
