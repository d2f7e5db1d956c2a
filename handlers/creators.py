"""A creator's text: the open question first, then commands, then ordinary talk (chat.md section 2)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

import msgspec

from bot.domain.people import Question, Role
from bot.wechat.text import quoted
from handlers import batches, rejections
from handlers.chat.answers import Choice, Confirmation, No, Yes, read_answer
from handlers.chat.commands import Command, Suggestion, Unclear, Verb, Wrong
from handlers.chat.creators import read_creator
from handlers.context import Chat, Reply
from handlers.roles import may

CreatorHandler = Callable[[Chat, Command], Reply]
HINT_SECONDS = 600.0
FOLLOWER_QUESTIONS = ("erase",)
"""Questions that are answered by a follower's command (确认删除 4F), whoever types it."""

_encode = msgspec.json.encode
_command = msgspec.json.Decoder(Command)
_unclear = msgspec.json.Decoder(Unclear)


class CreatorCommands:
    """The table of creators' verbs: who may use each, and the function that does it."""

    def __init__(self, table: Mapping[Verb, tuple[Role, CreatorHandler]]) -> None:
        self._table = table

    def answer(self, chat: Chat, text: str) -> tuple[bool, Reply]:
        """`(understood, reply)`; not understood means ordinary talk, which may still be a follower's command."""
        question = chat.session.question
        if question is not None and question.kind not in FOLLOWER_QUESTIONS:
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
            return True, self._explain(chat, parsed)
        return False, None

    def run(self, chat: Chat, command: Command) -> Reply:
        """Do one command, if this role may."""
        entry = self._table.get(command.verb)
        if entry is None:
            return chat.say("not_yet", verb=command.verb.value)
        needed, handler = entry
        if not may(chat.person, needed):
            return chat.say("owner_only" if needed is Role.OWNER else "editor_only", verb=command.verb.value)
        return handler(chat, command)

    def _answer_question(self, chat: Chat, question: Question, text: str) -> tuple[bool, Reply]:
        """`(answered, reply)`: what an answer to the open question does; anything else is read as usual."""
        answer = read_answer(text)
        if isinstance(answer, No):
            return True, chat.say("cancelled")
        if question.kind == "batch" and isinstance(answer, Confirmation):
            same = secrets.compare_digest(answer.code.upper(), question.code.upper())
            return True, batches.confirm(chat, question.payload) if same else chat.say("code_wrong")
        if question.kind == "suggest" and isinstance(answer, Yes):
            return True, self.run(chat, _command.decode(question.payload))
        if question.kind == "reject_alike" and isinstance(answer, Yes):
            return True, rejections.reject_alike(chat, question.payload)
        if question.kind == "tail" and isinstance(answer, Choice) and answer.n in (1, 2):
            return True, self._answer_tail(chat, question, answer.n)
        return False, None

    def _ask_tail(self, chat: Chat, unclear: Unclear) -> Reply:
        """通过 3 谢谢大家: is the rest the new text?"""
        if len(unclear.command.items) != 1:
            return chat.say("tail_many")
        chat.ask("tail", _encode(unclear).decode())
        return chat.say("tail", tail=quoted(unclear.text, 60), n=unclear.command.items[0].number)

    def _answer_tail(self, chat: Chat, question: Question, choice: int) -> Reply:
        unclear = _unclear.decode(question.payload)
        if choice == 1:
            verb = Verb.EDIT
            return self.run(chat, Command(verb, unclear.command.items, text=unclear.text))
        return self.run(chat, unclear.command)

    def _suggest(self, chat: Chat, suggestion: Suggestion) -> Reply:
        chat.ask("suggest", _encode(suggestion.command).decode())
        return chat.say("suggest", typed=quoted(suggestion.typed, 20), meant=quoted(suggestion.meant, 60))

    def _explain(self, chat: Chat, wrong: Wrong) -> Reply:
        """What is wrong with a command that was recognised, and one thing to type; nothing was done."""
        if wrong.meant is not None:
            chat.ask("suggest", _encode(wrong.meant).decode())
            return chat.say("wrong_meant", reason=wrong.reason.value, meant=quoted(wrong.example, 60))
        return chat.say("wrong", reason=wrong.reason.value, verb=wrong.verb.value, example=quoted(wrong.example, 60))


def hint(chat: Chat) -> Reply:
    """One line for talk that is no command, at most once in ten minutes; else silence."""
    if chat.now - chat.session.hint_at < HINT_SECONDS:
        return None
    chat.remember(hint_at=chat.now)
    return chat.say("nothing_done")
