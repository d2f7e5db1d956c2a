"""A traditional comment is answered in traditional characters throughout, a simplified one in simplified."""

from __future__ import annotations

from pathlib import Path

import pytest

from replies.case import Case
from replies.desk import Desk
from replies.drafting.script import Script
from replies.words import read_traditional

CONFIG = Path(__file__).resolve().parents[3] / "config"


@pytest.fixture(scope="module")
def script() -> Script:
    return Script(read_traditional(CONFIG))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("「{原话}」，谢谢你说明，看的人心里就有数了。", "「{原话}」，謝謝你說明，看的人心裡就有數了。"),
        ("后来怎么样了？最后是谁先开的口？", "後來怎麼樣了？最後是誰先開的口？"),
        ("我核对一下再答你，免得说错。", "我核對一下再答你，免得說錯。"),
        ("你是从哪里看到的？", "你是從哪裡看到的？"),
        ("还写明了{出处}的说法", "還寫明了{出处}的說法"),
    ],
)
def test_our_sentences_are_written_as_a_reader_of_traditional_would(script: Script, ours: str, theirs: str) -> None:
    assert script.to_traditional(ours) == theirs


def test_what_script_a_comment_is_in(script: Script) -> None:
    assert script.is_traditional("這個說法我覺得有問題")
    assert not script.is_traditional("这个说法我觉得有问题")
    assert not script.is_traditional("裡子和面子")
    assert not script.is_traditional("")


def test_no_draft_mixes_the_scripts(desk: Desk, script: Script) -> None:
    comments = [
        "我覺得這樣對孩子不公平，應該先聽聽他們怎麼說",
        "這是謠言，文中的照片是別處的",
        "去年我們也是這樣畢業的，連合照都沒有拍",
    ]
    simplified = set("说这来对时会过还没个们为样发现开问题谢后觉让")
    for comment in comments:
        variants = desk.consider(Case(content=comment, key=comment)).variants
        assert variants
        for variant in variants:
            assert not simplified & set(variant.text), variant.text
