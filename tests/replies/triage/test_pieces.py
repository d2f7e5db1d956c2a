"""Pieces: what they say adds up, is the same everywhere, and a cut file or none at all is survived or refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.comment import CommentType
from replies.case import RulesError
from replies.desk import Desk
from replies.triage.pieces import FILE, ROWS, Pieces, cut_pieces, row_of

CONFIG = Path(__file__).resolve().parents[3] / "config"
KINDS = list(CommentType)


def _pieces(**said: dict[CommentType, int]) -> Pieces:
    steps = bytearray(ROWS * len(KINDS))
    for piece, kinds in said.items():
        for kind, step in kinds.items():
            steps[row_of(piece) * len(KINDS) + KINDS.index(kind)] = step % 256
    return Pieces(bytes(steps), 0.5)


@given(st.text(max_size=60))
def test_a_text_has_at_most_three_pieces_a_character_and_each_has_a_row(norm: str) -> None:
    pieces = cut_pieces(norm)
    assert 0 < len(pieces) <= 3 * (len(norm) + 2)
    assert all(0 <= row_of(piece) < ROWS for piece in pieces)


def test_rows_are_the_same_on_every_machine() -> None:
    assert [row_of(piece) for piece in ("我", "试过", "求链接")] == [50321, 1137, 41406]


def test_what_pieces_say_is_spread_over_their_number() -> None:
    pieces = _pieces(试过={CommentType.EXPERIENCE: 100}, 请问={CommentType.EXPERIENCE: -100})
    place = KINDS.index(CommentType.EXPERIENCE)
    short, long = pieces.weigh("试过"), pieces.weigh("试过" + "一二三四五六七八九十")
    assert short[place] == pytest.approx(50 / len(cut_pieces("试过")) ** 0.5)
    assert 0 < long[place] < short[place]
    assert pieces.weigh("请问")[place] < 0
    assert pieces.weigh_words("我试过请问", ["我", "试过", "请问"], place)[0][0] == "试过"


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    shutil.copytree(CONFIG, tmp_path / "config")
    (tmp_path / "config" / FILE).unlink()
    with pytest.raises(RulesError, match=r"type_pieces\.bin: has 0 bytes instead of 720896; copy it again"):
        Desk.load(tmp_path / "config", tmp_path)


def test_a_file_that_was_cut_off_is_refused_by_name(tmp_path: Path) -> None:
    shutil.copytree(CONFIG, tmp_path / "config")
    (tmp_path / "config" / FILE).write_bytes(b"\x01" * 100)
    with pytest.raises(RulesError, match=r"type_pieces\.bin: has 100 bytes instead of 720896"):
        Desk.load(tmp_path / "config", tmp_path)
