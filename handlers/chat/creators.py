"""Reading a creator's message: which command it is, if any (chat.md sections 2 and 3)."""

from __future__ import annotations

import re

from handlers.chat import plain_commands, rule_commands
from handlers.chat.commands import Command, FollowerCommand, Ordinary, Verb
from handlers.chat.followers import read_follower
from handlers.chat.item_commands import read_all, read_items, read_suffix
from handlers.chat.negations import read_denial
from handlers.chat.place import ATTEMPT, Place, Reader, Reading
from handlers.chat.several import read_several
from handlers.chat.shadow import Shadow, shadow
from handlers.chat.suggestions import suggest
from handlers.chat.teaching import teach
from handlers.chat.text_commands import read_edit, read_reject
from handlers.chat.words import HEADS_BY_FIRST, TAKES_ITEMS, TALK

_LEAD = re.compile(r"\s*[/#!]?\s*")

_READERS: dict[Verb, Reader] = {
    **dict.fromkeys(TAKES_ITEMS, read_items),
    Verb.REJECT: read_reject,
    Verb.EDIT: read_edit,
    Verb.EDIT_AND_SEND: read_edit,
    Verb.HELP: plain_commands.read_help,
    Verb.EXPORT: plain_commands.read_report,
    Verb.DATA: plain_commands.read_report,
    Verb.WEEKLY: plain_commands.read_report,
    Verb.DAILY: plain_commands.read_report,
    Verb.ROUND: plain_commands.read_round,
    Verb.TONE: plain_commands.read_tone,
    Verb.SALUTATION: plain_commands.read_phrases,
    Verb.PET_PHRASES: plain_commands.read_phrases,
    Verb.BANNED_WORDS: plain_commands.read_phrases,
    Verb.BANK: plain_commands.read_bank,
    Verb.STANDING: rule_commands.read_standing,
    Verb.STANDING_OFF: rule_commands.read_standing_off,
    Verb.TRY_RULES: rule_commands.read_try_rules,
    Verb.GRANT: plain_commands.read_grant,
    Verb.REMOVE: plain_commands.read_remove,
    Verb.JOIN: plain_commands.read_join,
    Verb.CONFIRM: plain_commands.read_confirm,
    Verb.REGISTER: plain_commands.read_register,
    Verb.IMPORT: plain_commands.read_for_article,
    Verb.GAP: plain_commands.read_for_article,
    Verb.CHECKUP: plain_commands.read_checkup,
    Verb.OPEN_POLL: plain_commands.read_poll,
    Verb.CLOSE_POLL: plain_commands.read_close_poll,
    Verb.SETTLE: plain_commands.read_settle,
}
"""How each verb goes on behind its head; a verb that is not listed is one word."""


def read_creator(text: str) -> Reading:
    """What a creator's message asks for. Never raises; only a `Command` may be done without asking back."""
    copy = shadow(text)
    begin = _begin(copy)
    reading = _read(copy)
    several = read_several(copy, begin, reading, _read_again)
    if several is not None:
        return several
    if not isinstance(reading, Ordinary) or begin == len(copy.text):
        return reading
    denied = read_denial(copy, begin)
    if denied is not None:
        return denied
    near = None if _is_talk(copy) else suggest(copy, begin, _read_again)
    near = near or teach(copy, begin)
    if near is None or isinstance(read_follower(text), FollowerCommand):
        return reading
    return near


def _read_again(text: str) -> Reading:
    return _read(shadow(text))


def _begin(copy: Shadow) -> int:
    lead = _LEAD.match(copy.text)
    return lead.end() if lead else 0


def _is_talk(copy: Shadow) -> bool:
    return copy.text.strip(" \t\r\n.!?/#") in TALK


def _read(copy: Shadow) -> Reading:
    """The exact grammar, without suggestions."""
    begin = _begin(copy)
    if copy.text.strip() == "?":
        return Command(Verb.HELP)
    if begin == len(copy.text) or _is_talk(copy):
        return Ordinary()
    reading = read_all(copy, begin) or read_suffix(copy, begin)
    if reading is not None:
        return reading
    found: Reading = Ordinary(looks_like_attempt=copy.text.lstrip()[0] in "/#")
    for head in HEADS_BY_FIRST.get(copy.text[begin], ()):
        match = head.pattern.match(copy.text, begin)
        if match is None:
            continue
        place = Place(copy, head.word, head.verb, begin, match.end())
        reading = _read_head(place)
        is_spaced = len(match[0]) > len(head.word)
        if isinstance(reading, Ordinary) or (is_spaced and not _is_whole(reading)):
            found = ATTEMPT
            continue
        return reading
    return found


def _read_head(place: Place) -> Reading:
    if place.verb is Verb.RESUME and not place.is_alone:
        return read_items(Place(place.shadow, place.word, Verb.REVIVE, place.begin, place.at))
    return _READERS.get(place.verb, plain_commands.read_word)(place)


def _is_whole(reading: Reading) -> bool:
    """True for a complete command without free text: only then a space inside its head is ignored."""
    return isinstance(reading, Command) and reading.text is None
