"""Notes the bot sends to creators by itself: few, in daylight, only where a window is open (features D11, B10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
import structlog
from msgspec import Struct

from bot.domain.draft import DraftState
from bot.domain.order import UNANSWERED_AFTER, Waiting, in_order
from bot.domain.people import Person, Role
from bot.group_robot import RobotError, tell_robot
from bot.stores.audit import Entry
from bot.stores.mailbox import Letter
from bot.stores.notes import Ledger
from bot.stores.stores import Stores
from bot.wechat.gateway import AnswerLost, GatewayError, Refused
from bot.wechat.window import Window, after_send, may_send
from handlers.context import Work
from handlers.letters import service_messages_denied
from handlers.quiet import QUIET_FROM, is_quiet, morning

log = structlog.get_logger(__name__)

HOUR = 3600.0
NOTES_A_DAY = 2
SUMMARY_FROM = 9
BUSY_FOR = 12 * HOUR
"""Who has typed within this time knows what waits and gets no summary."""

NUDGE_AFTER, NUDGE_BEFORE = 40 * HOUR, 44 * HOUR
ALERTED = "已提醒主理人"


class Note(StrEnum):
    """What a note to a creator is for."""

    SUMMARY = "summary"
    NUDGE = "nudge"


class Counts(Struct, frozen=True):
    """What waits for creators, in numbers only."""

    waiting: int = 0
    negative: int = 0
    questions: int = 0
    crises: int = 0


def count(queue: Sequence[Waiting], now: float) -> Counts:
    """The numbers of a queue as of `now`; questions are those without an answer for a day (feature B6)."""
    ready = in_order(queue, now)
    return Counts(
        waiting=len(ready),
        negative=sum(one.negative for one in ready),
        questions=sum(one.question and now - one.created_at >= UNANSWERED_AFTER for one in ready),
        crises=sum(one.crisis for one in ready),
    )


def which_note(person: Person, ledger: Ledger, local: datetime, now: float) -> Note | None:
    """The note that may go to a creator now, given that something waits; None if none may.

    One summary a day to who has not been here for a while, and one nudge 40-44 h after the last typed message, before
    the window closes: never more than two a day, none at night. `local` is `now` in the account's time zone.
    """
    if person.role not in (Role.OWNER, Role.EDITOR) or person.silent or is_quiet(local):
        return None
    if not may_send(Window(person.allowance, person.window_until), now):
        return None
    today = local.date().isoformat()
    if ledger.day == today and ledger.count >= NOTES_A_DAY:
        return None
    idle = now - person.typed_at
    if NUDGE_AFTER <= idle <= NUDGE_BEFORE and ledger.nudged_for != person.typed_at:
        return Note.NUDGE
    if ledger.summary_day != today and local.hour >= SUMMARY_FROM and idle >= BUSY_FOR:
        return Note.SUMMARY
    return None


def noted(ledger: Ledger, note: Note, person: Person, local: datetime) -> Ledger:
    """The ledger after a note; a nudge says what a summary says, so it takes the day's summary with it."""
    today = local.date().isoformat()
    return msgspec.structs.replace(
        ledger,
        day=today,
        count=ledger.count + 1 if ledger.day == today else 1,
        summary_day=today,
        nudged_for=person.typed_at if note is Note.NUDGE else ledger.nudged_for,
    )


def digest(work: Work, slot: str, now: float) -> float | None:
    """Task `digest|<slot>`, a few times an hour by day: the notes that are due, to creators and to the group robot."""
    look = work.look()
    if look.account.pause:
        return None
    counts = count(look.drafts.queue(), now)
    local = datetime.fromtimestamp(now, work.tools.settings.timezone)
    if counts.waiting and not service_messages_denied(look, now):
        for person in look.people.creators():
            if which_note(person, look.notes.of(person.pid), local, now):
                _send_note(work, person.pid, counts, now, local)
    failed = int(work.redis.hlen(look.unit.key("failed")))
    if (counts.waiting or failed) and not is_quiet(local) and local.hour >= SUMMARY_FROM:
        _tell_robot_once(work, counts, failed, local)
    return None


