"""Polarity of a comment from -1 to 1, aware of negation: 不是不好 is not negative."""

from __future__ import annotations

from pathlib import Path

from replies import text as texts
from replies.risk.wordlist import read_words

__all__ = ["Polarity"]

_NEGATIONS = texts.word_set(
    """
    不 没 没有 不是 不会 不能 不要 别 并不 并非 从不 毫不 毫无 无 未 不太 不怎么 不够 不算 不算是 不觉得
    很难 谈不上 绝不 绝非 不再
    """
)
_STRONG = texts.word_set(
    """
    很 太 非常 特别 真 真的 超 超级 极其 十分 最 好 实在 简直 完全 巨 真是 这么 那么 相当 更
    """
)
_MARKS = frozenset(",.!?;。,;\n ")
_WINDOW = 3
_DAMPING = 0.6


class Polarity:
    """Weighs listed words of good and bad feeling, each flipped by the negations just before it."""

    def __init__(self, good: frozenset[str], bad: frozenset[str]) -> None:
        self._good = good
        self._bad = bad

    @classmethod
    def load(cls, config_dir: Path) -> Polarity:
        """Read words/positive.txt and words/negative.txt."""
        folder = config_dir / "words"
        return cls(frozenset(read_words(folder / "positive.txt")), frozenset(read_words(folder / "negative.txt")))

    def of(self, words: tuple[str, ...]) -> float:
        """-1 (negative) to 1 (positive), 0 when nothing is felt; `words` are the words of a normalised text."""
        score = 0.0
        for place, word in enumerate(words):
            value = 1.0 if word in self._good else -1.0 if word in self._bad else 0.0
            if not value:
                continue
            negations = 0
            for before in reversed(words[max(0, place - _WINDOW) : place]):
                if before in _MARKS:
                    break
                if before in _NEGATIONS:
                    negations += 1
                elif before in _STRONG:
                    value *= 1.4
            if negations:
                # 不好 is bad, 不坏 only not bad; 不是不好 is mildly good at most.
                value *= -0.8 if negations % 2 else 0.3
            score += value
        return round(score / (abs(score) + _DAMPING), 3) if score else 0.0
