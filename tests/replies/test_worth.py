"""What reads well alone gains points, one side of a quarrel and what hangs in the air lose some."""

from __future__ import annotations

import shutil
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replies.case import RulesError
from replies.triage.pieces import ROWS, Pieces, cut_pieces, row_of
from replies.worth import FILE, LEAST, MOST, PIECES, Worth, is_coarse, rule_points

CONFIG = Path(__file__).resolve().parents[2] / "config"
WHOLE = "我妈住院那年我学会了一件事：医生说的话当场记下来，回家再问一遍，因为慌的时候什么都听不进去，后来少跑了很多趟。"
QUARREL = "你是不是没看文章就来喷？你们这种人急什么，先把书读完再说。"
FRAGMENT = "对啊，就是这样[doge]"


@pytest.fixture(scope="module")
def shipped() -> Worth:
    """What ships."""
    return Worth.load(CONFIG)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A config folder with nothing but what is loaded here."""
    for name in (FILE, PIECES):
        shutil.copyfile(CONFIG / name, tmp_path / name)
    return tmp_path


def test_a_whole_thought_goes_before_a_quarrel_and_a_quarrel_before_nothing() -> None:
    assert rule_points(WHOLE) > 5
    assert rule_points(QUARREL) < -5
    assert rule_points(FRAGMENT) == LEAST


def test_a_question_counts_if_it_really_asks() -> None:
    real = "请问新手第一次裱花，应该先用几号裱花嘴？买了三个都不知道从哪个练起"
    assert rule_points(real, asks=True) > rule_points(real)
    assert rule_points("难道这不就是谁都知道的事情吗？还用得着写一整篇文章来说？", asks=True) < 0


def test_an_essay_is_no_comment() -> None:
    assert rule_points(WHOLE * 8) < rule_points(WHOLE)


@pytest.mark.parametrize("text", ["这文章真是垃圾", "写得跟屎一样，滚", "他妈的气死我了"])
def test_coarse_language_is_seen(text: str) -> None:
    assert is_coarse(text)


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        "烤之前先醒 20 分钟更蓬松，锅要滚烫",
        "和你的看法不一样，成本没算进去，我操心的是这个",
        "我家狗晚上上床睡，脑子一片空白的时候抱抱它",
        "垃圾分类以后我每天倒垃圾多走三百米",
        "孕期前三个月恶心想吐，臭豆腐一口不能闻",
        "劳资纠纷先去仲裁，别怕",
    ],
)
def test_plain_language_is_not(text: str) -> None:
    assert not is_coarse(text)


@given(st.text(max_size=400), st.booleans())
def test_any_text_has_points_within_bounds(text: str, asks: bool) -> None:
    assert LEAST <= rule_points(text, asks=asks) <= MOST


def test_readers_would_mark_a_whole_thought_higher_than_a_quarrel_and_a_fragment_lowest(shipped: Worth) -> None:
    marks = [shipped.mark(text) for text in (WHOLE, QUARREL, FRAGMENT)]
    assert marks == sorted(marks, reverse=True)
    assert marks[0] > 1.5
    assert marks[1] < 1


def test_a_mark_is_the_start_with_what_the_rules_and_the_pieces_add() -> None:
    steps = bytearray(ROWS)
    steps[row_of("小雨")] = 40
    steps[row_of("大雪")] = 256 - 20
    taught = Worth(1.0, 0.01, Pieces(bytes(steps), 0.5, width=1))
    spread = len({row_of(piece) for piece in cut_pieces("下着小雨")}) ** 0.5
    assert taught.mark("下着小雨") == pytest.approx(1.0 + 0.01 * LEAST + 20 / spread)
    assert taught.mark("下着大雪") == pytest.approx(1.0 + 0.01 * LEAST - 10 / spread)


@given(st.text(max_size=400), st.booleans())
def test_any_text_has_a_mark_and_always_the_same(shipped: Worth, text: str, asks: bool) -> None:
    mark = shipped.mark(text, asks=asks)
    assert -10 < mark < 10
    assert shipped.mark(text, asks=asks) == mark


def test_pieces_that_are_missing_or_cut_off_are_refused_by_name(folder: Path) -> None:
    (folder / PIECES).write_bytes(b"\x01" * 100)
    with pytest.raises(RulesError, match=r"worth_pieces\.bin: has 100 bytes instead of 65536; copy it again"):
        Worth.load(folder)
    (folder / PIECES).unlink()
    with pytest.raises(RulesError, match=r"worth_pieces\.bin: has 0 bytes instead of 65536"):
        Worth.load(folder)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("start: 1\nrules: 0.1\n", r"worth\.yaml:.*piece: field is missing"),
        ("start: 1\nrules: viel\npiece: 0.1\n", r"worth\.yaml:2: rules"),
        ("start: .nan\nrules: 0.1\npiece: 0.1\n", r"worth\.yaml:1: start"),
        ("start: [\n", r"worth\.yaml:"),
    ],
)
def test_numbers_that_cannot_be_used_are_named_by_line_and_field(folder: Path, text: str, named: str) -> None:
    (folder / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(RulesError, match=named):
        Worth.load(folder)


def test_numbers_that_are_missing_are_named(folder: Path) -> None:
    (folder / FILE).unlink()
    with pytest.raises(RulesError, match=r"worth\.yaml: cannot be read"):
        Worth.load(folder)


def test_it_costs_every_process_less_than_a_quarter_of_a_megabyte() -> None:
    tracemalloc.start()
    try:
        loaded = Worth.load(CONFIG)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert loaded.mark(WHOLE)
    assert ROWS <= held < 250_000
