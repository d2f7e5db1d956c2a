"""post.html: how a round's post looks; the host's to change, checked at start, each mistake named by its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

POST_FILE = "post.html"
LONGEST_BODY = 20_000
"""Characters of an article's body must stay below: doc/subscription/api/draftbox/draftmanage/api_draft_add."""

_ONE: dict[str, Any] = {"number": 1, "text": "样", "credit": "读者AB", "ballots": 3, "article": "题", "honoured": False}
_SAMPLE: dict[str, Any] = {
    "title": "本周最有料",
    "criteria": "有具体的做法",
    "week": "2026W47",
    "decided": "得票最多。",
    "question": "你呢？",
    "dispute_hours": 24,
    "winner": _ONE,
    "others": [{**_ONE, "number": 2, "ballots": None, "honoured": True}],
}


class PostTemplateError(Exception):
    """post.html cannot be used; the text names the file and, where there is one, the line."""


class PostTemplate:
    """A checked template. What is filled in is escaped; the template itself can reach nothing but what it is given."""

    def __init__(self, source: str, name: str = POST_FILE) -> None:
        """Raises PostTemplateError for a mistake of grammar, an unknown field, or a template that shows no winner."""
        environment = ImmutableSandboxedEnvironment(
            autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        try:
            self._template = environment.from_string(source)
            shown = self._template.render(**_SAMPLE)
            self._template.render(**{**_SAMPLE, "others": [], "question": "", "winner": {**_ONE, "article": ""}})
        except TemplateSyntaxError as error:
            raise PostTemplateError(f"{name}, line {error.lineno}: {error.message}") from None
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
            raise PostTemplateError(f"{name}: {error}") from None
        if _ONE["text"] not in shown:
            raise PostTemplateError(f"{name}: never shows {{{{ winner.text }}}}, the words of the winner")

    def fill(self, fields: dict[str, Any]) -> str:
        """The body of an article. `fields` are those named in the head of post.html, as plain text."""
        body: str = self._template.render(**fields)
        return "\n".join(line.strip() for line in body.splitlines() if line.strip())

    @classmethod
    def load(cls, config_dir: Path | str) -> PostTemplate | None:
        """Read and check `config_dir`/post.html; None without the file. Raises PostTemplateError."""
        path = Path(config_dir) / POST_FILE
        if not path.exists():
            return None
        try:
            return cls(path.read_text(encoding="utf-8"), path.name)
        except (OSError, UnicodeDecodeError) as error:
            raise PostTemplateError(f"{path.name}: {error}") from None