def _send_note(work: Work, pid: str, counts: Counts, now: float, local: datetime) -> None:
    """Mark, then send: a note is never sent twice; one that surely did not go out is unmarked."""
    marked = work.store(lambda stores: _mark(stores, pid, now, local))
    if marked is None:
        return
    note, before, openid = marked
    phrase = "f_digest_keep" if note is Note.NUDGE else "f_digest"
    try:
        work.gateway.send_text(openid, work.say(phrase, waiting=counts.waiting, detail=_detail(work, counts)))
    except AnswerLost:
        log.warning("note_answer_lost", account=work.account.name)
    except GatewayError as error:
        log.warning("note_not_sent", account=work.account.name, code=error.code if isinstance(error, Refused) else 0)
        if not isinstance(error, Refused):
            work.store(lambda stores: stores.notes.put(pid, before))


def _mark(stores: Stores, pid: str, now: float, local: datetime) -> tuple[Note, Ledger, str] | None:
    """Pay for a note: `(which, the ledger before, openid)`, None if it may not go any more."""
    person, openid = stores.people.get(pid), stores.people.openid(pid)
    if person is None or openid is None or stores.account.pause:
        return None
    ledger = stores.notes.of(pid)
    note = which_note(person, ledger, local, now)
    if note is None:
        return None
    stores.notes.put(pid, noted(ledger, note, person, local))
    window = after_send(Window(person.allowance, person.window_until), now)
    stores.people.put(msgspec.structs.replace(person, allowance=window.allowance, window_until=window.until))
    return note, ledger, openid


def _detail(work: Work, counts: Counts) -> str:
    """`（可能求助 1，抱怨 2）`, empty if there is nothing to single out."""
    named = {
        "f_digest_crisis": counts.crises,
        "f_digest_negative": counts.negative,
        "f_digest_question": counts.questions,
    }
    parts = [work.say(name, n=n) for name, n in named.items() if n]
    return f"（{'，'.join(parts)}）" if parts else ""


def _tell_robot_once(work: Work, counts: Counts, failed: int, local: datetime) -> None:
    """The day's summary to the group robot, if there is one: at most once a day, numbers only."""
    url = work.tools.settings.notify_url.get_secret_value()
    today = local.date().isoformat()

    def mark(stores: Stores) -> bool:
        fresh = stores.notes.robot_day() != today
        stores.notes.put_robot_day(today)
        return fresh

    if not url or not work.store(mark):
        return
    text = work.say("f_robot", account=work.account.name, waiting=counts.waiting, detail=_detail(work, counts))
    if failed:
        text += "\n" + work.say("f_robot_failed", n=failed)
    try:
        tell_robot(url, text, work.tools.settings.api_timeout)
    except RobotError as error:
        log.warning("robot_not_told", account=work.account.name, why=str(error))


def alert(work: Work, comment_id: str, now: float) -> float | None:
    """Task `alert|<comment id>`: a comment that may be a cry for help goes to the owners by the next allowed channel.

    It quotes nothing. At night it may break the quiet once; later ones of that night wait for the morning, or for
    the owner's next message. The group robot is told at once; if that fails the task is tried again.
    """
    look = work.look()
    draft, comment = look.drafts.get(comment_id), look.comments.get(comment_id)
    if comment is None or comment.gone or draft is None or draft.state not in (DraftState.PENDING, DraftState.SNOOZED):
        return None
    if not any(entry.what == ALERTED for entry in look.audit.of(comment_id)):
        local = datetime.fromtimestamp(now, work.tools.settings.timezone)
        work.store(lambda stores: _alert_owners(stores, comment_id, work.say("f_alert"), now, local))
    url = work.tools.settings.notify_url.get_secret_value()
    if url:
        tell_robot(url, work.say("f_robot_alert", account=work.account.name), work.tools.settings.api_timeout)
    return None


def _alert_owners(stores: Stores, comment_id: str, text: str, now: float, local: datetime) -> None:
    for owner in (person for person in stores.people.creators() if person.role is Role.OWNER):
        ledger, night = stores.notes.of(owner.pid), _night(local)
        may_wake = is_quiet(local) and ledger.night != night
        stores.mailbox.add(owner.pid, Letter(text, now, comment_id, urgent=may_wake))
        if not is_quiet(local):
            stores.due("tell", owner.pid, now)
        elif may_wake:
            stores.notes.put(owner.pid, msgspec.structs.replace(ledger, night=night))
            stores.due("tell", owner.pid, now)
        else:
            stores.due_unless_set("tell", owner.pid, morning(local).timestamp())
    stores.audit.add(comment_id, Entry(now, ALERTED))


def _night(local: datetime) -> str:
    """The night a moment belongs to, named by the date of its evening."""
    return (local if local.hour >= QUIET_FROM else local - timedelta(days=1)).date().isoformat()
