"""What nobody decided in time: drafts expire after 72 hours and are listed once (feature C11); notices lapse.

A reply whose sending was set aside for good, having killed its worker too often, is given back here and told.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import partial

from bot.domain.draft import UNDECIDED, Draft, DraftState
from bot.domain.order import in_order
from bot.stores.audit import Entry
from bot.stores.drafts import NumbersUsedUp
from bot.stores.dues import Dues
from bot.stores.stores import Stores
from handlers import outcomes
from handlers.context import Work
from handlers.intake import BATCH
from handlers.round_planning import keep_planned, lacks_next

EXPIRE_SECONDS = 72 * 3600.0
LISTED = 8
NOTICE_DAYS = 7
_DATED = re.compile(r"\|(\d{4}-\d{2}-\d{2})$")
_TIMED = re.compile(r"@(\d{9,11})$")


def expire(work: Work, arg: str, now: float) -> float | None:
    """Task `expire|…`, hourly: drafts that wait without a decision for 72 h become 已过期, the best listed once.

    A weekly round that nobody could plan while campaigns.yaml was missing is planned.
    """
    _give_back(work, now)
    look = work.look()
    if lacks_next(look, work.tools):
        work.store(lambda stores: keep_planned(stores, work.tools, now))
    old = [waiting for waiting in look.drafts.queue() if now - waiting.created_at > EXPIRE_SECONDS]
    best = [waiting.id for waiting in in_order(old, now)]
    ids = best + [waiting.id for waiting in old if waiting.id not in set(best)]
    total = 0
    numbers: list[int] = []
    for start in range(0, len(ids), BATCH):
        room = max(0, LISTED - len(numbers))
        expired = work.store(partial(_expire, ids=ids[start : start + BATCH], room=room, now=now))
        total += len(expired)
        numbers += [draft.number for draft in expired if draft.number]
    zone = work.tools.settings.timezone
    if total:
        listed = "、".join(str(number) for number in numbers)
        sentence = work.say("i_expired_unseen", n=total)
        if numbers:
            sentence = work.say("i_expired", n=total, numbers=listed, first=numbers[0])
        work.store(lambda stores: stores.account.put_notice(f"expired@{int(now)}", sentence))
    work.store(lambda stores: _drop_old_notices(stores, datetime.fromtimestamp(now, zone).date(), now))
    return None


def _give_back(work: Work, now: float) -> None:
    """Replies whose task is among those that failed for good: 发送失败, and whoever approved them is told."""
    for failed in Dues(work.redis, work.account.name).failed():
        kind, _, draft_id = failed.member.partition("|")
        draft = work.look().drafts.get(draft_id) if kind == "send" else None
        if draft is None or draft.state not in (DraftState.APPROVED, DraftState.SENDING):
            continue
        if work.look().due_time(failed.member) is not None:
            continue  # tried again by now
        unsure = draft.state is DraftState.SENDING
        outcomes.failed(work, draft_id, now, work.say("reason_unsure" if unsure else "reason_broken"))
        work.store(partial(_forget_failed, member=failed.member))


def _forget_failed(stores: Stores, member: str) -> None:
    """Approved again it is a new wish, which an old failure must not meet."""
    stores.unit.do("HDEL", stores.unit.key("failed"), member)


def _expire(stores: Stores, ids: list[str], room: int, now: float) -> list[Draft]:
    """Expire what is still undecided; up to `room` of them get a number, so that 恢复 N can name them."""
    undecided = [
        draft
        for draft in stores.drafts.many(ids)
        if draft.state in UNDECIDED and now - max(draft.created_at, draft.changed_at) > EXPIRE_SECONDS
    ]
    try:
        named = stores.drafts.give_numbers(undecided[:room], now)
    except NumbersUsedUp:
        named = undecided[:room]
    expired = []
    for draft in [*named, *undecided[len(named) :]]:
        done = draft.moved(DraftState.EXPIRED, now)
        stores.drafts.put(done, now)
        stores.audit.add(draft.id, Entry(now, "已过期", "", "72 小时没有决定"))
        expired.append(done)
    return expired


def _drop_old_notices(stores: Stores, today: date, now: float) -> None:
    """Notices named `…|<ISO date>` or `…@<epoch seconds>` lapse after a week."""
    for name in stores.account.notices():
        dated, timed = _DATED.search(name), _TIMED.search(name)
        old = dated and date.fromisoformat(dated[1]) < today - timedelta(days=NOTICE_DAYS)
        if old or (timed and now - int(timed[1]) > NOTICE_DAYS * 86400):
            stores.account.put_notice(name, "")
