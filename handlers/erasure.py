"""Forgetting one person: everything of theirs leaves the store in one atomic step (features E11, N2).

What stays: a tombstone that leads back to nobody, so that a public comment polled again is kept without its writer; and
of public comments the bare fact that they exist, without writer and text, so that they are not taken for new ones.
"""

from __future__ import annotations

import re

import msgspec
import redis
from msgspec import Struct

from bot.domain.comment import Comment, Source
from bot.domain.people import Person
from bot.stores.account_state import Pause
from bot.stores.answers import Answer
from bot.stores.stores import Stores
from bot.stores.unit import Unit, transact
from bot.stores.vault import Vault
from handlers.context import Work
from handlers.duplicates import forget_comment
from handlers.forgotten_rounds import forget_in_rounds
from handlers.roles import demote
from handlers.round_focus import mend_drafts

PSEUDONYM = re.compile(r"[0-9a-f]{16}")
COMPACT_AFTER = 60.0
"""Seconds from an erasure to the rewriting of the file on disk; several erasures share one."""

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
    openid = who if pid != who else _openid(look, pid)
    if openid:
        bury_now(client, vault, account, openid, now)
    erased = transact(client, account, lambda unit: erase(Stores(unit, vault), pid, now))
    return msgspec.structs.replace(erased, buried=bool(openid))


def compact(work: Work, arg: str, now: float) -> float | None:
    """Task `compact|`: our own server rewrites its append-only file, so that what was erased leaves the disk too."""
    if work.tools.settings.embedded:
        work.redis.bgrewriteaof()
    return None


def bury_now(client: redis.Redis, vault: Vault, account: str, openid: str, now: float) -> None:
    """Set the tombstone in a step of its own, before anything else is read.

    Whoever stores a comment of this person looks at the tombstone in the same step, so from here on nothing of theirs
    can be added behind the back of `erase`.
    """
    transact(client, account, lambda unit: Stores(unit, vault).people.bury(openid, now))


def _openid(stores: Stores, pid: str) -> str | None:
    """The way back to an openid, None if there is none (any more)."""
    try:
        return stores.people.openid(pid)
    except ValueError:
        return None


def is_known(stores: Stores, pid: str) -> bool:
    """True when anything is kept under this pseudonym."""
    if stores.people.get(pid) or _openid(stores, pid) or stores.mailbox.of(pid):
        return True
    return bool(stores.comments.written_by(pid, newest=1) or stores.account.inbox_of(pid))


def erase(stores: Stores, pid: str, now: float) -> Erased:
    """Collect the removal of everything of one person into the unit of work."""
    person = stores.people.get(pid)
    if person and person.is_creator:
        demote(stores, person, now)
    comments = _comments_of(stores, pid)
    ids = {comment.id for comment in comments}
    drafts = stores.drafts.many(sorted(ids))
    letters = stores.mailbox.of(pid)
    answers = _blank_answers(stores, pid)
    creators = [creator for creator in stores.people.creators() if creator.pid != pid]
    was_nominee = forget_in_rounds(stores, pid, ids)
    if was_nominee:
        mend_drafts(stores, now)
    shown = was_nominee or any(draft.number for draft in drafts)
    _forget_what_creators_were_told(stores, creators, ids, shown=shown)
    for comment in comments:
        _remove_comment(stores, comment)
    for draft in drafts:
        stores.drafts.remove(draft, now)
    _take_name_off(stores, pid)
    _drop_tasks(stores, {pid, *ids})
    stores.comments.forget_writer(pid)
    stores.duplicates.forget(pid)
    stores.trials.forget(pid)
    stores.mailbox.put(pid, ())
    stores.notes.forget(pid)
    stores.broken.forget(pid)
    stores.likes.forget(pid, sorted(ids))
    stores.credits.forget(pid)
    stores.wall.forget(pid, sorted(ids))
    stores.asks.forget(pid)
    stores.people.forget(pid)
    stores.unit.do("DEL", stores.unit.key("shown", pid), stores.unit.key("answers_of", pid))
    stores.due_unless_set("compact", "", now + COMPACT_AFTER)
    return Erased(len(comments), len(drafts), len(letters), answers)


def _comments_of(stores: Stores, pid: str) -> list[Comment]:
    """Everything this person wrote, triaged or not."""
    stored = [comment for comment in stores.comments.many(stores.comments.written_by(pid)) if comment]
    known = {comment.id for comment in stored}
    return stored + [comment for comment in stores.account.inbox_of(pid) if comment.id not in known]


def _remove_comment(stores: Stores, comment: Comment) -> None:
    """Remove a comment with all that was made of it; a public one leaves a husk without writer and text."""
    stores.comments.remove(comment)
    forget_comment(stores, comment)
    stores.bank.forget(comment.id)
    if comment.source in (Source.POLL, Source.RELAY):
        husk = Comment(
            article=comment.article,
            cid=comment.cid,
            content="",
            created_at=comment.created_at,
            source=comment.source,
            received_at=comment.received_at,
            elected=comment.elected,
            listed=comment.listed,
            gone=comment.gone,
            touched_at=comment.touched_at,
        )
        stores.comments.put(husk)
    if comment.number:
        stores.unit.do("HDEL", stores.unit.key("comment_numbers"), str(comment.number))
    if comment.source is Source.IMPORT:
        stores.imported.forget(comment.article, comment.content)
    stores.account.taken_in(comment.id)
    stores.audit.remove(comment.id)
    stores.recent.forget(comment.article)


def _take_name_off(stores: Stores, pid: str) -> None:
    """What this person did as a creator stays done, without their name."""
    for draft in stores.drafts.many(stores.audit.acted_on(pid)):
        if draft.approved_by == pid:
            stores.drafts.put(msgspec.structs.replace(draft, approved_by=""), draft.changed_at)
    stores.audit.forget(pid)
    pause = stores.account.pause
    if pause and pause.by == pid:
        stores.account.put_pause(Pause(UNNAMED, pause.at))
    invites = stores.account.invites
    if any(invite.by == pid for invite in invites):
        stores.account.put_invites(tuple(invite for invite in invites if invite.by != pid))


def _forget_what_creators_were_told(stores: Stores, creators: list[Person], ids: set[str], shown: bool) -> None:
    """Letters, cards and pages in which creators read of these comments; `shown`: at least one was on a card.

    Kept answers are emptied, not removed, so that a repeated delivery still finds that it was answered.
    """
    for creator in creators:
        for comment_id in sorted(ids):
            stores.drafts.forget_shown(creator.pid, comment_id)
        letters = stores.mailbox.of(creator.pid)
        kept = tuple(letter for letter in letters if letter.about not in ids)
        if len(kept) < len(letters):
            stores.mailbox.put(creator.pid, kept)
        if shown:
            _blank_answers(stores, creator.pid)
            session = stores.people.session(creator.pid)
            if session.pages or session.question or session.code or session.step:
                forgetful = msgspec.structs.replace(session, pages=(), question=None, code=None, step=None)
                stores.people.put_session(creator.pid, forgetful)


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
