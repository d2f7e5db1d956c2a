"""A round as creators read it under 周榜, in each of its states."""

from __future__ import annotations

from bot.domain.campaign import Campaign
from bot.domain.credit import CreditState
from bot.domain.nominee import Nominee
from bot.domain.post import PostState, Publish
from bot.domain.round import Round
from bot.domain.round_state import WITH_RESULT, RoundState
from bot.domain.winner import Result
from handlers.candidates import is_withdrawn
from handlers.context import Chat
from handlers.round_planning import goes_by_itself, lacks_permission
from handlers.round_texts import moment, prefetch_nominees, still_shown, words_of

S = RoundState
WORDS = 40
"""Characters of a nominee's words in a list, so that eight of them fit one message."""


def creators_page(chat: Chat, campaign: Campaign, round_: Round) -> list[str]:
    """The blocks of 周榜: how it stands, who stands, what happens next."""
    prefetch_nominees(chat.stores, round_.nominees)
    blocks = [_head(chat, campaign, round_)]
    blocks += ["\n".join(_nominee_lines(chat, round_))] if round_.nominees else []
    blocks += ["\n".join(lines)] if (lines := _footer(chat, campaign, round_)) else []
    return blocks


def result_lines(chat: Chat, round_: Round, result: Result) -> list[str]:
    """One line for each nominee with its ballots, the winner first, and those who do not stand any more."""
    numbers = [*result.order, *(one.number for one in round_.nominees if one.number not in result.order)]
    found = [one for number in numbers if (one := round_.nominee(number))]
    is_out = round_.state in (S.ANNOUNCED, S.FINISHED)
    return [_nominee(chat, one, result, one.number == result.winner, is_out) for one in found]


def ballots_line(chat: Chat, result: Result) -> str:
    """How many ballots counted, how many did not and why; with both totals while some are held for review."""
    tally = result.tally
    line = chat.say("w_ballots", valid=tally.valid)
    reasons = [
        chat.say(name, n=n)
        for name, n in (("w_late", tally.late), ("w_blocked", tally.blocked), ("w_void", tally.void))
        if n
    ]
    if reasons:
        line += chat.say("w_not_counted", reasons="，".join(reasons))
    if tally.held:
        which = "、".join(f"{number} 号 {count} 票" for number, count in sorted(tally.held.items()))
        total = tally.valid + sum(tally.held.values())
        line += "\n" + chat.say("w_held", n=sum(tally.held.values()), which=which, total=total)
    return line


def won_by(chat: Chat, round_: Round) -> str:
    """Who wins and how it was found; with those who have more ballots and rest."""
    result = round_.result
    assert result is not None
    said = chat.say("w_won_by", winner=result.winner, method=result.method.value)
    passed = "、".join(map(str, round_.passed_over))
    return f"{said}\n{chat.say('w_passed_over', passed=passed)}" if passed else said


def _head(chat: Chat, campaign: Campaign, round_: Round) -> str:
    slots = {
        "round": round_.id,
        "category": round_.category,
        "criteria": round_.criteria,
        "nominate": moment(chat.tools, round_.nominate_at, chat.now),
        "vote": moment(chat.tools, round_.vote_at, chat.now),
        "close": moment(chat.tools, round_.close_at, chat.now),
        "n": len(round_.wishes),
        "ballots": chat.stores.ballots.count(round_.id) if round_.state is S.VOTING else 0,
        "reason": round_.reason,
    }
    names = {
        S.OPEN: "w_page_open",
        S.NOMINATED: "w_page_nominated",
        S.VOTING: "w_page_voting",
        S.COUNTING: "w_page_counting",
        S.SKIPPED: "w_page_skipped",
    }
    head = chat.say(names.get(round_.state, "w_page_result"), state=round_.state.value, **slots)
    return f"{head}\n{chat.say('w_paused_now')}" if campaign.is_paused else head


