"""Which secret key the stored pseudonyms were made with: another one would find nobody, and erase nobody."""

from __future__ import annotations

import hashlib
import hmac

import redis

from bot.errors import StartError

__all__ = ["KEY_MARK", "ensure_key", "key_check", "put_key"]

KEY_MARK = "bot:key"


def key_check(secret: bytes) -> str:
    """Stands for the secret key without telling it."""
    return hmac.new(secret, b"backup", hashlib.sha256).hexdigest()[:16]


def ensure_key(client: redis.Redis, secret: bytes) -> None:
    """Mark an unmarked store with this key. Raises StartError if the store is marked with another one."""
    client.set(KEY_MARK, key_check(secret), nx=True)
    if client.get(KEY_MARK) != key_check(secret).encode():
        raise StartError(
            "BOT_SECRET_KEY (or the file secret_key in BOT_DATA_DIR) is not the one the stored data were made with: "
            "nobody would be known again, and nobody could be erased. Set the old one; nothing was changed"
        )


def put_key(client: redis.Redis, secret: bytes) -> None:
    """Mark the store with this key, for data that were just restored with it."""
    client.set(KEY_MARK, key_check(secret))
