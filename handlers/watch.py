"""What the health pages say about our own work: is polling keeping up, how much waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import redis

from bot.clock import Clock
from bot.health import Check
from bot.metrics import Gauge
from bot.stores.dues import Dues
from bot.stores.stores import Stores
from bot.stores.unit import Unit
from bot.stores.vault import Vault
from bot.wechat.ledger import Ledger
from config.settings import Settings
from handlers.lifetimes import last_night
from handlers.permissions import NO_COMMENT_API
from handlers.polling import poll_trouble


def checks(settings: Settings, client: redis.Redis, clock: Clock) -> Mapping[str, Check]:
    """Further parts of /readyz: the last poll of every account, while polling is due."""

    def last_poll() -> tuple[bool, str]:
        now, said = clock.now(), {}
        for name in _names(settings):
            ledger, dues = Ledger(name, client, clock.now), Dues(client, name)
            said[name] = poll_state(_stores(settings, client, name), ledger, dues, now, settings.poll_seconds)
        well = all(one for one, _ in said.values())
        return well, "; ".join(f"{name}: {text}" for name, (_, text) in said.items())

    return {"last_poll": last_poll}


def poll_state(stores: Stores, ledger: Ledger, dues: Dues, now: float, poll_seconds: float | None) -> tuple[bool, str]:
    """Whether one account's comments are read as they should be, and how it stands; well while polling is not due."""
    lost = stores.account.fact(NO_COMMENT_API)
    given_up = [task.member for task in dues.failed() if task.member.startswith("pull|")]
    not_due = [
        f"no comment permission ({lost})" if lost else "",
        "the day's quota of comment calls rests" if not ledger.polling_allowed() else "",
        "sending is paused" if stores.account.pause else "",
    ]
    if not given_up and not stores.due_times("pull"):
        not_due.append("no article to follow" if stores.articles.newest() else "no article yet")
    if any(not_due):
        return True, ", ".join(text for text in not_due if text)
    if given_up:
        return False, "reading an article's comments failed for good, see `python -m bot failed`"
    trouble = poll_trouble(stores, now, poll_seconds)
    return not trouble, trouble or "ok"


def gauges(settings: Settings, client: redis.Redis) -> tuple[Gauge, ...]:
    """Figures read when /metrics is asked, beside those of the frame (`bot.gauges`)."""

    def of(read: Callable[[Stores], int]) -> Callable[[], Mapping[str, float]]:
        return lambda: {name: float(read(_stores(settings, client, name))) for name in _names(settings)}

    return (
        Gauge("bot_drafts_waiting", "Drafts that wait for a creator.", of(lambda stores: stores.drafts.queue_length())),
        Gauge(
            "bot_lifetimes_ended_timestamp_seconds",
            "When readers' words that were old enough were last removed; 0 before the first night.",
            of(lambda stores: int(night.at) if (night := last_night(stores)) else 0),
        ),
        Gauge(
            "bot_comments_untriaged",
            "Comments taken in and not yet triaged.",
            of(lambda stores: stores.account.inbox_length()),
        ),
    )


def _names(settings: Settings) -> list[str]:
    return [account.name for account in settings.accounts]


def _stores(settings: Settings, client: redis.Redis, name: str) -> Stores:
    return Stores(Unit(client, name), Vault(settings.secret_key.get_secret_value().encode()))
