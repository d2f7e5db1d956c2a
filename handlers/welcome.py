"""The account's own answers: to who follows, to keywords, to menu entries (feature A12)."""

from __future__ import annotations

from bot.domain.events import MenuClicked
from handlers.context import Chat, Reply


def followed(chat: Chat) -> Reply:
    """Somebody followed: the welcome; who was forgotten and comes back is told that we start anew."""
    chat.update(follows=True, followed_at=chat.now)
    welcome = chat.tools.autoreplies.welcome
    if not chat.stores.people.has_returned(chat.event.openid):
        return welcome or None
    return "\n".join(line for line in (chat.say("f_welcome_back"), welcome) if line)


def keyword_answer(chat: Chat, text: str) -> str | None:
    """The account's answer to a reader's ordinary text, None if no keyword is met."""
    replies = chat.tools.autoreplies.replies_to(text)
    if not replies:
        return None
    lot = chat.tools.vault.lottery("autoreply", chat.person.pid, str(int(chat.now)))
    return replies[int(lot, 16) % len(replies)]


def hint(chat: Chat) -> str:
    """What is said, at most once a day, to text that nothing answers."""
    return chat.tools.autoreplies.otherwise or chat.say("follower_hint")


def menu_clicked(chat: Chat) -> Reply:
    """A menu entry with a key was used: its answer, silence if it has none."""
    event = chat.event
    return chat.tools.autoreplies.menu.get(event.key) if isinstance(event, MenuClicked) else None


def scanned(chat: Chat) -> Reply:
    """A follower scanned one of the account's codes: nothing to say to it."""
    return None
