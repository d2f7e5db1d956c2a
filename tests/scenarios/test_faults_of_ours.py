"""A handler of ours that fails: the person hears it once, honestly, and the message is not lost."""

from __future__ import annotations

from collections.abc import Callable

from bot.stores.vault import Vault
from tests.scenarios.scene import SEED, open_scene
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


def test_a_creators_command_of_long_ago_is_not_done_by_itself(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    scene.says(f"通过 {n}")
    stage.wait(61)
    pid = stage.stores.people.pid(scene.owner.openid)
    record = stage.redis.hget("{main}:people", pid)
    stage.redis.hset("{main}:people", pid, "damaged")
    assert "没处理好" in scene.says(f"撤回 {n}")
    assert record is not None
    stage.redis.hset("{main}:people", pid, record)
    stage.wait(3600)
    [failed] = [one for one in stage.dues.failed() if one.member.startswith("event|")]
    assert stage.dues.retry(failed.member, stage.clock.now())
    stage.settle()
    stage.wait(60)
    assert scene.reply(SEED) is not None
    told = "\n".join([line.text for line in stage.box.inbox(scene.owner)] + [scene.says("好")])
    assert f"「撤回 {n}」" in told
    assert "没有执行" in told
