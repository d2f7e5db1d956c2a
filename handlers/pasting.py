"""待张贴: the reply to copy, under its number, the article and the comment it answers, one at a time (A7)."""

from __future__ import annotations

from collections.abc import Callable, Container

from bot.domain.comment import Comment
from bot.domain.draft import Draft
from bot.stores.stores import Stores
from bot.wechat.text import quoted
from handlers.cards import CARD_CHARACTERS, as_text
from handlers.context import Chat
from replies.risk.contact import mask

__all__ = ["answered_comment", "next_to_paste", "to_paste", "to_paste_again"]

Say = Callable[..., str]

NUMBERS_NAMED = 8


def to_paste(chat: Chat, draft: Draft) -> str:
    """What is to be pasted, just approved: the text stands alone behind a line, for whoever copies it."""
    return _to_copy(chat, "to_paste", draft)


def to_paste_again(chat: Chat, draft: Draft) -> str:
    """What is still to be pasted."""
    return _to_copy(chat, "to_paste_again", draft)


def _to_copy(chat: Chat, phrase: str, draft: Draft) -> str:
    chat.ends_in_copy = True
    under = answered_comment(chat.stores, chat.say, draft)
    return chat.say(phrase, n=draft.number, under=under, text=as_text(draft.approved_text))


def answered_comment(stores: Stores, say: Say, draft: Draft) -> str:
    """Under which article the comment stands and how it begins; empty if it is not there any more."""
    comment: Comment | None = stores.comments.get(draft.id)
    if comment is None:
        return ""
    words = quoted(mask(comment.content), CARD_CHARACTERS)
    article = stores.articles.get(comment.article)
    if article is None:
        return say("paste_under_none", words=words)
    return say("paste_under", title=quoted(article.title or f"文章 {article.n}", 30), words=words)


def next_to_paste(stores: Stores, say: Say, closed: Container[str]) -> str:
    """What is to be pasted beside what was just `closed`, and how to get the first of it; empty if nothing is."""
    waiting = stores.drafts.peek(stores.drafts.to_paste())
    numbers = sorted(draft.number for draft in waiting if draft.number and draft.id not in closed)
    named = " ".join(str(number) for number in numbers[:NUMBERS_NAMED])
    return say("paste_next", n=len(numbers), numbers=named, first=numbers[0]) if numbers else ""
