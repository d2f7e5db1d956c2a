"""An article (文章), how its comments are followed, and how often they are looked at."""

from __future__ import annotations

import hashlib
from enum import StrEnum

from msgspec import Struct

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


class FoundBy(StrEnum):
    """How we learnt of an article."""

    OURS = "自动发布"
    LINK = "登记"
    MESSAGE = "读者消息"
    STATISTICS = "数据统计"
    EVENT = "发布通知"
    RELAY = "转发"
    IMPORT = "导入"


class Article(Struct, frozen=True, omit_defaults=True):
    """One article: `key` is `<msg_data_id>_<0-based index>`, `n` its 文章 number; times in epoch seconds."""

    key: str
    n: int
    found_by: FoundBy
    found_at: float
    title: str = ""
    url: str = ""
    published_at: float = 0.0
    body: str = ""

    @property
    def born_at(self) -> float:
        """Best known time of publication."""
        return self.published_at or self.found_at


class PollState(Struct, frozen=True, omit_defaults=True):
    """What polling remembers of one article: `known` comments listed last time, and when pages and sweeps were read.

    `first_done`: all pages were read at least once. `recheck`: comments were missing from the last sweep, so the next
    look is a sweep again. `empty_tries` and `unknown_tries` count looks in a row that found an empty list or an
    unknown article (88001). `stopped` names why the article is not followed any more.
    """

    known: int = 0
    polled_at: float = 0.0
    swept_at: float = 0.0
    first_done: bool = False
    empty_tries: int = 0
    unknown_tries: int = 0
    stopped: str = ""
    recheck: bool = False


def article_key(msg_data_id: int, index: int) -> str:
    """The key of an article; `index` counts from 0 as in WeChat's comment calls."""
    return f"{msg_data_id}_{index}"


def split_key(key: str) -> tuple[int, int]:
    """`(msg_data_id, index)` of an article key."""
    msg_data_id, index = key.split("_")
    return int(msg_data_id), int(index)


def poll_interval(age: float, fixed: float | None = None) -> float | None:
    """Seconds until the next look at an article of `age` seconds, None when it is no longer followed (feature A6)."""
    if fixed is not None and age < 2 * DAY:
        return fixed
    if age < 6 * HOUR:
        return 3 * MINUTE
    if age < 48 * HOUR:
        return 15 * MINUTE
    if age < 7 * DAY:
        return 2 * HOUR
    if age < 30 * DAY:
        return DAY
    return None


def jittered(interval: float, key: str, now: float) -> float:
    """`interval` moved by up to 10 % either way, the same for the same article and moment on every machine."""
    digest = hashlib.sha256(f"{key}|{int(now)}".encode()).digest()
    return interval * (0.9 + 0.2 * digest[0] / 255)


def sweep_due(state: PollState, age: float, now: float) -> bool:
    """True when all pages should be read again: every 6 h in the first 48 h, then daily (feature A6)."""
    period = 6 * HOUR if age < 48 * HOUR else DAY
    return now - state.swept_at >= period
