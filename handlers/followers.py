"""A follower's text: a command of theirs, a keyword of the account, else silence or one hint a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.domain.people import Question
from handlers import flooding, welcome
from handlers.chat.commands import FollowerCommand, FollowerVerb, Ordinary
from handlers.chat.small_talk import says_nothing
from handlers.context import Chat, Reply

FollowerHandler = Callable[[Chat, FollowerCommand], Reply]
WordsHandler = Callable[[Chat, Question, str], Reply]
"""What a text does that may answer an open question of one kind; None if it does not answer it."""

HINT_SECONDS = 24 * 3600.0
IF_ASKED = frozenset({FollowerVerb.CHOOSE, FollowerVerb.UNSURE_VOTE, FollowerVerb.HOW_TO_VOTE, FollowerVerb.TOTALS})
"""Wordings that are commands only while there is something to choose; their functions answer None if there is not.

A choice is first of all the answer to a question that has choices; none of them says why somebody voted.
"""


class FollowerCommands:
    """The table of followers' verbs and the functions that do them, and of questions answered in free words."""

    def __init__(
        self, table: Mapping[FollowerVerb, FollowerHandler], answers: Mapping[str, tuple[FollowerVerb, WordsHandler]]
    ) -> None:
        """`answers` maps kinds of questions to the verb that an answer counts as and the function that takes it."""
        self._table = table
        self._answers = answers

    def answer(self, chat: Chat, text: str, command: FollowerCommand | Ordinary) -> Reply:
        """Do a follower's command, or answer a keyword; everything else is silence or one hint a day (E11).

        `command` is what was read in the text.
        """
        question = self._open_question(chat)
        takes_words = question is not None and self._answers[question.kind][0] is FollowerVerb.COMMENT
        if isinstance(command, FollowerCommand) and command.verb in self._table:
            if command.verb not in IF_ASKED:
                return self._do(chat, command)
            if question is None or takes_words or command.verb is not FollowerVerb.CHOOSE:
                effects = chat.person.effects
                reply = self._do(chat, command)
                if reply is not None:
                    return reply
                chat.update(effects=effects)
                question = None if takes_words else question
        if question is not None:
            verb, take = self._answers[question.kind]
            reply = _heard(chat, verb, lambda: take(chat, question, text))
            if reply is not None:
                return reply
        return _unmatched(chat, text)

    def _do(self, chat: Chat, command: FollowerCommand) -> Reply:
        return _heard(chat, command.verb, lambda: self._table[command.verb](chat, command))

    def _open_question(self, chat: Chat) -> Question | None:
        """The question that free words may answer; any message closes it, and a command always beats it (E6)."""
        question = chat.session.question
        if question is None or question.kind not in self._answers:
            return None
        chat.remember(question=None)
        return question if chat.now <= question.until else None

    def knows(self, command: FollowerCommand | Ordinary) -> bool:
        """True for a follower's command (creators may use those too)."""
        return isinstance(command, FollowerCommand) and command.verb in self._table


def _heard(chat: Chat, verb: FollowerVerb, act: Callable[[], Reply]) -> Reply:
    """What a reader's message does, unless they flood us or are not to be answered."""
    heard = flooding.hearing(chat.person, verb.value, chat.now)
    if heard is flooding.Hearing.IGNORED:
        return None
    chat.update(effects=flooding.with_effect(chat.person, chat.now))
    reply = act()
    return reply if heard is flooding.Hearing.ANSWERED else None


def _unmatched(chat: Chat, text: str) -> Reply:
    if chat.person.blocked:
        return None
    answer = welcome.keyword_answer(chat, text)
    if answer:
        return answer
    if chat.person.is_creator or chat.person.silent or not _says_something(text):
        return None
    if chat.now - chat.person.hint_at < HINT_SECONDS:
        return None
    chat.update(hint_at=chat.now)
    return welcome.hint(chat)


def _says_something(text: str) -> bool:
    """False for what asks for no answer: 继续, 谢谢, a face, a few signs."""
    words = "".join(char for char in text if char.isalnum())
    return (
        len(words) >= 4
        and not says_nothing(text)
        and not words.startswith(("谢谢", "感谢", "继续", "好的", "收到", "哈哈"))
    )
