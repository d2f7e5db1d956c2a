"""What triage and drafting are told about one comment, and what they answer."""

from __future__ import annotations

from msgspec import Struct

from bot.domain.comment import Triage, Variant
from replies.learning import Learned

__all__ = ["Case", "Finding", "RulesError", "Verdict", "Voice"]


class RulesError(Exception):
    """A file under config/ that cannot be used; `problems` has one line per fault (file, line, field)."""

    def __init__(self, problems: list[str] | tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class Voice(Struct, frozen=True, omit_defaults=True):
    """How this creator writes: tone (亲切 / 专业 / 俏皮, empty: none), salutation, pet phrases, words never used."""

    tone: str = ""
    salutation: str = ""
    pet_phrases: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()


class Finding(Struct, frozen=True, omit_defaults=True):
    """One word that keeps a text from going out, and why (Chinese, for the creator)."""

    word: str
    why: str


class Case(Struct, frozen=True, omit_defaults=True):
    """One comment with what is known around it.

    `article_words`: words used by at least 3 commenters of the article. `earlier_texts`: this person's earlier
    public comments on the account, oldest first. `key`: a stable id; equal keys give equal choices.
    `hour`: hour of the comment, 0-23, in the account's time zone. `recent_replies`: texts sent or pending under
    this article. `resting_rules`: templates used in the last 20 replies. `tags`: tags of the article.
    `learned`: what the creator's choices say of the templates.
    """

    content: str
    article_title: str = ""
    article_text: str = ""
    article_words: tuple[str, ...] = ()
    first_comment: bool = True
    earlier_texts: tuple[str, ...] = ()
    key: str = ""
    hour: int | None = None
    recent_replies: tuple[str, ...] = ()
    resting_rules: frozenset[str] = frozenset()
    voice: Voice = Voice()
    tags: tuple[str, ...] = ()
    learned: Learned = Learned()


class Verdict(Struct, frozen=True, omit_defaults=True):
    """Triage of a comment and its reply variants (none unless the decision is to draft, or a fixed sentence)."""

    triage: Triage
    variants: tuple[Variant, ...] = ()
