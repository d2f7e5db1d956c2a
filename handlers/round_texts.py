"""How nominees, names and times of a round are written; the one place where a nominee's words are quoted."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from bot.domain.comment import Comment, Source
from bot.domain.credit import display
from bot.domain.nominee import Nominee
from bot.domain.post import Publish
from bot.domain.round import Round
from bot.stores.stores import Stores
from bot.wechat.text import quoted
from handlers.candidates import is_withdrawn
from handlers.context import Tools
from replies.risk.contact import mask

DAYS = "一二三四五六日"


def moment(tools: Tools, at: float, now: float) -> str:
    """`周日 20:00`, with the date if it is more than six days away."""
    return _moment(tools.settings.timezone, at, abs(at - now) < 6 * 86400)


@lru_cache(64)  # every vote names the same one
def _moment(timezone: ZoneInfo, at: float, is_near: bool) -> str:
    then = datetime.fromtimestamp(at, timezone)
    day = f"周{DAYS[then.weekday()]}"
    return f"{day} {then:%H:%M}" if is_near else f"{then.month} 月 {then.day} 日（{day}）{then:%H:%M}"


def words_of(stores: Stores, nominee: Nominee, limit: int) -> str:
    """A nominee's words for a line of chat, contact data masked; empty if they are not there any more."""
    comment = stores.comments.get(nominee.id)
    if comment is None or comment.gone or not comment.content:
        return ""
    return quoted(mask(comment.content), limit)


def still_shown(stores: Stores, nominee: Nominee) -> bool:
    """False once the writer of a nominee has withdrawn it, also when it was decided and published before (F9)."""
    comment = stores.comments.get(nominee.id)
    pid = comment.pid if comment else ""
    return not is_withdrawn(stores.people.get(pid) if pid else None)


def name_of(stores: Stores, tools: Tools, comment: Comment | None) -> str:
    """How the writer of a comment is named in public; imported words are never under a name (feature N3)."""
    if comment is None or not comment.pid or comment.source is Source.IMPORT:
        return display(None, "")
    return display(stores.credits.of(comment.pid), tools.vault.lottery("name", comment.pid))


def prefetch_nominees(stores: Stores, nominees: tuple[Nominee, ...]) -> None:
    """Read the comments, people and names of nominees in few round trips."""
    stores.comments.many([one.id for one in nominees])
    pids = sorted({one.pid for one in nominees if one.pid})
    stores.people.many(pids)
    stores.credits.many(pids)


def shown_as(stores: Stores, round_: Round) -> str:
    """Stands for exactly what a post of this round would say: the result, and the words of who stands."""
    comments = stores.comments.many([one.id for one in round_.standing])
    words = [comment.content if comment else "" for comment in comments]
    return hashlib.sha256(msgspec.json.encode((round_.mark, words))).hexdigest()[:16]


def counted_line(tools: Tools, round_: Round, now: float, was_let_out: bool = False) -> str:
    """What creators are told when a round is counted: who wins and what happens next."""
    result = round_.result
    assert result is not None
    found = tools.phrases(
        "w_counted",
        round=round_.id,
        winner=result.winner,
        votes=result.tally.votes.get(result.winner, 0),
        valid=result.tally.valid,
        method=result.method.value,
    )
    if was_let_out and not round_.publish_at:
        return f"{found}\n{tools.phrases('w_changed_since')}"
    if not round_.publish_at:
        return f"{found}\n{tools.phrases('w_waits')}"
    if round_.publish_at <= now:
        return f"{found}\n{tools.phrases('w_goes_now')}"
    name = "w_draft_at" if round_.terms.publish is Publish.DRAFT else "w_goes_at"
    return f"{found}\n{tools.phrases(name, at=moment(tools, round_.publish_at, now))}"
