"""What people really write, said by the creator to the bot, executes nothing (skipped without ../shared/data)."""

from __future__ import annotations

import hashlib
import json

import pytest
import redis as redis_py

from bot.embedded_redis import EmbeddedRedis
from bot.sandbox.samples import load_samples
from tests.chaos import corpus
from tests.stage import Stage

BOOKKEEPING = ("answered:", "answers_of:", "session:", "shown:")
"""Answers kept for repeats, the chat's own state (hints, questions, pages), and which cards were looked at (a lone
number shows that item)."""

CONTACT = ("allowance", "window_until", "typed_at", "hint_at", "told", "first_seen", "follows")
pytestmark = pytest.mark.skipif(not corpus.is_there(), reason="the real comments are not there")


@pytest.fixture
def busy_stage(redis: redis_py.Redis, redis_server: EmbeddedRedis, tmp_path) -> Stage:
    """An account with a queue of numbered items that a careless command could hit."""
    stage = Stage(redis, str(redis_server.socket), tmp_path / "var")
    yield stage
    stage.close()


def fingerprint(client: redis_py.Redis) -> dict[str, str]:
    """A digest of every key of the account but the bookkeeping; of people without what any contact changes."""
    found = {}
    for key in sorted(key.decode() for key in client.scan_iter("{main}:*", count=1000)):
        if key.removeprefix("{main}:").startswith(BOOKKEEPING):
            continue
        kind = client.type(key)
        if kind == b"hash":
            content = sorted(client.hgetall(key).items())
        elif kind == b"zset":
            content = client.zrange(key, 0, -1, withscores=True)
        elif kind == b"list":
            content = client.lrange(key, 0, -1)
        elif kind == b"set":
            content = sorted(client.smembers(key))
        else:
            content = client.get(key)
        if key == "{main}:people":
            records = [(name, json.loads(raw)) for name, raw in content]
            content = [(name, sorted((k, v) for k, v in one.items() if k not in CONTACT)) for name, one in records]
        found[key] = hashlib.sha256(repr(content).encode()).hexdigest()
    return found


@pytest.mark.timeout(180)
def test_two_thousand_real_comments_and_the_seed_said_by_the_creator_execute_nothing(busy_stage: Stage) -> None:
    stage = busy_stage
    owner = stage.owner()
    article = stage.box.publish_by_hand("下班前五分钟的那个会", "聊聊开会。")
    owner.says(f"登记 {article.long_url}")
    for comment in load_samples().under("work"):
        article.comment(None, comment.text)
    stage.wait(200)
    owner.says("待审")
    owner.says("更多")
    before = fingerprint(stage.redis)
    assert "{main}:pending" in before

    said = [*corpus.seed_lines(), *(comment.text for comment in corpus.real_comments(2000, seed=11))]
    for start in range(0, len(said), 50):
        answers = {text: owner.says(text) for text in said[start : start + 50]}
        assert {exchange.status for exchange in answers.values()} == {200}
        after = fingerprint(stage.redis)
        different = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
        assert different == [], [(text[:60], exchange.text[:60]) for text, exchange in answers.items() if exchange.text]
    assert stage.box.calls_to("comment/reply/add") == []
