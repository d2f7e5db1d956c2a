"""留言 by chat: a reader's words become a comment of an article, with a numbered receipt (features E1, N3)."""

from __future__ import annotations

import math

from bot.domain.comment import Comment, Source
from bot.domain.events import Message
from bot.domain.people import Consent
from bot.wechat.text import quoted
from handlers import flooding
from handlers.chat.commands import FollowerCommand
from handlers.context import Chat, Reply

PER_HOUR = 3
HOUR = 3600.0
NO_ARTICLE = "0_0"
"""The article key of comments that came before any article was known."""


def leave_comment(chat: Chat, command: FollowerCommand) -> Reply:
    """留言 内容, 留言 12 内容: kept for triage like any other comment; at most three an hour."""
    text = (command.text or "").strip()
    if not quoted(text, 2):
        return chat.say("f_comment_how")
    refusal = too_much(chat, text)
    if refusal:
        return refusal
    article = _article_key(chat, command.number)
    if article is None:
        return chat.say("f_no_article", n=command.number)
    return receipt(chat, keep_comment(chat, text, article))


def too_much(chat: Chat, text: str) -> str:
    """Why a reader's words are not taken now: too long, or too many in an hour; empty if they are."""
    if flooding.is_too_long(text):
        surplus = len(text) - flooding.LONGEST_INPUT
        return chat.say("f_comment_too_long", limit=flooding.LONGEST_INPUT, surplus=surplus)
    sent = flooding.recent(chat.person.chat_comments, chat.now, HOUR)
    if len(sent) >= PER_HOUR:
        minutes = max(1, math.ceil((sent[0] + HOUR - chat.now) / 60))
        return chat.say("f_comment_often", most=PER_HOUR, minutes=minutes)
    return ""


def keep_comment(chat: Chat, text: str, article: str, about: str = "") -> int:
    """Leave a reader's words for triage, as a comment of an article; its public number."""
    number = chat.stores.unit.next("comment")
    comment = Comment(
        article=article,
        cid=f"c{number}",
        content=text,
        created_at=int(chat.now),
        source=Source.CHAT,
        received_at=chat.now,
        pid=chat.person.pid,
        number=number,
        about=about,
    )
    chat.stores.account.put_in(comment)
    chat.stores.comments.number(comment)
    chat.stores.due("inbox", "", chat.now)
    sent = flooding.recent(chat.person.chat_comments, chat.now, HOUR)
    chat.update(chat_comments=(*sent, chat.now))
    return number


def _article_key(chat: Chat, n: int | None) -> str | None:
    """Where a comment belongs: 文章 n (None if there is none), else the article it was sent from, else the newest."""
    articles = chat.stores.articles
    if n:
        numbered = articles.numbered(n)
        return numbered.key if numbered else None
    event = chat.event
    written_from = articles.get(event.article_key) if isinstance(event, Message) and event.article_key else None
    article = written_from or articles.newest()
    return article.key if article else NO_ARTICLE


def receipt(chat: Chat, number: int, name: str = "f_receipt") -> str:
    """The numbered receipt; the very first one also asks whether the words may be shown."""
    said = chat.say(name, number=number)
    if chat.person.consent is not Consent.UNASKED or chat.person.blocked:
        return said
    chat.update(consent=Consent.ASKED)
    return f"{said}\n{chat.say('f_consent_question')}"
