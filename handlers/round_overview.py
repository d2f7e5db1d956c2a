"""周榜: how the round stands, and what of its result waits for a creator's word (features F1, F9)."""

from __future__ import annotations

import msgspec

from bot.domain.credit import CreditState
from bot.domain.people import Question, Role
from bot.domain.round import Round
from bot.domain.round_state import RoundState
from bot.domain.winner import Method
from bot.stores.audit import Entry
from handlers.chat.answers import Answer, Choice, Yes
from handlers.chat.commands import Command
from handlers.context import Blocks, Chat, Reply
from handlers.nominations import mark_seen
from handlers.roles import may
from handlers.round_focus import focus, mend_drafts
from handlers.round_pages import creators_page, proposed_names

S = RoundState
HELD, PICK, NAMES = "round_held", "round_pick", "round_names"
"""Kinds of questions: count the ballots held for review, the editor's choice, readers' names."""


def overview(chat: Chat, command: Command) -> Reply:
    """周榜: the round in focus, what happens next, and one question if something waits for this creator's word."""
    campaign, round_ = focus(chat.stores)
    if campaign is None or round_ is None:
        return chat.say("w_off")
    blocks = creators_page(chat, campaign, round_)
    mark_seen(chat, round_)
    question = _question(chat, round_)
    return Blocks((*blocks, question) if question else tuple(blocks))


def _question(chat: Chat, round_: Round) -> str:
    """Ask what is open, the most important first; empty if nothing is, or if it is not this creator's to decide."""
    result, is_owner = round_.result, may(chat.person, Role.OWNER)
    if is_owner and round_.state is S.CLOSED and result and result.tally.held:
        chat.ask(HELD, _stamp(round_))
        return chat.say("w_ask_held")
    if is_owner and round_.state is S.CLOSED and result and result.method is Method.EDITOR and not round_.picked:
        chat.ask(PICK, _stamp(round_))
        return chat.say("w_ask_pick", least=round_.terms.winner.least, n=result.winner)
    names = proposed_names(chat, round_)
    if names and may(chat.person, Role.EDITOR):
        chat.ask(NAMES, msgspec.json.encode((round_.id, names)).decode())
        wanted = "、".join(f"{number} 号「{name}」" for number, name in names.items())
        return chat.say("w_ask_names", wanted=wanted)
    return ""


def _stamp(round_: Round) -> str:
    """What an answer is bound to: this round with this result."""
    return f"{round_.id} {round_.mark}"


def _stamped(chat: Chat, question: Question) -> Round | None:
    """The round a question was about, None if it has changed since."""
    round_id, _, mark = question.payload.partition(" ")
    round_ = chat.stores.campaigns.round(round_id)
    return round_ if round_ and round_.state is S.CLOSED and round_.mark == mark else None


def count_held(chat: Chat, question: Question, answer: Answer) -> Reply:
    """是 to the ballots held for review: they count from now on, and the result is found anew."""
    if not isinstance(answer, Yes):
        return None
    round_ = _stamped(chat, question)
    if round_ is None or round_.result is None:
        return chat.say("w_changed")
    counting = round_.having(count_held=True)
    changed = counting.having(result=counting.decided(round_.result.tally.with_held()))
    chat.stores.campaigns.put_round(changed)
    mend_drafts(chat.stores, chat.now)
    chat.stores.audit.note(Entry(chat.now, f"周榜 {round_.id} 计入待核票", chat.person.pid, said=chat.said))
    chat.did("计入待核票")
    assert changed.result is not None
    return chat.say("w_held_counted", winner=changed.result.winner, valid=changed.result.tally.valid)


def pick(chat: Chat, question: Question, answer: Answer) -> Reply:
    """A nominee's number where there were too few ballots: the editor's choice, said openly in the post."""
    if not isinstance(answer, Choice):
        return None
    round_ = _stamped(chat, question)
    if round_ is None or round_.result is None:
        return chat.say("w_changed")
    chosen = round_.nominee(answer.n)
    if chosen is None or not chosen.stands or chosen.resting:
        able = " ".join(str(one.number) for one in round_.standing if not one.resting)
        return chat.say("w_no_pick", n=answer.n, able=able)
    picked = round_.having(picked=answer.n)
    chat.stores.campaigns.put_round(picked.having(result=picked.decided(round_.result.tally)))
    mend_drafts(chat.stores, chat.now)
    chat.stores.audit.note(Entry(chat.now, f"周榜 {round_.id} 选定 {answer.n} 号", chat.person.pid, said=chat.said))
    chat.did(f"选定 {answer.n} 号", "周榜")
    return chat.say("w_picked", n=answer.n)


def accept_names(chat: Chat, question: Question, answer: Answer) -> Reply:
    """是 accepts every name asked about, a nominee's number only that one's; the others stay as they are."""
    round_id, names = msgspec.json.decode(question.payload, type=tuple[str, dict[int, str]])
    if isinstance(answer, Yes):
        wanted = list(names)
    elif isinstance(answer, Choice) and answer.n in names:
        wanted = [answer.n]
    else:
        return None
    round_ = chat.stores.campaigns.round(round_id)
    accepted, taken = [], []
    for number in wanted:
        nominee = round_.nominee(number) if round_ else None
        credit = chat.stores.credits.of(nominee.pid) if nominee else None
        if nominee and credit and credit.state is CreditState.PROPOSED and credit.name == names[number]:
            if chat.stores.credits.is_taken(credit.name, nominee.pid):
                taken.append(f"{number} 号「{credit.name}」")
                continue
            chat.stores.credits.put(nominee.pid, msgspec.structs.replace(credit, state=CreditState.ACCEPTED))
            accepted.append(f"{number} 号「{credit.name}」")
            mend_drafts(chat.stores, chat.now, nominee.pid)
    if accepted:
        chat.did(f"采用署名 {'、'.join(accepted)}")
    said = [chat.say("w_names_accepted", names="、".join(accepted))] if accepted else []
    said += [chat.say("w_names_taken", names="、".join(taken))] if taken else []
    return "\n".join(said) or chat.say("w_changed")
