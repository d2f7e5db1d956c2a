"""One desk with the shipped rules for all tests of replies/ (loading it costs more than any single test)."""

from __future__ import annotations

from pathlib import Path

import pytest

from replies.desk import Desk

CONFIG = Path(__file__).resolve().parents[2] / "config"


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The shipped rules and word lists, loaded once."""
    return Desk.load(CONFIG, tmp_path_factory.mktemp("jieba"))
