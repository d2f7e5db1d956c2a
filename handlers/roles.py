"""Who may do what: joining by a one-time code, 授权, 移除 (features K1, K2)."""

from __future__ import annotations

import secrets

import msgspec
import redis

from bot.domain.draft import DraftState
from bot.domain.people import Person, Role, Session
from bot.stores.account_state import Invite
from bot.stores.audit import Entry
from bot.stores.mailbox import Letter
from bot.stores.stores import Stores
from bot.stores.unit import Unit, transact
from bot.stores.vault import Vault
from handlers.automatic import end_those_of
from handlers.cards import waiting_for
from handlers.chat.commands import Command
from handlers.context import Chat, Reply
from handlers.nominations import reconsider
from handlers.permissions import what_works

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
OWNER_CODE_SECONDS = 24 * 3600.0
CODE_SECONDS = 600.0
WRONG_LOCK = 5
LOCK_SECONDS = 3600.0
BURN_AFTER = 50

RANK = {Role.FOLLOWER: 0, Role.OBSERVER: 1, Role.EDITOR: 2, Role.OWNER: 3}
NAMED = {"主理人": Role.OWNER, "编辑": Role.EDITOR, "观察": Role.OBSERVER}


def may(person: Person, needed: Role) -> bool:
    """True when this person's role reaches at least `needed`."""
    return RANK[person.role] >= RANK[needed]


def new_code() -> str:
    """A one-time code: 6 characters without look-alikes."""
    return "".join(secrets.choice(ALPHABET) for _ in range(6))


def make_owner_code(client: redis.Redis, vault: Vault, account: str, now: float) -> str:
    """The code with which an owner joins, valid 24 h; an older owner code stops working."""

    def work(unit: Unit) -> str:
        state = Stores(unit, vault).account
        code = new_code()
        others = tuple(invite for invite in state.invites if invite.role != Role.OWNER.value and invite.until > now)
        state.put_invites((*others, Invite(code, Role.OWNER.value, now + OWNER_CODE_SECONDS)))
        return code

    return transact(client, account, work)


def join(chat: Chat, code: str) -> Reply:
    """加入 CODE: a role if such a code is open, else None: the message is ordinary text and no hint is given."""
    state = chat.stores.account
    open_now = tuple(invite for invite in state.invites if invite.until > chat.now)
    openid = chat.event.openid
    wrong = chat.stores.people.wrong_codes(openid)
    if len(wrong) >= WRONG_LOCK:
        if chat.now - wrong[-1] < LOCK_SECONDS:
            return None
        wrong = ()
    match = next((invite for invite in open_now if secrets.compare_digest(invite.code, code.upper())), None)
    if match is None:
        recent = tuple(at for at in wrong if chat.now - at < LOCK_SECONDS)
        chat.stores.people.put_wrong_codes(openid, (*recent, chat.now), LOCK_SECONDS)
        _count_wrong(chat, open_now)
        return None
    role = Role(match.role)
    if RANK[chat.person.role] >= RANK[role]:
        return chat.say("joined_already", role=chat.person.title)
    state.put_invites(tuple(invite for invite in open_now if invite.code != match.code))
    # What creators were told before is in what is said now; letters of the past were not meant for this person.
    told = tuple(state.notices())
    chat.stores.people.put_wrong_codes(openid, (), LOCK_SECONDS)
    chat.update(role=role, seat=_free_seat(chat, role), told=told)
    chat.stores.people.put(chat.person)
    reconsider(chat.stores, chat.person.pid, chat.now)
    chat.stores.audit.note(Entry(chat.now, f"加入：{chat.person.title}", chat.person.pid))
    works = what_works(chat.stores, chat.tools.phrases, chat.now)[:3]
    return "\n".join([chat.say("joined", role=chat.person.title), *works])


def _count_wrong(chat: Chat, open_now: tuple[Invite, ...]) -> None:
    """50 wrong tries on the account burn every open code; the owners are told."""
    if not open_now:
        return
    counted = tuple(msgspec.structs.replace(invite, wrong=invite.wrong + 1) for invite in open_now)
    kept = tuple(invite for invite in counted if invite.wrong < BURN_AFTER)
    chat.stores.account.put_invites(kept)
    if len(kept) == len(counted):
        return
    for owner in chat.stores.people.creators():
        if owner.role is Role.OWNER:
            chat.stores.mailbox.add(owner.pid, Letter(chat.say("codes_burnt"), chat.now))
            chat.stores.due("tell", owner.pid, chat.now)


def _free_seat(chat: Chat, role: Role) -> int:
    taken = {person.seat for person in chat.stores.people.creators() if person.role is role}
    return next(seat for seat in range(1, len(taken) + 2) if seat not in taken)


def grant(chat: Chat, command: Command) -> Reply:
    """授权 编辑 / 授权 观察 / 授权 主理人: a code for somebody else, ten minutes, once."""
    role = NAMED.get(command.argument or "")
    if role is None:
        return chat.say("grant_what")
    state = chat.stores.account
    open_now = tuple(invite for invite in state.invites if invite.until > chat.now)
    code = new_code()
    state.put_invites((*open_now[-9:], Invite(code, role.value, chat.now + CODE_SECONDS, chat.person.pid)))
    chat.stores.audit.note(Entry(chat.now, f"授权 {role.value}", chat.person.pid))
    chat.did(f"授权 {role.value}")
    return chat.say("granted", code=code, role=role.value, minutes=round(CODE_SECONDS / 60))


def remove(chat: Chat, command: Command) -> Reply:
    """移除 编辑2: a follower from the next message on; what they approved and was not sent returns to the queue."""
    wanted = (command.argument or "").strip()
    creators = chat.stores.people.creators()
    match = [person for person in creators if wanted in (person.title, f"{person.role.value}{person.seat}")]
    if not match and wanted in NAMED:
        match = [person for person in creators if person.role is NAMED[wanted]]
    if len(match) != 1:
        names = "、".join(person.title for person in creators)
        return chat.say("remove_who", names=names)
    person = match[0]
    owners = [other for other in creators if other.role is Role.OWNER]
    if person.role is Role.OWNER and len(owners) == 1:
        return chat.say("last_owner")
    back = demote(chat.stores, person, chat.now)
    if person.pid == chat.person.pid:
        chat.update(role=Role.FOLLOWER, seat=0)
        chat.session = Session()
    else:
        chat.did(f"移除 {person.title}")
    chat.stores.audit.note(Entry(chat.now, f"移除 {person.title}", chat.person.pid))
    returned = chat.say("removed_back", n=back) if back else ""
    return chat.say("removed", who=person.title) + returned


def demote(stores: Stores, person: Person, now: float) -> int:
    """Take a role away and with it all that only creators read; how many of this person's held replies went back."""
    back = 0
    for draft in stores.drafts.many(stores.drafts.approved()):
        if draft.approved_by == person.pid and draft.state is DraftState.APPROVED:
            comment = stores.comments.get(draft.id)
            pending = draft.moved(DraftState.PENDING, now, approved_by="", approved_text="", due_at=0.0, elect=False)
            stores.drafts.put(pending, now)
            stores.audit.add(draft.id, Entry(now, "退回待审", "", "通过的人已不是作者"))
            if comment:
                stores.drafts.wait(waiting_for(stores, comment))
            back += 1
    end_those_of(stores, person.pid, now)
    letters = stores.mailbox.of(person.pid)
    stores.mailbox.put(person.pid, tuple(letter for letter in letters if letter.draft))
    stores.people.put_session(person.pid, Session())
    stores.people.put(msgspec.structs.replace(person, role=Role.FOLLOWER, seat=0))
    return back
