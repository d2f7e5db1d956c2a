"""榜: the nominees for readers, in an order of each reader's own while they vote, with the ballots once closed (E3)."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.nominee import Nominee
from bot.domain.round import Round
from bot.domain.round_state import WITH_RESULT, RoundState
from bot.wechat.text import PAGE_BYTES, size
from handlers.chat.commands import FollowerCommand
from handlers.context import Chat, Reply
from handlers.my_rounds import lost_vote
from handlers.round_focus import focus
from handlers.round_texts import moment, name_of, prefetch_nominees, still_shown, words_of
from handlers.taken_out import taken_out_line
from handlers.votes import mark_told

S = RoundState
Label = Callable[[Nominee], str]
LONGEST_WORDS = 44
ROOM = PAGE_BYTES - 120
"""One page and never two: a page that waits for 更多 would keep quotes in a reader's session."""


def ranking(chat: Chat, command: FollowerCommand) -> Reply:
    """榜: what can be voted on now, or what the last vote came to."""
    campaign, round_ = focus(chat.stores)
    if campaign is None or round_ is None:
        return chat.say("w_no_round")
    if round_.state is S.VOTING and chat.now < round_.close_at:
        return _ballot_paper(chat, round_, campaign.is_paused)
    if round_.state in (S.VOTING, S.COUNTING):
        return chat.say("w_rank_counting", category=round_.category)
    if round_.state in WITH_RESULT and round_.result:
        return _outcome(chat, round_)
    if round_.state in (S.OPEN, S.NOMINATED):
        vote = moment(chat.tools, round_.vote_at, chat.now)
        return chat.say("w_rank_soon", category=round_.category, criteria=round_.criteria, vote=vote)
    return chat.say("w_no_round")


def _ballot_paper(chat: Chat, round_: Round, paused: bool) -> str:
    """The rules first, then the nominees in this reader's own order; no totals."""
    mark_told(chat)
    prefetch_nominees(chat.stores, round_.standing)
    head = chat.say(
        "w_rank_rules",
        category=round_.category,
        criteria=round_.criteria,
        close=moment(chat.tools, round_.close_at, chat.now),
        opened=moment(chat.tools, round_.opened_at, chat.now),
    )
    order = sorted(round_.standing, key=lambda one: _lot(chat, round_, one))
    able = [one.number for one in order if one.number not in round_.honorary]
    tail = chat.say("w_vote_paused") if paused else chat.say("w_rank_how", n=able[0] if able else 1)
    if round_.honorary:
        tail = f"{chat.say('w_rank_honorary')}\n{tail}"
    tail = "\n".join([*lost_vote(chat), tail])
    return _page(chat, head, order, tail, lambda one: f"{one.number}{_honorary(round_, one)}")


def _outcome(chat: Chat, round_: Round) -> str:
    """The ballots of each, the winner first."""
    result = round_.result
    assert result is not None
    prefetch_nominees(chat.stores, round_.standing)
    order = [one for number in result.order if (one := round_.nominee(number)) and one.stands]
    head = chat.say("w_rank_result", round=round_.id, category=round_.category, method=result.method.value)
    votes = result.tally.votes

    def label(one: Nominee) -> str:
        crown = " 🏆" if one.number == result.winner else _honorary(round_, one)
        return f"{one.number} {votes.get(one.number, 0)} 票{crown}"

    tail = chat.say("w_rank_valid", valid=result.tally.valid)
    if out := taken_out_line(chat.tools, round_):
        tail = f"{out}\n{tail}"
    if round_.passed_over:
        tail = f"{chat.say('w_passed_over', passed='、'.join(map(str, round_.passed_over)))}\n{tail}"
    return _page(chat, head, order, tail, label)


def _honorary(round_: Round, one: Nominee) -> str:
    return " 荣誉提名" if one.number in round_.honorary else ""


def _page(chat: Chat, head: str, order: list[Nominee], tail: str, label: Label) -> str:
    """One page with a line for each nominee, their words cut as short as needed; noted as quoting them."""
    chat.stores.campaigns.quoted_in(chat.event.delivery_key(), chat.now)
    for longest in range(LONGEST_WORDS, 7, -4):
        page = "\n".join([head, *(_line(chat, one, label, longest) for one in order), tail])
        if size(page) <= ROOM:
            return page
    return page


def _line(chat: Chat, one: Nominee, label: Label, longest: int) -> str:
    """`3 「…」读者KQ #212`; nothing of a comment that is not there any more."""
    words = words_of(chat.stores, one, longest)
    if not words:
        return f"{label(one)} {chat.say('w_words_gone')}"
    if not still_shown(chat.stores, one):
        return f"{label(one)} {chat.say('w_words_withdrawn')}"
    name = name_of(chat.stores, chat.tools, chat.stores.comments.get(one.id))
    number = f" #{one.comment_number}" if one.comment_number else ""
    return f"{label(one)} 「{words}」{name}{number}"


def _lot(chat: Chat, round_: Round, one: Nominee) -> str:
    """An order that is random for each voter, and the same each time they look."""
    return chat.tools.vault.lottery("order", round_.id, chat.person.pid, str(one.number))
