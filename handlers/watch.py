"""What the health pages say about our own work: is polling keeping up, how much waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import redis

from bot.clock import Clock
from bot.health import Check
from bot.metrics import Gauge
from bot.stores.stores import Stores
from bot.stores.unit import Unit
from bot.stores.vault import Vault
from config.settings import Settings
from handlers.polling import poll_trouble


def checks(settings: Settings, client: redis.Redis, clock: Clock) -> Mapping[str, Check]:
    """Further parts of /readyz: the last poll of every account, while polling is due."""

    def last_poll() -> tuple[bool, str]:
        now = clock.now()
        said = {name: poll_trouble(_stores(settings, client, name), now) for name in _names(settings)}
        trouble = {name: text for name, text in said.items() if text}
        return not trouble, "; ".join(f"{name}: {text}" for name, text in trouble.items()) or "ok"

    return {"last_poll": last_poll}


def gauges(settings: Settings, client: redis.Redis) -> tuple[Gauge, ...]:
    """Figures read when /metrics is asked, beside those of the frame (`bot.gauges`)."""

    def of(read: Callable[[Stores], int]) -> Callable[[], Mapping[str, float]]:
        return lambda: {name: float(read(_stores(settings, client, name))) for name in _names(settings)}

    return (
        Gauge("bot_drafts_waiting", "Drafts that wait for a creator.", of(lambda stores: stores.drafts.queue_length())),
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
