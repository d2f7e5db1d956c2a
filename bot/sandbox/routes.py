"""A table of API routes: each family of calls keeps its own, the server merges them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from bot.sandbox.errors import Refused

if TYPE_CHECKING:
    from bot.sandbox.box import Sandbox
    from bot.sandbox.wire import Answer, Ask

Handler = Callable[["Sandbox", "Ask"], "dict[str, Any] | Answer"]
Method = Literal["GET", "POST", "ANY"]


@dataclass(frozen=True)
class Route:
    """One call: `family` names the permission it needs; `open` ones need no access_token."""

    method: Method
    path: str
    family: str
    handler: Handler
    open: bool = False


class Routes:
    """Collects routes by decorator."""

    def __init__(self, family: str) -> None:
        self.family = family
        self.all: list[Route] = []

    def _add(self, method: Method, path: str, family: str | None, open_: bool) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self.all.append(Route(method, path, family or self.family, handler, open_))
            return handler

        return register

    def post(self, path: str, family: str | None = None, open: bool = False) -> Callable[[Handler], Handler]:
        return self._add("POST", path, family, open)

    def get(self, path: str, family: str | None = None, open: bool = False) -> Callable[[Handler], Handler]:
        return self._add("GET", path, family, open)

    def any(self, path: str, family: str | None = None) -> Callable[[Handler], Handler]:
        return self._add("ANY", path, family, False)


def number(data: dict[str, Any], name: str, default: int | None = None, errcode: int = 47001) -> int:
    """A number of a JSON body; strings of digits are tolerated as WeChat does. Refused with `errcode` otherwise."""
    value = data.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Refused(errcode)
    try:
        return int(value)
    except ValueError as error:
        raise Refused(errcode) from error


def text(data: dict[str, Any], name: str, default: str | None = "", errcode: int = 47001) -> str:
    """A text of a JSON body; Refused with `errcode` if it is missing (`default=None`) or no text."""
    value = data.get(name, default)
    if not isinstance(value, str):
        raise Refused(errcode)
    return value
