"""Pseudonyms and the one encrypted way back from them to openids (feature N1)."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

PIDS_KEPT = 1_000
"""Pseudonyms remembered: one message asks for its sender's several times."""


class Vault:
    """Derives from one secret key everything that hides or reveals who somebody is."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._cipher = AESSIV(hashlib.sha512(b"openid-map|" + secret).digest())
        self.pid = lru_cache(PIDS_KEPT)(self._pid)

    def _mac(self, label: str, text: str) -> str:
        return hmac.digest(self._secret, f"{label}|{text}".encode(), "sha256").hex()

    def _pid(self, account: str, openid: str) -> str:
        """The pseudonym of an openid in one account: 16 hex digits; empty for an empty openid."""
        return self._mac("person", f"{account}|{openid}")[:16] if openid else ""

    def tombstone(self, account: str, openid: str) -> str:
        """Mark of an erased person; cannot be told from, nor led back to, the pseudonym."""
        return self._mac("tombstone", f"{account}|{openid}")[:24]

    def lottery(self, *parts: str) -> str:
        """A keyed hash nobody outside can foresee (order of lists, sampling)."""
        return self._mac("lottery", "|".join(parts))

    def seal(self, openid: str) -> bytes:
        """The openid encrypted, for the one map that leads back."""
        return self._cipher.encrypt(openid.encode(), None)

    def open(self, sealed: bytes) -> str:
        """The openid again; ValueError if the key has changed since."""
        try:
            return self._cipher.decrypt(sealed, None).decode()
        except InvalidTag:
            raise ValueError("the secret key has changed: stored openids cannot be read") from None
