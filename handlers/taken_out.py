"""Nominees that were voted on and stand no more: said wherever the result is, with the void ballots (F4, F6)."""

from __future__ import annotations

from bot.domain.nominee import Nominee
from bot.domain.round import Round
from handlers.context import Tools
from handlers.counting import BLOCKED, SUBSTITUTED


def taken_out(round_: Round) -> tuple[Nominee, ...]:
    """Who stood when the vote was opened, or came in later, and does not stand any more."""
    return tuple(one for one in round_.nominees if one.comment_number and not one.stands)


def by_creators(round_: Round) -> bool:
    """True when a creator's word has taken a nominee out of a vote: no recount can say whether that was right."""
    return any(one.out in (SUBSTITUTED, BLOCKED) for one in taken_out(round_))


def why_out(tools: Tools, nominee: Nominee) -> str:
    """`1 号由作者撤下`; that somebody is blocked is nobody's business (E13)."""
    name = "w_out_by_creator" if nominee.out in (SUBSTITUTED, BLOCKED) else "w_out_otherwise"
    return tools.phrases(name, n=nominee.number)


def taken_out_line(tools: Tools, round_: Round) -> str:
    """Who was taken out of the vote and how many ballots are void for it; empty if nobody was."""
    out = taken_out(round_)
    if not out or round_.result is None:
        return ""
    return tools.phrases(
        "w_taken_out", which="，".join(why_out(tools, one) for one in out), void=round_.result.tally.void
    )
