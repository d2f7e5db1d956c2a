"""A handler of ours that fails: the person hears it once, honestly, and the message is not lost."""

from __future__ import annotations

from collections.abc import Callable

from bot.stores.vault import Vault
from tests.stage import Stage


def test_a_failing_handler_is_answered_once_and_its_message_kept_for_another_try(
    open_stage: Callable[..., Stage],
) -> None:
    stage = open_stage()
    reader = stage.box.follower("小林")
    reader.says("你好")
    pid = stage.stores.people.pid(reader.openid)
    stage.redis.hset("{main}:people", pid, "damaged")  # what no code path writes, so every handler fails on it
    exchange = reader.says("留言 这条不能丢")
    assert "没处理好" in exchange.text
    assert len(exchange.deliveries) == 1
    failed = stage.dues.failed()
    assert [one.member.split("|")[0] for one in failed] == ["event"]
    assert "这条不能丢" not in str(stage.redis.hgetall("{main}:broken"))
    stage.redis.hdel("{main}:people", pid)
    assert stage.dues.retry(failed[0].member, stage.clock.now())
    stage.settle()
    assert any("第 1 条" in line.text for line in stage.box.inbox(reader))
    assert stage.redis.hgetall("{main}:broken") == {}


def test_a_kept_message_is_gone_with_its_person(stage: Stage) -> None:
    reader = stage.box.follower("小林")
    reader.says("你好")
    pid = Vault(b"the secret key of the stage").pid("main", reader.openid)
    stage.redis.hset("{main}:people", pid, "damaged")
    reader.says("留言 这条不能丢")
    stage.redis.hset("{main}:people", pid, f'{{"pid": "{pid}"}}')
    reader.unfollows()
    assert stage.redis.hgetall("{main}:broken") == {}
    assert stage.dues.failed() == []
