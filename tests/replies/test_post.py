"""The post's body: readers' words safe, contact data covered, long ones cut, templates checked by line."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.post_template import LONGEST_BODY, PostTemplate, PostTemplateError
from config.settings import ROOT
from replies.post import PostMaterial, Quoted, digest, render_post

TEMPLATE = PostTemplate.load(ROOT / "config")
TAGS = {"section", "p"}


class Tags(HTMLParser):
    """Every tag and attribute a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[tuple[str, tuple[str, ...]]] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def material(words: str, *others: str, credit: str = "读者AB", article: str = "加班之后") -> PostMaterial:
    made = tuple(Quoted(number, text, credit, 2, article) for number, text in enumerate(others, 2))
    return PostMaterial(
        "本周最有料", "有具体的做法", "2026W48", "得票最多。", Quoted(1, words, credit, 6, article), made, "你呢？"
    )


def body(made: PostMaterial) -> str:
    assert TEMPLATE is not None
    return render_post(made, TEMPLATE)


def test_the_post_says_who_won_who_else_stood_and_what_is_asked_next() -> None:
    shown = body(material("我试过提前一天写周报", "第二条留言"))
    for words in (
        "本周最有料",
        "有具体的做法",
        "我试过提前一天写周报",
        "6 票",
        "第二条留言",
        "2026W48",
        "你呢？",
        "验票",
    ):
        assert words in shown


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=30))
def test_readers_words_never_become_markup(words: str, credit: str, article: str) -> None:
    seen = Tags()
    seen.feed(body(material(f"<img src=x onerror=alert(1)>{words}", words, credit=credit, article=article)))
    assert {tag for tag, _ in seen.seen} == TAGS
    assert {attributes for _, attributes in seen.seen} == {("style",)}


def test_contact_data_is_covered_in_the_post_and_under_its_title() -> None:
    made = material("加我微信 abc12345 或打 13812345678，还有 https://spam.example/x")
    for shown in (body(made), digest(made)):
        assert "13812345678" not in shown
        assert "abc12345" not in shown


def test_many_long_comments_still_make_a_post_that_wechat_takes() -> None:
    made = material("长" * 5_000, *["也长" * 2_000] * 7)
    assert len(body(made)) < LONGEST_BODY
    assert len(digest(made)) <= 128


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("<p>{{ winner.text }\n", "line 1"),
        ("<p>\n{% if %}{{ winner.text }}", "line 2"),
        ("{{ winner.text }}{{ looser }}", "looser"),
        ("{{ winner.text }}{{ winner.phone }}", "phone"),
        ("<p>nobody</p>", "winner.text"),
        ("{{ winner.text }}{{ ''.__class__.__mro__[1].__subclasses__() }}", "unsafe"),
    ],
)
def test_a_broken_template_is_named_before_any_post_is_made(source: str, said: str) -> None:
    with pytest.raises(PostTemplateError, match=r"post\.html") as caught:
        PostTemplate(source)
    assert said in str(caught.value)
