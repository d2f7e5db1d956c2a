"""A short search for leaks; the long one is `python -m tests.chaos.leaks`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.leaks import Planted


@pytest.mark.timeout(240)
def test_nothing_secret_and_nobodys_openid_or_words_get_out(tmp_path: Path) -> None:
    story = Planted(tmp_path)
    try:
        found = story.play([("http", 502)])
    finally:
        story.close()
    assert found.leaks == []
    assert found.found_where_they_belong == {"access token", "words"}  # the search finds what is there
    assert {"handler_failed", "task_failed", "callback_refused", "part_died"} <= found.troubles
