"""What people are told of a round unasked: creators as notes allow, nominees once each (features D11, E10)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from bot.domain.asks import Ask
from bot.domain.nominee import Nominee
from bot.domain.people import Consent, Person, Role
from bot.domain.round import Round
from bot.stores.mailbox import Letter
from bot.stores.stores import Stores
from handlers.context import Tools
from handlers.digest import NOTES_A_DAY
from handlers.letters import post
from handlers.quiet import is_quiet, morning


def tell_creators(
    stores: Stores, tools: Tools, text: str, now: float, *, urgent: bool = False, about: str = "", once: bool = False
) -> None:
    """Leave word for owners and editors: said with the next answer, or, if `urgent`, as a note where one is allowed.

    `about` is the comment that it quotes. With `once` it is not left for who has the same words waiting already.
    """
    for person in stores.people.creators():
        if person.role in (Role.OWNER, Role.EDITOR):
            if once and any(letter.text == text for letter in stores.mailbox.of(person.pid)):
                continue
            stores.mailbox.add(person.pid, Letter(text, now, about=about))
            if urgent:
                _note(stores, tools, person, now)


def tell_owners(stores: Stores, text: str, now: float) -> None:
    """Leave word for the owners, said with their next answer."""
    for person in stores.people.creators():
        if person.role is Role.OWNER:
            stores.mailbox.add(person.pid, Letter(text, now))


def _note(stores: Stores, tools: Tools, person: Person, now: float) -> None:
    """Have the mailbox delivered now, or in the morning, unless this person had the notes of the day already."""
    local = datetime.fromtimestamp(now, tools.settings.timezone)
    ledger, today = stores.notes.of(person.pid), local.date().isoformat()
    had = ledger.count if ledger.day == today else 0
    if had >= NOTES_A_DAY:
        return
    stores.notes.put(person.pid, msgspec.structs.replace(ledger, day=today, count=had + 1))
    if is_quiet(local):
        stores.due_unless_set("tell", person.pid, morning(local).timestamp())
    else:
        stores.due("tell", person.pid, now)


def tell_nominees(stores: Stores, tools: Tools, round_: Round, now: float) -> None:
    """Tell those who stand that they do."""
    for one in round_.standing:
        _tell(stores, one, tools.phrases("w_nominee_told", category=round_.category, number=one.number), now)


def ask_consent(stores: Stores, tools: Tools, round_: Round, now: float) -> None:
    """Tell those whose words may not be shown yet what one word of theirs would do."""
    for one in round_.nominees:
        person = stores.people.get(one.pid) if one.pid else None
        if not one.quotable and not one.out and person and person.consent is not Consent.NO and not person.unmentioned:
            if not stores.asks.spend(one.pid, Ask.CONSENT, now, round_.id):
                continue
            _tell(stores, one, tools.phrases("w_consent_asked", category=round_.category), now)


def tell_honoured(stores: Stores, tools: Tools, round_: Round, now: float) -> None:
    """Tell whose honour it is that they may claim it."""
    honour = round_.honour
    winner = round_.nominee(honour.number) if honour else None
    if honour is None or winner is None:
        return
    days = max(1, round((honour.until - now) / 86400))
    name = "w_won" if round_.terms.rewards else "w_won_plain"
    rewards = "、".join(round_.terms.rewards)
    _tell(stores, winner, tools.phrases(name, category=round_.category, days=days, rewards=rewards), now)


def _tell(stores: Stores, nominee: Nominee, text: str, now: float) -> None:
    if nominee.pid:
        post(stores, nominee.pid, text, now, about=nominee.id)
