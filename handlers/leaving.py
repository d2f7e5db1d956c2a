"""Leaving and being forgotten: 退订, 恢复, 别提我, 删除我的数据, and what unfollowing does (features E11, K1)."""

from __future__ import annotations

import secrets

from bot.domain.people import Role
from handlers.chat.commands import FollowerCommand
from handlers.context import Chat, Reply
from handlers.erasure import bury_now, erase, is_known
from handlers.nominations import reconsider

CODE_SECONDS = 180.0
DIGITS = "23456789"
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"


def stop(chat: Chat, command: FollowerCommand) -> Reply:
    """退订: nothing is sent by itself any more, from this moment; notices that waited are dropped."""
    if chat.person.silent:
        return chat.say("f_stopped_before")
    chat.update(silent=True)
    letters = chat.stores.mailbox.of(chat.person.pid)
    if not chat.person.is_creator:
        chat.stores.mailbox.put(chat.person.pid, tuple(letter for letter in letters if letter.draft))
    chat.stores.unit.do("ZREM", chat.stores.unit.key("due"), f"tell|{chat.person.pid}")
    return chat.say("f_stopped")


def come_back(chat: Chat, command: FollowerCommand) -> Reply:
    """恢复: what concerns this person may be sent to them again."""
    if not chat.person.silent:
        return chat.say("f_not_stopped")
    chat.update(silent=False)
    return chat.say("f_back")


def do_not_mention(chat: Chat, command: FollowerCommand) -> Reply:
    """别提我: no reply draws on what this person said earlier (feature C5)."""
    if chat.person.unmentioned:
        return chat.say("f_unmentioned_before")
    chat.update(unmentioned=True)
    chat.stores.people.put(chat.person)
    reconsider(chat.stores, chat.person.pid, chat.now)
    return chat.say("f_unmentioned")


def ask_erasure(chat: Chat, command: FollowerCommand) -> Reply:
    """删除我的数据: says what goes and asks for a code; the only owner must hand over first."""
    if _is_only_owner(chat):
        return chat.say("f_erase_hand_over")
    pid = chat.person.pid
    count = len(chat.stores.comments.written_by(pid)) + len(chat.stores.account.inbox_of(pid))
    code = secrets.choice(DIGITS) + secrets.choice(LETTERS)
    chat.ask("erase", code=code, seconds=CODE_SECONDS)
    return chat.say("f_erase_ask", n=count, code=code, minutes=round(CODE_SECONDS / 60))


def confirm_erasure(chat: Chat, command: FollowerCommand) -> Reply:
    """确认删除 4F: forgets the person if this is the code just given to them."""
    # As it stood when the message came: reading a message closes the question in `chat.session`.
    question = chat.stores.people.session(chat.person.pid).question
    if question is None or question.kind != "erase" or chat.now > question.until or command.text != question.code:
        return chat.say("f_erase_wrong_code")
    if _is_only_owner(chat):
        return chat.say("f_erase_hand_over")
    _forget(chat)
    return chat.say("f_erased")


def unfollowed(chat: Chat) -> Reply:
    """The unsubscribe event: the person's data go, and a role with them.

    doc/subscription/guide/product/message/Receiving_event_pushes asks accounts to delete them.
    """
    if is_known(chat.stores, chat.person.pid):
        _forget(chat)
    return None


def _is_only_owner(chat: Chat) -> bool:
    owners = [person.pid for person in chat.stores.people.creators() if person.role is Role.OWNER]
    return owners == [chat.person.pid]


def _forget(chat: Chat) -> None:
    """Erase the person in this very step; `erased` keeps the conversation from storing them again."""
    unit = chat.stores.unit
    bury_now(unit.redis, chat.tools.vault, unit.account, chat.event.openid, chat.now)
    chat.stores.people.bury(chat.event.openid, chat.now)
    erase(chat.stores, chat.person.pid, chat.now)
    chat.erased = True
