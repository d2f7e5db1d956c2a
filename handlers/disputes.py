"""验票, 异议, 复核, 了结异议: a result that anybody can check and those concerned can dispute (features F6, X5)."""

from __future__ import annotations

import msgspec

from bot.domain.ballot import ballot_key
from bot.domain.honours import Dispute
from bot.domain.round import Round, Terms
from bot.domain.round_state import WITH_RESULT, RoundState
from bot.stores.audit import Entry
from bot.stores.stores import Stores
from bot.wechat.text import quoted
from handlers import flooding
from handlers.chat.commands import Command, FollowerCommand
from handlers.context import Chat, Reply, Work
from handlers.counting import AT_ONCE, count
from handlers.round_focus import recent
from handlers.round_letters import tell_owners
from handlers.taken_out import by_creators, taken_out, taken_out_line, why_out

S = RoundState
TEXT_CHARACTERS = 200


def verify(chat: Chat, command: FollowerCommand) -> Reply:
    """验票, 验票 2026W47, 验票 方法: the result, recomputed from the ballots as they are stored now."""
    if command.text == "方法":
        terms = round_.terms if (round_ := _round(chat, None)) else Terms()
        return chat.say("w_verify_how", least=terms.winner.least, weeks=round(terms.rest / 604800))
    round_ = _round(chat, command.text)
    if round_ is None or round_.result is None:
        return chat.say("w_verify_none")
    result = round_.result
    lines = [
        chat.say(
            "w_verify",
            round=round_.id,
            valid=result.tally.valid,
            digest=result.tally.digest[:16],
            votes="、".join(f"{number} 号 {result.tally.votes.get(number, 0)} 票" for number in result.order),
            winner=result.winner,
            method=result.method.value,
        ),
        _recounted(chat, round_),
    ]
    lines += [taken_out_line(chat.tools, round_), _own_ballot(chat, round_)]
    return "\n".join(filter(None, lines))


def _round(chat: Chat, wanted: str | None) -> Round | None:
    """The round of a week, or the latest that has a result."""
    if wanted:
        round_ = chat.stores.campaigns.round(wanted)
        return round_ if round_ and round_.state in WITH_RESULT else None
    return next((one for one in recent(chat.stores) if one.result and one.state in WITH_RESULT), None)


def _recounted(chat: Chat, round_: Round) -> str:
    result = round_.result
    assert result is not None
    stored = chat.stores.ballots.count(round_.id)
    if result.tally.total and not stored:
        return chat.say("w_verify_expired")
    if stored > AT_ONCE:
        return chat.say("w_verify_many", n=stored)
    return chat.say("w_verify_same" if count(chat.stores, round_) == result else "w_verify_other")


def _own_ballot(chat: Chat, round_: Round) -> str:
    """This reader's own ballot and its place in the list, while anybody can tell which it is."""
    secret = chat.stores.campaigns.key(round_.id)
    if not secret:
        return ""
    key = ballot_key(secret, chat.person.pid)
    ballot = chat.stores.ballots.get(round_.id, key)
    if ballot is None:
        return ""
    out = next((one for one in taken_out(round_) if one.number == ballot.choice), None)
    if out is not None and not ballot.late:
        return chat.say("w_own_ballot_void", n=ballot.choice, key=key[:8], why=why_out(chat.tools, out))
    name = "w_own_ballot" if ballot.counts or ballot.blocked else "w_own_ballot_late"
    return chat.say(name, n=ballot.choice, key=key[:8])


