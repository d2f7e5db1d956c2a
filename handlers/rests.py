"""What makes calls to WeChat wait: the day's allowance used up (45009), a ban (48004), the last of many tries."""

from __future__ import annotations

import math
from datetime import datetime

from bot.stores.account_state import Pause
from bot.stores.dues import BACKOFF, Dues
from bot.stores.stores import Stores
from bot.wechat.gateway import Refused, Resting
from bot.wechat.ledger import next_reset
from bot.wechat.reactions import Reaction
from handlers.context import Work

RECHECK_SECONDS = 30.0
"""How soon a task looks again whether sending is still stopped; 恢复 makes it due at once."""

SHORT_SECONDS = 120.0
"""A rest this short is nobody's business."""

BAN = "ban@"
"""How the notices of a ban begin."""


def rest_until(work: Work, trouble: Refused | Resting, now: float) -> float | None:
    """Until when this refusal or rest makes a task wait; None if it does not.

    A long wait is told once a day. A ban pauses the account, so that only an owner's 恢复 ends it.
    """
    if isinstance(trouble, Resting):
        until = trouble.until
    elif trouble.reaction is Reaction.TOMORROW:
        until = next_reset(now)
    elif trouble.reaction is Reaction.HALT_WRITES:
        until = math.inf
    else:
        return None
    sentence = trouble.sentence
    if math.isinf(until):
        work.store(lambda stores: halt(stores, sentence, now))
        return now + RECHECK_SECONDS
    if until - now > SHORT_SECONDS:
        day = datetime.fromtimestamp(now, work.tools.settings.timezone).date()
        work.store(lambda stores: stores.account.put_notice(f"rest|{trouble.path}|{day}", sentence))
    return until


def halt(stores: Stores, why: str, now: float) -> None:
    """WeChat banned the API or limited the account: all writes stop until an owner says 恢复."""
    if stores.account.pause is None:
        stores.account.put_pause(Pause("", now))
        stores.account.put_notice(f"{BAN}{int(now)}", why)


def end_rests(stores: Stores) -> bool:
    """The owner says that it is mended, or has cleared the quota: every rest and ban ends. True if there was one.

    The rests are those of `bot.wechat.ledger`; they end in the same step as the pause.
    """
    rests = stores.unit.key("rests")
    names = [name for name in stores.account.notices() if name.startswith((BAN, "rest|"))]
    for name in names:
        stores.account.put_notice(name, "")
    stores.unit.do("DEL", rests)
    return bool(stores.unit.redis.exists(rests))


def is_last_try(work: Work, member: str) -> bool:
    """True when a failure of this task now will be its last: it is not tried again by itself."""
    return Dues(work.redis, work.account.name).failures(member) >= len(BACKOFF)
