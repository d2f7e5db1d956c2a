"""The WSGI application, for `python -m bot web` or any other server: `wsgi:application`."""

from __future__ import annotations

import sys

from flask import Flask

from bot.app import create_app
from bot.clock import make_clock
from bot.log import configure_logging
from bot.metrics import Metrics
from bot.stores.connection import connect
from bot.stores.fitness import Fitness
from config.settings import Settings, SettingsError, load_settings
from handlers.assembly import make_tools, make_wall, make_webhook
from handlers.watch import checks, gauges


def make_application(settings: Settings) -> Flask:
    """Everything that answers HTTP, over the Redis of `settings`."""
    client = connect(settings, "web")
    clock, metrics = make_clock(settings, client), Metrics()
    metrics.start(client)
    fit = Fitness(client, settings.secret_key.get_secret_value().encode())
    tools = make_tools(settings)
    pages = [make_webhook(settings, client, clock, metrics, fit, tools), make_wall(settings, client, clock, tools)]
    parts = {"data": fit.check, **checks(settings, client, clock)}
    return create_app(settings, client, pages, checks=parts, gauges=gauges(settings, client))


try:
    _settings = load_settings()
except SettingsError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
configure_logging(_settings)
application = make_application(_settings)
