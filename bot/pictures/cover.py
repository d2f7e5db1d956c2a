"""The cover of a round's post: its title over the winner's words on paper-coloured ground.

Pillow and the font are loaded on first use: only a worker that publishes ever needs them.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

SIZE = (900, 383)
"""2.35:1 as the backend asks for: doc/subscription/api/draftbox/draftmanage/api_draft_add, pic_crop_235_1."""

PAPER, INK, SOFT, ACCENT = "#f6f1e7", "#2b2a28", "#857c6e", "#b5462f"
LEFT, RIGHT = 96, 804
TITLE, SMALLEST_TITLE, FEW_WORDS, WORDS, SMALL = 58, 40, 36, 30, 22
"""Heights of letters, in pixels; a short comment stands larger."""

NO_LETTER = "\U0010fffe"
"""No font has a letter for it: what is drawn in its place shows what else is missing."""


def draw_cover(title: str, words: str, foot: str) -> bytes:
    """A PNG of SIZE, the same bytes for the same texts; what does not fit is cut with an ellipsis."""
    from PIL import Image, ImageFont
    from PIL.ImageDraw import Draw
    from pylopdf_fonts_zh_cn import sans_path, serif_path

    def font(serif: bool, size: int) -> FreeTypeFont:
        return ImageFont.truetype(str(serif_path() if serif else sans_path()), size)

    image = Image.new("RGB", SIZE, PAPER)
    draw = Draw(image)
    draw.rectangle((0, 0, 14, SIZE[1]), fill=ACCENT)
    draw.text((RIGHT - 150, 242), "”", font=font(True, 220), fill="#e9dfcd")
    _title(draw, _with_letters(drawable(title), font(True, TITLE)), lambda size: font(True, size))
    draw.rectangle((LEFT, 166, LEFT + 56, 169), fill=ACCENT)
    size, lines = _words(_with_letters(drawable(words), font(False, WORDS)), lambda size: font(False, size))
    for place, line in enumerate(lines):
        draw.text((LEFT, 192 + place * size * 3 // 2), line, font=font(False, size), fill=INK)
    for line in _lines(_with_letters(drawable(foot), font(False, SMALL)), font(False, SMALL), 1):
        draw.text((LEFT, 320), line, font=font(False, SMALL), fill=SOFT)
    out = io.BytesIO()
    image.save(out, format="PNG", optimize=True)
    return out.getvalue()


def _title(draw: ImageDraw, title: str, font: Callable[[int], FreeTypeFont]) -> None:
    """One line as large as fits; what would become too small for that stands on two."""
    size = TITLE
    while size > SMALLEST_TITLE and font(size).getlength(title) > RIGHT - LEFT:
        size -= 2
    lines = _lines(title, font(size), 2)
    top = 74 + (TITLE - size) // 2 - (len(lines) - 1) * size
    for place, line in enumerate(lines):
        draw.text((LEFT, top + place * size * 5 // 4), line, font=font(size), fill=INK)


def _words(words: str, font: Callable[[int], FreeTypeFont]) -> tuple[int, list[str]]:
    """Two lines at most, large if they fit whole that way; with the height of their letters."""
    large = _lines(words, font(FEW_WORDS), 2)
    if not any(line.endswith("…") for line in large):
        return FEW_WORDS, large
    return WORDS, _lines(words, font(WORDS), 2)


def _with_letters(text: str, font: FreeTypeFont) -> str:
    """The text without what this font would draw as an empty box."""
    box = bytes(font.getmask(NO_LETTER))
    missing = {char for char in set(text) if not char.isspace() and bytes(font.getmask(char)) == box}
    return " ".join("".join(char for char in text if char not in missing).split())


def drawable(text: str) -> str:
    """The text without what the font has no letters for: emoji, controls, marks that join them."""
    kept = []
    for char in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(char)
        beyond = ord(char) > 0xFFFF and not 0x20000 <= ord(char) <= 0x3FFFF
        if kind[0] == "Z":
            kept.append(" ")
        elif kind[0] != "C" and kind not in ("So", "Sk", "Mn", "Me") and not beyond:
            kept.append(char)
    return " ".join("".join(kept).split())


def _lines(text: str, font: FreeTypeFont, most: int) -> list[str]:
    """At most `most` lines that fit between LEFT and RIGHT; the last one ends with an ellipsis if something is left."""
    lines: list[str] = []
    rest = text
    while len(lines) < most:
        fits = len(rest)
        while fits > 1 and font.getlength(rest[:fits]) > RIGHT - LEFT:
            fits -= 1
        last = len(lines) == most - 1
        if last and fits < len(rest):
            while fits > 1 and font.getlength(rest[:fits] + "…") > RIGHT - LEFT:
                fits -= 1
            lines.append(rest[:fits].rstrip() + "…")
            break
        # No line begins with a closing mark.
        while not last and 1 < fits < len(rest) and rest[fits] in "，。！？；：、”’）》」":
            fits -= 1
        lines.append(rest[:fits].rstrip())
        rest = rest[fits:].lstrip()
        if not rest:
            break
    return lines
