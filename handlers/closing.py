"""截止周榜 and 发布周榜: a creator hurries the round; what goes out is what was shown, or nothing (features F7, D6)."""

from __future__ import annotations

from bot.domain.campaign import FEWEST, Campaign
from bot.domain.people import Question
from bot.domain.post import PostState, Publish
from bot.domain.round import Round
from bot.domain.round_state import RoundState
from bot.stores.audit import Entry
from handlers.campaigns import new_code
from handlers.chat.answers import Answer, Choice, Confirmation
from handlers.chat.commands import Command
from handlers.context import Blocks, Chat, Reply
from handlers.counting import AT_ONCE, as_they_are, count
from handlers.post_outcomes import published
from handlers.round_focus import focus
from handlers.round_pages import ballots_line, result_lines, won_by
from handlers.round_planning import goes_by_itself
from handlers.round_texts import moment, prefetch_nominees, shown_as
from handlers.rounds import close_round, let_out

S = RoundState
LET_OUT, BY_HAND, END_VOTE = "round_let_out", "round_by_hand", "round_end_vote"
"""Kinds of questions: a publication's code, whether the post has been published by hand, a code that ends a vote."""


def close(chat: Chat, command: Command) -> Reply:
    """截止周榜: no ballot from here on; shows what it comes to, and publishes after the hold if it may by itself."""
    campaign, round_ = focus(chat.stores)
    if campaign is None or round_ is None:
        return chat.say("w_off")
    return _close(chat, campaign, round_)


def _close(chat: Chat, campaign: Campaign, round_: Round) -> Reply:
    if round_.state not in (S.NOMINATED, S.VOTING):
        return chat.say("w_cannot_close", state=round_.state.value)
    if len(round_.standing) < FEWEST:
        return chat.say("w_too_few_to_close", n=len(round_.standing), least=FEWEST)
    hold = chat.tools.settings.hold_seconds
    by_itself = goes_by_itself(chat.stores, campaign, round_) and not campaign.is_paused
    shown = _counted(chat, round_)
    close_round(chat.stores, chat.tools, campaign, round_, chat.now, chat.now + hold if by_itself else 0.0)
    _note(chat, round_, "截止周榜")
    chat.did("截止周榜", "暂停周榜" if by_itself else "周榜")
    goes = "w_closed_draft" if round_.terms.publish is Publish.DRAFT else "w_closed_goes"
    goes = "w_closed_stopped" if chat.stores.account.pause else goes
    after = chat.say(goes, seconds=hold) if by_itself else chat.say("w_waits")
    return Blocks((*(_preview(chat, shown) if shown else (chat.say("w_counting"),)), after))


def publish(chat: Chat, command: Command) -> Reply:
    """发布周榜: shows what would go out and asks for a code.

    While readers vote there is nothing to be shown to anybody (E3): the code closes the vote, as 截止周榜 does.
    """
    campaign, round_ = focus(chat.stores)
    if campaign is None or round_ is None:
        return chat.say("w_off")
    if round_.state in (S.TO_PUBLISH, S.COUNTING):
        return _stopped(chat, campaign) or chat.say("w_going", state=round_.post.state.value)
    if round_.state in (S.ANNOUNCED, S.FINISHED):
        at = moment(chat.tools, round_.announced_at, chat.now) if round_.announced_at else "—"
        return chat.say("w_out_already", round=round_.id, at=at)
    if round_.state not in (S.NOMINATED, S.VOTING, S.CLOSED):
        return chat.say("w_nothing_to_publish", at=moment(chat.tools, round_.nominate_at, chat.now))
    if round_.state is not S.CLOSED and campaign.is_paused:
        return chat.say("w_on_but_paused")
    if round_.state is not S.CLOSED and len(round_.standing) < FEWEST:
        return chat.say("w_too_few_to_close", n=len(round_.standing), least=FEWEST)
    if round_.state is S.VOTING:
        code = new_code()
        chat.ask_code(END_VOTE, round_.id, code)
        until = moment(chat.tools, round_.close_at, chat.now)
        return chat.say("w_still_voting", round=round_.id, close=until, code=code)
    if round_.post.state is PostState.BY_HAND:
        chat.ask(BY_HAND, round_.id)
        return chat.say("w_ask_by_hand", round=round_.id, title=round_.title)
    return _ask_to_let_out(chat, round_)