def dispute(chat: Chat, command: FollowerCommand) -> Reply:
    """异议 理由: by voters and nominees of the round, once each, within the time; recounted at once."""
    reason = (command.text or "").strip()
    round_ = _disputable(chat)
    if round_ is None:
        return chat.say("w_dispute_over")
    key = ballot_key(chat.stores.campaigns.key(round_.id), chat.person.pid)
    is_nominee = any(one.pid == chat.person.pid for one in round_.nominees)
    if not is_nominee and chat.stores.ballots.get(round_.id, key) is None:
        return chat.say("w_dispute_not_yours")
    known = next((one for one in round_.disputes if one.by == key), None)
    if known:
        return chat.say("w_disputed_already", n=known.number)
    if flooding.is_too_long(reason):
        return chat.say("f_too_long", limit=flooding.LONGEST_INPUT)
    number = len(round_.disputes) + 1
    same = chat.stores.ballots.count(round_.id) <= AT_ONCE and count(chat.stores, round_) == round_.result
    # That somebody was taken out counts the same again; whether it was right is not for a recount to say.
    same = same and not by_creators(round_)
    settled = chat.say("w_recount_same_short") if same else ""
    text = "" if same else quoted(reason, TEXT_CHARACTERS)
    kept = round_.having(disputes=(*round_.disputes, Dispute(number, key, chat.now, text, settled)))
    chat.stores.campaigns.put_round(kept)
    if not same:
        chat.stores.due("recount", round_.id, chat.now)
    tell_owners(
        chat.stores, chat.say("w_dispute_told", round=round_.id, n=number, settled=settled or "待处理"), chat.now
    )
    return chat.say("w_dispute_settled" if same else "w_dispute_kept", n=number)


def _disputable(chat: Chat) -> Round | None:
    for round_ in recent(chat.stores):
        is_open = round_.state in (S.CLOSED, S.TO_PUBLISH, S.ANNOUNCED) and not round_.sealed
        if is_open and chat.now <= round_.disputes_until:
            return chat.stores.campaigns.round(round_.id)
    return None


def recount(chat: Chat, command: Command) -> Reply:
    """复核: recomputes the latest result from the ballots and says whether it is the same."""
    round_ = _round(chat, None)
    if round_ is None or round_.result is None:
        return chat.say("w_verify_none")
    if chat.stores.ballots.count(round_.id) > AT_ONCE:
        chat.stores.due("recount", round_.id, chat.now)
        return chat.say("w_recounting", round=round_.id)
    return chat.say("w_recount", round=round_.id, said=_recounted(chat, round_))


def recount_task(work: Work, round_id: str, now: float) -> float | None:
    """Task `recount|<id>`: a recount too long for an answer; an equal one settles what waits, else owners are told."""
    look = work.look()
    round_ = look.campaigns.round(round_id)
    if round_ is None or round_.result is None or round_.state not in WITH_RESULT:
        return None
    same = count(look, round_) == round_.result

    def note(stores: Stores) -> None:
        current = stores.campaigns.round(round_id)
        if current is None or current != round_:
            stores.due("recount", round_id, now)
            return
        if same and not by_creators(current):
            settled = work.say("w_recount_same_short")
            stores.campaigns.put_round(_settled(current, settled, None, now))
            stores.due("round", round_id, now)
        said = work.say("w_verify_same" if same else "w_verify_other")
        tell_owners(stores, work.say("w_recount", round=round_id, said=said), now)

    work.store(note)
    return None


def settle(chat: Chat, command: Command) -> Reply:
    """了结异议 1 理由: the owner ends a dispute with a reason that is kept; the honour goes on."""
    number = command.items[0].number
    for recent_round in recent(chat.stores):
        round_ = chat.stores.campaigns.round(recent_round.id)
        if round_ is None or not any(one.number == number and one.is_open for one in round_.disputes):
            continue
        reason = quoted(command.text or "", TEXT_CHARACTERS)
        chat.stores.campaigns.put_round(_settled(round_, reason, number, chat.now))
        chat.stores.due("round", round_.id, chat.now)
        what = f"周榜 {round_.id} 了结异议 {number}"
        chat.stores.audit.note(Entry(chat.now, what, chat.person.pid, reason, said=chat.said))
        chat.did(f"了结异议 {number}", "周榜")
        return chat.say("w_settled", n=number, reason=reason)
    return chat.say("w_no_dispute", n=number)


def _settled(round_: Round, how: str, number: int | None, now: float) -> Round:
    """The round with one dispute (or all that are open) ended; who was kept waiting has the whole time to claim."""
    disputes = tuple(
        msgspec.structs.replace(one, settled=how) if one.is_open and number in (None, one.number) else one
        for one in round_.disputes
    )
    changed = round_.having(disputes=disputes)
    honour = changed.honour
    if round_.is_frozen and not changed.is_frozen and honour and honour.is_open:
        return changed.having(honour=msgspec.structs.replace(honour, until=max(honour.until, now + round_.terms.claim)))
    return changed
