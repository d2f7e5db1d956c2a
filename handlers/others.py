"""What a creator reads of the other creators: who they are, when they did something, which item they hold."""

from __future__ import annotations

from datetime import datetime

from bot.domain.draft import Draft
from handlers.context import Chat


def clock_time(chat: Chat, at: float) -> str:
    """HH:MM in the account's time zone, with the date if it is not today."""
    then = datetime.fromtimestamp(at, chat.tools.settings.timezone)
    today = datetime.fromtimestamp(chat.now, chat.tools.settings.timezone).date()
    return then.strftime("%H:%M") if then.date() == today else f"{then.month} 月 {then.day} 日 {then:%H:%M}"


def who(chat: Chat, pid: str) -> str:
    """How a creator reads of another creator."""
    if pid == chat.person.pid:
        return "你"
    other = chat.stores.people.get(pid) if pid else None
    return other.title if other and other.is_creator else "另一位作者"


def held_by_other(chat: Chat, draft: Draft) -> str:
    """Who else holds this item and until when, as a sentence; empty if this creator may decide about it."""
    claim = chat.stores.claims.of(draft.id, chat.now)
    if claim is None or claim.pid == chat.person.pid:
        return ""
    holder = who(chat, claim.pid)
    since, until = clock_time(chat, claim.since), clock_time(chat, claim.until)
    return chat.say("d_claimed_by", n=draft.number, who=holder, since=since, until=until)
