"""Text and voice: by role to the creators' or the followers' table; joining works for everybody who has a code."""

from __future__ import annotations

from bot.domain.events import OtherMessage, TextMessage
from handlers.chat.commands import FollowerCommand, FollowerVerb
from handlers.chat.followers import read_follower
from handlers.context import Chat, Reply
from handlers.creators import CreatorCommands, hint
from handlers.followers import IF_ASKED, FollowerCommands
from handlers.roles import join

LONGEST = 2_000
"""Characters of a message that are read at all; WeChat sends no longer ones, a forger might."""


class Messages:
    """Answers texts (and voice where WeChat sends what was said)."""

    def __init__(self, creators: CreatorCommands, followers: FollowerCommands) -> None:
        self._creators = creators
        self._followers = followers

    def text(self, chat: Chat) -> Reply:
        """A text message."""
        assert isinstance(chat.event, TextMessage)
        return self._read(chat, chat.event.text)

    def other(self, chat: Chat) -> Reply:
        """Voice with its words is read like text; pictures and the rest are taken without a word."""
        assert isinstance(chat.event, OtherMessage)
        return self._read(chat, chat.event.text) if chat.event.text else None

    def _read(self, chat: Chat, text: str) -> Reply:
        text = text[:LONGEST]
        if not text.strip():
            return None
        asked = read_follower(text)
        if isinstance(asked, FollowerCommand) and asked.verb is FollowerVerb.JOIN:
            joined = join(chat, asked.text or "")
            if joined is not None:
                return joined
        if not chat.person.is_creator:
            return self._followers.answer(chat, text, asked)
        understood, reply = self._creators.answer(chat, text)
        if understood:
            return reply
        if isinstance(asked, FollowerCommand) and self._followers.knows(asked):
            reply = self._followers.answer(chat, text, asked)
            return hint(chat) if reply is None and asked.verb in IF_ASKED else reply
        return hint(chat)
