"""提名 and 换下: who stands, by a creator's word; and what a reader's consent does to their nomination (F2, N3)."""

from __future__ import annotations

import msgspec

from bot.domain.comment import Comment
from bot.domain.nominee import MOST, Nominee
from bot.domain.round import Round
from bot.domain.round_state import RoundState
from bot.stores.audit import Entry
from bot.stores.stores import Stores
from handlers.candidates import as_nominee, candidate_of, numbered
from handlers.chat.commands import Command
from handlers.context import Chat, Reply
from handlers.counting import AT_ONCE, BLOCKED, SUBSTITUTED, as_they_are, count
from handlers.queue import find, unknown_number
from handlers.round_focus import focus, mend_drafts
from handlers.round_letters import ask_consent
from handlers.round_texts import moment, words_of
from replies.nominees import PER_ARTICLE, barred

S = RoundState
CHANGEABLE = frozenset({S.NOMINATED, S.VOTING, S.CLOSED})
FOLLOWS_CONSENT = CHANGEABLE | {S.COUNTING}


def nominate(chat: Chat, command: Command) -> Reply:
    """提名 12: this comment stands in the round that is being made; never an ad, abuse, a copy or a cry for help."""
    lines = []
    for item in dict.fromkeys(item.number for item in command.items):
        draft = find(chat, item)
        comment = chat.stores.comments.get(draft.id) if draft else None
        if draft is None or comment is None:
            lines.append(unknown_number(chat, item))
        else:
            lines.append(_nominate(chat, item, comment))
    return "\n".join(lines)


def _nominate(chat: Chat, item: int, comment: Comment) -> str:
    campaign = chat.stores.campaigns.get()
    round_ = chat.stores.campaigns.round(campaign.current) if campaign else None
    if round_ is None:
        return chat.say("w_off")
    if round_.state not in (S.OPEN, S.NOMINATED):
        return chat.say("w_too_late", n=item, state=round_.state.value)
    why = barred(comment, by_hand=True)
    if why:
        return chat.say("w_barred", n=item, why=why)
    person = chat.stores.people.get(comment.pid) if comment.pid else None
    if person and person.is_creator:
        return chat.say("w_barred", n=item, why="作者自己人写的")
    if round_.state is S.OPEN:
        return _wish(chat, item, comment, round_)
    standing = next((one for one in round_.nominees if one.id == comment.id and not one.out), None)
    if standing:
        return chat.say("w_stands_already", n=item, number=standing.number)
    if comment.pid and any(one.pid == comment.pid and not one.out for one in round_.nominees):
        return chat.say("w_one_each", n=item)
    number = round_.free_number()
    if not number:
        return chat.say("w_full", most=MOST)
    nominee = as_nominee(candidate_of(chat.stores, chat.tools.worth, comment, round_), number, round_)
    nominee = _put(chat, round_, nominee, number)
    changed = round_.with_nominee(nominee)
    chat.stores.campaigns.put_round(changed)
    _note(chat, round_, f"提名 {number} 号")
    chat.did(f"提名 {item}", f"换下 {number}")
    if not nominee.quotable:
        ask_consent(chat.stores, chat.tools, changed.having(nominees=(nominee,)), chat.now)
        return chat.say("w_stands_unquotable", n=item, number=number)
    return chat.say("w_stands", n=item, number=number)


def _wish(chat: Chat, item: int, comment: Comment, round_: Round) -> str:
    if comment.id in round_.wishes:
        return chat.say("w_wished_already", n=item)
    if len(round_.wishes) >= MOST:
        taken = _wished_items(chat, round_)
        if focus(chat.stores)[1] != round_ or not taken:
            at = moment(chat.tools, round_.nominate_at, chat.now)
            return chat.say("w_wishes_full_later", most=MOST, at=at)
        return chat.say("w_wishes_full", most=MOST, numbers=" ".join(map(str, taken)), n=next(iter(taken)))
    kept = round_.having(wishes=(*round_.wishes, comment.id))
    chat.stores.campaigns.put_round(kept)
    _note(chat, round_, "提名")
    chat.did(f"提名 {item}", f"换下 {item}" if focus(chat.stores)[1] == kept else "")
    return chat.say("w_wished", n=item, at=moment(chat.tools, round_.nominate_at, chat.now))


