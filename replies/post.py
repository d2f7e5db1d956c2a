"""The post of a round as an article: its fields from what is known of the round, its readers' words made safe."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from bot.wechat.text import quoted
from config.post_template import LONGEST_BODY, PostTemplate
from replies.risk.contact import mask

LONGEST_WORDS = 1_200
"""Characters of one comment that a post shows at most."""

SHORTEST_WORDS = 60


@dataclass(frozen=True)
class Quoted:
    """One nominee in the post: `text` are a reader's words, `ballots` None where ballots decided nothing.

    `honoured`: won so lately that another has to win.
    """

    number: int
    text: str
    credit: str
    ballots: int | None
    article: str = ""
    honoured: bool = False


@dataclass(frozen=True)
class PostMaterial:
    """What a post says, in plain text."""

    title: str
    criteria: str
    week: str
    decided: str
    winner: Quoted
    others: tuple[Quoted, ...] = ()
    question: str = ""
    dispute_hours: int = 24


def render_post(material: PostMaterial, template: PostTemplate) -> str:
    """The body of the article. Too long a body has its quotations cut, all alike, until it fits."""
    words = LONGEST_WORDS
    while True:
        body = template.fill(asdict(_safe(material, words)))
        if len(body) < LONGEST_BODY or words <= SHORTEST_WORDS:
            return body
        words = max(SHORTEST_WORDS, words * 2 // 3)


def digest(material: PostMaterial) -> str:
    """The line under the title in lists; carries the week, by which a lost draft is found again. At most 128 字."""
    return f"{quoted(mask(material.winner.text), 60)}（第 {material.week} 期）"


def _safe(material: PostMaterial, words: int) -> PostMaterial:
    """Contact data covered, line breaks and invisible marks taken out, each cut; the template escapes the rest."""

    def safe(one: Quoted) -> Quoted:
        text = quoted(mask(one.text).replace("\n", " "), words)
        return replace(one, text=text, credit=quoted(one.credit, 20), article=quoted(one.article, 64))

    return replace(material, winner=safe(material.winner), others=tuple(map(safe, material.others)))
