"""The parts of one deployment as processes of their own over one Redis, to be killed by name."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

from bot.die_with_parent import ending_with_us
from bot.embedded_redis import EmbeddedRedis
from bot.sandbox import Sandbox
from config.settings import ROOT

FLEET = {"web": 1, "scheduler": 2, "worker": 4}


class Fleet:
    """The parts as processes of their own over one Redis; whoever is killed is started again at once."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._environment = environment
        self._log = log.open("ab")
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        self.kills: Counter[str] = Counter()

    def start(self) -> None:
        """Start every part that does not run."""
        for part, count in FLEET.items():
            for number in range(count):
                self._start(f"{part} {number}")

    def _start(self, name: str) -> None:
        extra = ["--threads", "2"] if name.startswith("worker") else []
        tied = ending_with_us(signal.SIGKILL)
        command = [*tied, sys.executable, "-m", "bot", name.split()[0], *extra]
        self._running[name] = subprocess.Popen(
            command, cwd=ROOT, env=self._environment, stdout=self._log, stderr=self._log, start_new_session=True
        )

    def kill(self, names: list[str], again: bool = True) -> None:
        """SIGKILL these parts with everything below them."""
        with self._lock:
            for name in names:
                process = self._running.pop(name, None)
                if process is None:
                    continue
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                self.kills[name.split()[0]] += 1
                if again:
                    self._start(name)

    def names(self, part: str) -> list[str]:
        """The parts of one kind."""
        return [f"{part} {number}" for number in range(FLEET[part])]


def environment_of(box: Sandbox, server: EmbeddedRedis, folder: Path, port: int) -> dict[str, str]:
    """The settings of a fleet over this box and server; nothing of the caller's own account reaches it."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("BOT_", "WECHAT_", "REDIS_"))}
    return {
        **kept,
        "WECHAT_APPID": box.appid, "WECHAT_SECRET": box.secret, "WECHAT_TOKEN": box.token,
        "WECHAT_AES_KEY": box.aes_key, "WECHAT_API_BASE": box.api_base, "WECHAT_API_TIMEOUT": "2",
        "REDIS_URL": f"unix://{server.socket}", "BOT_SECRET_KEY": "the secret key of a week's story",
        "BOT_DATA_DIR": str(folder / "var"), "BOT_PORT": str(port), "BOT_CLOCK": "simulated",
        "BOT_HOLD_SECONDS": "1", "BOT_POLL_SECONDS": "60", "BOT_LOG_FORMAT": "json",
    }  # fmt: skip