def _wished_items(chat: Chat, round_: Round) -> dict[int, str]:
    """Item number → comment, of what creators nominated beforehand, as far as it has a number still."""
    drafts = chat.stores.drafts.many(list(round_.wishes))
    return {draft.number: draft.id for draft in drafts if draft.number}


def _take_back(chat: Chat, round_: Round, item: int) -> str:
    """换下 12 while wishes are collected: nominee numbers there are none yet, so the item nominated is meant."""
    wished = _wished_items(chat, round_)
    if item not in wished:
        at = moment(chat.tools, round_.nominate_at, chat.now)
        if not wished:
            return chat.say("w_none_yet", at=at)
        return chat.say("w_not_wished", n=item, at=at, numbers=" ".join(map(str, wished)))
    left = tuple(one for one in round_.wishes if one != wished[item])
    chat.stores.campaigns.put_round(round_.having(wishes=left))
    _note(chat, round_, "取消提名")
    chat.did(f"换下 {item}", f"提名 {item}")
    return chat.say("w_unwished", n=item, left=len(left))


def _put(chat: Chat, round_: Round, nominee: Nominee, number: int) -> Nominee:
    """The nominee at a number it takes by this creator's word, who knows that it does."""
    chat.update(told=(*chat.person.told, _seen_name(round_, nominee))[-200:])
    return msgspec.structs.replace(nominee, number=number, put_by=chat.person.title)


def _seen_name(round_: Round, nominee: Nominee) -> str:
    return f"put|{round_.id}|{nominee.number}|{nominee.id}"


def mark_seen(chat: Chat, round_: Round) -> None:
    """This creator has the nominees before them as they are now."""
    names = {_seen_name(round_, one) for one in round_.nominees if one.put_by} - set(chat.person.told)
    if names:
        chat.update(told=(*chat.person.told, *sorted(names))[-200:])


def _unseen(chat: Chat, round_: Round, nominee: Nominee) -> str:
    """What stops a creator from taking out whom they have never seen at this number; said once."""
    if not nominee.put_by or _seen_name(round_, nominee) in chat.person.told:
        return ""
    chat.update(told=(*chat.person.told, _seen_name(round_, nominee))[-200:])
    words = words_of(chat.stores, nominee, 20) or chat.say("w_words_gone")
    return chat.say("w_put_meanwhile", n=nominee.number, who=nominee.put_by, words=words)


def substitute(chat: Chat, command: Command) -> Reply:
    """换下 4: nominee 4 stands no more; before the vote the next best one takes the number."""
    lines = [_substitute(chat, number) for number in dict.fromkeys(item.number for item in command.items)]
    return "\n".join(lines)


def _substitute(chat: Chat, number: int) -> str:
    _, round_ = focus(chat.stores)
    if round_ is None:
        return chat.say("w_off")
    if round_.state is S.OPEN:
        return _take_back(chat, round_, number)
    if not round_.nominees:
        return chat.say("w_none_yet", at=moment(chat.tools, round_.nominate_at, chat.now))
    nominee = round_.nominee(number)
    if nominee is None or nominee.out:
        return chat.say("w_no_nominee", n=number, numbers=_numbers(round_))
    if round_.state not in CHANGEABLE:
        return chat.say("w_fixed", state=round_.state.value)
    if unseen := _unseen(chat, round_, nominee):
        return unseen
    if round_.state is S.NOMINATED:
        return _replace(chat, round_, nominee)
    if len(round_.standing) <= 1:
        return chat.say("w_last_one", n=number)
    changed = round_.with_nominee(msgspec.structs.replace(nominee, out=SUBSTITUTED))
    chat.stores.campaigns.put_round(changed)
    mend_drafts(chat.stores, chat.now)
    _note(chat, round_, f"换下 {number} 号")
    chat.did(f"换下 {number}")
    if changed.result:
        return chat.say("w_out_counted", n=number, winner=changed.result.winner)
    return chat.say("w_out", n=number, left=len(changed.standing))


