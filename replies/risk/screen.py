"""Everything risky in a comment, found at once: contact data, listed words, crisis phrases."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

from bot.domain.comment import CommentType, Risk, RiskKind, RiskLevel
from replies.risk.contact import Contact, find_contacts
from replies.risk.wordlist import WordList, read_words

__all__ = ["Hits", "Screen", "risks_of"]


_HARMLESS = frozenset(("链接", "号码"))


class Hits(Struct, frozen=True):
    """What the lists found in one comment, each a tuple of words in order of place."""

    block: tuple[str, ...] = ()
    look: tuple[str, ...] = ()
    abuse: tuple[str, ...] = ()
    ads: tuple[str, ...] = ()
    crisis: tuple[str, ...] = ()
    distress: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()

    def features(self) -> set[str]:
        """The features of triage that come from the lists."""
        found = {"骂人词"} if self.abuse else set()
        found |= {
            name for name, least in (("广告词", 1), ("两个广告词", 2), ("三个广告词", 3)) if len(self.ads) >= least
        }
        for contact in self.contacts:
            found.add("链接" if contact.kind == "链接" else "联系方式")
        return found


class Screen:
    """Holds the risk lists; `find` is pure."""

    def __init__(
        self,
        lists: dict[str, WordList],
        crisis: tuple[re.Pattern[str], ...],
        distress: tuple[re.Pattern[str], ...],
        calm: re.Pattern[str],
    ) -> None:
        self._lists = lists
        self._crisis = crisis
        self._distress = distress
        self._calm = calm

    @classmethod
    def load(
        cls,
        config_dir: Path,
        crisis: tuple[re.Pattern[str], ...],
        distress: tuple[re.Pattern[str], ...],
        calm: re.Pattern[str],
    ) -> Screen:
        """Read the lists of config/words. `crisis` are further patterns of it, `distress` weaker signs, `calm` what is
        taken out before either is looked for: figures of speech, titles, what happens in films."""
        folder = config_dir / "words"
        allowed = read_words(folder / "allowed.txt")
        names = ("block", "look", "abuse", "ads", "crisis")
        return cls({n: WordList(read_words(folder / f"{n}.txt"), allowed) for n in names}, crisis, distress, calm)

    def find(self, text: str, norm: str) -> Hits:
        """All hits in a comment: lists over the shadow text, patterns over the normalised text."""
        quiet = self._calm.sub(" ", norm)
        crisis = self._lists["crisis"].find(quiet)
        crisis += _matches(self._crisis, quiet)
        return Hits(
            block=self._lists["block"].find(norm),
            look=self._lists["look"].find(norm),
            abuse=self._lists["abuse"].find(norm),
            ads=self._lists["ads"].find(norm),
            crisis=crisis,
            distress=_matches(self._distress, quiet),
            contacts=find_contacts(text),
        )


def _matches(patterns: tuple[re.Pattern[str], ...], text: str) -> tuple[str, ...]:
    """What the patterns find, the first hit of each."""
    return tuple(match.group() for pattern in patterns if (match := pattern.search(text)))


def risks_of(hits: Hits, kind: CommentType, polarity: float) -> tuple[Risk, ...]:
    """The risks of a comment, the gravest first."""
    found: list[Risk] = []
    if hits.crisis:
        found.append(Risk(RiskKind.CRISIS, RiskLevel.BLOCK, "、".join(hits.crisis[:3])))
    if kind is CommentType.AD:
        found.append(Risk(RiskKind.AD, RiskLevel.BLOCK, "、".join(hits.ads[:3])))
    if hits.contacts:
        kinds = dict.fromkeys(contact.kind for contact in hits.contacts)
        # A bare link may be a source and a bare number a count: the creator looks (stopping links would stop 1 % of
        # honest comments). Other contact data is stopped, and so is any in an advertisement. None is ever drafted.
        level = RiskLevel.LOOK if set(kinds) <= _HARMLESS and kind is not CommentType.AD else RiskLevel.BLOCK
        found.append(Risk(RiskKind.CONTACT, level, "、".join(kinds)))
    if kind is CommentType.ABUSE:
        found.append(Risk(RiskKind.ABUSE, RiskLevel.BLOCK, "、".join(hits.abuse[:3])))
    elif hits.abuse:
        found.append(Risk(RiskKind.ABUSE, RiskLevel.LOOK, "、".join(hits.abuse[:3])))
    if hits.block:
        found.append(Risk(RiskKind.WORD, RiskLevel.BLOCK, "、".join(hits.block[:3])))
    elif looks := (*hits.distress, *hits.look):
        found.append(Risk(RiskKind.WORD, RiskLevel.LOOK, "、".join(looks[:3])))
    if kind is CommentType.COMPLAINT or polarity <= -0.6:
        found.append(Risk(RiskKind.COMPLAINT, RiskLevel.LOOK, f"情绪 {polarity:.1f}"))
    return tuple(found)
