"""The WSGI application, for granian (`python -m bot web`) or any other server: `wsgi:application`."""

from __future__ import annotations

import sys

from bot.app import create_app
from bot.log import configure_logging
from bot.stores.connection import connect
from config.settings import SettingsError, load_settings

try:
    settings = load_settings()
except SettingsError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
configure_logging(settings)
client = connect(settings, "web")
application = create_app(settings, client)
