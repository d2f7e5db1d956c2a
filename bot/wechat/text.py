"""Outside text made safe for a chat, and long answers cut into pages that WeChat accepts (features A10, A13)."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

PAGE_BYTES = 1800
"""WeChat documents 2,048 bytes for a text; see doc/offiaccount/Message_Management/Passive_user_reply_message."""

MORE = "（还有，回「更多」）"

_LINK = re.compile(r'<a href="[^"<>]*">[^<>]*</a>')
# What WeChat cannot show or what could rearrange a card: controls, bidi marks and overrides, zero-width characters.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co"})
_JOINER = "\u200d"
_VARIATION = "\ufe0f"


def quoted(text: str, limit: int = 60) -> str:
    """Outside text for a slot of a chat line: no markup, no line breaks, nothing hidden, at most `limit` characters.

    WeChat renders `<a>` in text, so a quoted comment could otherwise plant a live button in a creator's card.
    """
    text = re.sub(r"\s*[\r\n\u2028\u2029\x85]+\s*", "⏎", text.strip())
    out = []
    for position, char in enumerate(text):
        if (
            char == _JOINER
            and 0 < position < len(text) - 1
            and unicodedata.category(text[position - 1]) in ("So", "Sk", "Mn")
        ):
            out.append(char)
        elif char == "\t":
            out.append(" ")
        elif unicodedata.category(char) not in _HIDDEN:
            out.append(char)
    clean = "".join(out).replace("<", "＜").replace(">", "＞")
    return clean if len(clean) <= limit else clip(clean, limit - 1) + "…"


def clip(text: str, limit: int) -> str:
    """The first `limit` characters, never ending inside an emoji sequence or a combined character."""
    if len(text) <= limit:
        return text
    cut = limit
    while cut > 0 and _joined(text, cut):
        cut -= 1
    return text[:cut] if cut else text[:limit]


def _joined(text: str, at: int) -> bool:
    """True when the characters on both sides of `at` belong to one visible sign."""
    after, before = text[at], text[at - 1]
    if after in (_JOINER, _VARIATION) or before == _JOINER:
        return True
    if unicodedata.combining(after) or 0x1F3FB <= ord(after) <= 0x1F3FF:
        return True
    if 0x1F1E6 <= ord(after) <= 0x1F1FF and 0x1F1E6 <= ord(before) <= 0x1F1FF:
        run = 0
        while at - 1 - run >= 0 and 0x1F1E6 <= ord(text[at - 1 - run]) <= 0x1F1FF:
            run += 1
        return run % 2 == 1
    return False


def for_html(text: str) -> str:
    """Outside text for HTML, in content and in double-quoted attributes."""
    visible = "".join(
        char for char in text if char == "\n" or unicodedata.category(char) not in _HIDDEN or char == _JOINER
    )
    return html.escape(visible, quote=True)


def tap(label: str, sends: str) -> str:
    """A tappable word that sends `sends` as the person's own message (platform reference 3.1)."""
    marker = quote(re.sub(r"^\D+", "", sends) or sends, safe=".")
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={quote(sends, safe=".")}&msgmenuid={marker}">{label}</a>'


def size(text: str) -> int:
    """Bytes of a text on the wire."""
    return len(text.encode())


def pages(blocks: Iterable[str], limit: int = PAGE_BYTES, most: int = 0) -> list[str]:
    """Join blocks (cards, paragraphs) into pages of at most `limit` bytes, each but the last ending with a hint.

    A block is never split while it fits a page alone; a longer one is cut at line ends, else between characters.
    At most `most` blocks a page if it is not 0.
    """
    room = limit - size("\n\n" + MORE)
    done: list[str] = []
    here: list[str] = []
    for block in blocks:
        for piece in _fitting(block, room):
            joined = "\n\n".join([*here, piece])
            if here and (size(joined) > room or (most and len(here) >= most)):
                done.append("\n\n".join(here))
                here = []
            here.append(piece)
    if here:
        done.append("\n\n".join(here))
    return [page + ("\n\n" + MORE if number < len(done) else "") for number, page in enumerate(done, 1)]


def _fitting(block: str, room: int) -> Iterable[str]:
    """A block in pieces of at most `room` bytes, cut at line ends where possible."""
    if size(block) <= room:
        return [block]
    pieces: list[str] = []
    here = ""
    for line in block.split("\n"):
        for part in _line_parts(line, room):
            joined = f"{here}\n{part}" if here else part
            if here and size(joined) > room:
                pieces.append(here)
                here = part
            else:
                here = joined
    if here.strip():
        pieces.append(here)
    return pieces


def _line_parts(line: str, room: int) -> Iterable[str]:
    if size(line) <= room:
        return [line]
    tokens: list[str] = []
    at = 0
    for link in _LINK.finditer(line):
        tokens += _signs(line[at : link.start()])
        tokens.append(link.group())
        at = link.end()
    tokens += _signs(line[at:])
    parts, here = [], ""
    for token in tokens:
        if size(here + token) > room and here:
            parts.append(here)
            here = ""
        here += token
    return [*parts, here] if here else parts


def _signs(text: str) -> list[str]:
    """The visible signs of a text, each with what belongs to it."""
    signs: list[str] = []
    start = 0
    for at in range(1, len(text)):
        if not _joined(text, at):
            signs.append(text[start:at])
            start = at
    if text:
        signs.append(text[start:])
    return signs
