"""The file of a backup: a head, one frame for each piece of a key, an end with a checksum; gzip around it.

Frames are msgpack behind their length (4 bytes, big endian), so that the file does not depend on a server's version.
Nothing here is secret but what the data themselves are: the token of the API is left out, openids stay encrypted.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

import msgspec
import redis
from msgspec import Struct

from bot.backup.keys import ArchiveError, Piece, pieces_of
from bot.stores.schema import SCHEMA

FORMAT = "huixiang-backup"
LEFT_OUT = ("token", "token:lock")
"""Keys of an account that a backup never holds: the API's token."""

LONGEST_FRAME = 64 * 1024 * 1024


class Head(Struct, frozen=True):
    """What a backup is of. `key_check` tells whether a secret key is the one its pseudonyms were made with."""

    format: str
    schema: int
    made_at: float
    accounts: tuple[str, ...]
    key_check: str


class End(Struct, frozen=True):
    """The last frame: how many pieces there were and the SHA-256 of all frames before it."""

    pieces: int
    digest: str


_pieces = msgspec.msgpack.Decoder(Piece)
_encode = msgspec.msgpack.encode
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError)  # text that is no UTF-8 is not among msgspec's own


def write(path: Path, head: Head, client: redis.Redis, progress: Callable[[int], None]) -> int:
    """Write a backup of `head.accounts` and put it at `path` when it is whole; how many keys it has.

    Raises FileExistsError rather than replace a file; OSError if it cannot be written, and then leaves nothing.
    """
    if path.exists():
        raise FileExistsError(path)
    descriptor, name = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6, mtime=0) as out:
            keys = _write_frames(cast("IO[bytes]", out), head, client, progress)
        with open(name, "rb") as whole:
            os.fsync(whole.fileno())
        os.link(name, path)
        return keys
    finally:
        os.unlink(name)


def _write_frames(out: IO[bytes], head: Head, client: redis.Redis, progress: Callable[[int], None]) -> int:
    digest = hashlib.sha256()

    def frame(body: bytes) -> None:
        whole = struct.pack(">I", len(body)) + body
        digest.update(whole)
        out.write(whole)

    frame(_encode(head))
    keys = pieces = 0
    for account in head.accounts:
        for key in cast("Iterator[bytes]", client.scan_iter(match=_pattern(account), count=1000)):
            if key.decode("utf-8", "replace").removeprefix(f"{{{account}}}:") in LEFT_OUT:
                continue
            for piece in pieces_of(client, key):
                frame(_encode(piece))
                pieces += 1
            keys += 1
            progress(keys)
    frame(_encode(End(pieces, digest.hexdigest())))
    return keys


def _pattern(account: str) -> str:
    """Matches the keys of one account; names hold no sign that has a meaning in a pattern."""
    return f"{{{account}}}:*"


def read_head(path: Path) -> Head:
    """The head of a backup. Raises ArchiveError, OSError."""
    for frame in _frames(path):
        try:
            head = msgspec.msgpack.decode(frame, type=Head)
        except _UNREADABLE:
            break
        if head.format == FORMAT:
            if head.schema > SCHEMA:
                raise ArchiveError(f"made by a newer version (data version {head.schema}, this one knows {SCHEMA})")
            return head
        break
    raise ArchiveError("not a backup made by this program")


def check(path: Path) -> int:
    """Read the whole file once; how many pieces it has. Raises ArchiveError for anything missing or changed."""
    digest, pieces, end = hashlib.sha256(), 0, None
    for number, frame in enumerate(_frames(path)):
        if end is not None:
            raise ArchiveError("there is something behind its end")
        body = struct.pack(">I", len(frame)) + frame
        if number:
            try:
                _pieces.decode(frame)
                pieces += 1
            except _UNREADABLE:
                try:
                    end = msgspec.msgpack.decode(frame, type=End)
                except _UNREADABLE:
                    raise ArchiveError("a part of it is damaged") from None
                continue
        digest.update(body)
    if end is None:
        raise ArchiveError("it is cut off: its end is missing")
    if end.pieces != pieces or end.digest != digest.hexdigest():
        raise ArchiveError("its checksum is wrong: it was changed or damaged")
    return pieces


def pieces(path: Path) -> Iterator[Piece]:
    """The pieces of a checked backup, in their order."""
    for number, frame in enumerate(_frames(path)):
        if number:
            try:
                yield _pieces.decode(frame)
            except _UNREADABLE:
                return


def _frames(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path, "rb") as file:
            while size := file.read(4):
                if len(size) < 4:
                    raise ArchiveError("it is cut off")
                (length,) = struct.unpack(">I", size)
                if length > LONGEST_FRAME:
                    raise ArchiveError("a part of it is damaged")
                body = file.read(length)
                if len(body) < length:
                    raise ArchiveError("it is cut off")
                yield body
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ArchiveError(f"it is damaged or no backup ({type(error).__name__})") from None
