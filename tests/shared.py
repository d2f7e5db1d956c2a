"""What is dear to load and never changed: made once for all tests of a process."""

from __future__ import annotations

import functools
import tempfile
from dataclasses import replace
from pathlib import Path

from bot.stores.vault import Vault
from config.settings import ROOT, Settings
from handlers.assembly import make_tools
from handlers.context import Tools
from replies.desk import Desk


@functools.cache
def shared_desk() -> Desk:
    """One desk: its dictionary takes two seconds to load."""
    return Desk.load(ROOT / "config", Path(tempfile.mkdtemp(prefix="desk-")))


_tools: list[Tools] = []


def tools_of(settings: Settings) -> Tools:
    """As `make_tools`; the files of our own config folder, which no test changes, are read once."""
    if settings.config_dir.resolve() != ROOT / "config":
        return make_tools(settings)
    if not _tools:
        _tools.append(make_tools(settings))
    return replace(_tools[0], settings=settings, vault=Vault(settings.secret_key.get_secret_value().encode()))
