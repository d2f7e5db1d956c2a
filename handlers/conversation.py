"""One message, one answer: who is it, which question is open, which command is it, what else has to be said."""

from __future__ import annotations

import re
from typing import cast

from bot.domain.events import AnyEvent, Event, Followed, MenuClicked, Message, Scanned, TextMessage, Unfollowed
from bot.domain.people import Person
from bot.router import Router
from bot.stores.account_state import AccountState
from bot.stores.campaigns import Box, Campaigns
from bot.stores.mailbox import Letter, Mailbox
from bot.stores.people import People
from bot.stores.stores import Stores
from bot.stores.unit import Place, Unit
from bot.wechat.text import MORE, PAGE_BYTES, pages, quoted, size
from bot.wechat.window import Contact, Window, after_event, contact_of
from config.settings import AccountSettings
from handlers.articles import notice_article
from handlers.context import Blocks, Chat, Reply, Tools
from handlers.letters import take_letters
from handlers.votes import VOTES, invitation, mark_told, vote_places
from handlers.wall_line import wall_line

PAGES_SECONDS = 600.0
STALE_SECONDS = 600.0
"""A creator's command older than this may not mean any more what it meant."""

LINE_BYTES = 100
"""Room kept for `另有 N 条待审`."""
VOTE_BYTES = 200
"""Room kept for the line that there is a vote: it is asked for only where it will be said."""

PINNED = re.compile(r"\d\.k[a-z0-9]{2}$")
"""The text of a tapped link carries its version pin; test accounts send no menu id with it (reference 3.1)."""

QUIET_SECONDS = 3600.0
"""A creator who was away this long is reminded of what waits."""


class Conversation:
    """Answers every event of every account; what it decides is committed by the caller in one step."""

    def __init__(self, tools: Tools, accounts: dict[str, AccountSettings], router: Router[Chat, Reply]) -> None:
        self._tools = tools
        self._accounts = accounts
        self._router = router
        self._boxes: dict[str, Box] = {}
        """The last ballot box seen of each account, for guessing what a vote will read."""

    def places(self, unit: Unit, account: str, event: Event) -> list[Place]:
        """What nearly every event of a person needs."""
        openid = getattr(event, "openid", "")
        if not openid:
            return []
        # Not by way of Stores: this is asked for every callback, repeats included.
        people = People(unit, self._tools.vault)
        pid = people.pid(openid)
        mailbox = (Mailbox(unit).key(pid), "")
        places = [*people.places(pid), *AccountState(unit).places(), mailbox, *Campaigns(unit).places()]
        box = self._boxes.get(account)
        if box and isinstance(event, TextMessage) and VOTES in event.text:
            places += vote_places(unit, box, pid)
        return places

    def answer(self, unit: Unit, account: str, event: Event, now: float, *, is_kept: bool = False) -> tuple[str, str]:
        """`(text, pid of its reader)` for one event; the text is empty for silence. Reads `places` unless they were.

        `is_kept`: a fault of ours kept it, and it is answered long after it was written.
        """
        stores = Stores(unit, self._tools.vault)
        handler = self._router.handler(event)
        if handler is None:
            return "", ""
        if not isinstance(event, (Message, Followed, Unfollowed, MenuClicked, Scanned)):
            chat = Chat(stores, self._tools, self._accounts[account], event, now, Person(""))
            handler(chat)
            return "", ""
        pid = stores.people.pid(event.openid)
        known = stores.people.get(pid)
        chat = Chat(
            stores,
            self._tools,
            self._accounts[account],
            event,
            now,
            known or Person(pid, first_seen=now),
            stores.people.session(pid),
            is_new=known is None,
            is_kept=is_kept,
            previous_contact=known.typed_at if known else 0.0,
        )
        if isinstance(event, Unfollowed):
            handler(chat)
            return "", ""
        if known is None:
            # Who was erased is no follower from before the bot: their time here begins anew, also for votes (E4).
            chat.update(followed_at=stores.people.revive(event.openid))
        stores.people.meet(event.openid)
        _widen_window(chat)
        notice_article(chat)
        text = _compose(chat, handler(chat))
        if box := stores.campaigns.box():
            self._boxes[account] = box
        if chat.erased:
            return text, ""
        stores.people.put(chat.person)
        stores.people.put_session(pid, chat.session)
        return text, pid

    def apologise(self, unit: Unit, account: str, event: Event, now: float, error: Exception) -> tuple[str, str]:
        """The handler failed: keep the event, tell its sender honestly; `failed retry` answers it after the mending."""
        stores = Stores(unit, self._tools.vault)
        stores.broken.keep(
            cast("AnyEvent", event), f"{type(error).__name__} in the answer to a {type(event).__name__}", now
        )
        if not isinstance(event, Message):
            return "", ""
        return self._tools.phrases("apology"), stores.people.pid(event.openid)

    def answer_again(self, stores: Stores, account: str, name: str, now: float) -> None:
        """Answer a kept event; what is said goes to its sender's mailbox, since the passive reply is long gone.

        A creator's command of long ago is not done any more: they are told, and may say it again.
        """
        event = stores.broken.get(name)
        if event is None:
            return
        stores.broken.remove(name)
        pid = stores.people.pid(event.openid)
        person = stores.people.get(pid) if event.openid else None
        if isinstance(event, TextMessage) and person and person.is_creator and now - event.created_at > STALE_SECONDS:
            # Meanwhile they have decided anew, and an old 撤回 would undo that instead.
            text = self._tools.phrases("stale_command", text=quoted(event.text, 30))
        else:
            stores.unit.prefetch(self.places(stores.unit, account, event))
            text, pid = self.answer(stores.unit, account, event, now, is_kept=True)
        if text and pid:
            stores.mailbox.add(pid, Letter(text, now))
            stores.due("tell", pid, now)


