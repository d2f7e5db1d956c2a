"""The chat page: one phone in the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.wire import Answer, Ask

if TYPE_CHECKING:
    from bot.sandbox.box import Sandbox


def answer_page(box: Sandbox, ask: Ask) -> Answer:
    return Answer(404, b"", "text/plain")
