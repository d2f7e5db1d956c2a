"""`doctor`: looks at everything the program needs and says in plain words what is well and what is not."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any, Literal

import redis

from bot.clock import Clock, make_clock
from bot.embedded_redis import EmbeddedRedis
from bot.errors import StartError
from bot.health import count_alive
from bot.stores.dues import Dues, queue_length
from bot.stores.sentinel import read_address
from bot.stores.stores import Stores
from bot.stores.unit import Unit
from bot.stores.vault import Vault
from config.settings import AccountSettings, Settings, load_settings
from handlers.command_line.store import store

Finding = tuple[Literal["ok", "warn", "FAIL"], str]

LEAST_DISK = 500_000_000  # bytes
LARGEST_SKEW = 60.0  # seconds; callbacks more than 300 s off are dropped
_BEIJING = timezone(timedelta(hours=8))


def add(commands: Any) -> None:
    """Add the command."""
    summary = "check settings, Redis, disk, clock, WeChat token and permissions; exit 1 if something fails"
    command = commands.add_parser("doctor", help=summary, description=summary)
    command.set_defaults(command=_doctor)


def _doctor(arguments: argparse.Namespace) -> int:
    failed = False
    for state, sentence in examine(load_settings()):
        failed = failed or state == "FAIL"
        print(f"{state:<5}{sentence}", flush=True)
    return 1 if failed else 0


def examine(settings: Settings) -> Iterator[Finding]:
    """All findings, in the order in which one would look."""
    yield from about_settings(settings)
    yield from about_disk(settings)
    try:
        with store(settings) as client:
            clock = make_clock(settings, client)
            yield from about_redis(client, settings)
            yield from about_work(client, settings, clock)
            for account in settings.accounts:
                yield from about_wechat(client, account, settings, clock)
    except (redis.RedisError, StartError) as error:
        where = "the embedded Redis" if settings.embedded else "the Redis at REDIS_URL"
        yield "FAIL", f"{where} cannot be used: {error if isinstance(error, StartError) else type(error).__name__}"
        if settings.embedded:
            yield "warn", f"its last words: {EmbeddedRedis(settings.data_dir).last_log_line()}"


def about_settings(settings: Settings) -> Iterator[Finding]:
    """What the settings mean."""
    names = ", ".join(account.name for account in settings.accounts)
    yield "ok", f"settings are complete; accounts: {names}; times are {settings.timezone_name}"
    if settings.clock == "simulated":
        yield "warn", "BOT_CLOCK=simulated: for demos and tests only, holds and campaigns follow a made-up time"
    for account in settings.accounts:
        if account.aes_key is None:
            yield (
                "warn",
                (
                    f"{account.name}: plaintext mode: choose 安全模式 on WeChat's page and set the EncodingAESKey, "
                    "for in plaintext mode the signature does not cover the message"
                ),
            )
        elif account.allow_plaintext:
            yield "warn", f"{account.name}: plaintext callbacks are accepted although an AES key is set"


def about_disk(settings: Settings) -> Iterator[Finding]:
    """Room for the data folder."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data_dir).free
    shown = f"{free / 1e9:.1f} GB free on the disk of {settings.data_dir}"
    if free >= LEAST_DISK:
        yield "ok", shown
    elif settings.embedded:
        yield (
            "FAIL",
            f"{shown}: a full disk stops the embedded Redis, and callbacks get 503 until there is room",
        )
    else:
        yield "warn", f"{shown}: pictures and caches need room"


def about_redis(client: redis.Redis, settings: Settings) -> Iterator[Finding]:
    """What the server's own settings can lose."""
    info = client.info("server") | client.info("persistence") | client.info("memory")
    version = info.get("valkey_version") or info.get("redis_version")
    yield "ok", f"Redis answers: version {version}, {'embedded' if settings.embedded else 'at REDIS_URL'}"
    try:
        asked = {**client.config_get("appendfsync"), **client.config_get("save")}
    except redis.RedisError:
        asked = {}
    plain = {_text(name): _text(value) for name, value in asked.items()}
    if not info.get("aof_enabled"):
        snapshots = plain.get("save", "")
        lost = "everything since the last snapshot" if snapshots else "everything"
        yield (
            "FAIL",
            f"Redis keeps no append-only file: a crash loses {lost}: set appendonly yes, appendfsync always",
        )
    elif plain.get("appendfsync") == "always":
        yield "ok", "every answer is on the disk before WeChat gets it: a crash or power cut loses nothing"
    elif plain.get("appendfsync") == "everysec":
        yield "warn", "a crash of Redis loses nothing, a power cut up to about a second; appendfsync always closes that"
    elif plain.get("appendfsync") == "no":
        yield "warn", "a crash of Redis loses nothing, a power cut up to about half a minute (appendfsync no)"
    else:
        yield "warn", "the provider does not say when Redis syncs its file: ask what a power cut can lose"
    yield from _about_replicas(client, settings)
    if info.get("aof_last_write_status", "ok") != "ok":
        yield "FAIL", "Redis cannot write its append-only file: look at its disk"
    if info.get("maxmemory") and info.get("maxmemory_policy") != "noeviction":
        yield "FAIL", f"Redis throws data away when memory is short ({info['maxmemory_policy']}): set noeviction"