def _widen_window(chat: Chat) -> None:
    """Keep what this contact allows us to send later; only typed words count as typed (a tap is a menu click)."""
    contact = contact_of(chat.event)
    if contact is Contact.TEXT and isinstance(chat.event, TextMessage) and PINNED.search(chat.event.text):
        contact = Contact.TAP
    window = after_event(Window(chat.person.allowance, chat.person.window_until), contact, chat.now)
    chat.update(allowance=window.allowance, window_until=window.until, follows=True)
    if contact is Contact.TEXT:
        chat.update(typed_at=chat.now)


def _compose(chat: Chat, reply: Reply) -> str:
    """One text of at most 1,800 bytes: the answer, then what waited to be said, as far as it fits whole."""
    first, rest = "", []
    if isinstance(reply, str) and size(reply) <= PAGE_BYTES:
        first = reply
    elif reply:
        blocks = reply if isinstance(reply, Blocks) else Blocks((reply,))
        first, *rest = pages(blocks.blocks, most=blocks.most)
    if rest:
        chat.remember(pages=tuple(rest), pages_until=chat.now + PAGES_SECONDS, viewing=(), listed=())
        return first
    if chat.erased or first.endswith(MORE):
        return first
    if chat.ends_in_copy:  # whoever copies the text would publish what stands under it
        above = f"{chat.postscript}\n{first}" if chat.postscript else first
        return above if size(above) <= PAGE_BYTES else first
    if chat.postscript and size(first) + size(chat.postscript) < PAGE_BYTES:
        first = f"{first}\n{chat.postscript}" if first else chat.postscript
    parts = [first] if first else []
    parts += _notices(chat, PAGE_BYTES - size(first))
    parts += take_letters(chat, PAGE_BYTES - size("\n\n".join(parts)) - LINE_BYTES)
    line = "" if any("待审" in part for part in parts) else _waiting_line(chat)
    if line and size("\n\n".join([*parts, line])) <= PAGE_BYTES:
        parts.append(line)
    if first and size("\n\n".join(parts)) <= PAGE_BYTES - VOTE_BYTES and (vote := invitation(chat)):
        parts.append(vote)
        mark_told(chat)
    elif first and (saying := wall_line(chat)) and size("\n\n".join([*parts, saying])) <= PAGE_BYTES:
        parts.append(saying)
    return "\n\n".join(parts)


def _notices(chat: Chat, room: int) -> list[str]:
    """What every creator is told once, in the first answer after it was found out that has `room` bytes for it."""
    if not chat.person.is_creator:
        return []
    fresh: dict[str, str] = {}
    for name, text in chat.stores.account.notices().items():
        if name not in chat.person.told and size(text) + 2 <= room:
            fresh[name] = text
            room -= size(text) + 2
    if fresh:
        chat.update(told=(*chat.person.told, *fresh)[-200:])
    return list(fresh.values())


def _waiting_line(chat: Chat) -> str:
    """`另有 N 条待审` when a creator comes back after a while and was not shown the queue just now."""
    if not chat.person.is_creator or chat.session.cards_at == chat.now or chat.session.listed_until > chat.now:
        return ""
    if chat.now - chat.previous_contact < QUIET_SECONDS:
        return ""
    waiting = chat.stores.drafts.ready_length(chat.now)
    return chat.say("waiting_line", n=waiting) if waiting else ""
