"""The wall's page: nothing a reader writes becomes markup or runs, in a parser and in a real browser."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask

from handlers.wall import Shown
from handlers.wall_page import answer

RUN = "document.title='RAN'"
FRAMES = (
    "<script>{}</script>",
    "<ScRiPt >{}</sCrIpT >",
    "<img src=x onerror={}>",
    '"><img src=x onerror="{}">',
    "'><svg onload={}>",
    "<svg><script>{}</script></svg>",
    "<iframe srcdoc='<script>parent.{}</script>'></iframe>",
    "<body onload={}>",
    "</blockquote><script>{}</script>",
    "</style><script>{}</script>",
    "</title><script>{}</script>",
    "<a href=javascript:{}>点我</a>",
    "<details open ontoggle={}>",
    "<math><mi xlink:href='javascript:{}'>",
    "<style>@import 'javascript:{}';</style>",
    "<input autofocus onfocus={}>",
    "<object data='javascript:{}'>",
    "<base href='javascript:{}//'>",
    "<!--><script>{}</script>-->",
    "{{{{ {} }}}}{{% raw %}}",
)
WRAPPED = ("{}", "%s 好", "\u202e{}", "\u0000{}", "&lt;{}&gt;", "＜{}＞", "\r\n{}", "我说：“{}”", "{}" * 3, "\ufeff{}")
CORPUS = [
    wrapped.replace("{}", frame.format(RUN)).replace("%s", frame.format(RUN))
    for frame, wrapped in itertools.product(FRAMES, WRAPPED)
]
KNOWN = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "p", "ol", "li", "blockquote", "footer",
}  # fmt: skip


class Tags(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def page(shown: list[Shown]) -> str:
    with Flask(__name__).app_context():
        return answer(shown).get_data(as_text=True)


def hostile() -> list[Shown]:
    return [Shown(n, text, text, text, "", f"c{n}", 0.0) for n, text in enumerate(CORPUS, 1)]


def test_two_hundred_hostile_strings_stay_words() -> None:
    assert len(set(CORPUS)) == 200
    seen = Tags()
    seen.feed(page(hostile()))
    assert seen.tags <= KNOWN
    assert seen.attributes <= {"lang", "charset", "name", "content", "nonce", "class"}


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs Debian's chromium")
def test_a_browser_runs_none_of_them(tmp_path: Path) -> None:
    path = tmp_path / "wall.html"
    path.write_text(page(hostile()))
    quiet = ("--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", *quiet, "--disable-sync"]
    done = subprocess.run(
        [*command, f"--user-data-dir={tmp_path}/profile", "--dump-dom", "--virtual-time-budget=2000", path.as_uri()],
        capture_output=True,
        text=True,
        timeout=50,
        check=True,
    )
    assert "<title>金句墙</title>" in done.stdout


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1])
@pytest.mark.parametrize("ground", ["paper", "card"])
@pytest.mark.parametrize("ink", ["ink", "soft"])
def test_words_stand_out_by_day_and_by_night(scheme: int, ground: str, ink: str) -> None:
    colours = [dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root {.*?}", page([]))]
    light, dark = sorted((_luminance(colours[scheme][ground]), _luminance(colours[scheme][ink])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_nothing_is_smaller_than_sixteen_pixels() -> None:
    sizes = re.findall(r"font-size: ([0-9.]+)rem", page([]))
    assert sizes
    assert min(map(float, sizes)) >= 1.0
