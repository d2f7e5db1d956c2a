"""What people did and were told, kept beside the program and judged after it: the auditor's own book."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field

from bot.sandbox.pusher import Exchange

CommentKey = tuple[int, int, int] | str
"""(msg_data_id, 0-based index, user_comment_id) of a comment under an article, or the text of a 留言."""


ANY = "*"
"""The text of an approval whose card was lost on the way to the creator."""


@dataclass(frozen=True)
class Said:
    """One message: who (openid), what, and all its deliveries."""

    openid: str
    text: str
    exchange: Exchange

    @property
    def acknowledged(self) -> bool:
        """Some delivery was answered with 200."""
        return any(one.status == 200 for one in self.exchange.deliveries)


@dataclass(frozen=True)
class Deed:
    """Something the creator did to an item.

    `kind`: approve, undo, withdraw, other. `sure` is False when no answer came, so that it may or may not have been
    done. `began` and `ended` are epoch seconds around the message.
    """

    kind: str
    began: float
    ended: float
    sure: bool
    text: str = ""


@dataclass
class Ledger:
    """Everything that happened. Thread-safe."""

    said: list[Said] = field(default_factory=list)
    deeds: dict[CommentKey, list[Deed]] = field(default_factory=dict)
    edits: int = 0
    wrongs: list[str] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def note(self, openid: str, text: str, exchange: Exchange) -> Said:
        """A message and what came of it; repeats that were answered differently are written down as wrong."""
        said = Said(openid, text, exchange)
        answers = {one.reading.xml or one.reading.kind for one in exchange.deliveries if one.status == 200}
        with self.lock:
            self.said.append(said)
            if len(answers) > 1:
                self.wrongs.append(f"「{text}」 was answered in {len(answers)} ways: {sorted(answers)}")
            self.wrongs += [
                f"「{text}」 got HTTP {one.status}" for one in exchange.deliveries if one.status not in (None, 200, 503)
            ]
        return said

    def compare(self, said: Said, again: Exchange) -> None:
        """A message delivered once more, later: the answer has to be the one it got."""
        first = {one.reading.xml or one.reading.kind for one in said.exchange.deliveries if one.status == 200}
        later = {one.reading.xml or one.reading.kind for one in again.deliveries if one.status == 200}
        if later and later != first:
            self.wrong(f"「{said.text}」 delivered again was answered {sorted(later)} instead of {sorted(first)}")

    def did(self, key: CommentKey, deed: Deed) -> None:
        """Something the creator did to an item."""
        with self.lock:
            self.deeds.setdefault(key, []).append(deed)

    def wrong(self, what: str) -> None:
        """Something that must not be."""
        with self.lock:
            self.wrongs.append(what)


@dataclass
class Times:
    """Times of one thing, for the report."""

    seconds: list[float] = field(default_factory=list)

    def add(self, value: float) -> None:
        """One more."""
        self.seconds.append(value)

    def __str__(self) -> str:
        if not self.seconds:
            return "none"
        ordered = sorted(self.seconds)
        middle, last = ordered[len(ordered) // 2], ordered[-1]
        return f"{len(ordered)}, median {middle:.2f} s, longest {last:.2f} s"


@dataclass
class Result:
    """What the story found."""

    wrongs: list[str]
    counts: Counter[str]
    recoveries: dict[str, Times] = field(default_factory=dict)
    answer_seconds: list[float] = field(default_factory=list)
    refusal_seconds: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def __str__(self) -> str:
        answers, refusals = sorted(self.answer_seconds) or [0.0], sorted(self.refusal_seconds) or [0.0]
        lines = [f"{self.seconds:.0f} s"]
        lines += [f"{what}: {count}" for what, count in self.counts.items()]
        lines += [f"back after a kill of {part}: {times}" for part, times in self.recoveries.items()]
        lines.append(
            f"an answered delivery: median {answers[len(answers) // 2] * 1000:.0f} ms, longest {answers[-1]:.2f} s"
        )
        lines.append(
            f"a delivery answered 503: median {refusals[len(refusals) // 2] * 1000:.0f} ms, "
            f"p99 {refusals[int(len(refusals) * 0.99)]:.2f} s, longest {refusals[-1]:.2f} s"
        )
        lines.append(f"lines of level error in the program's log: {dict(self.errors)}")
        lines += [f"WRONG: {wrong}" for wrong in self.wrongs] or ["nothing is wrong"]
        return "\n".join(lines)
