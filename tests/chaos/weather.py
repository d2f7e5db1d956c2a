"""What WeChat's API is like: another mixture of faults every now and then."""

from __future__ import annotations

import random

from bot.sandbox.faults import Fault, Faults, Kind

WRITES = ("comment/reply/add", "message/custom/send", "draft/add", "freepublish/submit", "material/add_material")
EVERYWHERE = ("comment", "message/custom", "draft", "freepublish", "material", "token", "stable_token")
DAY_USED_UP = ("comment/reply/add", "comment/list", "message/custom/send")

WEATHERS: dict[str, tuple[tuple[tuple[str, ...], Kind, object, float], ...]] = {
    "calm": (),
    "gusts": ((EVERYWHERE, "reset", None, 0.08), (EVERYWHERE, "http", 502, 0.05), (EVERYWHERE, "http", 503, 0.03)),
    "answers lost": ((WRITES, "lost_answer", None, 0.25), (("comment/list",), "lost_answer", None, 0.05)),
    "slow": ((("comment",), "slow", 1.0, 0.2), (("comment/reply", "message"), "slow", 3.0, 0.2)),
    "token trouble": ((("comment", "message", "draft"), "errcode", 40001, 0.08), (("comment",), "errcode", -1, 0.08)),
    "storm": (
        (WRITES, "lost_answer", None, 0.15),
        (EVERYWHERE, "reset", None, 0.06),
        (("comment",), "errcode", -1, 0.06),
        (("comment",), "errcode", 40001, 0.04),
        (EVERYWHERE, "http", 502, 0.04),
        (("comment/list",), "slow", 1.0, 0.1),
        (EVERYWHERE, "html", None, 0.02),
    ),
}
"""By name: (paths, kind of fault, its value, chance)."""


def change(faults: Faults, dice: random.Random) -> str:
    """Another weather; its name. What other faults are in force (a day that is used up) goes too."""
    name = dice.choice(list(WEATHERS))
    faults.clear()
    for paths, kind, value, chance in WEATHERS[name]:
        for path in paths:
            faults.add(path, kind, value, chance=chance)
    return name


def use_up_the_day(faults: Faults) -> list[Fault]:
    """45009 on what the bot calls most, until the faults given back are removed."""
    return [faults.add(path, "errcode", 45009) for path in DAY_USED_UP]
