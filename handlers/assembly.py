"""Joins the parts: the one place where settings become tools, a webhook and the tasks of a worker."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace

import redis
from flask import Blueprint

from bot.clock import Clock
from bot.metrics import Metrics
from bot.queue import TaskFn
from bot.stores.connection import connect
from bot.stores.sentinel import confirmation
from bot.stores.vault import Vault
from bot.webhook import webhook
from bot.wechat.callback import Credentials
from bot.wechat.gateway import Gateway
from config.autoreply import AutoReplies
from config.campaigns import CampaignPlan
from config.lifetimes import Lifetimes
from config.phrases import Phrases
from config.post_template import PostTemplate
from config.settings import AccountSettings, Settings
from handlers.context import Tools, Work
from handlers.conversation import Conversation
from handlers.everything import ROUTER, TASKS
from handlers.live_desk import LiveDesk, tell_creators
from handlers.permissions import probe_at_start
from handlers.wall_page import wall_page
from replies.desk import Desk
from replies.lint import Gate
from replies.worth import Worth


def make_tools(settings: Settings) -> Tools:
    """What every handler may use. Raises the loaders' errors, which name file and line."""
    return Tools(
        settings=settings,
        phrases=Phrases.load(settings.config_dir / "phrases.yaml"),
        gate=Gate.load(settings.config_dir),
        vault=Vault(settings.secret_key.get_secret_value().encode()),
        autoreplies=AutoReplies.load(settings.config_dir),
        worth=Worth.load(settings.config_dir),
        campaigns=CampaignPlan.load(settings.config_dir),
        post_template=PostTemplate.load(settings.config_dir),
        lifetimes=Lifetimes.load(settings.config_dir),
    )


def credentials(account: AccountSettings) -> Credentials:
    """What the webhook checks callbacks of an account against."""
    return Credentials(
        account=account.name,
        appid=account.appid,
        token=account.token.get_secret_value(),
        aes_key=account.aes_key.get_secret_value() if account.aes_key else "",
        allow_plaintext=account.allow_plaintext,
    )


def make_webhook(
    settings: Settings,
    client: redis.Redis,
    clock: Clock,
    metrics: Metrics,
    fit: Callable[[], None] = lambda: None,
    tools: Tools | None = None,
) -> Blueprint:
    """The routes WeChat calls, as long as the store is `fit`. Loads no word segmentation."""
    accounts = {account.name: account for account in settings.accounts}
    conversation = Conversation(tools or make_tools(settings), accounts, ROUTER)
    return webhook(
        {name: credentials(account) for name, account in accounts.items()},
        client,
        clock,
        metrics,
        conversation,
        confirmation(settings.redis_url.get_secret_value(), connect(settings, "web")),
        fit,
    )


def make_wall(settings: Settings, client: redis.Redis, clock: Clock, tools: Tools | None = None) -> Blueprint:
    """The wall's page for readers."""
    return wall_page(settings, tools or make_tools(settings), client, clock)


def make_gateway(settings: Settings, account: AccountSettings, client: redis.Redis, clock: Clock) -> Gateway:
    """The way to WeChat's API for one account."""
    return Gateway(
        account=account.name,
        appid=account.appid,
        secret=account.secret.get_secret_value(),
        api_base=settings.api_base,
        timeout=settings.api_timeout,
        redis=client,
        now=clock.now,
    )


def make_tasks(
    settings: Settings, client: redis.Redis, clock: Clock, desk: Desk | None = None, tools: Tools | None = None
) -> Mapping[str, TaskFn]:
    """The tasks of a worker process, by kind. Without a desk one is loaded, and with it word segmentation."""
    tools = tools or make_tools(settings)
    desk = desk or Desk.load(settings.config_dir, settings.data_dir)
    live = LiveDesk(settings.config_dir, settings.data_dir, desk)
    works = {
        account.name: Work(
            tools=tools,
            account=account,
            redis=client,
            gateway=make_gateway(settings, account, client, clock),
            desk=desk,
            clock=clock.now,
        )
        for account in settings.accounts
    }

    for work in works.values():
        # A Redis that is away at this moment is no reason not to start: the daily job asks all the same.
        with contextlib.suppress(redis.RedisError):
            work.store(lambda stores: probe_at_start(stores, clock.now()))

    told: dict[str, tuple[str, ...]] = {}

    def bound(kind: str) -> TaskFn:
        handler = TASKS[kind]

        def run(account: str, arg: str, now: float) -> float | None:
            present, problems = live.present()
            work = replace(works[account], desk=present)
            if told.get(account) != problems:
                tell_creators(work, problems, now)
                told[account] = problems
            return handler(work, arg, now)

        return run

    conversation = Conversation(tools, {account.name: account for account in settings.accounts}, ROUTER)

    def answer_again(account: str, name: str, now: float) -> None:
        works[account].store(lambda stores: conversation.answer_again(stores, account, name, now))

    return {"event": answer_again, **{kind: bound(kind) for kind in TASKS}}
