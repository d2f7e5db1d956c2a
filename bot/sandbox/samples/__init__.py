"""The sample stage: an account, its readers, articles and comments written for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml

from config.yaml_file import LOADER

if TYPE_CHECKING:
    from bot.sandbox.articles import Article
    from bot.sandbox.box import Sandbox
    from bot.sandbox.people import Follower

NO_IDENTITY = "~"


@dataclass(frozen=True)
class SampleArticle:
    """One article; `slug` is how comments refer to it, `reads` how many read it on the day it came out."""

    slug: str
    field: str
    title: str
    digest: str
    reads: int
    body: str


@dataclass(frozen=True)
class SampleComment:
    """One comment with its type by the project's definitions; `by` is None for a reader without a WeChat identity."""

    slug: str
    by: str | None
    type: str
    text: str


@dataclass(frozen=True)
class Samples:
    """Everything on the stage. `passers_by` comment but do not follow."""

    account: str
    author: str
    followers: tuple[str, ...]
    passers_by: tuple[str, ...]
    articles: tuple[SampleArticle, ...]
    comments: tuple[SampleComment, ...]

    def under(self, slug: str) -> list[SampleComment]:
        return [comment for comment in self.comments if comment.slug == slug]

    def types(self) -> Counter[str]:
        return Counter(comment.type for comment in self.comments)


@dataclass
class Stage:
    """The samples as they stand in a box."""

    author: Follower
    people: dict[str, Follower]
    articles: dict[str, Article] = field(default_factory=dict)


def _read(name: str) -> Any:
    return yaml.load(resources.files(__package__).joinpath(name).read_text(encoding="utf-8"), Loader=LOADER)


def load_samples() -> Samples:
    """Reads the sample files."""
    account = _read("account.yaml")
    comments = [
        SampleComment(slug, None if by == NO_IDENTITY else by, kind, text)
        for slug, entries in _read("comments.yaml").items()
        for by, kind, text in entries
    ]
    return Samples(
        account["name"],
        account["author"],
        tuple(account["followers"]),
        tuple(account["passers_by"]),
        tuple(SampleArticle(**{**entry, "body": entry["body"].strip()}) for entry in _read("articles.yaml")),
        tuple(comments),
    )


def set_stage(box: Sandbox, samples: Samples, *, slugs: tuple[str, ...] | None = None, comments: bool = True) -> Stage:
    """Puts author, readers, the articles (all, or `slugs`) and their comments into a box. KeyError: no such slug."""
    known = {sample.slug for sample in samples.articles}
    if slugs is not None and not set(slugs) <= known:
        raise KeyError(f"no sample article {sorted(set(slugs) - known)}, there are {sorted(known)}")
    author = box.follower(samples.author, author=True)
    people = {name: box.follower(name) for name in samples.followers}
    people |= {name: box.follower(name, subscribed=False) for name in samples.passers_by}
    stage = Stage(author, people)
    for sample in samples.articles:
        if slugs is not None and sample.slug not in slugs:
            continue
        stage.articles[sample.slug] = box.publish_by_hand(sample.title, sample.body)
        stage.articles[sample.slug].read(sample.reads)
        if comments:
            for one in samples.under(sample.slug):
                write_comment(stage, one)
    return stage


def write_comment(stage: Stage, comment: SampleComment) -> int:
    """Writes one sample comment under its article, now; its user_comment_id."""
    by = None if comment.by is None else stage.people[comment.by]
    return stage.articles[comment.slug].comment(by, comment.text)
