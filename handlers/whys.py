"""From a like or a vote to words: one gentle question a week, and its answer as a comment (feature E6)."""

from __future__ import annotations

from bot.domain.asks import Ask
from bot.domain.people import Question
from bot.stores.comments import split_id
from handlers.chat.small_talk import asks_about_voting, says_nothing
from handlers.context import Chat, Reply
from handlers.follower_comments import keep_comment, receipt, too_much

ANSWER_SECONDS = 600.0
WHY = "why"
"""The kind of question that a reader's next words answer."""


def with_question(chat: Chat, said: str, comment_id: str) -> str:
    """What was said, with the question why, unless this person was asked for something within the week or is ours."""
    if chat.person.is_creator or chat.person.blocked or chat.person.silent:
        return said
    if not chat.stores.asks.spend(chat.person.pid, Ask.WHY, chat.now):
        return said
    chat.ask(WHY, comment_id, seconds=ANSWER_SECONDS)
    return chat.say("w_why", said=said)


def answered(chat: Chat, question: Question, text: str) -> Reply:
    """Free words within ten minutes: a comment of the same article, linked to what they are about."""
    words = text.strip()
    if sum(char.isalnum() for char in words) < 2 or says_nothing(words) or asks_about_voting(words):
        return None
    refusal = too_much(chat, words)
    if refusal:
        return refusal
    article, _ = split_id(question.payload)
    number = keep_comment(chat, words, article, about=question.payload)
    chat.stores.asks.answered()
    return receipt(chat, number, "w_why_kept")
