"""Many processes over one Redis, as on several machines: web ×2, worker ×4, scheduler ×2; who dies is started again."""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis as redis_py
import requests

from bot.die_with_parent import ending_with_us
from bot.sandbox import Sandbox
from config.settings import ROOT
from tests.chaos.program import descendants, wait_for
from tests.chaos.sentinels import Sentinels
from tests.chaos.store_server import StoreServer
from tests.ports import free_port

SHAPE = {"web": 2, "worker": 4, "scheduler": 2}
STARTS_AGAIN_AFTER = 1.0
"""Seconds after which a dead part is started again, as systemd does."""


class TwoDoors(Sandbox):
    """WeChat whose deliveries go to one web process or another, as a proxy would pass them on."""

    doors: tuple[str, ...] = ()

    @property
    def webhook_url(self) -> str:
        """Another one each time it is asked for."""
        return random.choice(self.doors) if self.doors else ""

    @webhook_url.setter
    def webhook_url(self, url: str) -> None:
        self.doors = (url,) if url else ()


@dataclass
class Part:
    """One process of the deployment."""

    kind: str
    port: int = 0
    process: subprocess.Popen[str] | None = None
    died_at: float = 0.0
    ready: bool = False

    @property
    def at_work(self) -> bool:
        """It lives and has said that it is ready."""
        return self.ready and self.process is not None and self.process.poll() is None


class Deployment:
    """The processes and their Redis. `lines` are what they printed, each with the moment (monotonic seconds)."""

    def __init__(
        self, box: TwoDoors, folder: Path, store: StoreServer | Sentinels | None = None, **settings: str
    ) -> None:
        self.store: Any = store or StoreServer(folder)
        self.lines: list[tuple[float, str]] = []
        self._box, self._folder, self._settings = box, folder, settings
        self._key = secrets.token_urlsafe(32)
        self.parts = [Part(kind, free_port() if kind == "web" else 0) for kind, n in SHAPE.items() for _ in range(n)]
        box.doors = tuple(f"{url}/wechat" for url in self.urls)
        self._stop = threading.Event()
        # Parts end with the thread that started them, so one thread starts them all, and it ends last.
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    @property
    def urls(self) -> list[str]:
        """Where its webs listen."""
        return [f"http://127.0.0.1:{part.port}" for part in self.parts if part.port]

    @property
    def environment(self) -> dict[str, str]:
        """Settings of every part; nothing of the caller's own account reaches them."""
        clean = {name: text for name, text in os.environ.items() if not name.startswith(("BOT_", "WECHAT_", "REDIS_"))}
        return {
            **clean,
            "WECHAT_APPID": self._box.appid,
            "WECHAT_SECRET": self._box.secret,
            "WECHAT_TOKEN": self._box.token,
            "WECHAT_AES_KEY": self._box.aes_key,
            "WECHAT_API_BASE": self._box.api_base,
            "WECHAT_API_TIMEOUT": "2",
            "REDIS_URL": self.store.url,
            "BOT_SECRET_KEY": self._key,
            "BOT_DATA_DIR": str(self._folder / "var"),
            "BOT_WEB_WORKERS": "2",
            "BOT_LOG_FORMAT": "json",
            "PYTHONUNBUFFERED": "1",
            **self._settings,
        }

    def start(self) -> None:
        """Start everything; returns when all parts are at work."""
        self.store.start()
        self._keeper.start()
        assert wait_for(self.is_ready, 120), "the deployment does not start"

    def stop(self) -> None:
        """End every part in order, by force after half a minute; then the store."""
        self._stop.set()
        self._keeper.join(60)
        self.store.close()

    def redis(self) -> redis_py.Redis:
        """A client of its store."""
        return self.store.client()

    def is_ready(self) -> bool:
        """Whether all parts are at work."""
        if not all(part.at_work for part in self.parts):
            return False
        try:
            ready = all(requests.get(f"{url}/readyz", timeout=2).status_code == 200 for url in self.urls)
        except requests.RequestException:
            return False
        return ready and self.pulses_since(time.time() - 5)

    def pulses_since(self, moment: float) -> bool:
        """Whether every worker and scheduler gave a sign of life after `moment` (epoch seconds)."""
        client = self.redis()
        try:
            return all(
                client.zcount(f"bot:alive:{kind}", moment, "+inf") >= SHAPE[kind] for kind in ("worker", "scheduler")
            )
        except redis_py.RedisError:
            return False
        finally:
            client.close()

    def owner_code(self) -> str:
        """`加入 XXXXXX`."""
        command = [sys.executable, "-m", "bot", "owner-code"]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=60, check=True
        )
        return done.stdout.strip().splitlines()[-1]

    def kill(self, kind: str, dice: random.Random) -> bool:
        """SIGKILL one process of a kind; `web process` is below its master. False if none is there."""
        part = dice.choice([one for one in self.parts if one.kind == kind.split()[0]])
        process = part.process
        if process is None or process.poll() is not None:
            return False
        pids = [process.pid]
        if kind == "web process":
            pids = list(descendants(process.pid))[:1]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return bool(pids)

    def kill_all(self) -> None:
        """SIGKILL every part at one moment, and the store with them: the machines lose power."""
        for part in self.parts:
            if part.process is not None:
                part.process.kill()
        self.store.end(signal.SIGKILL)
        self.store.start()

    # ---- who supervises

    def _keep(self) -> None:
        while not self._stop.wait(0.1):
            for part in self.parts:
                if part.process is not None and part.process.poll() is None:
                    continue
                if not part.died_at and part.process is not None:
                    part.died_at = time.monotonic()
                if time.monotonic() >= part.died_at + STARTS_AGAIN_AFTER or part.process is None:
                    self._start(part)
        for part in self.parts:
            if part.process is not None:
                part.process.terminate()
        for part in self.parts:
            if part.process is not None:
                try:
                    part.process.wait(30)
                except subprocess.TimeoutExpired:
                    part.process.kill()
                    part.process.wait()

    def _start(self, part: Part) -> None:
        wrapper = ending_with_us(signal.SIGKILL)
        part.process = subprocess.Popen(
            [*wrapper, sys.executable, "-m", "bot", part.kind],
            cwd=ROOT,
            env={**self.environment, "BOT_PORT": str(part.port or 8000)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        part.died_at, part.ready = 0.0, False
        threading.Thread(target=self._read, args=(part, part.process), daemon=True).start()

    def _read(self, part: Part, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.lines.append((time.monotonic(), line.rstrip("\n")))
            part.ready = part.ready or (part.process is process and line.startswith(f"{part.kind} ready"))
        process.stdout.close()
