"""Comments that a person brings: 导入 in the chat, CSV and JSON lines from the command line (feature A7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from bot.domain.article import Article, FoundBy
from bot.domain.comment import Comment, Source
from bot.stores.stores import Stores
from handlers.articles import known_articles, title_of
from handlers.chat.commands import Command
from handlers.context import Chat, Reply
from handlers.import_files import LONGEST, MOST_PROBLEMS, ImportRefused, Row, check_rows

Store = Callable[[Callable[[Stores], Any]], Any]

MOST_LINES = 50
CHUNK = 200


class ImportCount(Struct, frozen=True):
    """How many comments were new and how many were known before."""

    new: int = 0
    known: int = 0


def import_lines(chat: Chat, command: Command) -> Reply:
    """导入 文章12, then one comment per line."""
    article = _named_article(chat, command.article)
    if article is None:
        known = known_articles(chat.stores)
        if not known:
            return chat.say("i_import_register_first")
        return chat.say("i_import_no_article", n=command.article, articles=known)
    lines = [line.strip() for line in (command.text or "").splitlines() if line.strip()]
    if not lines:
        return chat.say("i_import_empty", n=article.n)
    if len(lines) > MOST_LINES:
        return chat.say("i_import_too_many", most=MOST_LINES, n=len(lines))
    for place, line in enumerate(lines, 1):
        if len(line) > LONGEST:
            return chat.say("i_import_too_long", line=place, n=len(line), limit=LONGEST)
    count = _put_in(chat.stores, [Row(0, line, article.key) for line in lines], chat.now)
    if not count.new:
        return chat.say("i_imported_none", known=count.known)
    chat.did("导入")
    name = "i_imported_some" if count.known else "i_imported"
    return chat.say(name, n=count.new, known=count.known, article=article.n, title=title_of(article))


def _named_article(chat: Chat, n: int | None) -> Article | None:
    return chat.stores.articles.numbered(n) if n is not None else chat.stores.articles.newest()


def import_rows(
    store: Store,
    rows: Iterable[tuple[int, dict[str, Any]]],
    article_n: int | None,
    *,
    now: float,
    zone: ZoneInfo,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> ImportCount:
    """Import rows (fields of contract section 3) through `store`, which runs a function in one atomic step.

    All rows are checked before the first is written: ImportRefused, and nothing is written, if one is wrong. Rows with
    WeChat's own ids become real comments that can be answered by API. An import that was cut off may be repeated: what
    is known is not taken twice. `progress(done, total)` is called as it goes.
    """
    checked = check_rows(list(rows), zone)
    missing = [row for row in checked if not row.article]
    article = store(lambda stores: _article_for(stores, article_n)) if missing else None
    if missing and article is None:
        why = f"there is no article {article_n}" if article_n is not None else "give --article N or msg_data_id"
        raise ImportRefused([f"line {row.line}: msg_data_id: is missing, and {why}" for row in missing[:MOST_PROBLEMS]])
    total = ImportCount()
    named = article.key if article else ""
    placed = [msgspec.structs.replace(row, article=row.article or named) for row in checked]
    for start in range(0, len(placed), CHUNK):
        count = store(partial(_put_in, rows=placed[start : start + CHUNK], now=now))
        total = ImportCount(total.new + count.new, total.known + count.known)
        progress(min(start + CHUNK, len(placed)), len(placed))
    return total


def _article_for(stores: Stores, n: int | None) -> Article | None:
    """The article of rows that name none: the one asked for, or the only one there is."""
    if n is not None:
        return stores.articles.numbered(n)
    return stores.articles.numbered(1) if stores.articles.numbered(2) is None else None


def _put_in(stores: Stores, rows: Sequence[Row], now: float) -> ImportCount:
    """Leave new comments in the inbox for the worker."""
    pids = stores.people.meet_all([row.openid for row in rows])
    articles = list(dict.fromkeys(row.article for row in rows))
    for key in articles:
        if stores.articles.get(key) is None:
            stores.articles.found(key, FoundBy.IMPORT, now)
            stores.due_unless_set("pull", key, now)
    new = 0
    for key in articles:
        own = [row for row in rows if row.article == key]
        for row, known in zip(own, _known(stores, key, own), strict=True):
            if known:
                continue
            cid = row.cid or f"i{stores.unit.next('import')}"
            if not row.cid:
                stores.imported.add(key, row.content, cid)
            comment = Comment(
                article=key,
                cid=cid,
                content=row.content,
                created_at=row.created_at or int(now),
                source=Source.IMPORT,
                received_at=now,
                pid=pids.get(row.openid, ""),
            )
            stores.account.put_in(comment)
            new += 1
    if new:
        stores.due("inbox", "", now)
    return ImportCount(new, len(rows) - new)


def _known(stores: Stores, article: str, rows: Sequence[Row]) -> list[bool]:
    """For each row whether the article has it already, or an earlier row of this import has."""
    by_text = stores.imported.known(article, [row.content for row in rows])
    numbered = [row.cid for row in rows if row.cid]
    held = {comment.cid for comment in stores.comments.page(article, numbered) if comment}
    seen: set[str] = set()
    known = []
    for row, imported in zip(rows, by_text, strict=True):
        mark = row.cid or "".join(row.content.split())
        known.append(mark in seen or (row.cid in held if row.cid else imported))
        seen.add(mark)
    return known
