"""Word lists: variants are caught, whitelisted words pass, blank lines match nothing, many words stay fast."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import pytest

from replies.risk.wordlist import WordList, read_words

CONFIG = Path(__file__).resolve().parents[3] / "config"


def _list() -> WordList:
    return WordList(("麻痹", "口交", "sb东西", "cnm"), ("路口交通", "麻痹大意"))


@pytest.mark.parametrize("text", ["麻痹", "麻。。。痹", "麻**痹", "麻 痹", "你麻★痹呀", "ＣＮＭ", "c n m", "s b 东西"])
def test_variants_of_a_listed_word_are_caught(text: str) -> None:
    assert _list().find(text)


@pytest.mark.parametrize(
    "text", ["路口交通已恢复", "麻痹大意要不得", "", "\n", "在路口，交给了他", "用usb东西传", "痹麻"]
)
def test_harmless_texts_pass(text: str) -> None:
    assert _list().find(text) == ()


def test_a_word_outside_the_allowed_one_still_counts() -> None:
    assert _list().find("路口交通瘫痪，司机骂了句麻痹") == ("麻痹",)


def test_blank_lines_and_comments_of_a_list_file_match_nothing(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("# 说明\n\n   \n词一\n。。\n词一 # 再来\n", encoding="utf-8")
    assert read_words(path) == ("词一", "。。")
    assert WordList(read_words(path)).find("。。随便一句\n\n话") == ()


def test_an_empty_list_finds_nothing() -> None:
    assert WordList(()).find("什么都没有") == ()


def test_every_shipped_list_is_read_and_names_its_source() -> None:
    for path in sorted((CONFIG / "words").glob("*.txt")):
        assert path.read_text(encoding="utf-8").startswith("#"), path.name
        assert read_words(path), path.name


def test_twenty_thousand_words_cost_less_than_a_millisecond_a_comment() -> None:
    words = [f"{chr(0x4E00 + i % 5000)}{chr(0x5E00 + i // 7 % 5000)}{chr(0x6E00 + i % 997)}" for i in range(20_000)]
    listed = WordList(words, words[:100])
    text = "我照着第二种方法做了三遍，前两遍都塌了，第三遍把温度调低二十度才成功，家里人都说好吃。" * 3
    times = []
    for _ in range(50):
        start = time.perf_counter()
        listed.find(text)
        times.append(time.perf_counter() - start)
    assert statistics.median(times) < 0.001
