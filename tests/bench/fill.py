"""A store with very many comments: some go through the real intake, the others are copies of what that left in Redis.

A copied article has every key and value of its original under another article key, other writers and other bands of the
duplicate index, so that Redis holds as many entries of the same sizes as if each comment had been taken in.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import hiredis
import msgspec
import redis as redis_py

from bot.domain.draft import DraftState
from bot.sandbox.articles import Article
from bot.stores.audit import KEPT_SECONDS, SEEN, Entry
from bot.stores.stores import Stores
from tests.chaos import corpus
from tests.chaos.weekly import good_words
from tests.handlers.worker import Worker

S = DraftState
AN_ARTICLE = 500
"""Comments under one article."""

A_READER = 5
"""Comments by one reader."""

_AT_ONCE = 2_000


def some_texts(count: int, seed: int) -> list[str]:
    """Real comments where they lie beside the repository, else made-up ones."""
    if corpus.is_there():
        return [one.text for one in corpus.real_comments(count, seed)]
    dice = random.Random(seed)
    return [good_words(dice, number) for number in range(count)]


def take_in_some(worker: Worker, count: int, an_article: int = AN_ARTICLE) -> list[Article]:
    """So many comments through the real intake, the drafts decided on as creators do; their articles."""
    dice = random.Random(count)
    texts = some_texts(count, 5)
    readers = [worker.box.follower(f"读者{n}") for n in range(count // A_READER)]
    articles = []
    for start in range(0, count, an_article):
        article = worker.box.publish_by_hand("早起", "说说你的办法。")
        for text in texts[start : start + an_article]:
            article.comment(dice.choice(readers), text)
        worker.follow(article)
        worker.pull(article)
        worker.store(partial(_decide, article=article.key, cids=worker.look.comments.cids(article.key), now=worker.now))
        articles.append(article)
    return articles


def _decide(stores: Stores, article: str, cids: set[str], now: float) -> None:
    """Of three drafts one is sent, one refused, one left to expire; each with the trail that this leaves."""
    drafts = stores.drafts.many([f"{article}_{cid}" for cid in sorted(cids)])
    for place, draft in enumerate(drafts):
        who = "0123456789abcdef"
        draft = msgspec.structs.replace(draft, number=place % 999 + 1, seen="01234567")
        stores.audit.add(draft.id, Entry(now, SEEN, who, version=1))
        if place % 3 == 0:
            draft = draft.moved(S.APPROVED, now, approved_by=who, approved_at=now, approved_text=draft.text, due_at=now)
            draft = draft.moved(S.SENDING, now, tries=1).moved(S.SENT, now, sent_at=now)
            stores.audit.add(draft.id, Entry(now, "通过", who, draft.text, 1, f"通过 {draft.number}"))
            stores.audit.add(draft.id, Entry(now, "已发出", version=1))
        elif place % 3 == 1:
            draft = draft.moved(S.REJECTED, now, reason="不合适")
            stores.audit.add(draft.id, Entry(now, "不回", who, "不合适", 1, f"拒绝 {draft.number} 不合适"))
        else:
            draft = draft.moved(S.EXPIRED, now)
        stores.drafts.put(draft, now)


@dataclass
class Original:
    """What one article left in Redis."""

    key: str
    comments: dict[bytes, bytes]
    drafts: dict[bytes, bytes]
    trails: dict[bytes, list[bytes]]
    article: bytes
    poll: bytes
    writers: dict[str, list[tuple[bytes, float]]] = field(default_factory=dict)
    bands: list[tuple[bytes, bytes]] = field(default_factory=list)


class Copier:
    """Copies articles inside one Redis, raw. `more(count)` adds so many comments and gives the new article keys."""

    def __init__(self, client: redis_py.Redis, originals: Iterable[Article]) -> None:
        self._client = client
        self._originals = [_read(client, article.key) for article in originals]
        self._made = 0

    def more(self, count: int, *, same_writers: bool = False) -> Iterator[str]:
        """Keys of the copies, each given when it is there."""
        for _ in range(0, count, len(self._originals[0].comments)):
            original = self._originals[self._made % len(self._originals)]
            self._made += 1
            key = f"{3_000_000_000 + self._made}_0"
            _send(self._client, _copy(original, key, "" if same_writers else str(self._made)))
            yield key


def _read(client: redis_py.Redis, key: str) -> Original:
    article, poll = client.hmget("{main}:articles", [key])[0], client.hmget("{main}:polls", [key])[0]
    drafts = client.hgetall(f"{{main}}:drafts:{key}")
    trails = {cid: client.lrange(f"{{main}}:audit:{key}_{cid.decode()}", 0, -1) for cid in drafts}
    found = Original(key, client.hgetall(f"{{main}}:comments:{key}"), drafts, trails, article, poll)
    for name in client.scan_iter("{main}:by:*", count=1000):
        rows = [(member, at) for member, at in client.zrange(name, 0, -1, withscores=True) if _under(member, key)]
        if rows:
            found.writers[name.decode().rpartition(":")[2]] = rows
    for name in client.scan_iter("{main}:dup:*", count=1000):
        shard = name.rpartition(b":")[2]
        found.bands += [
            (shard + band, ids) for band, ids in client.hgetall(name).items() if _under(ids.split(b" ")[0], key)
        ]
    return found


def _under(comment_id: bytes, key: str) -> bool:
    return comment_id.rpartition(b"_")[0].decode() == key


def _copy(one: Original, key: str, salt: str) -> Iterator[tuple[Any, ...]]:
    """The commands that make a copy under another key; with a salt its writers and bands are others, too."""
    old, new = one.key.encode(), key.encode()
    pids = {pid: _other(pid, salt) for pid in one.writers}
    turned = {pid.encode(): other.encode() for pid, other in pids.items()}
    for cid, raw in one.comments.items():
        yield "HSET", f"{{main}}:comments:{key}", cid, _with_pid(raw.replace(old, new), turned)
    for cid, raw in one.drafts.items():
        yield "HSET", f"{{main}}:drafts:{key}", cid, raw.replace(old, new)
        yield ("RPUSH", f"{{main}}:audit:{key}_{cid.decode()}", *one.trails[cid])
        yield "EXPIRE", f"{{main}}:audit:{key}_{cid.decode()}", KEPT_SECONDS
    for pid, rows in one.writers.items():
        for member, at in rows:
            yield "ZADD", f"{{main}}:by:{pids[pid]}", repr(at), member.replace(old, new)
        yield "HSET", "{main}:openids", pids[pid], b"s" * 44
    for band, ids in one.bands:
        name = _other(band.decode(), salt or key)
        yield "HSET", f"{{main}}:dup:{name[:4]}", name[4:], ids.split(b" ")[0].replace(old, new)
    yield "HSET", "{main}:articles", key, one.article.replace(old, new)
    yield "HSET", "{main}:polls", key, one.poll


def _other(name: str, salt: str) -> str:
    """Another name of the same length, the same for the same name and salt."""
    return hashlib.blake2b(f"{salt}|{name}".encode(), digest_size=16).hexdigest()[: len(name)] if salt else name


def _with_pid(raw: bytes, turned: dict[bytes, bytes]) -> bytes:
    at = raw.find(b'"pid":"') + 7
    pid = raw[at : at + 16]
    return raw if at < 7 else raw[:at] + turned.get(pid, pid) + raw[at + 16 :]


def _send(client: redis_py.Redis, commands: Iterator[tuple[Any, ...]]) -> None:
    """Commands in long pipelines over one connection, answers read and dropped."""
    connection = client.connection_pool.get_connection()
    try:
        batch: list[bytes] = []
        for command in commands:
            batch.append(hiredis.pack_command(command))
            if len(batch) == _AT_ONCE:
                _flush(connection, batch)
        _flush(connection, batch)
    finally:
        client.connection_pool.release(connection)


def _flush(connection: Any, batch: list[bytes]) -> None:
    connection.send_packed_command([b"".join(batch)])
    for _ in batch:
        connection.read_response()
    batch.clear()
