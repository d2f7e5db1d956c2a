"""What is stored by others, or not whole, is not touched: not even by a part that started before it was there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis as redis_py

from bot.app import create_app
from bot.clock import make_clock
from bot.embedded_redis import EmbeddedRedis
from bot.metrics import Metrics
from bot.stores.connection import connect_socket
from bot.stores.fitness import Fitness
from bot.stores.key_mark import KEY_MARK
from bot.stores.schema import RESTORING_KEY, SCHEMA, SCHEMA_KEY
from config.settings import ROOT, Settings
from handlers.assembly import credentials, make_webhook
from tests.bot.wechat.hostile import signed, text_xml
from tests.conftest import ENVIRONMENT
from tests.waiting import wait_until

FOREIGN = [(SCHEMA_KEY, str(SCHEMA + 1)), (RESTORING_KEY, "1"), (KEY_MARK, "another key")]


def a_message(settings: Settings) -> tuple[dict[str, str], bytes]:
    [account] = settings.accounts
    return signed(credentials(account), str(int(time.time())), "n1"), text_xml("隐私", openid="oFit")


@pytest.mark.parametrize(("key", "value"), FOREIGN, ids=["newer", "half restored", "another key"])
def test_web_takes_no_message_until_the_store_is_fit(
    settings: Settings, redis: redis_py.Redis, key: str, value: str
) -> None:
    redis.set(key, value)
    fit = Fitness(redis, settings.secret_key.get_secret_value().encode())
    pages = [make_webhook(settings, redis, make_clock(settings, redis), Metrics(), fit)]
    web = create_app(settings, redis, pages, checks={"data": fit.check}).test_client()
    query, body = a_message(settings)
    assert web.post("/wechat", query_string=query, data=body).status_code == 503
    assert not redis.keys("{main}:*")
    assert "data" in web.get("/readyz").get_json()["failing"]
    redis.delete(key)
    assert web.post("/wechat", query_string=query, data=body).status_code == 200
    assert "data" not in web.get("/readyz").get_json()["failing"]


@pytest.mark.parametrize("part", ["worker", "scheduler"])
def test_a_part_that_started_before_its_store_looks_at_it_first(tmp_path: Path, part: str) -> None:
    server = EmbeddedRedis(tmp_path / "var", fsync="no")
    server.start()
    with connect_socket(server.socket) as client:
        client.set(SCHEMA_KEY, SCHEMA + 1)
    server.stop()
    said = tmp_path / "said"
    env = {**os.environ, **ENVIRONMENT, "REDIS_URL": f"unix://{server.socket}", "BOT_DATA_DIR": str(tmp_path)}
    with said.open("w") as errors:
        started = subprocess.Popen([sys.executable, "-m", "bot", part], cwd=ROOT, env=env, stderr=errors)
    try:
        wait_until(lambda: f"{part}_waits_for_store" in said.read_text(encoding="utf-8"), 20)
        server.start()
        assert started.wait(20) == 2
        assert f"version {SCHEMA + 1}" in said.read_text(encoding="utf-8")
        with connect_socket(server.socket) as client:
            assert client.keys() == [SCHEMA_KEY.encode()]
    finally:
        started.kill()
        server.stop()


def test_a_worker_loads_what_it_needs_while_its_store_is_away(tmp_path: Path) -> None:
    # Found by a storm: it began to load only when the store was back, and its work waited that much longer.
    shutil.copytree(ROOT / "config", tmp_path / "config", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (tmp_path / "config" / "phrases.yaml").write_text("[", encoding="utf-8")
    env = {
        **os.environ, **ENVIRONMENT, "REDIS_URL": f"unix://{tmp_path}/nobody.sock", "BOT_DATA_DIR": str(tmp_path),
        "BOT_CONFIG_DIR": str(tmp_path / "config"),
    }  # fmt: skip
    command = [sys.executable, "-m", "bot", "worker"]
    told = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=30, check=False)
    assert told.returncode == 2
    assert "phrases.yaml" in told.stderr
