"""What readers see of themselves and of us: 我的, 帮助, 隐私, and whether their words may be shown (E10, N3)."""

from __future__ import annotations

from bot.domain.comment import Comment
from bot.domain.people import Consent
from bot.wechat.text import quoted
from handlers.candidates import is_quotable
from handlers.chat.commands import FollowerCommand
from handlers.context import Chat, Reply
from handlers.my_rounds import my_vote
from handlers.nominations import reconsider

NEWEST = 4
"""Comments listed under 我的: with the lines around them at most ten lines."""

ON_WALL = 5


def my_page(chat: Chat, command: FollowerCommand) -> Reply:
    """我的: one's own comments with the author's answers, and one's own settings; at most ten lines."""
    mine = my_comments(chat)
    if not mine:
        lines = [chat.say("f_mine_none")]
    else:
        answered = sum(1 for comment in mine if comment.reply)
        lines = [chat.say("f_mine", n=len(mine), answered=answered)]
        lines += [_line(chat, comment) for comment in mine[:NEWEST]]
    lines += my_vote(chat) + _on_the_wall(chat, mine)
    lines.append(
        chat.say({Consent.YES: "f_shown_yes", Consent.NO: "f_shown_no"}.get(chat.person.consent, "f_shown_open"))
    )
    lines.append(chat.say("f_notices_off" if chat.person.silent else "f_notices_on"))
    if chat.person.unmentioned:
        lines.append(chat.say("f_mention_off"))
    lines.append(chat.say("f_mine_more"))
    return "\n".join(lines)


def my_comments(chat: Chat) -> list[Comment]:
    """This person's comments whose words are kept, newest first; those that wait for triage too."""
    pid = chat.person.pid
    stored = [comment for comment in chat.stores.comments.many(chat.stores.comments.written_by(pid)) if comment]
    known = {comment.id for comment in stored}
    waiting = [comment for comment in chat.stores.account.inbox_of(pid) if comment.id not in known]
    return sorted(
        (comment for comment in (*waiting, *stored) if comment.content),
        key=lambda comment: (comment.created_at, comment.number),
        reverse=True,
    )


def _on_the_wall(chat: Chat, mine: list[Comment]) -> list[str]:
    """One line for 我的: which of this reader's sentences are on the wall, by the numbers that 下墙 takes."""
    ids = {comment.id: comment.number for comment in mine if comment.number and is_quotable(comment, chat.person)}
    up = [one for one in chat.stores.wall.all() if one.comment in ids] if ids else []
    if not up:
        return []
    shown = "、".join(f"#{ids[one.comment]}「{quoted(one.text, 12)}」" for one in up[:ON_WALL])
    return [chat.say("f_on_the_wall", shown=shown, n=ids[up[0].comment])]


def _line(chat: Chat, comment: Comment) -> str:
    """One comment in one line; a comment under an article has no number of ours."""
    name = chat.say("f_number", number=comment.number) if comment.number else chat.say("f_under_article")
    answer = chat.say("f_answered", text=quoted(comment.reply, 40)) if comment.reply else chat.say("f_not_answered")
    return f"{name}「{quoted(comment.content, 24)}」{answer}"


def help_page(chat: Chat, command: FollowerCommand) -> Reply:
    """帮助: what a reader can say here, at most eight lines."""
    return chat.say("f_help")


def privacy(chat: Chat, command: FollowerCommand) -> Reply:
    """隐私: purpose, what is kept, how long, how to delete, whom to ask."""
    return chat.say("f_privacy")


def allow_showing(chat: Chat, command: FollowerCommand) -> Reply:
    """同意展示: this person's words, also those said in the chat, may be quoted publicly."""
    chat.update(consent=Consent.YES)
    _reconsider(chat)
    return chat.say("f_consent_unmentioned" if chat.person.unmentioned else "f_consent_yes")


def refuse_showing(chat: Chat, command: FollowerCommand) -> Reply:
    """不展示: nothing this person wrote is shown any more: not on the wall, in a round, in what was decided before."""
    chat.update(consent=Consent.NO)
    _reconsider(chat)
    return chat.say("f_consent_no")


def _reconsider(chat: Chat) -> None:
    """What this person wrote may stand in a round now, or not any more."""
    chat.stores.people.put(chat.person)
    reconsider(chat.stores, chat.person.pid, chat.now)