def _about_replicas(client: redis.Redis, settings: Settings) -> Iterator[Finding]:
    """What a failover by Sentinel would lose."""
    address = read_address(settings.redis_url.get_secret_value())
    if address is None:
        return
    followers = int(client.info("replication").get("connected_slaves", 0))
    if not address.replicas:
        yield (
            "warn",
            f"{followers} replicas follow the master: a failover loses what it had acknowledged and not yet passed on; "
            "?replicas=1 at the end of REDIS_URL answers WeChat only once a replica has it",
        )
    elif followers > address.replicas:
        yield "ok", f"WeChat is answered once {address.replicas} of {followers} replicas have a message"
    elif followers == address.replicas:
        yield "warn", f"{followers} replicas follow the master: without one of them every callback gets 503; add one"
    else:
        yield "FAIL", f"{followers} replicas follow the master and ?replicas={address.replicas}: callbacks get 503"


def about_work(client: redis.Redis, settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Whether somebody does the work, and how much of it waits."""
    for part in ("worker", "scheduler"):
        alive = count_alive(client, part)
        yield ("ok" if alive else "warn"), f"{alive} {part} running" if alive else f"no {part} runs: start `run`"
    now = clock.now()
    for account in settings.accounts:
        dues = Dues(client, account.name)
        late, failed = dues.lag(now), len(dues.failed())
        waiting = f"{account.name}: {dues.count()} tasks planned, {queue_length(client)} queued, {late:.0f} s late"
        yield ("warn" if late > 60 else "ok"), waiting
        yield _about_lifetimes(client, settings, account, now)
        if failed:
            yield "warn", f"{account.name}: {failed} tasks failed for good: python -m bot failed list"
    yield from _about_unlisted(client, settings)


def _about_unlisted(client: redis.Redis, settings: Settings) -> Iterator[Finding]:
    """Accounts that were served here once: nobody keeps promises about their readers' words any more."""
    served = {_text(key)[1:].partition("}")[0] for key in client.scan_iter(match="{*}:slots", count=1000)}
    for name in sorted(served - {account.name for account in settings.accounts}):
        yield (
            "warn",
            f"{name}: data are kept, but there are no settings of this account: no backup holds them, no `erase` "
            f"reaches them, no night ends them. List it again, or delete its keys ({{{name}}}:*)",
        )


def _about_lifetimes(client: redis.Redis, settings: Settings, account: AccountSettings, now: float) -> Finding:
    """What the last night took of readers' words, and whether nights come."""
    from handlers.lifetimes import last_night

    vault = Vault(settings.secret_key.get_secret_value().encode())
    night = last_night(Stores(Unit(client, account.name), vault))
    if night is None:
        return "ok", f"{account.name}: no night yet in which readers' words that are old enough go (03:40)"
    said = f"{night.comments} comments lost their words, {night.rounds} rounds their ballots, {night.left} stay"
    at = f"{datetime.fromtimestamp(night.at, settings.timezone):%Y-%m-%d %H:%M}"
    return ("warn" if now - night.at > 2 * 86400 else "ok"), f"{account.name}: night of {at}: {said}"


def about_wechat(client: redis.Redis, account: AccountSettings, settings: Settings, clock: Clock) -> Iterator[Finding]:
    """The token, our address on WeChat's whitelist, the clocks, and each permission."""
    from bot.wechat.errors import GatewayError, Unreachable
    from bot.wechat.probe import probe
    from handlers.assembly import make_gateway

    gateway = make_gateway(settings, account, client, clock)
    try:
        gateway.check_token()
    except Unreachable as error:
        yield (
            "FAIL",
            f"{account.name}: nothing useful from {settings.api_base} ({error}): check this machine's way out "
            "(network, DNS, proxy, firewall), WECHAT_API_BASE and WECHAT_API_TIMEOUT",
        )
        return
    except GatewayError:
        pass  # told below, in the words for it
    for permission in probe(gateway, clock.local().astimezone(_BEIJING).date()):
        if permission.is_granted:
            state: Literal["ok", "warn", "FAIL"] = "ok"
        else:
            state = "FAIL" if permission.family == "token" else "warn"
        yield state, f"{account.name}: {permission.sentence}"
    skew = gateway.clock_skew
    if skew is None or settings.clock == "simulated":
        return
    if abs(skew) > LARGEST_SKEW:
        yield "FAIL", f"our clock is {abs(skew):.0f} s {'behind' if skew > 0 else 'ahead of'} WeChat's: set it by NTP"
    else:
        yield "ok", f"our clock agrees with WeChat's within {abs(skew):.0f} s"


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
