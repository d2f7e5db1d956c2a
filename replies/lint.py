"""The gate every outgoing text passes, drafts and hand edits alike; needs no word segmentation (the web uses it)."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from replies import text as texts
from replies.case import Finding, RulesError, Voice
from replies.risk.contact import find_contacts, fold
from replies.risk.wordlist import WordList, read_words
from replies.yaml_lines import explain_errors, load_with_lines

__all__ = ["Gate"]

OUTGOING = "outgoing.yaml"


class _Check(BaseModel):
    """One reason a text may not go out: words found anywhere, or patterns."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    why: str
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()


class _Outgoing(BaseModel):
    """config/outgoing.yaml as a whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    checks: tuple[_Check, ...]


class _Compiled:
    """A check ready to run."""

    def __init__(self, check: _Check) -> None:
        self.why = check.why
        self.words = WordList(check.words, check.allowed)
        self.patterns = tuple(re.compile(p) for p in check.patterns)

    def find(self, text: str, folded: str) -> list[Finding]:
        """What this check has against the text."""
        found = [Finding(word, self.why) for word in self.words.find(text)]
        for pattern in self.patterns:
            match = pattern.search(folded)
            if match:
                found.append(Finding(text[match.start() : match.end()], self.why))
        return found


class Gate:
    """What may not go out: banned words, promises, begging for likes, contact data, the creator's own banned words."""

    def __init__(self, checks: tuple[_Compiled, ...]) -> None:
        self._checks = checks

    @classmethod
    def load(cls, config_dir: Path | str) -> Gate:
        """Read config/outgoing.yaml and the risk lists. Raises RulesError naming file, line and field."""
        folder = Path(config_dir)
        path = folder / OUTGOING
        data, lines = load_with_lines(path)
        try:
            outgoing = _Outgoing.model_validate(data)
        except ValidationError as error:
            raise RulesError(explain_errors(path, error, lines)) from error
        problems = []
        compiled = []
        for place, check in enumerate(outgoing.checks):
            try:
                compiled.append(_Compiled(check))
            except re.error as error:
                where = lines.get(("checks", place, "patterns"), 1)
                problems.append(f"{path.name}:{where}: checks.{place}.patterns: {error}")
        if problems:
            raise RulesError(problems)
        for name, why in (("abuse.txt", "辱骂词"), ("block.txt", "敏感词")):
            words = read_words(folder / "words" / name)
            allowed = read_words(folder / "words" / "allowed.txt")
            compiled.append(_Compiled(_Check(why=why, words=words, allowed=allowed)))
        return cls(tuple(compiled))

    def check_outgoing(self, text: str, voice: Voice | None = None) -> tuple[Finding, ...]:
        """Everything that keeps the text from going out, each word once; empty means it may go."""
        folded = fold(text)
        found: dict[tuple[str, str], Finding] = {}
        for check in self._checks:
            for finding in check.find(text, folded):
                found.setdefault((finding.word, finding.why), finding)
        for contact in find_contacts(text):
            found.setdefault((contact.text, "联系方式"), Finding(contact.text, f"联系方式（{contact.kind}）"))
        for word in voice.banned if voice else ():
            if word.strip() and texts.shadow(word)[0] and texts.shadow(word)[0] in texts.shadow(text)[0]:
                found.setdefault((word, "禁用词"), Finding(word, "你设的禁用词"))
        return tuple(found.values())
