"""A creator's text: the open question first, then commands, then ordinary talk (chat.md section 2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from bot.domain.draft import DraftState
from bot.domain.people import Question, Role
from bot.wechat.text import quoted
from handlers import batches, codes, rejections, review
from handlers.chat.answers import Answer, Choice, Confirmation, No, Yes, read_answer
from handlers.chat.commands import Command, Suggestion, Unclear, Verb, Wrong, WrongReason, spell
from handlers.chat.creators import read_creator
from handlers.chat.place import Reading
from handlers.context import Chat, Reply
from handlers.queue import find
from handlers.roles import may

CreatorHandler = Callable[[Chat, Command], Reply]
AnswerHandler = Callable[[Chat, Question, Answer], Reply]
"""What an answer to an open question of one kind does; None if it is no answer to it."""

HINT_SECONDS = 600.0
FOLLOWER_QUESTIONS = ("erase", "why", "honour")
"""Questions that are answered as a follower (确认删除 4F), whoever types it."""

_encode = msgspec.json.encode


class Asked(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an answer would do: a command, or with `text` its item rewritten; and its items as they were when asked.

    `items` are (draft id, version, state): if one of them has changed since, nothing is done.
    """

    command: Command
    items: tuple[tuple[str, int, str], ...] = ()
    text: str = ""


_asked = msgspec.json.Decoder(Asked)


