"""The sample stage: enough of everything, and it can be played."""

from __future__ import annotations

import re

from bot.domain.comment import CommentType
from bot.sandbox import Sandbox
from bot.sandbox.samples import load_samples, set_stage, write_comment


def test_there_are_two_hundred_comments_of_all_eleven_types() -> None:
    samples = load_samples()
    assert len(samples.comments) >= 200
    assert set(samples.types()) == {str(kind.value) for kind in CommentType}
    assert min(samples.types().values()) >= 5
    assert "我试过,确实有用!" in {comment.text for comment in samples.comments}


def test_articles_are_long_enough_and_each_is_commented() -> None:
    samples = load_samples()
    assert {"职场", "情感", "美食", "读书", "亲子", "美妆"} == {article.field for article in samples.articles}
    for article in samples.articles:
        assert len(article.title) <= 32
        assert 150 <= len(article.body) <= 400
        assert re.search(r"[？?]", article.body[-60:]), "an article leaves a question"
        assert len(samples.under(article.slug)) >= 25
    names = {*samples.followers, *samples.passers_by, None}
    assert {comment.by for comment in samples.comments} <= names
    assert len(samples.followers) >= 20


def test_the_stage_can_be_set_in_whole_or_in_part() -> None:
    samples, whole, part = load_samples(), Sandbox(), Sandbox()
    stage = set_stage(whole, samples)
    assert sum(len(article.comments) for article in stage.articles.values()) == len(samples.comments)
    assert stage.author.author
    assert not stage.people["路人甲"].subscribed
    small = set_stage(part, samples, slugs=("cake",), comments=False)
    assert [article.comments for article in small.articles.values()] == [[]]
    assert write_comment(small, samples.under("cake")[0]) == 1
