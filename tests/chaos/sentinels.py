"""A master, its replicas and three sentinels on loopback, as on several machines; the master can be killed.

The store's own server program can be a sentinel too, so nothing else has to be installed.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
from pathlib import Path
from typing import Any

import redis as redis_py

from bot.die_with_parent import ending_with_us
from bot.embedded_redis import find_server
from tests.chaos.program import wait_for
from tests.ports import free_port

NAME = "huixiang"
SENTINELS = 3
DOWN_AFTER_MILLISECONDS = 3000
"""Less, and sentinels of a busy machine take a living master for dead, and two masters take messages for a while."""


class Sentinels:
    """`url` is what REDIS_URL says; `needed` is `min-replicas-to-write`, `confirmed` what `?replicas=` says."""

    def __init__(self, folder: Path, *, replicas: int = 2, needed: int = 1, confirmed: int = 1) -> None:
        self._folder = folder
        self._needed, self._confirmed = needed, confirmed
        self._servers = {free_port(): None for _ in range(1 + replicas)}
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self.ports = list(self._servers)
        self.watchers = [free_port() for _ in range(SENTINELS)]

    @property
    def url(self) -> str:
        """What REDIS_URL says."""
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.watchers)
        return f"sentinel://{hosts}/{NAME}/0" + (f"?replicas={self._confirmed}" if self._confirmed else "")

    def start(self) -> None:
        """Start everything and wait until the sentinels know each other and all servers."""
        first = self.ports[0]
        for port in self.ports:
            self._serve(port, master=first)
        for port in self.ports:
            assert wait_for(lambda port=port: self._answers(port), 20), "a server does not start"
        for port in self.watchers:
            self._watch(port, first)
        assert wait_for(lambda: all(self._knows_all(port) for port in self.watchers), 30), "the sentinels do not agree"
        assert wait_for(lambda: self._replicas(first) == len(self.ports) - 1, 30), "the replicas do not follow"

    def master(self) -> int | None:
        """The port of whoever is master by the word of most sentinels, None while they disagree."""
        told = [port for port in map(self._told, self.watchers) if port]
        best = max(set(told), key=told.count, default=None)
        return best if best and told.count(best) > SENTINELS // 2 else None

    def client(self, port: int | None = None) -> redis_py.Redis:
        """A client of one server, else of the master."""
        port = port or self.master()
        if not port:
            raise redis_py.ConnectionError("there is no master")
        return redis_py.Redis(port=port, socket_timeout=5, socket_connect_timeout=2, protocol=2)

    def kill_master(self) -> int:
        """SIGKILL the master; its port."""
        port = self.master()
        assert port, "there is no master"
        self._processes[port].send_signal(signal.SIGKILL)
        self._processes[port].wait()
        return port

    def is_settled(self) -> bool:
        """Whether all sentinels name one master that nobody doubts, and every other server follows it up to now."""
        told = {self._told(port) for port in self.watchers}
        master = told.pop() if len(told) == 1 else None
        if not master:
            return False
        try:
            flags = {self._seen_by(port)["flags"] for port in self.watchers}
            info = self.client(master).info("replication")
        except (redis_py.RedisError, KeyError):
            return False
        followers = [info.get(f"slave{n}", {}) for n in range(len(self.ports) - 1)]
        in_step = all(one.get("state") == "online" and one.get("lag", 9) <= 1 for one in followers)
        return flags == {"master"} and info.get("role") == "master" and in_step

    def freeze(self, port: int) -> None:
        """A server hangs."""
        self._processes[port].send_signal(signal.SIGSTOP)

    def thaw(self, port: int) -> None:
        """It goes on."""
        self._processes[port].send_signal(signal.SIGCONT)

    def revive(self, port: int) -> None:
        """Start a killed server again, with the files it had; it becomes a replica of whoever is master now."""
        master = self.master()
        assert master, "there is no master"
        self._serve(port, master=master)
        assert wait_for(self.is_settled, 60), "it does not follow"

    def close(self) -> None:
        """End everything."""
        for process in self._processes.values():
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()

    # ---- processes

    def _serve(self, port: int, master: int) -> None:
        folder = self._folder / str(port)
        folder.mkdir(parents=True, exist_ok=True)
        command = [
            find_server(), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "",
            "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction",
            "--min-replicas-to-write", str(self._needed), "--min-replicas-max-lag", "2",
            "--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1", "--logfile", f"{folder}.log",
        ]  # fmt: skip
        self._launch(port, [*command, *([] if port == master else ["--replicaof", f"127.0.0.1 {master}"])])

    def _watch(self, port: int, master: int) -> None:
        file = self._folder / f"sentinel-{port}.conf"
        file.write_text(
            f"port {port}\nbind 127.0.0.1\ndir {self._folder}\nlogfile {file}.log\n"
            f"sentinel monitor {NAME} 127.0.0.1 {master} {SENTINELS // 2 + 1}\n"
            f"sentinel down-after-milliseconds {NAME} {DOWN_AFTER_MILLISECONDS}\n"
            f"sentinel failover-timeout {NAME} 10000\nsentinel parallel-syncs {NAME} 1\n",
            encoding="ascii",
        )
        self._launch(port, [find_server(), str(file), "--sentinel"])

    def _launch(self, port: int, command: list[str]) -> None:
        wrapper = ending_with_us(signal.SIGKILL)
        quiet = subprocess.DEVNULL
        self._processes[port] = subprocess.Popen([*wrapper, *command], stdin=quiet, stdout=quiet, stderr=quiet)

    # ---- what they say

    def _answers(self, port: int) -> bool:
        try:
            return bool(self.client(port).ping())
        except redis_py.RedisError:
            return False

    def _replicas(self, port: int) -> int:
        try:
            return int(self.client(port).info("replication")["connected_slaves"])
        except (redis_py.RedisError, KeyError):
            return -1

    def _knows_all(self, port: int) -> bool:
        try:
            found = self._seen_by(port)
            return found["num-other-sentinels"] == SENTINELS - 1 and found["num-slaves"] == len(self.ports) - 1
        except (redis_py.RedisError, ValueError, KeyError):
            return False

    def _seen_by(self, port: int) -> dict[str, Any]:
        [found] = self.client(port).sentinel_masters().values()
        return dict(found)

    def _told(self, port: int) -> int | None:
        try:
            found = self.client(port).sentinel_get_master_addr_by_name(NAME)
            return found[1] if found and self._answers(found[1]) else None
        except redis_py.RedisError:
            return None
