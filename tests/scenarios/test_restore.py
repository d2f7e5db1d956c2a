"""A backup read into an empty store is the same account: every creator and reader is answered as before (M5)."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis as redis_py
from werkzeug.serving import make_server

from bot.app import create_app
from bot.backup import archive
from bot.clock import OFFSET_KEY, make_clock
from bot.embedded_redis import EmbeddedRedis
from bot.metrics import Metrics
from bot.stores import schema
from bot.stores.connection import connect_socket
from bot.stores.key_mark import key_check
from config.settings import Settings, load_settings
from handlers.assembly import make_wall, make_webhook
from handlers.command_line import main
from tests.handlers.followers.everything_stored import traces
from tests.scenarios.scene import SIX, open_scene
from tests.stage import AES_KEY, APPID, SECRET, TOKEN, Stage

ASKED = ("状态", "待审", "看 2", "为什么 3", "查 1", "问答库", "周榜", "周榜 历史", "常发", "我的", "榜", "墙")


class Elsewhere:
    """Another machine with an empty embedded Redis, the same account and the same key."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        env = {
            "WECHAT_APPID": APPID,
            "WECHAT_SECRET": SECRET,
            "WECHAT_TOKEN": TOKEN,
            "WECHAT_AES_KEY": AES_KEY,
            "BOT_SECRET_KEY": "the secret key of the stage",
            "BOT_DATA_DIR": str(folder),
            "BOT_CLOCK": "simulated",
        }
        for name in list(os.environ):
            if name.startswith(("BOT_", "WECHAT_", "REDIS_")):
                monkeypatch.delenv(name)
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        self.settings: Settings = load_settings(env)
        self.server = EmbeddedRedis(folder, fsync="no")
        self.server.start()
        self.redis = connect_socket(self.server.socket)

    def serve(self, offset: bytes | None) -> str:
        """Start its web, on the old machine's clock; its address."""
        if offset:
            self.redis.set(OFFSET_KEY, offset)
        clock = make_clock(self.settings, self.redis)
        pages = [make_webhook(self.settings, self.redis, clock, Metrics()), make_wall(self.settings, self.redis, clock)]
        self._http = make_server("127.0.0.1", 0, create_app(self.settings, self.redis, pages), threaded=True)
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return f"http://127.0.0.1:{self._http.server_port}/wechat"

    def close(self) -> None:
        if hasattr(self, "_http"):
            self._http.shutdown()
            self._http.server_close()
        self.server.stop()


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    machine = Elsewhere(tmp_path / "elsewhere", monkeypatch)
    yield machine
    machine.close()


def saved(stage: Stage, file: Path, version: int = schema.SCHEMA) -> None:
    """What `backup` writes, at this moment."""
    key = key_check(b"the secret key of the stage")
    head = archive.Head(archive.FORMAT, version, stage.clock.now(), ("main",), key)
    archive.write(file, head, stage.redis, lambda done: None)


def test_everybody_is_answered_as_before(stage: Stage, elsewhere: Elsewhere, tmp_path: Path) -> None:
    scene = open_scene(stage, *SIX)
    reader = stage.box.follower("读者0")
    for command in ("通过 1", "拒绝 4 广告", "跳过 5", "语气 亲切", "上墙 2", "开启周榜"):
        scene.says(command)
    reader.says("留言 请问第一步怎么开始？")
    stage.wait(200)
    stage.redis.set("{main}:token", '{"value": "an access token that no backup holds"}')
    saved(stage, tmp_path / "a.backup")
    before = {(who.name, text): who.says(text).text for who in (scene.owner, reader) for text in ASKED}
    assert main(["restore", str(tmp_path / "a.backup")]) == 0
    assert traces(elsewhere.redis, "an access token that no backup holds") == {}
    stage.box.webhook_url = elsewhere.serve(stage.redis.get(OFFSET_KEY))
    after = {(who.name, text): who.says(text).text for who in (scene.owner, reader) for text in ASKED}
    assert {key: (text, after[key]) for key, text in before.items() if after[key] != text} == {}
    assert sum(bool(text) for text in after.values()) > len(ASKED)


def test_a_backup_of_an_older_version_is_migrated_while_it_is_restored(
    stage: Stage, elsewhere: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.redis.hset("{main}:people", "p1", "as the old version wrote it")
    saved(stage, tmp_path / "old.backup", version=schema.SCHEMA - 1)

    def step(client: redis_py.Redis, account: str) -> None:
        client.hset(f"{{{account}}}:people", "p1", "as this version reads it")

    monkeypatch.setitem(schema.MIGRATIONS, schema.SCHEMA - 1, step)  # type: ignore[arg-type]
    assert main(["restore", str(tmp_path / "old.backup")]) == 0
    assert elsewhere.redis.hget("{main}:people", "p1") == b"as this version reads it"
    assert schema.stored_schema(elsewhere.redis) == schema.SCHEMA
