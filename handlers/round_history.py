"""周榜 历史: what past rounds came to, and what the honour did to those honoured (features F6, E6, X8)."""

from __future__ import annotations

import math
import statistics

from bot.domain.round import Round
from bot.domain.round_state import RoundState
from bot.domain.winner import wilson
from bot.stores.stores import Stores
from handlers.chat.commands import Command
from handlers.context import Blocks, Chat, Reply

S = RoundState
SHOWN = 8
COMPARED = 26
"""Rounds whose winners are compared with other nominees."""

FEWEST_PAIRS = 5
T95 = (12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.10)
"""Student's t for 95 %, by degrees of freedom from 1 on; 2.09 and less for more."""


def history(chat: Chat, command: Command) -> Reply:
    """周榜 历史: the latest rounds, the question why with its interval, the effect of the honour."""
    rounds = [one for one in chat.stores.campaigns.rounds() if one.result or one.state is S.SKIPPED]
    if not rounds:
        return chat.say("w_history_none")
    lines = [_line(chat, round_) for round_ in reversed(rounds[-SHOWN:])]
    return Blocks(("\n".join([chat.say("w_history"), *lines]), _words_for_likes(chat), _effect(chat, rounds)))


def _line(chat: Chat, round_: Round) -> str:
    if round_.result is None:
        return chat.say("w_history_skipped", round=round_.id, reason=round_.reason)
    return chat.say(
        "w_history_line",
        round=round_.id,
        category=round_.category,
        valid=round_.result.tally.valid,
        newcomers=round_.newcomers,
        winner=round_.result.winner,
        method=round_.result.method.value,
        state=round_.state.value,
    )


def _words_for_likes(chat: Chat) -> str:
    """How many of those asked why said so, with its interval."""
    answered, asked = chat.stores.asks.whys()
    if not asked:
        return chat.say("w_asked_none")
    low, high = wilson(answered, asked)
    return chat.say("w_asked", asked=asked, answered=answered, low=f"{low:.0%}", high=f"{high:.0%}")


def _effect(chat: Chat, rounds: list[Round]) -> str:
    """Winners' next comments beside those of nominees of the same round and like quality who did not win."""
    differences = [
        found for one in rounds[-COMPARED:] if one.announced_at and (found := _difference(chat.stores, one)) is not None
    ]
    if len(differences) < FEWEST_PAIRS:
        return chat.say("w_effect_few", n=len(differences), missing=FEWEST_PAIRS - len(differences))
    mean, low, high = mean_interval(differences)
    return chat.say("w_effect", n=len(differences), mean=f"{mean:+.1f}", low=f"{low:+.1f}", high=f"{high:+.1f}")


def mean_interval(values: list[float]) -> tuple[float, float, float]:
    """Mean with its 95 % interval by Student's t; at least two values."""
    mean = statistics.fmean(values)
    freedom = len(values) - 1
    factor = T95[freedom - 1] if freedom <= len(T95) else 2.09
    half = factor * statistics.stdev(values) / math.sqrt(len(values))
    return mean, mean - half, mean + half


def _difference(stores: Stores, round_: Round) -> float | None:
    """Change in quality from the nominated to the next comment: the winner's less that of the nearest other nominee."""
    winner = round_.winner
    if winner is None:
        return None
    gain = _gain(stores, round_, winner.number)
    others = sorted(
        (one for one in round_.standing if one.number != winner.number),
        key=lambda one: (abs(one.quality - winner.quality), one.number),
    )
    for other in others:
        found = _gain(stores, round_, other.number)
        if gain is not None and found is not None:
            return gain - found
    return None


def _gain(stores: Stores, round_: Round, number: int) -> float | None:
    """By how much a nominee's first comment after the announcement is better than the nominated one."""
    nominee = round_.nominee(number)
    if nominee is None or not nominee.pid:
        return None
    rows = stores.comments.histories([nominee.pid], 50)[nominee.pid]
    after = [comment_id for comment_id, at in rows if at > round_.announced_at]
    if not after:
        return None
    comment = stores.comments.get(after[-1])
    return float(comment.triage.quality - nominee.quality) if comment and comment.triage else None
