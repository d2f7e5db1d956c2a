"""Faults on demand: what goes wrong between the bot and WeChat's API, by path."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Kind = Literal["errcode", "http", "reset", "slow", "lost_answer", "html"]


def api_path(path: str) -> str:
    """`comment/list`, `/cgi-bin/comment/list` and `*` as one spelling."""
    if path == "*":
        return ""
    path = "/" + path.lstrip("/")
    return path if path.startswith(("/cgi-bin", "/datacube")) else "/cgi-bin" + path


@dataclass
class Fault:
    """One fault: strikes calls whose path begins with `prefix`, `times` times (None = always)."""

    prefix: str
    kind: Kind
    value: Any = None
    times: int | None = None
    after: int = 0
    chance: float = 1.0
    hits: int = field(default=0, init=False)


class Faults:
    """The faults in force. Thread-safe."""

    def __init__(self, seed: int = 0) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._dice = random.Random(seed)

    def add(
        self,
        path_prefix: str,
        kind: Kind,
        value: Any = None,
        times: int | None = None,
        after: int = 0,
        chance: float = 1.0,
    ) -> Fault:
        """Adds a fault.

        `kind`: errcode (`value` = code, no effect) · http (`value` = status, default 502, no effect) ·
        reset (connection reset, no effect) · slow (`value` = seconds, then as usual) ·
        lost_answer (the effect happens, the answer is cut) · html (a gateway's page with status 200, no effect).
        `after` lets that many calls through first; with `chance` < 1 it strikes at random, the same way every run.
        """
        if kind not in get_args(Kind):
            raise ValueError(f"unknown kind of fault: {kind}")
        fault = Fault(api_path(path_prefix), kind, value, times, after, chance)
        with self._lock:
            self._faults.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        with self._lock:
            if fault in self._faults:
                self._faults.remove(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def strike(self, path: str) -> list[Fault]:
        """The faults that hit this call: any slowness, then at most one other."""
        struck: list[Fault] = []
        with self._lock:
            for fault in list(self._faults):
                if not path.startswith(fault.prefix) or (struck and struck[-1].kind != "slow"):
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    continue
                if fault.chance < 1 and self._dice.random() >= fault.chance:
                    continue
                fault.hits += 1
                struck.append(fault)
                if fault.times is not None and fault.hits >= fault.times:
                    self._faults.remove(fault)
        return struck