def _nominee_lines(chat: Chat, round_: Round) -> list[str]:
    if round_.result and round_.state in WITH_RESULT:
        return [*result_lines(chat, round_, round_.result), ballots_line(chat, round_.result)]
    return [_nominee(chat, one) for one in round_.nominees]


def _nominee(chat: Chat, one: Nominee, result: Result | None = None, wins: bool = False, is_out: bool = False) -> str:
    words = words_of(chat.stores, one, WORDS) or chat.say("w_words_gone")
    if is_out and not still_shown(chat.stores, one):
        words = chat.say("w_words_withdrawn")
    votes = f"{result.tally.votes.get(one.number, 0)} 票 " if result and one.stands else ""
    marks = [one.kept]
    marks += ["首次留言"] if one.first else []
    marks += [_why_unquotable(chat, one)] if not one.quotable and not one.out else []
    marks += ["荣誉提名（刚得过奖，轮空）"] if one.resting else []
    marks += [] if result else [f"得分 {one.score:.0f}"]
    marks += [one.out] if one.out else []
    crown = "🏆 " if wins else ""
    return f"{one.number} {crown}{votes}★{one.quality} {one.kind}｜「{words}」{'·'.join(marks)}"


def _why_unquotable(chat: Chat, one: Nominee) -> str:
    """Whether the writer of these words has not answered yet or does not want them shown."""
    person = chat.stores.people.get(one.pid) if one.pid else None
    return "本人不愿展示" if is_withdrawn(person) else "等本人同意展示"


def _footer(chat: Chat, campaign: Campaign, round_: Round) -> list[str]:
    """What happens next and what can be done about it."""
    lines: list[str] = []
    if round_.state is S.NOMINATED:
        lines.append(chat.say("w_can_change"))
    if round_.result and round_.state in WITH_RESULT:
        lines.append(won_by(chat, round_))
    if round_.state is S.CLOSED:
        at = moment(chat.tools, round_.publish_at, chat.now)
        goes = "w_draft_at" if round_.terms.publish is Publish.DRAFT else "w_goes_at"
        waits = "w_waits_hand" if round_.post.state is PostState.BY_HAND else "w_waits"
        by_itself = round_.publish_at and not lacks_permission(chat.stores, campaign, round_)
        lines.append(chat.say(goes, at=at) if by_itself else chat.say(waits))
    if round_.state in (S.TO_PUBLISH, S.ANNOUNCED) or round_.post.why:
        lines.append(chat.say("w_post", state=round_.post.state.value, why=round_.post.why).rstrip())
    if round_.state in (S.NOMINATED, S.VOTING) and not goes_by_itself(chat.stores, campaign, round_):
        lines.append(chat.say("w_will_wait"))
    lines += _honour(chat, round_)
    coming = chat.stores.campaigns.round(campaign.current) if campaign.current != round_.id else None
    if coming:
        at = moment(chat.tools, coming.nominate_at, chat.now)
        slots = {"round": coming.id, "category": coming.category, "nominate": at, "n": len(coming.wishes)}
        lines.append(chat.say("w_next_round", **slots))
    lines += [chat.say("w_dispute_open", n=one.number, text=one.text[:60]) for one in round_.disputes if one.is_open]
    return lines


def _honour(chat: Chat, round_: Round) -> list[str]:
    honour = round_.honour
    if honour is None:
        return []
    if honour.reward:
        code = chat.say("w_code_given", code=honour.code) if honour.code else ""
        return [chat.say("w_honour_claimed", n=honour.number, reward=honour.reward, code=code)]
    name = "w_honour_lapsed" if honour.lapsed else "w_honour_waits"
    return [chat.say(name, n=honour.number, until=moment(chat.tools, honour.until, chat.now))]


def proposed_names(chat: Chat, round_: Round) -> dict[int, str]:
    """Nominee number → name, for names that wait for a creator's word."""
    found = {}
    for one in round_.standing:
        credit = chat.stores.credits.of(one.pid)
        if credit and credit.state is CreditState.PROPOSED:
            found[one.number] = credit.name
    return found
