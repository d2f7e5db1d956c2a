"""From a verified event to the one function that answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from bot.domain.events import Event

C = TypeVar("C")
R = TypeVar("R")


class Router(Generic[C, R]):
    """A table of event classes and handlers; the class itself or its nearest listed parent decides."""

    def __init__(self, handlers: Mapping[type[Event], Callable[[C], R]]) -> None:
        self._handlers = dict(handlers)

    def handler(self, event: Event) -> Callable[[C], R] | None:
        """The handler for an event, None if nothing listens to it."""
        for kind in type(event).__mro__:
            if kind in self._handlers:
                return self._handlers[kind]
        return None
