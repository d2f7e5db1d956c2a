"""What many commands need: the account they are about, and Redis for as long as they run."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import redis

from bot.embedded_redis import running
from bot.errors import StartError
from bot.stores.connection import connect, refuse_cluster
from bot.stores.key_mark import ensure_key
from bot.stores.schema import refuse_unfit
from config.settings import AccountSettings, Settings


@contextlib.contextmanager
def store(settings: Settings, *, for_restore: bool = False) -> Iterator[redis.Redis]:
    """A client whose server answers: the one that runs, or the embedded one started for the purpose.

    Raises StartError or redis.RedisError if there is none to be had. Unless it is `for_restore`, StartError too for
    data of a newer program, half restored ones, and those of another secret key.
    """
    with contextlib.ExitStack() as stack:
        if settings.embedded:
            stack.enter_context(running(settings.data_dir))
        client = connect(settings, "worker")
        stack.callback(client.close)
        refuse_cluster(client)
        if not for_restore:
            refuse_unfit(client)
            ensure_key(client, settings.secret_key.get_secret_value().encode())
        yield client


def chosen_account(settings: Settings, name: str) -> AccountSettings:
    """The account called `name`, without a name the first one. Raises StartError if there is none."""
    try:
        return settings.account(name)
    except KeyError:
        names = ", ".join(account.name for account in settings.accounts)
        raise StartError(f"no account is called {name}: there are {names}") from None
