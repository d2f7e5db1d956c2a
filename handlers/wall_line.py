"""One sentence of the wall at the end of an answer: at most once a day, none twice in 60 days (feature G1)."""

from __future__ import annotations

from bot.wechat.text import quoted
from handlers.context import Chat
from handlers.wall import Shown, on_the_wall

DAY = 86400.0
DAYS_BEFORE_AGAIN = 60
"""Days in which a reader is not shown a sentence again."""


def wall_line(chat: Chat) -> str:
    """A line for this reader today, remembered as shown; empty if there is none for them, or they want no more.

    Writers this reader has not met yet come first; nobody is shown their own words.
    """
    person = chat.person
    if person.is_creator or person.silent or person.blocked or chat.erased:
        return ""
    today = int(chat.now // DAY)
    if person.walled_on == today:
        return ""
    chat.update(walled_on=today)
    shown = on_the_wall(chat.stores, chat.tools)
    if not shown:
        return ""
    seen = chat.stores.wall.seen(person.pid)
    writers = {one.pid for one in shown if one.comment in seen}
    able = [
        one
        for one in shown
        if one.pid != person.pid and today - seen.get(one.comment, -DAYS_BEFORE_AGAIN) >= DAYS_BEFORE_AGAIN
    ]
    if not able:
        return ""
    chosen = min(able, key=lambda one: (one.pid in writers, -one.at, one.comment))
    chat.stores.wall.put_seen(person.pid, {**_recent(seen, today), chosen.comment: today})
    chat.stores.wall.quoted_in([chosen.comment], chat.event.delivery_key())
    return _line(chat, chosen)


def _recent(seen: dict[str, int], today: int) -> dict[str, int]:
    return {comment: day for comment, day in seen.items() if today - day < DAYS_BEFORE_AGAIN}


def _line(chat: Chat, one: Shown) -> str:
    return chat.say("g_today", text=quoted(one.text, 50), by=one.name)
