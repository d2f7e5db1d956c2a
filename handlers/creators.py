"""A creator's text: the open question first, then commands, then ordinary talk (chat.md section 2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from bot.domain.events import TextMessage
from bot.domain.people import Question, Role
from handlers import approvals, edits, rejections
from handlers.chat.commands import Command, Ordinary, Suggestion, Unclear, Verb, Wrong
from handlers.chat.answers import Choice, Confirmation, No, Yes, read_answer
from handlers.chat.creators import read_creator
from handlers.context import Chat, Reply
from handlers.roles import may

CreatorHandler = Callable[[Chat, Command], Reply]
HINT_SECONDS = 600.0

_encode = msgspec.json.encode


class CreatorCommands:
    """The table of creators' verbs: who may use each, and the function that does it."""

    def __init__(self, table: Mapping[Verb, tuple[Role, CreatorHandler]]) -> None:
        self._table = table

    def answer(self, chat: Chat, text: str) -> tuple[bool, Reply]:
        """`(understood, reply)`; not understood means ordinary talk, which may still be a follower's command."""
        question = chat.session.question
        if question is not None:
            chat.remember(question=None)
            if chat.now <= question.until:
                done, reply = self._answer_question(chat, question, text)
                if done:
                    return True, reply
        answer = read_answer(text)
        if isinstance(answer, Confirmation):
            return True, chat.say("code_wrong")
        parsed = read_creator(text)
        if isinstance(parsed, Command):
            return True, self.run(chat, parsed)
        if isinstance(parsed, Unclear):
            return True, self._ask_tail(chat, parsed)
        if isinstance(parsed, Suggestion):
            return True, self._suggest(chat, parsed)
        if isinstance(parsed, Wrong):
            return True, _explain(chat, parsed)
        return False, None

    def run(self, chat: Chat, command: Command) -> Reply:
        """Do one command, if this role may."""
        entry = self._table.get(command.verb)
        if entry is None:
            return hint(chat)
        needed, handler = entry
        if not may(chat.person, needed):
            return chat.say("owner_only" if needed is Role.OWNER else "editor_only", verb=command.verb.value)
        return handler(chat, command)
