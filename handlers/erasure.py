"""Forgetting one person: everything of theirs leaves the store in one atomic step (features E11, N2).

What stays: a tombstone that leads back to nobody (so that a public comment polled again is kept without its writer), and
of public comments the bare fact that they exist, without writer and text (so that they are not taken for new ones).
"""

from __future__ import annotations

import re

import msgspec
import redis
from msgspec import Struct

from bot.domain.comment import Comment, Source
from bot.domain.draft import Draft
from bot.domain.people import Person
from bot.stores.account_state import Pause
from bot.stores.answers import Answer
from bot.stores.stores import Stores
from bot.stores.unit import Unit, transact
from bot.stores.vault import Vault
from handlers.roles import demote

PSEUDONYM = re.compile(r"[0-9a-f]{16}")
UNNAMED = "-"
"""Stands for an erased creator where an empty name would mean WeChat itself."""

_answer = msgspec.json.Decoder(Answer)


class Erased(Struct, frozen=True):
    """What was removed of one person. `buried` is False when no openid was known to make a tombstone from."""

    comments: int
    drafts: int
    letters: int
    answers: int
    buried: bool = True


def erase_person(client: redis.Redis, vault: Vault, account: str, who: str, now: float) -> Erased | None:
    """Erase a person named by openid or pseudonym; None if nothing is kept of them."""
    look = Stores(Unit(client, account), vault)
    pid = who if PSEUDONYM.fullmatch(who) else vault.pid(account, who)
    if not is_known(look, pid):
        return None
    openid = who if pid != who else look.people.openid(pid)
    if openid:
        bury_now(client, vault, account, openid, now)
    erased = transact(client, account, lambda unit: erase(Stores(unit, vault), pid, now))
    return msgspec.structs.replace(erased, buried=bool(openid))


def bury_now(client: redis.Redis, vault: Vault, account: str, openid: str, now: float) -> None:
    """Set the tombstone in a step of its own, before anything else is read.

    Whoever stores a comment of this person looks at the tombstone in the same step, so from here on nothing of theirs
    can be added behind the back of `erase`.
    """
    transact(client, account, lambda unit: Stores(unit, vault).people.bury(openid, now))


def is_known(stores: Stores, pid: str) -> bool:
    """True when anything is kept under this pseudonym."""
    if stores.people.get(pid) or stores.people.openid(pid) or stores.mailbox.of(pid):
        return True
    return bool(stores.comments.written_by(pid, newest=1) or stores.account.inbox_of(pid))


def erase(stores: Stores, pid: str, now: float) -> Erased:
    """Collect the removal of everything of one person into the unit of work."""
    person = stores.people.get(pid)
    if person and person.is_creator:
        demote(stores, person, now)
    comments = _comments_of(stores, pid)
    drafts = stores.drafts.many([comment.id for comment in comments])
    letters = stores.mailbox.of(pid)
    answers = _blank_answers(stores, pid)
    if any(draft.number for draft in drafts):
        _forget_what_creators_were_shown(stores, pid)
    for comment in comments:
        _remove_comment(stores, comment)
    for draft in drafts:
        stores.drafts.remove(draft, now)
    _take_name_off(stores, pid, person)
    _drop_tasks(stores, {pid, *(comment.id for comment in comments)})
    _drop_letters_about(stores, pid, {comment.id for comment in comments})
    stores.comments.forget_writer(pid)
    stores.mailbox.put(pid, ())
    stores.notes.forget(pid)
    stores.people.forget(pid)
    stores.unit.do("DEL", stores.unit.key("shown", pid), stores.unit.key("answers_of", pid))
    return Erased(len(comments), len(drafts), len(letters), answers)


def _comments_of(stores: Stores, pid: str) -> list[Comment]:
    """Everything this person wrote, triaged or not."""
    stored = [comment for comment in stores.comments.many(stores.comments.written_by(pid)) if comment]
    known = {comment.id for comment in stored}
    return stored + [comment for comment in stores.account.inbox_of(pid) if comment.id not in known]


