"""Letters: what could not be said at once waits and goes out by the next allowed channel (features A11, E10).

Two channels carry a letter: the passive answer to something its reader sends, and a service message while WeChat's
window is open. On the second one an answer may be lost, and then nobody knows whether the letter arrived:
- a notice is not said again (at most once);
- the author's answer to a reader's own 留言 must not be lost: it is kept for the next passive answer, which says
  that it may be read for the second time.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec import Struct

from bot.domain.draft import DraftState
from bot.domain.people import Person
from bot.stores.audit import Entry
from bot.stores.mailbox import Letter
from bot.stores.stores import Stores
from bot.wechat.gateway import AnswerLost, Refused, Resting, Unreachable
from bot.wechat.reactions import Reaction
from bot.wechat.text import PAGE_BYTES, clip, size
from bot.wechat.window import Window, after_send, closed, may_send
from handlers.context import Chat, Work
from handlers.quiet import is_quiet, morning
from handlers.rests import halt

BETWEEN = "\n\n"
ON_THE_WIRE_SECONDS = 60.0
"""Longer than any call to WeChat takes: a letter marked as being sent for longer was lost with its worker."""

AT_THE_PHONE_SECONDS = 600.0
"""Who has typed within this time is awake, whatever the hour."""

LONGEST_BYTES = 1500
RECHECK_PAUSED = 30.0
ASK_AGAIN_SECONDS = 24 * 3600.0
NOT_GRANTED = "service_messages_denied_at"
"""Account fact: when WeChat last said that this account may not send service messages (epoch seconds)."""

WINDOW_CLOSED = (45015, 45047)
_AGAIN = (Reaction.RETRY, Reaction.REFRESH, Reaction.WAIT_MINUTE, Reaction.HOURLY)


def post(stores: Stores, pid: str, text: str, now: float, about: str = "") -> None:
    """Leave a notice for a person, to go out by the next allowed channel; `about` is the comment it speaks of."""
    stores.mailbox.add(pid, Letter(text, now, about))
    stores.due("tell", pid, now)


def take_letters(chat: Chat, room_bytes: int) -> list[str]:
    """Waiting letters that fit whole into the passive answer being composed, oldest first; they count as delivered.

    Whoever calls this must say every text it returns. For who sent 退订 only the author's answers are left; while
    sending is paused those wait.
    """
    stores, pid, now = chat.stores, chat.person.pid, chat.now
    if chat.person.blocked or chat.erased:
        return []
    letters = stores.mailbox.of(pid)
    taken: list[Letter] = []
    kept: list[Letter] = []
    room = room_bytes
    for letter in letters:
        width = size(_again(chat, letter)) + size(BETWEEN)
        if _is_dropped(stores, letter, chat.person):
            continue
        if (letter.sending and now - letter.sending < ON_THE_WIRE_SECONDS) or (letter.draft and stores.account.pause):
            kept.append(letter)
        elif letter.sending and not letter.draft:
            continue
        elif width > room:
            kept.append(letter)
        else:
            room -= width
            taken.append(letter)
    if len(kept) < len(letters):
        stores.mailbox.put(pid, tuple(kept))
    if kept:
        stores.due("tell", pid, now)
    for letter in taken:
        _delivered(stores, letter, now, "已随回答送达读者")
    return [_again(chat, letter) for letter in taken]


def _again(chat: Chat, letter: Letter) -> str:
    """What a letter says in an answer; one that may have arrived before says so."""
    before = letter.draft and (letter.passive or letter.sending)
    return chat.say("letter_again", text=shown(letter)) if before else shown(letter)


def shown(letter: Letter) -> str:
    """The text of a letter; an author's answer may repeat a reader's words, so it can never be markup (feature A13).

    Cut to a length that some answer has room for, else it would wait for ever.
    """
    text = letter.text.replace("<", "＜").replace(">", "＞") if letter.draft else letter.text
    kept = len(text)
    while size(text) > LONGEST_BYTES:
        kept -= 1 + (size(text) - LONGEST_BYTES) // 4
        text = clip(text, kept) + "…"
    return text


def tell(work: Work, pid: str, now: float) -> float | None:
    """Task `tell|<pid>`: send a person's waiting letters as one service message, if one may be sent now.

    Done (None) also when nothing may be sent: the letters wait for the person's next message.
    """
    look = work.look()
    person = look.people.get(pid)
    if person is None or not _may_tell(look, person, now):
        return None
    if look.account.pause:
        return now + RECHECK_PAUSED
    local = datetime.fromtimestamp(now, work.tools.settings.timezone)
    if is_quiet(local) and _sleeps(look, person, now):
        return morning(local).timestamp()
    openid = look.people.openid(pid)
    batch = work.store(lambda stores: _put_on_the_wire(stores, pid, now)) if openid else _Batch()
    if not openid or not batch.letters:
        return None
    try:
        work.gateway.send_text(openid, BETWEEN.join(shown(letter) for letter in batch.letters))
    except Refused as refusal:
        return _refused(work, pid, batch, refusal, now)
    except Resting as rest:
        work.store(lambda stores: _take_back(stores, pid, batch))
        return rest.until if rest.until < person.window_until else None
    except Unreachable:
        work.store(lambda stores: _take_back(stores, pid, batch))
        raise
    except AnswerLost:
        work.store(lambda stores: _lost(stores, pid, batch.letters, work.clock()))
        return None
    left = work.store(lambda stores: _arrived(stores, pid, batch.letters, work.clock()))
    return now if left else None


def _sleeps(stores: Stores, person: Person, now: float) -> bool:
    """True for a creator who is not at the phone, while nothing that waits for them is urgent."""
    if not person.is_creator or now - person.typed_at < AT_THE_PHONE_SECONDS:
        return False
    return not any(letter.urgent for letter in stores.mailbox.of(person.pid))


class _Batch(Struct, frozen=True):
    """The letters of one service message, and the window that its mark was paid from."""

    letters: tuple[Letter, ...] = ()
    window_until: float = 0.0


def _may_tell(stores: Stores, person: Person, now: float) -> bool:
    """True when a service message to this person makes sense now."""
    if person.silent or person.blocked or not stores.mailbox.of(person.pid):
        return False
    if service_messages_denied(stores, now):
        return False
    return may_send(Window(person.allowance, person.window_until), now)


def service_messages_denied(stores: Stores, now: float) -> bool:
    """True when WeChat said within the last day that this account may not send service messages."""
    denied_at = float(stores.account.fact(NOT_GRANTED) or 0)
    return bool(denied_at) and now - denied_at < ASK_AGAIN_SECONDS


def _put_on_the_wire(stores: Stores, pid: str, now: float) -> _Batch:
    """Mark as many letters as one message holds as being sent, and pay for the message, before it is sent."""
    person = stores.people.get(pid)
    if person is None or stores.account.pause or not _may_tell(stores, person, now):
        return _Batch()
    chosen: list[Letter] = []
    letters: list[Letter] = []
    room = PAGE_BYTES
    for letter in stores.mailbox.of(pid):
        if _is_dropped(stores, letter, person) or (letter.sending and not letter.draft):
            continue
        if letter.sending:  # its worker died: it may have arrived
            letter = msgspec.structs.replace(letter, sending=0.0, passive=True)
        width = size(shown(letter)) + size(BETWEEN)
        if not letter.passive and width <= room:
            room -= width
            letter = msgspec.structs.replace(letter, sending=now)
            chosen.append(letter)
        letters.append(letter)
    stores.mailbox.put(pid, tuple(letters))
    if chosen:
        window = after_send(Window(person.allowance, person.window_until), now)
        stores.people.put(msgspec.structs.replace(person, allowance=window.allowance, window_until=window.until))
    return _Batch(tuple(chosen), person.window_until)


def _is_dropped(stores: Stores, letter: Letter, person: Person) -> bool:
    """True for a letter that is not to be said any more: its draft was taken back, or it is a notice after 退订."""
    if letter.draft:
        draft = stores.drafts.get(letter.draft)
        return draft is None or draft.state is not DraftState.WAITING_READER
    return person.silent and not person.is_creator


def _arrived(stores: Stores, pid: str, sent: tuple[Letter, ...], now: float) -> int:
    """The message was taken by WeChat; how many letters may follow in another one."""
    left = tuple(letter for letter in stores.mailbox.of(pid) if letter not in sent)
    stores.mailbox.put(pid, left)
    for letter in sent:
        _delivered(stores, letter, now, "已送达读者")
    return sum(1 for letter in left if not letter.passive)


def _lost(stores: Stores, pid: str, sent: tuple[Letter, ...], now: float) -> None:
    """Nobody knows whether the message arrived: notices are let go, authors' answers wait for a passive answer."""
    left = []
    for letter in stores.mailbox.of(pid):
        if letter not in sent:
            left.append(letter)
        elif letter.draft:
            left.append(msgspec.structs.replace(letter, sending=0.0, passive=True))
            stores.audit.add(letter.draft, Entry(now, "可能已送达，等读者下次来时再带一次"))
    stores.mailbox.put(pid, tuple(left))


