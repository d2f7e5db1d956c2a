"""The first start: comments of the last 30 days are taken in quietly, and one summary says so (feature A9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec
from msgspec import Struct

from bot.stores.stores import Stores

FACT = "backfill"

_encode = msgspec.json.encode


class Backfill(Struct, frozen=True, omit_defaults=True):
    """How far the first reading has come: articles `left` to be swept once, and what was found so far."""

    left: tuple[str, ...]
    articles: int
    comments: int = 0
    drafts: int = 0
    done: bool = False


_backfill = msgspec.json.Decoder(Backfill)


def has_begun(stores: Stores) -> bool:
    """True once the account's past articles have been listed."""
    return bool(stores.account.fact(FACT))


def begin(stores: Stores, articles: Iterable[str]) -> None:
    """These articles (keys) are read for the first time; of those read already nothing more is expected."""
    left = tuple(key for key in articles if not stores.articles.poll(key).first_done)
    backfill = Backfill(left, len(left), done=not left)
    stores.account.put_fact(FACT, _encode(backfill).decode())


def count_first_sweep(
    stores: Stores, key: str, comments: int, drafts: int, now: float, say: Callable[..., str]
) -> None:
    """An article was swept for the first time (or given up); the last one makes the summary."""
    raw = stores.account.fact(FACT)
    if not raw:
        return
    backfill = _backfill.decode(raw)
    if key not in backfill.left:
        return
    left = tuple(other for other in backfill.left if other != key)
    after = msgspec.structs.replace(
        backfill, left=left, comments=backfill.comments + comments, drafts=backfill.drafts + drafts, done=not left
    )
    stores.account.put_fact(FACT, _encode(after).decode())
    if after.done and after.comments:
        slots = {"articles": after.articles, "comments": after.comments, "drafts": after.drafts}
        stores.account.put_notice(f"backfill@{int(now)}", say("i_backfill", **slots))
