"""The whole program in one process on a simulated clock: real Redis, real HTTP both ways, the sandbox as WeChat.

Time moves only when a test moves it; due tasks run in the test's own thread, so that a story is the same every time.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime, time, timedelta
from pathlib import Path

import redis as redis_py
from werkzeug.serving import BaseWSGIServer, make_server

from bot.app import create_app
from bot.clock import OFFSET_KEY, Clock, make_clock
from bot.log import make_redactor
from bot.metrics import Metrics
from bot.queue import Runner
from bot.sandbox import Sandbox
from bot.sandbox.people import Follower
from bot.scheduler import Calendar
from bot.stores.dues import Dues
from bot.stores.stores import Stores
from bot.stores.unit import Unit
from bot.stores.vault import Vault
from config.settings import Settings, load_settings
from handlers.assembly import make_tasks, make_wall, make_webhook
from handlers.context import Tools
from handlers.everything import JOBS
from handlers.roles import make_owner_code
from tests.shared import shared_desk, tools_of

APPID, SECRET, TOKEN = "wx0123456789abcdef", "0123456789abcdef0123456789abcdef", "stagetoken"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


class Stage:
    """`box` is WeChat; people speak through it; `settle` runs what is due, `wait` moves the clock and settles."""

    def __init__(
        self,
        client: redis_py.Redis,
        socket: str,
        folder: Path,
        profile: str = "认证公众号",
        mode: str = "safe",
        **more: str,
    ) -> None:
        self.redis = client
        env = {
            "WECHAT_APPID": APPID,
            "WECHAT_SECRET": SECRET,
            "WECHAT_TOKEN": TOKEN,
            "BOT_SECRET_KEY": "the secret key of the stage",
            "REDIS_URL": f"unix://{socket}",
            "BOT_DATA_DIR": str(folder),
            "BOT_CLOCK": "simulated",
            "WECHAT_API_TIMEOUT": "2",
            **more,
        }
        if mode != "plain":
            env["WECHAT_AES_KEY"] = AES_KEY
        plain_clock = Clock(client, load_settings(env).timezone, is_system=False)
        if not client.exists(OFFSET_KEY):  # a story begins in the morning, whenever it is told
            tomorrow = plain_clock.local().date() + timedelta(days=1)
            plain_clock.advance(datetime.combine(tomorrow, time(10), plain_clock.zone).timestamp() - plain_clock.now())
        self.box = Sandbox(
            profile=profile,
            appid=APPID,
            secret=SECRET,
            token=TOKEN,
            aes_key=AES_KEY if mode != "plain" else "",
            mode=mode,  # type: ignore[arg-type]
            now=plain_clock.now,
        ).start()
        self.settings: Settings = load_settings({**env, "WECHAT_API_BASE": self.box.api_base})
        self.clock = make_clock(self.settings, client)
        self.metrics = Metrics()
        tools = tools_of(self.settings)
        pages = [
            make_webhook(self.settings, client, self.clock, self.metrics, tools=tools),
            make_wall(self.settings, client, self.clock, tools),
        ]
        self.app = create_app(self.settings, client, pages)
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server: BaseWSGIServer = make_server("127.0.0.1", 0, self.app, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.box.webhook_url = f"{self.url}/wechat"
        self.dues = Dues(client, "main")
        self.restart_workers(tools)
        self._calendars = [Calendar(job, self.settings.timezone) for job in JOBS]
        self.ran: list[str] = []

    def restart_workers(self, tools: Tools | None = None) -> None:
        """Workers begin anew, with what is in the config folder now."""
        tasks = make_tasks(self.settings, self.redis, self.clock, shared_desk(), tools)
        self.runner = Runner(self.redis, self.clock, tasks, self.metrics, make_redactor(self.settings))

    def close(self) -> None:
        """Stop both servers."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)
        self.box.stop()

    @property
    def stores(self) -> Stores:
        """The stores as they are now, for looking."""
        return Stores(Unit(self.redis, "main"), Vault(b"the secret key of the stage"))

    def settle(self, rounds: int = 200) -> None:
        """Run what is due until nothing is."""
        for _ in range(rounds):
            taken = self.dues.take_due(self.clock.now(), 200)
            if not taken:
                return
            for member in taken:
                self.ran.append(member)
                self.runner.run("main", member)
        raise AssertionError("tasks keep becoming due")

    def wait(self, seconds: float, jobs: bool = False) -> None:
        """Move the clock and run what has become due (with `jobs`, what the calendar starts too)."""
        before = self.clock.now()
        self.clock.advance(seconds)
        if jobs:
            for calendar in self._calendars:
                for slot in calendar.due_slots(before, self.clock.now()):
                    self.dues.claim_slot(calendar.job.name, slot, f"{calendar.job.name}|{slot:.0f}")
        self.settle()

    def owner(self, name: str = "作者") -> Follower:
        """Somebody who has joined as the owner."""
        person = self.box.follower(name, author=True)
        vault = Vault(b"the secret key of the stage")
        code = make_owner_code(self.redis, vault, "main", self.clock.now())
        assert "主理人" in person.says(f"加入 {code}").text
        return person


def item_of(text: str, words: str) -> int:
    """The item number of the card that quotes `words`."""
    for line in text.splitlines():
        number = line.split(" ", 1)[0]
        if number.isdigit() and words in line:
            return int(number)
    raise AssertionError(f"no card with {words!r} in:\n{text}")
