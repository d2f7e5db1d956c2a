"""Golden sentences: whole, of the right length, the reader's own, and the same every time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replies.golden import CANDIDATES, LONGEST, SHORTEST, golden_sentences
from replies.text import shadow

STORY = (
    "看完想了很久。我妈说日子不是过给别人看的，而是过给自己暖的。我们那时候哪有条件，"
    "下雪天走十里路去上学，脚都冻坏了，可是现在想起来反而是最踏实的几年。你怎么看？"
)


def test_the_sentence_that_stands_alone_comes_first() -> None:
    assert golden_sentences(STORY)[0] == "我妈说日子不是过给别人看的，而是过给自己暖的。"


@pytest.mark.parametrize(
    "comment",
    [
        "哈哈哈哈",
        "写得真好",
        "加我微信 abc12345，教你每天在家两小时赚三百块钱",
        "因为那天下雨，所以我们没有去成，真的是",
        "",
    ],
)
def test_what_has_no_such_sentence_gives_none_that_hangs_or_sells(comment: str) -> None:
    found = golden_sentences(comment)
    assert all("微信" not in one and "abc" not in one for one in found)
    assert not golden_sentences("哈哈哈哈")


def test_the_articles_own_words_are_nobodys_golden_sentence() -> None:
    article = "我妈说日子不是过给别人看的，而是过给自己暖的。这句话我记了很多年。"
    assert "我妈说日子不是过给别人看的，而是过给自己暖的。" not in golden_sentences(STORY, article)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="我你他说过的了不是而只要就，。！？；“”（）0123abc\n 家人日子", max_size=200))
def test_each_candidate_is_a_slice_of_the_right_length(comment: str) -> None:
    found = golden_sentences(comment)
    assert len(found) <= CANDIDATES
    assert found == golden_sentences(comment)
    for one in found:
        assert one in comment
        assert SHORTEST <= len(shadow(one)[0]) <= LONGEST
