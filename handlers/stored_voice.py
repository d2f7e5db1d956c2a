"""How this account's creator writes: one value per account, read by drafting and by the gate (feature C7)."""

from __future__ import annotations

import msgspec

from bot.stores.stores import Stores
from replies.case import Voice

FACT = "voice"


def voice_of(stores: Stores) -> Voice:
    """The voice as set, the plain one if it was never set."""
    raw = stores.account.fact(FACT)
    return msgspec.json.decode(raw, type=Voice) if raw else Voice()


def put_voice(stores: Stores, voice: Voice) -> None:
    """Keep a voice."""
    stores.account.put_fact(FACT, "" if voice == Voice() else msgspec.json.encode(voice).decode())
