"""When the trouble is over: what is still under way, readers who fetch their letters, what the log complains of."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence

import redis as redis_py

from bot.sandbox import Sandbox
from bot.sandbox.articles import Article
from tests.chaos.audit import Store
from tests.chaos.crowd import Crowd

MOVING = ("已通过", "发送中", "撤回中")
UNEXPECTED = ("handler_failed", "request failed", "task_given_up", "answer_failed")


def under_way(client: redis_py.Redis, box: Sandbox, articles: Sequence[Article]) -> list[str]:
    """Everything that is not at rest: untriaged comments, replies on their way, comments not read, tasks overdue."""
    store = Store(client)
    left = [f"inbox {len(store.inbox)}"] if store.inbox else []
    left += [f"{key} {one['state']}" for key, one in store.drafts.items() if one["state"] in MOVING]
    left += [
        f"{article.key}_{one.id} unknown"
        for article in articles
        for one in article.comments
        if f"{article.key}_{one.id}" not in store.comments
    ]
    late = client.zrangebyscore("{main}:due", "-inf", box.now() + 20)
    return left + [member.decode() for member in late if not member.startswith(b"pull|")]


def settle(left: Callable[[], list[str]], advance: Callable[[float], None], steps: Sequence[float]) -> list[str]:
    """Wait until nothing is under way, moving time on by each of `steps` in turn; what is left at the end."""
    found = left()
    for step in [0.0, *steps]:
        if step:
            advance(step)
        until = time.monotonic() + 8.0
        while (found := left()) and time.monotonic() < until:
            time.sleep(0.3)
        if not found:
            break
    return found


def everybody_reads(crowd: Crowd) -> None:
    """Each reader writes until no letter waits for them any more."""
    for reader in crowd.readers:
        for _ in range(12):
            said = reader.says("你好呀")
            if said.acknowledged and "作者回复" not in said.exchange.text:
                break


def complaints(lines: Sequence[tuple[float, str]]) -> tuple[Counter[str], list[str]]:
    """`(lines of level error by event, those that must not be)` of a program's output."""
    errors, wrongs = Counter[str](), []
    for _, line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            if "Traceback" in line or line.startswith("  File "):
                wrongs.append(f"a bare traceback in the log: {line}")
            continue
        if isinstance(entry, dict) and entry.get("level") in ("error", "critical"):
            event = str(entry["event"])
            errors[event.split(":")[0][:60]] += 1
            if event.startswith(UNEXPECTED):
                wrongs.append(f"in the log: {line[:2000]}")
    return errors, wrongs