class CreatorCommands:
    """The table of creators' verbs: who may use each, and the function that does it; and of further questions."""

    def __init__(
        self, table: Mapping[Verb, tuple[Role, CreatorHandler]], answers: Mapping[str, tuple[Verb, AnswerHandler]]
    ) -> None:
        """`answers` maps kinds of questions to the verb one must be allowed and the function that takes an answer."""
        self._table = table
        self._answers = answers

    def answer(self, chat: Chat, text: str) -> tuple[bool, Reply]:
        """`(understood, reply)`; not understood means ordinary talk, which may still be a follower's command."""
        question = chat.session.question
        if question is not None and question.kind not in FOLLOWER_QUESTIONS:
            chat.remember(question=None)
            if chat.now <= question.until:
                done, reply = self._answer_question(chat, question, text)
                if done:
                    return True, reply
                if question.kind == review.QUESTION:
                    chat.postscript = chat.say("d_review_ended")
            elif question.kind == review.QUESTION and isinstance(digit := read_answer(text), Choice):
                return True, review.lapsed(chat, digit.n)
        answer = read_answer(text)
        if isinstance(answer, Confirmation):
            return True, codes.why_not(chat, answer, self._waits(chat)) or self._confirmed(chat, answer)
        if said := codes.answered_in_words(chat, answer):
            return True, said
        parsed = read_creator(text)
        if isinstance(parsed, Command):
            # A code that is not open is ordinary text, from a creator too (feature K2).
            return (False, None) if parsed.verb is Verb.JOIN else (True, self.run(chat, parsed))
        verb = _verb_of(parsed)
        if verb is Verb.CONFIRM:
            return True, codes.without_code(chat)
        if verb is not None and (refusal := self._refusal(chat, verb)):
            return True, refusal
        if isinstance(parsed, Unclear):
            return True, self._ask_tail(chat, parsed)
        if isinstance(parsed, Suggestion):
            return True, self._suggest(chat, parsed)
        if isinstance(parsed, Wrong):
            return True, self._explain(chat, parsed)
        return False, None

    def run(self, chat: Chat, command: Command) -> Reply:
        """Do one command, if this role may."""
        refusal = self._refusal(chat, command.verb)
        return refusal or self._table[command.verb][1](chat, command)

    def _refusal(self, chat: Chat, verb: Verb) -> str | None:
        """Why this person cannot use this verb, None if they can."""
        name = "恢复" if verb is Verb.REVIVE else verb.value
        if verb not in self._table:
            return chat.say("not_yet", verb=name)
        needed, _ = self._table[verb]
        if may(chat.person, needed):
            return None
        return chat.say("owner_only" if needed is Role.OWNER else "editor_only", verb=name)

    def _answer_question(self, chat: Chat, question: Question, text: str) -> tuple[bool, Reply]:
        """`(answered, reply)`: what an answer to the open question does; anything else is read as usual."""
        answer = read_answer(text)
        if question.kind == review.QUESTION:
            pressed = review.read_press(text)
            if pressed is None:
                return False, None
            return True, self._refusal(chat, Verb.REVIEW) or review.press(chat, question, pressed)
        if isinstance(answer, No):
            return True, chat.say("cancelled")
        if question.kind == "reject_alike" and isinstance(answer, Yes):
            return True, self._refusal(chat, Verb.REJECT) or rejections.reject_alike(chat, question.payload)
        if question.kind == "suggest" and isinstance(answer, Yes):
            return True, self._do_asked(chat, _asked.decode(question.payload), rewrite=False)
        if question.kind == "tail" and isinstance(answer, Choice) and answer.n in (1, 2):
            return True, self._do_asked(chat, _asked.decode(question.payload), rewrite=answer.n == 1)
        if question.kind in self._answers and answer is not None:
            verb, handler = self._answers[question.kind]
            reply = self._refusal(chat, verb) or handler(chat, question, answer)
            return reply is not None, reply
        return False, None

    def _waits(self, chat: Chat) -> str:
        """What the code that was asked for last would do, as a verb."""
        kind = chat.session.code.kind if chat.session.code else ""
        return (self._answers[kind][0] if kind in self._answers else Verb.APPROVE).value

    def _confirmed(self, chat: Chat, answer: Confirmation) -> Reply:
        """The open code was typed: what it confirms is done, unless it has changed since."""
        code = chat.session.code
        assert code is not None
        if code.kind == batches.BATCH:
            return self._refusal(chat, Verb.APPROVE_ALL) or batches.confirm(chat, code.payload)
        verb, handler = self._answers[code.kind]
        return self._refusal(chat, verb) or handler(chat, code, answer)

    def _do_asked(self, chat: Chat, asked: Asked, rewrite: bool) -> Reply:
        """Do what was asked about, unless an item of it has changed since."""
        if _as_they_are(chat, asked.command) != asked.items:
            return chat.say("changed_since", typing=quoted(spell(asked.command), 60))
        if rewrite:
            return self.run(chat, Command(Verb.EDIT, asked.command.items, text=asked.text))
        return self.run(chat, asked.command)

    def _ask_tail(self, chat: Chat, unclear: Unclear) -> Reply:
        """通过 3 谢谢大家: is the rest the new text?"""
        if len(unclear.command.items) != 1:
            return chat.say("tail_many")
        self._ask(chat, "tail", unclear.command, unclear.text)
        return chat.say("tail", tail=quoted(unclear.text, 60), n=unclear.command.items[0].number)

    def _ask(self, chat: Chat, kind: str, command: Command, text: str = "") -> None:
        chat.ask(kind, _encode(Asked(command, _as_they_are(chat, command), text)).decode())

    def _suggest(self, chat: Chat, suggestion: Suggestion) -> Reply:
        command = suggestion.command
        if command.verb is Verb.REJECT and all(_is_approved(chat, item.number) for item in command.items):
            command = Command(Verb.UNDO, command.items)  # 3别发了, said while it is held
        self._ask(chat, "suggest", command)
        meant = suggestion.meant if command is suggestion.command else spell(command)
        return chat.say("suggest", typed=quoted(suggestion.typed, 20), meant=quoted(meant, 60))

    def _explain(self, chat: Chat, wrong: Wrong) -> Reply:
        """What is wrong with a command that was recognised, and one thing to type; nothing was done."""
        if wrong.reason in (WrongReason.SEVERAL, WrongReason.SEVERAL_ALIKE):
            name = "several" if wrong.reason is WrongReason.SEVERAL else "several_alike"
            return chat.say(name, example=quoted(wrong.example, 60))
        if wrong.meant is not None:
            self._ask(chat, "suggest", wrong.meant)
            return chat.say("wrong_meant", reason=wrong.reason.value, meant=quoted(wrong.example, 60))
        return chat.say("wrong", reason=wrong.reason.value, verb=wrong.verb.value, example=quoted(wrong.example, 60))


def _verb_of(parsed: Reading) -> Verb | None:
    """The verb that a question or an explanation would be about."""
    if isinstance(parsed, Unclear | Suggestion):
        return parsed.command.verb
    return parsed.verb if isinstance(parsed, Wrong) else None


def _is_approved(chat: Chat, number: int) -> bool:
    draft = find(chat, number)
    return draft is not None and draft.state is DraftState.APPROVED


def _as_they_are(chat: Chat, command: Command) -> tuple[tuple[str, int, str], ...]:
    """The items of a command as they are now."""
    drafts = [draft for item in command.items if (draft := find(chat, item.number))]
    return tuple((draft.id, draft.version, draft.state.value) for draft in drafts)


def hint(chat: Chat) -> Reply:
    """One line for talk that is no command, at most once in ten minutes; else silence."""
    if chat.now - chat.session.hint_at < HINT_SECONDS:
        return None
    chat.remember(hint_at=chat.now)
    return chat.say("nothing_done")