def by_hand(chat: Chat, question: Question, answer: Answer) -> Reply:
    """1: the owner has published it by hand, so the honour is given; 2: another try, shown and asked about as ever."""
    if not isinstance(answer, Choice) or answer.n not in (1, 2):
        return None
    round_ = chat.stores.campaigns.round(question.payload)
    if round_ is None or not round_.waits_for_hand:
        return chat.say("w_changed")
    if answer.n == 2:
        return _ask_to_let_out(chat, round_)
    published(chat.stores, chat.tools, round_, "", chat.now)
    _note(chat, round_, "已手动发表")
    chat.did("发布周榜", "周榜")
    return chat.say("w_noted_out")


def _ask_to_let_out(chat: Chat, round_: Round) -> Reply:
    shown = round_ if round_.state is S.CLOSED else _counted(chat, round_)
    if shown is None:
        return chat.say("w_close_first")
    code = new_code()
    chat.ask_code(LET_OUT, f"{round_.id} {shown_as(chat.stores, shown)}", code)
    ends = chat.say("w_no_vote") if round_.state is not S.CLOSED else ""
    name = "w_confirm_draft" if round_.terms.publish is Publish.DRAFT else "w_confirm_out"
    return Blocks((*_preview(chat, shown), ends + chat.say(name, title=round_.title, code=code)))


def confirm_close(chat: Chat, question: Question, answer: Answer) -> Reply:
    """确认 XX to 发布周榜 while readers vote: the same as 截止周榜."""
    if not isinstance(answer, Confirmation):
        return None
    campaign, round_ = chat.stores.campaigns.get(), chat.stores.campaigns.round(question.payload)
    if campaign is None or round_ is None or round_.state is not S.VOTING or campaign.is_paused:
        return chat.say("w_changed")
    chat.used_code()
    return _close(chat, campaign, round_)


def confirm_publish(chat: Chat, question: Question, answer: Answer) -> Reply:
    """确认 XX: exactly what was shown goes out; if anything of it has changed since, nothing does."""
    if not isinstance(answer, Confirmation):
        return None
    round_id, _, only_as = question.payload.partition(" ")
    campaign, round_ = chat.stores.campaigns.get(), chat.stores.campaigns.round(round_id)
    if campaign is None or round_ is None or round_.state not in (S.NOMINATED, S.CLOSED):
        return chat.say("w_changed")
    if round_.state is not S.CLOSED and campaign.is_paused:
        return chat.say("w_on_but_paused")
    shown = round_ if round_.state is S.CLOSED else _counted(chat, round_)
    if shown is None or shown_as(chat.stores, shown) != only_as:
        return chat.say("w_changed")
    if round_.state is S.CLOSED:
        let_out(chat.stores, round_, chat.now, only_as)
    else:
        close_round(chat.stores, chat.tools, campaign, round_, chat.now, only_as=only_as)
    _note(chat, round_, "发布周榜")
    chat.used_code()
    chat.did("发布周榜", "周榜")
    going = "w_submitted_draft" if round_.terms.publish is Publish.DRAFT else "w_submitted"
    return _stopped(chat, campaign) or chat.say(going)


def _stopped(chat: Chat, campaign: Campaign) -> str:
    """What holds back a post that is let out, and what ends it; empty if nothing does."""
    if chat.stores.account.pause:
        return chat.say("w_submitted_stopped")
    return chat.say("w_submitted_paused") if campaign.is_paused else ""


def _counted(chat: Chat, round_: Round) -> Round | None:
    """The round as it would be if it were closed now; None if there are too many ballots to count at once."""
    if chat.stores.ballots.count(round_.id) > AT_ONCE:
        return None
    checked = round_.having(nominees=as_they_are(chat.stores, round_.nominees))
    return checked.having(result=count(chat.stores, checked))


def _preview(chat: Chat, round_: Round) -> tuple[str, ...]:
    result = round_.result
    assert result is not None
    prefetch_nominees(chat.stores, round_.nominees)
    head = chat.say("w_preview", round=round_.id, title=round_.title, criteria=round_.criteria)
    lines = "\n".join([*result_lines(chat, round_, result), ballots_line(chat, result)])
    return head, lines, won_by(chat, round_)


def _note(chat: Chat, round_: Round, what: str) -> None:
    chat.stores.audit.note(Entry(chat.now, f"{what} {round_.id}", chat.person.pid, said=chat.said))
