"""Pieces of a comment, one to three characters long: what each was found to say for each type, config/type_pieces.bin.

A file of pieces holds numbers alone: 2**16 rows of one signed byte for each question asked of them (here one for each
type). The row of a piece is found by its checksum, so that no word and no comment is kept, and a piece that nobody met
before costs nothing. What a whole comment's pieces say is the sum of their rows, divided by the root of their number:
length alone does not speak louder.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from pathlib import Path

from bot.domain.comment import CommentType
from replies.case import RulesError

__all__ = ["FILE", "ROWS", "Pieces", "cut_pieces", "read_pieces", "row_of"]

FILE = "type_pieces.bin"
ROWS = 1 << 16
LONGEST = 3
_START, _END = "\x02", "\x03"


def cut_pieces(norm: str) -> set[str]:
    """All pieces of a normalised text; its first and its last ones know that they stand there."""
    text = f"{_START}{norm}{_END}"
    return {text[at : at + size] for size in range(1, LONGEST + 1) for at in range(len(text) - size + 1)}


def row_of(piece: str) -> int:
    """The row of a piece, 0 to ROWS - 1, the same on every machine."""
    return zlib.crc32(piece.encode("utf-8", "surrogatepass")) % ROWS


class Pieces:
    """Weighs pieces of normalised texts.

    `steps`: ROWS rows of `width` signed bytes, one for each type unless said otherwise; `unit`: what a step is worth.
    """

    def __init__(self, steps: bytes, unit: float, width: int = len(CommentType)) -> None:
        self._steps = memoryview(steps).cast("b")
        self._unit = unit
        self._width = width

    def weigh(self, norm: str) -> list[float]:
        """What a text's pieces say: for each type, in the order of the weights file."""
        rows = {row_of(piece) for piece in cut_pieces(norm)}
        return self._sum(rows, len(rows))

    def weigh_words(self, norm: str, words: Iterable[str], kind: int) -> list[tuple[str, float]]:
        """The words of a text and what their own pieces say for one type more than for the average type, most first."""
        count = len({row_of(piece) for piece in cut_pieces(norm)})
        found: dict[str, float] = {}
        for word in words:
            rows = {row_of(piece) for piece in cut_pieces(word) if piece[0] != _START and piece[-1] != _END}
            said = self._sum(rows, count)
            found[word] = said[kind] - sum(said) / self._width
        return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))

    def _sum(self, rows: set[int], count: int) -> list[float]:
        width, steps = self._width, self._steps
        totals = [0] * width
        for row in rows:
            place = row * width
            totals = [total + step for total, step in zip(totals, steps[place : place + width], strict=True)]
        scale = self._unit / max(1, count) ** 0.5
        return [total * scale for total in totals]


def read_pieces(config_dir: Path, unit: float, file: str = FILE, width: int = len(CommentType)) -> Pieces:
    """Read a file of pieces, config/type_pieces.bin or another. Raises RulesError if it is missing or cut off."""
    path = config_dir / file
    steps = path.read_bytes() if path.is_file() else b""
    if len(steps) != ROWS * width:
        raise RulesError([f"{path.name}: has {len(steps)} bytes instead of {ROWS * width}; copy it again"])
    return Pieces(steps, unit, width)
