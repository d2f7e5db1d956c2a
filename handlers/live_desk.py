"""The drafting desk of a running worker: rules that change on disk are taken over, wrong ones are refused (B11)."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from pathlib import Path

from bot.stores.stores import Stores
from bot.wechat.text import quoted
from handlers.context import Work
from replies.case import RulesError
from replies.desk import Desk

OTHERS = frozenset(
    {"phrases.yaml", "autoreply.yaml", "accounts.yaml", "campaigns.yaml", "worth.yaml", "worth_pieces.bin"}
)
"""Files beside the rules that the desk does not read."""

SHOWN = 3
"""Faults told to creators; `rules check` lists them all."""

Signature = tuple[tuple[str, int, int], ...]


class LiveDesk:
    """One desk for the threads of a process; `present` looks at the files and loads them anew when they changed."""

    def __init__(self, config_dir: Path, cache_dir: Path, desk: Desk) -> None:
        self._config_dir = config_dir
        self._cache_dir = cache_dir
        self._desk = desk
        self._seen = signature(config_dir)
        self._problems: tuple[str, ...] = ()
        self._loading = threading.Lock()

    def present(self) -> tuple[Desk, tuple[str, ...]]:
        """`(desk, problems)`: with problems the files on disk are wrong and the desk is the one before them."""
        now = signature(self._config_dir)
        if now != self._seen and self._loading.acquire(blocking=False):
            try:
                self._desk = Desk.load(self._config_dir, self._cache_dir)
                self._problems = ()
            except RulesError as error:
                self._problems = error.problems
            finally:
                self._seen = now
                self._loading.release()
        return self._desk, self._problems


def signature(config_dir: Path) -> Signature:
    """What tells that the desk's files have changed: names, times and sizes."""
    rules = (path for kind in ("*.yaml", "*.bin") for path in config_dir.glob(kind) if path.name not in OTHERS)
    found = []
    for path in sorted([*rules, *(config_dir / "words").glob("*.txt")]):
        try:
            stat = path.stat()
        except FileNotFoundError:  # replaced just now
            continue
        found.append((path.name, stat.st_mtime_ns, stat.st_size))
    return tuple(found)


def tell_creators(work: Work, problems: Iterable[str], now: float) -> None:
    """Each set of faults once, by whichever worker finds it first; nothing more once the files are right."""
    listed = list(problems)
    name = hashlib.sha256("\n".join(listed).encode()).hexdigest()[:12] if listed else ""
    if work.look().account.fact("rules_fault") == name:
        return
    faults = "\n".join(quoted(problem, 200) for problem in listed[:SHOWN])

    def tell(stores: Stores) -> None:
        if stores.account.fact("rules_fault") == name:
            return
        stores.account.put_fact("rules_fault", name)
        for notice in stores.account.notices():
            if notice.startswith("rules-"):
                stores.account.put_notice(notice, "")
        if listed:
            sentence = work.say("d_rules_refused", n=len(listed), faults=faults)
            stores.account.put_notice(f"rules-{name}@{int(now)}", sentence)

    work.store(tell)
