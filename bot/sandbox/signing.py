"""Signatures and AES envelopes of callbacks, written from WeChat's description alone.

Source: doc/oplatform/Third-party_Platforms message encryption; nothing is shared with the program under test, so that
a mistake there is not repeated here.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

BLOCK = 32


def signature(*parts: str) -> str:
    """sha1 of the sorted parts joined without a delimiter, in hex."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


class Sealer:
    """Encrypts and decrypts message bodies for one AES key and AppID."""

    def __init__(self, aes_key: str, appid: str) -> None:
        self._key = base64.b64decode(aes_key + "=")
        if len(self._key) != 32:
            raise ValueError("an EncodingAESKey has 43 characters")
        self._appid = appid.encode()

    def _cipher(self) -> Cipher[CBC]:
        return Cipher(AES(self._key), CBC(self._key[:16]))

    def seal(self, message: bytes) -> str:
        """16 random bytes, length, message, AppID; padded to 32; AES-256-CBC; base64."""
        plain = secrets.token_bytes(16) + struct.pack(">I", len(message)) + message + self._appid
        pad = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()

    def open(self, sealed: str) -> bytes:
        """The message inside; ValueError for anything WeChat could not read."""
        data = base64.b64decode(sealed, validate=True)
        if not data or len(data) % 16:
            raise ValueError("not whole AES blocks")
        decryptor = self._cipher().decryptor()
        plain = decryptor.update(data) + decryptor.finalize()
        pad = plain[-1]
        if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
            raise ValueError("wrong padding")
        plain = plain[:-pad]
        if len(plain) < 20:
            raise ValueError("too short")
        (size,) = struct.unpack(">I", plain[16:20])
        message, appid = plain[20 : 20 + size], plain[20 + size :]
        if len(message) != size or appid != self._appid:
            raise ValueError("wrong length or AppID")
        return message