def _replace(chat: Chat, round_: Round, nominee: Nominee) -> str:
    """Before the vote: the best of the reserve that fits takes the number of who leaves."""
    kept = tuple(one for one in round_.nominees if one.number != nominee.number)
    reserve = [one for one in as_they_are(chat.stores, round_.reserve) if one.stands]
    heir = next((one for one in reserve if _fits(one, kept)), None)
    _note(chat, round_, f"换下 {nominee.number} 号")
    draft = chat.stores.drafts.get(nominee.id)
    chat.did(f"换下 {nominee.number}", f"提名 {draft.number}" if draft and draft.number else "")
    round_ = round_.having(dropped=(*round_.dropped, nominee.id))
    if heir is None:
        changed = round_.having(nominees=kept)
        chat.stores.campaigns.put_round(changed)
        return chat.say("w_out", n=nominee.number, left=len(changed.standing))
    left = tuple(one for one in round_.reserve if one.id != heir.id)
    heir = _put(chat, round_, msgspec.structs.replace(heir, number=nominee.number), nominee.number)
    chat.stores.campaigns.put_round(round_.having(reserve=left).with_nominee(heir))
    return chat.say("w_replaced", n=nominee.number)


def _fits(heir: Nominee, others: tuple[Nominee, ...]) -> bool:
    """One of one person, few of one article, as when nominees are chosen."""
    if heir.pid and any(one.pid == heir.pid for one in others):
        return False
    article = heir.id.rpartition("_")[0]
    return sum(one.id.rpartition("_")[0] == article for one in others) < PER_ARTICLE


def _numbers(round_: Round) -> str:
    return " ".join(str(one.number) for one in round_.nominees if not one.out)


def _note(chat: Chat, round_: Round, what: str) -> None:
    chat.stores.audit.note(Entry(chat.now, f"周榜 {round_.id} {what}", chat.person.pid, said=chat.said))


def reconsider(stores: Stores, pid: str, now: float) -> None:
    """A reader's consent has changed, or what they wrote is gone: their nominations follow, until the post is out."""
    campaign = stores.campaigns.get()
    if campaign is None or not pid:
        return
    mend_drafts(stores, now, pid)
    for round_id in filter(None, (campaign.current, campaign.previous)):
        round_ = stores.campaigns.round(round_id)
        if round_ is None or round_.state not in FOLLOWS_CONSENT:
            continue
        for one in round_.nominees:
            # What was counted without somebody stays counted without them, unless a creator takes 屏蔽 back.
            is_counted_out = round_.state is S.CLOSED and not one.stands
            may_return = one.out == BLOCKED and stores.ballots.count(round_id) <= AT_ONCE
            if one.pid != pid or (is_counted_out and not may_return):
                continue
            changed = as_they_are(stores, (one,))[0]
            if round_.state is S.VOTING:
                changed = numbered(stores, changed)
            if changed != one:
                round_ = round_.with_nominee(changed)
            if one.stands and not changed.stands:
                _drop_letters(stores, one)
            if is_counted_out and changed.stands:
                round_ = round_.having(result=count(stores, round_))
        stores.campaigns.put_round(round_)
        mend_drafts(stores, now, pid)


def _drop_letters(stores: Stores, nominee: Nominee) -> None:
    """What waits to be said to the writer of words that do not stand any more is not true any more."""
    letters = stores.mailbox.of(nominee.pid)
    stores.mailbox.put(nominee.pid, tuple(one for one in letters if one.about != nominee.id or one.draft))