def _remove_comment(stores: Stores, comment: Comment) -> None:
    """Remove a comment with all that was made of it; a public one leaves a husk without writer and text."""
    stores.comments.remove(comment)
    if comment.source in (Source.POLL, Source.RELAY):
        husk = Comment(
            article=comment.article,
            cid=comment.cid,
            content="",
            created_at=comment.created_at,
            source=comment.source,
            received_at=comment.received_at,
            elected=comment.elected,
            gone=comment.gone,
            touched_at=comment.touched_at,
        )
        stores.comments.put(husk)
    if comment.number:
        stores.unit.do("HDEL", stores.unit.key("comment_numbers"), str(comment.number))
    stores.account.taken_in(comment.id)
    stores.audit.remove(comment.id)
    stores.recent.forget(comment.article)
    for creator in stores.people.creators():
        stores.drafts.forget_shown(creator.pid, comment.id)


def _take_name_off(stores: Stores, pid: str, person: Person | None) -> None:
    """What this person did as a creator stays done, without their name."""
    for draft in stores.drafts.many(stores.audit.acted_on(pid)):
        if draft.approved_by == pid and stores.drafts.get(draft.id) is not None:
            stores.drafts.put(_unsigned(draft), draft.changed_at)
    stores.audit.forget(pid)
    if person is None:
        return
    pause = stores.account.pause
    if pause and pause.by == pid:
        stores.account.put_pause(Pause(UNNAMED, pause.at))
    invites = stores.account.invites
    if any(invite.by == pid for invite in invites):
        stores.account.put_invites(tuple(invite for invite in invites if invite.by != pid))


def _unsigned(draft: Draft) -> Draft:
    return msgspec.structs.replace(draft, approved_by="")


def _forget_what_creators_were_shown(stores: Stores, pid: str) -> None:
    """Cards quoted this person: empty every creator's kept answers and unread pages.

    The answers are emptied, not removed, so that a repeated delivery still finds that it was answered.
    """
    for creator in stores.people.creators():
        if creator.pid != pid:
            _blank_answers(stores, creator.pid)
            session = stores.people.session(creator.pid)
            if session.pages:
                stores.people.put_session(creator.pid, msgspec.structs.replace(session, pages=()))


def _blank_answers(stores: Stores, pid: str) -> int:
    """Empty the answers to one person that are kept for repeats; how many there were."""
    unit = stores.unit
    blanked = 0
    for key in sorted(unit.redis.smembers(unit.key("answers_of", pid))):
        raw = unit.redis.get(key)
        if raw:
            blank = Answer("", _answer.decode(raw).created_at)
            unit.do("SET", key, msgspec.json.encode(blank), "XX", "KEEPTTL")
            blanked += 1
    return blanked


def _drop_tasks(stores: Stores, args: set[str]) -> None:
    """Whatever was to be done about this person or their comments is not done any more, and leaves no trace."""
    unit = stores.unit
    names = ("due", "leased", "failed")
    members = {*unit.redis.zrange(unit.key("due"), 0, -1), *unit.redis.hkeys(unit.key("failed"))}
    for member in sorted(raw.decode() for raw in members):
        if member.partition("|")[2] in args:
            due, leased, failed = (unit.key(name) for name in names)
            unit.do("ZREM", due, member)
            unit.do("HDEL", leased, member)
            unit.do("HDEL", failed, member)
            unit.do("DEL", unit.key("task", member), unit.key("run", member))


def _drop_letters_about(stores: Stores, pid: str, ids: set[str]) -> None:
    """Letters to creators that speak of this person's comments."""
    for creator in stores.people.creators():
        letters = stores.mailbox.of(creator.pid)
        kept = tuple(letter for letter in letters if letter.about not in ids)
        if creator.pid != pid and len(kept) < len(letters):
            stores.mailbox.put(creator.pid, kept)
