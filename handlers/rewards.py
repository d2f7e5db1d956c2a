"""领奖: the winner chooses an honour that costs no money; an invitation's code works once and is logged (F8)."""

from __future__ import annotations

import msgspec

from bot.domain.honours import Honour, Reward
from bot.domain.people import Question
from bot.domain.round import Round
from bot.stores.audit import Entry
from handlers.chat.answers import Choice, read_answer
from handlers.chat.commands import FollowerCommand
from handlers.context import Chat, Reply
from handlers.roles import new_code
from handlers.round_focus import recent
from handlers.round_letters import tell_owners
from handlers.round_texts import moment
from handlers.wall import put_winner_up

HONOUR = "honour"
"""The kind of question that a choice of honour answers."""

CHOICE_SECONDS = 600.0


def claim(chat: Chat, command: FollowerCommand) -> Reply:
    """领奖: what there is to choose from, for who won and has time left."""
    round_ = _mine(chat)
    if round_ is None or round_.honour is None:
        return chat.say("w_no_honour")
    honour = round_.honour
    if honour.reward:
        return chat.say("w_claimed_already", reward=honour.reward)
    if not honour.is_open or chat.now > honour.until:
        return chat.say("w_claim_over")
    if round_.is_frozen:
        return chat.say("w_claim_frozen")
    rewards = round_.terms.rewards
    if not rewards:
        return chat.say("w_claim_nothing", category=round_.category)
    if len(rewards) == 1:
        return _give(chat, round_, honour, rewards[0])
    chat.ask(HONOUR, round_.id, seconds=CHOICE_SECONDS)
    choices = "\n".join(f"{number} {reward}" for number, reward in enumerate(rewards, 1))
    until = moment(chat.tools, honour.until, chat.now)
    return chat.say("w_choose", category=round_.category, choices=choices, until=until)


def chosen(chat: Chat, question: Question, text: str) -> Reply:
    """The number or the name of an honour, behind 领奖."""
    round_ = chat.stores.campaigns.round(question.payload)
    honour = round_.honour if round_ else None
    if round_ is None or honour is None or not honour.is_open or chat.now > honour.until or round_.is_frozen:
        return None
    winner = round_.nominee(honour.number)
    answer, rewards = read_answer(text), round_.terms.rewards
    if winner is None or winner.pid != chat.person.pid:
        return None
    if isinstance(answer, Choice) and 1 <= answer.n <= len(rewards):
        return _give(chat, round_, honour, rewards[answer.n - 1])
    return _give(chat, round_, honour, text.strip()) if text.strip() in rewards else None


def _give(chat: Chat, round_: Round, honour: Honour, reward: str) -> str:
    code = new_code() if reward == Reward.INVITATION else ""
    given = msgspec.structs.replace(honour, reward=reward, claimed_at=chat.now, code=code)
    chat.stores.campaigns.put_round(round_.having(honour=given))
    chat.stores.due("round", round_.id, chat.now)
    detail = f"{reward} {code}".strip()
    chat.stores.audit.note(Entry(chat.now, f"周榜 {round_.id} 领奖", chat.person.pid, detail))
    tell_owners(chat.stores, chat.say("w_claimed_told", round=round_.id, n=honour.number, reward=detail), chat.now)
    if reward == Reward.INVITATION:
        plan = chat.tools.campaigns
        return plan.invitation.format(code=code) if plan else code
    if reward == Reward.WALL:
        winner = round_.nominee(honour.number)
        up = winner is not None and put_winner_up(chat, winner.id)
        return chat.say("w_got_wall" if up else "w_got_no_wall")
    return chat.say("w_got_credit")


def _mine(chat: Chat) -> Round | None:
    """The latest round whose honour is, or was, this reader's."""
    for round_ in recent(chat.stores):
        winner = round_.nominee(round_.honour.number) if round_.honour else None
        if winner and winner.pid and winner.pid == chat.person.pid:
            return chat.stores.campaigns.round(round_.id)
    return None
