"""置顶 is not in WeChat's API: a weekly line reminds creators where it is worth doing by hand (feature D12)."""

from __future__ import annotations

from collections import Counter

from bot.stores.comments import split_id
from bot.stores.stores import Stores
from handlers.articles import title_of
from handlers.context import Work

WEEK = 7 * 86400.0


def remind_of_pins(work: Work, slot: str, now: float) -> float | None:
    """Task `pins|<slot>`, weekly: names the article under which most comments were elected in the last seven days."""

    def remind(stores: Stores) -> None:
        elected = Counter(split_id(comment_id)[0] for comment_id in stores.comments.elected_since(now - WEEK))
        if not elected:
            return
        [(key, n)] = elected.most_common(1)
        article = stores.articles.get(key)
        if article is not None:
            sentence = work.say("pin_by_hand", title=title_of(article), n=n)
            stores.account.put_notice(f"pins@{int(now)}", sentence)

    work.store(remind)
    return None