def _take_back(stores: Stores, pid: str, batch: _Batch) -> None:
    """The message surely did not arrive: the letters wait as before, and the message was not used up."""
    letters = (
        msgspec.structs.replace(letter, sending=0.0) if letter in batch.letters else letter
        for letter in stores.mailbox.of(pid)
    )
    stores.mailbox.put(pid, tuple(letters))
    person = stores.people.get(pid)
    if person and person.window_until == batch.window_until:
        stores.people.put(msgspec.structs.replace(person, allowance=person.allowance + 1))


def _refused(work: Work, pid: str, batch: _Batch, refusal: Refused, now: float) -> float | None:
    """WeChat's no: the letters stay; the window, the feature or the account is closed by what it said."""

    def note(stores: Stores) -> None:
        _take_back(stores, pid, batch)
        person = stores.people.get(pid)
        if refusal.code in WINDOW_CLOSED and person and person.window_until == batch.window_until:
            shut = closed(Window(person.allowance, person.window_until))
            stores.people.put(msgspec.structs.replace(person, allowance=shut.allowance, window_until=shut.until))
        if refusal.reaction is Reaction.STOP_FEATURE:
            stores.account.put_fact(NOT_GRANTED, str(now))
        if refusal.reaction is Reaction.HALT_WRITES:
            halt(stores, refusal.sentence, now)

    work.store(note)
    if refusal.reaction in _AGAIN:
        raise refusal
    return None


def _delivered(stores: Stores, letter: Letter, now: float, how: str) -> None:
    """A letter that carries a draft: 待送达 → 已发, and the reader's comment is answered."""
    draft = stores.drafts.get(letter.draft) if letter.draft else None
    if draft is None or draft.state is not DraftState.WAITING_READER:
        return
    stores.drafts.put(draft.moved(DraftState.SENT, now, sent_at=now), now)
    comment = stores.comments.get(draft.id)
    if comment:
        stores.comments.put(msgspec.structs.replace(comment, reply=draft.approved_text, reply_is_ours=True))
    stores.audit.add(draft.id, Entry(now, how, "", "", draft.version))
