"""Commands about rules: 常发 模板7, 取消常发 7, 规则试跑 广告v2."""

from __future__ import annotations

import re

from handlers.chat.commands import Command, ItemRef, Wrong, WrongReason
from handlers.chat.place import ATTEMPT, Place, Reading, is_end

_TEMPLATE = re.compile(r"[\s:]*(?:模板[ \t]*)?([0-9]{1,3})(?![0-9])号?")
_CAP = re.compile(r"[\s:]*上限[ \t:]*([0-9]{1,3})(?![0-9])条?")
_CANDIDATE = re.compile(r"\w[\w.-]{0,29}")


def read_standing(place: Place) -> Reading:
    """常发, 常发 模板7 (or 常发 7), 常发 上限 20."""
    cap = _CAP.match(place.shadow.text, place.at)
    if cap and is_end(place.shadow.text, cap.end()):
        return Command(place.verb, argument=f"上限 {int(cap[1])}")
    return read_standing_off(place)


def read_standing_off(place: Place) -> Reading:
    """取消常发, 取消常发 7."""
    template = _TEMPLATE.match(place.shadow.text, place.at)
    if template and int(template[1]) and is_end(place.shadow.text, template.end()):
        return Command(place.verb, (ItemRef(int(template[1])),))
    return Command(place.verb) if place.is_alone else ATTEMPT


def read_try_rules(place: Place) -> Reading:
    """规则试跑, 规则试跑 广告v2: the name of a candidate, set apart."""
    if place.is_alone:
        return Command(place.verb)
    name = place.shadow.cut(place.behind_gap)
    if not _CANDIDATE.fullmatch(name):
        return ATTEMPT
    if not place.is_separated:
        return Wrong(WrongReason.NEEDS_SPACE, place.verb, f"{place.verb.value} {name}", Command(place.verb, text=name))
    return Command(place.verb, text=name)
