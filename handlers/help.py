"""帮助 for creators: one page, grouped as the article's five chapters, only what this role may do."""

from __future__ import annotations

from bot.domain.people import Role
from handlers.chat.commands import Command, Verb
from handlers.chat.teaching import example_of
from handlers.context import Chat, Reply


def help_page(chat: Chat, command: Command) -> Reply:
    """帮助: what this person can say now."""
    if command.argument:
        return chat.say("help_one", example=example_of(Verb(command.argument)))
    role = chat.person.role
    waiting = chat.stores.drafts.ready_length(chat.now)
    lines = [chat.say("help_head", role=chat.person.title, waiting=waiting), chat.say("help_logic")]
    if role is not Role.OBSERVER:
        lines.append(chat.say("help_content"))
        lines.append(chat.say("help_running"))
    lines.append(chat.say("help_numbers"))
    lines.append(
        chat.say(
            "help_risk_owner"
            if role is Role.OWNER
            else "help_risk_editor"
            if role is Role.EDITOR
            else "help_risk_observer"
        )
    )
    return "\n".join(lines)
