"""Signatures and AES envelopes of WeChat's callbacks.

doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Technical_Plan (the scheme), reference code of WeChat.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32
"""WeChat pads to 32 bytes although AES works on 16."""
_PREFIX_BYTES = 16
_LENGTH_BYTES = 4


class Undecryptable(ValueError):
    """The envelope does not open with our key, or was made for another AppID."""


class BadAesKey(ValueError):
    """EncodingAESKey is not 43 base64 characters."""


def decode_aes_key(aes_key: str) -> bytes:
    """The 32 key bytes of an EncodingAESKey (43 characters); BadAesKey otherwise."""
    try:
        key = base64.b64decode(aes_key + "=", validate=True)
    except (binascii.Error, ValueError):
        raise BadAesKey("EncodingAESKey must be 43 characters of base64") from None
    if len(aes_key) != 43 or len(key) != 32:
        raise BadAesKey("EncodingAESKey must be 43 characters of base64")
    return key


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def sign(token: str, *parts: str) -> str:
    """Hex SHA-1 over the sorted, joined token and parts."""
    # Sorted as text: UTF-8 keeps the order of the characters.
    return hashlib.sha1(_bytes("".join(sorted((token, *parts))))).hexdigest()


def is_signed(signature: str, token: str, *parts: str) -> bool:
    """Whether `signature` is ours over `parts`, compared in constant time; an empty token or part verifies nothing."""
    if not token or not all(parts):
        return False
    return hmac.compare_digest(_bytes(signature), sign(token, *parts).encode())


def decode_base64(text: str) -> bytes:
    """Strict base64; ValueError for anything else, the empty text included."""
    if not text or len(text) % 4:
        raise ValueError("not whole base64")
    return base64.b64decode(_bytes(text), validate=True)


def decrypt(ciphertext: bytes, aes_key: str, appid: str) -> bytes:
    """The message inside an envelope; Undecryptable if it does not open or is for another AppID.

    Inside are 16 random bytes, 4 bytes of length (big-endian), the message, the AppID.
    """
    try:
        decryptor = _cipher(aes_key).decryptor()
        plain = _unpadded(decryptor.update(ciphertext) + decryptor.finalize())
    except ValueError:
        raise Undecryptable("not decryptable") from None
    start = _PREFIX_BYTES + _LENGTH_BYTES
    length = int.from_bytes(plain[_PREFIX_BYTES:start], "big")
    if len(plain) < start or length > len(plain) - start:
        raise Undecryptable("wrong length")
    if not hmac.compare_digest(plain[start + length :], _bytes(appid)):
        raise Undecryptable("another AppID")
    return plain[start : start + length]


def encrypt(message: bytes, aes_key: str, appid: str) -> str:
    """The base64 envelope of `message` with a fresh random prefix."""
    # 16 characters rather than raw bytes, as in WeChat's own sample code.
    prefix = secrets.token_urlsafe(12).encode()
    plain = prefix + len(message).to_bytes(_LENGTH_BYTES, "big") + message + _bytes(appid)
    missing = _BLOCK - len(plain) % _BLOCK
    encryptor = _cipher(aes_key).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([missing]) * missing) + encryptor.finalize()).decode()


def _unpadded(padded: bytes) -> bytes:
    """Without its PKCS#7 padding, which need not be checked in constant time: what comes here is signed."""
    added = padded[-1] if padded else 0
    if len(padded) % _BLOCK or not 1 <= added <= _BLOCK or not padded.endswith(bytes([added]) * added):
        raise ValueError("not padded")
    return padded[:-added]


@lru_cache(maxsize=64)
def _cipher(aes_key: str) -> Cipher[modes.CBC]:
    key = decode_aes_key(aes_key)
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
