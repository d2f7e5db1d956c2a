"""Several commands in one message: said, never done and never taken for the new text of the first one."""

from __future__ import annotations

import re
from collections.abc import Callable

from handlers.chat.commands import Command, ItemRef, Unclear, Wrong, WrongReason, spell
from handlers.chat.place import Reading
from handlers.chat.shadow import Shadow
from handlers.chat.verbs import LOOKING, Verb
from handlers.chat.words import HEADS, TAKES_ITEMS

_WORDS = {
    word: verb
    for verb, words in HEADS.items()
    if (verb in TAKES_ITEMS and verb not in LOOKING) or verb in (Verb.REJECT, Verb.EDIT)
    for word in words
}
_ONE = rf"(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))})[ \t:]*#?第?[ \t]*[0-9]{{1,3}}[号条]?(?:[a-c]稿?)?"
_REST = re.compile(r"(?:其余|其他|其它|别的|剩下的?)的?(?:都|全部|全)?(?:通过|发)")
"""拒绝 5 其余通过: no reason for refusing it."""
_EACH = re.compile(r"(?P<word>\D+?)[ \t:]*#?第?[ \t]*(?P<number>[0-9]{1,3})[号条]?(?P<variant>[a-c])?稿?[\s,.;!?和]*")
_ALL = re.compile(rf"{_ONE}(?:[\s,.;!?和]*{_ONE})+[\s.!?]*")


def read_several(copy: Shadow, begin: int, reading: Reading, read: Callable[[str], Reading]) -> Wrong | None:
    """通过3、通过4; 通过 4 and 改 3 … on the next line; None for one command. `read` reads what stands behind it."""
    if not isinstance(reading, Command) and _ALL.fullmatch(copy.text, begin):
        return _named(copy.text[begin:])
    command, words = (reading.command, reading.text) if isinstance(reading, Unclear) else (reading, "")
    if not isinstance(command, Command):
        return None
    if command.verb is Verb.REJECT:
        words = command.text or ""
        said = words.strip(" \t\r\n.!?。！？，,、")
        if _WORDS.get(said, Verb.REJECT) is not Verb.REJECT or _REST.fullmatch(said):
            return _wrong([(command.verb, command.items[0])], is_alike=False)
    behind = read(words) if words else None
    is_command = (isinstance(behind, Command) and (behind.items or behind.all_items)) or isinstance(behind, Unclear)
    is_started = isinstance(behind, Wrong) and behind.verb not in LOOKING
    if not is_command and not is_started:
        return None
    if isinstance(behind, Command) and behind.verb is command.verb and behind.text is None:
        return _wrong([(command.verb, item) for item in (*command.items, *behind.items)])
    return _wrong([(command.verb, item) for item in command.items], is_alike=False)


def _named(text: str) -> Wrong:
    parts = []
    for part in _EACH.finditer(text):
        variant = part["variant"].upper() if part["variant"] else None
        parts.append((_WORDS[part["word"].strip()], ItemRef(int(part["number"]), variant)))
    return _wrong(parts)


def _wrong(parts: list[tuple[Verb, ItemRef]], is_alike: bool = True) -> Wrong:
    """One at a time, or all of them as one command if they are of one verb that takes several."""
    verb = parts[0][0]
    if is_alike and {one for one, _ in parts} == {verb} and verb is not Verb.EDIT:
        items = tuple(dict.fromkeys(item for _, item in parts))
        return Wrong(WrongReason.SEVERAL_ALIKE, verb, spell(Command(verb, items)))
    return Wrong(WrongReason.SEVERAL, verb, spell(Command(verb, (parts[0][1],))))
