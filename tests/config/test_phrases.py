"""phrases.yaml: the house style, and that every sentence is said somewhere with exactly the slots it needs."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from config.phrases import Phrases, PhrasesError
from config.settings import ROOT

FILE = ROOT / "config" / "phrases.yaml"
PHRASES = Phrases.load(FILE)
SENTENCES: dict[str, str] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
SOURCES = sorted((ROOT / "handlers").rglob("*.py"))
"""Only handlers say something to people."""

SAYING = {"say", "phrases", "_phrases"}

COMMAND_LINE = re.compile(r"python -m bot \w+")
"""Commands for who runs the server are typed as they are."""

CHINESE = r"[\u4e00-\u9fff）」》。！？，：；、]"
ASCII_MARKS = re.compile(rf"(?<={CHINESE})[,.:;!?()](?!\w)|[,;!?()](?={CHINESE})")
INTERNAL = re.compile(
    r"\b(API|openid|JSON|null|None|True|False|Redis|token|webhook|errcode|msg_?data_?id|appid|draft|pid|HTTP|bug)\b",
    re.IGNORECASE,
)


def plain(sentence: str) -> str:
    """The words themselves: slots and what is meant for a terminal are taken out."""
    return COMMAND_LINE.sub("", re.sub(r"\{[a-z_]+\}", "甲", sentence))


FAULTS = {
    "says 您": lambda words: "您" in words,
    "says 粉丝": lambda words: "粉丝" in words,
    "an internal word": INTERNAL.search,
    "a half-width mark among Chinese": ASCII_MARKS.search,
    "「 without 」": lambda words: words.count("「") != words.count("」"),
    "（ without ）": lambda words: words.count("（") != words.count("）"),
    "two spaces": lambda words: "  " in words,
    "spaces around it": lambda words: words != words.strip(),
    "too long to be said with anything": lambda words: len(words) > 400 or len(words.encode()) > 1500,
}


def test_every_sentence_keeps_the_house_style() -> None:
    wrong = [(name, fault) for name, words in SENTENCES.items() for fault, has in FAULTS.items() if has(plain(words))]
    assert not wrong


@pytest.mark.parametrize("words", ["您好。", "粉丝说：", "JSON 不对", "好的,收到", "「没有关", "好。 ", "openid 没有"])
def test_a_sentence_against_the_house_style_is_found(words: str) -> None:
    assert [fault for fault, has in FAULTS.items() if has(plain(words))]


@dataclass(frozen=True)
class Call:
    """One place that says something: the names it chooses from, the slots it gives (None: not to be read off)."""

    place: str
    names: tuple[str, ...]
    slots: frozenset[str] | None


def calls_and_names() -> tuple[list[Call], set[str]]:
    """All calls that say a sentence by a literal name, and every other literal that is a sentence's name.

    Where the name is the value of a variable or table, it stands as a literal somewhere in the same sources.
    """
    calls: list[Call] = []
    names: set[str] = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in SENTENCES:
                names.add(node.value)
            if isinstance(node, ast.JoinedStr):
                names |= _matching(node)
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            literals = tuple(
                one.value
                for one in _choices(node.args[0])
                if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )
            if called in SAYING and literals:
                spread = any(keyword.arg is None for keyword in node.keywords)
                slots = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
                place = f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"
                calls.append(Call(place, literals, None if spread else slots))
    return calls, names


def _matching(built: ast.JoinedStr) -> set[str]:
    """The names that an f-string such as f"{why}_short" may give; none if it says nothing of them."""
    fixed = [part.value if isinstance(part, ast.Constant) else None for part in built.values]
    if not any(isinstance(part, str) and re.fullmatch(r"[a-z_]{4,}", part) for part in fixed):
        return set()
    pattern = "".join("[a-z_]+" if part is None else re.escape(str(part)) for part in fixed)
    return {name for name in SENTENCES if re.fullmatch(pattern, name)}


def _choices(node: ast.expr) -> list[ast.expr]:
    """`a if … else b` as its two values."""
    return [*_choices(node.body), *_choices(node.orelse)] if isinstance(node, ast.IfExp) else [node]


CALLS, NAMES = calls_and_names()


def test_there_are_calls_to_look_at() -> None:
    assert len(CALLS) > 100


def test_every_sentence_is_said_somewhere() -> None:
    never = set(SENTENCES) - NAMES
    assert not never


def test_every_name_that_is_said_is_a_sentence() -> None:
    assert not {call.place: call.names for call in CALLS if not set(call.names) <= set(SENTENCES)}


def test_every_call_gives_the_slots_its_sentences_need_and_no_others() -> None:
    wrong = {}
    for call in CALLS:
        needed = set().union(*(PHRASES.slots(name) for name in call.names if name in SENTENCES))
        if call.slots is not None and needed != call.slots:
            wrong[call.place] = (call.names, needed ^ call.slots)
    assert not wrong


def test_no_name_stands_twice() -> None:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    names = [line.split(":")[0] for line in lines if re.match(r"[a-z_0-9]+:", line)]
    assert len(names) == len(set(names))
    assert set(names) == set(SENTENCES)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "name: sentence"),
        ("- a\n- b", "name: sentence"),
        ("a: 1", "must be a text"),
        ("a: ''", "must be a text"),
        ("a: '{n'", "'a'"),
        ("a: [", "phrases.yaml"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "phrases.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PhrasesError, match=problem):
        Phrases.load(path)
