"""autoreply.yaml: what it may hold, how keywords are met, and what a mistake says."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.autoreply import AutoReplies, AutoReplyError

CONFIG = Path(__file__).resolve().parents[2] / "config"


def load(folder: Path, text: str) -> AutoReplies:
    (folder / "autoreply.yaml").write_text(text, encoding="utf-8")
    return AutoReplies.load(folder)


def test_the_shipped_welcome_says_what_to_say_and_a_word_on_privacy_in_three_lines() -> None:
    welcome = AutoReplies.load(CONFIG).welcome
    assert len(welcome.splitlines()) <= 3
    for word in ("留言", "帮助", "隐私", "退订"):
        assert word in welcome


def test_without_a_file_nothing_is_answered(tmp_path: Path) -> None:
    assert AutoReplies.load(tmp_path) == AutoReplies()


@pytest.mark.parametrize("text", ["", "# only a comment\n", "keywords: []\n"])
def test_an_empty_file_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text) == AutoReplies()


def test_a_whole_match_goes_before_a_part(tmp_path: Path) -> None:
    replies = load(
        tmp_path,
        "keywords:\n- {words: [合作], match: part, replies: [部分]}\n- {words: [合作, Hello], replies: [全部]}\n",
    )
    assert replies.replies_to("合作") == ("全部",)
    assert replies.replies_to(" hello ") == ("全部",)
    assert replies.replies_to("想谈合作") == ("部分",)
    assert replies.replies_to("hello you") == ()


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("keywords:\n- {words: [], replies: [好]}\n", "keywords.1.words"),
        ("keywords:\n- {words: [好], replies: [好]}\n- {words: [好], replies: ['']}\n", "keywords.2.replies.1"),
        ("keywords:\n- {words: [' '], replies: [好]}\n", "keywords.1.words.1"),
        ("keywords:\n- {words: [好], match: some, replies: [好]}\n", "keywords.1.match"),
        ("keywords:\n- {words: [好], reply: 好}\n", "keywords.1.reply"),
        ("welcom: 你好\n", "welcom"),
        ("welcome: [你好]\n", "welcome"),
        (f"welcome: {'好' * 601}\n", "welcome"),
        ("menu: {key: ''}\n", "menu.key"),
        ("- 你好\n", "welcome:"),
        ("welcome: 'a\n", "line 2"),
    ],
)
def test_a_mistake_names_the_file_and_the_field(tmp_path: Path, text: str, field: str) -> None:
    with pytest.raises(AutoReplyError) as error:
        load(tmp_path, text)
    assert str(error.value).startswith("autoreply.yaml: ")
    assert field in str(error.value)
