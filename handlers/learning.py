"""What the creators' choices teach: told once when a template is retired or when an edit deserves to become one."""

from __future__ import annotations

import hashlib

from bot.stores.stores import Stores
from bot.wechat.text import quoted
from handlers.context import Work
from replies.learning import alike_edits, learned


def learn(work: Work, arg: str, now: float) -> float | None:
    """Task `learn|…`, daily: what the counts and edits say that was not said before."""
    look = work.look()
    sentences = {}
    for template in sorted(learned(look.choices.counts()).retired):
        text = work.desk.template_text(template)
        kept, changed = look.choices.counts()[template]
        if text:
            sentences[f"retired|{template}"] = work.say("d_retired", text=quoted(text, 60), changed=changed, kept=kept)
    written: dict[str, list[str]] = {}
    for edit in look.choices.edits().values():
        written.setdefault(edit.template, []).append(edit.text)
    for template, edits in sorted(written.items()):
        for text, count in alike_edits(edits):
            name = f"edits|{hashlib.sha256(f'{template}|{text}'.encode()).hexdigest()[:12]}"
            rule, _, kind = template.partition("#")
            sentences[name] = work.say(
                "d_often_written", n=count, text=quoted(text, 100), rule=rule, kind=kind.rstrip("0123456789")
            )
    work.store(lambda stores: _tell(stores, sentences, now))
    return None


def _tell(stores: Stores, sentences: dict[str, str], now: float) -> None:
    """Each sentence once, whoever asks how often; what was said lapses like every timed notice."""
    key = stores.unit.key("learned")
    for name, sentence in sentences.items():
        if stores.unit.get(key, name) is None:
            stores.unit.put(key, name, str(int(now)).encode())
            stores.account.put_notice(f"{name}@{int(now)}", sentence)
