"""我的数据: everything that is stored of the person who asks, in plain words (feature N2)."""

from __future__ import annotations

from datetime import datetime

from bot.domain.comment import Comment
from bot.domain.people import Consent
from bot.wechat.text import quoted
from handlers.chat.commands import FollowerCommand
from handlers.context import Blocks, Chat, Reply
from handlers.my_page import my_comments
from handlers.my_rounds import kept_of_rounds

WHOLE = 2000
"""Longer than any comment: one's own words are quoted whole."""


def my_data(chat: Chat, command: FollowerCommand) -> Reply:
    """我的数据: all stored fields, paged; nobody else's."""
    comments = my_comments(chat)
    head = chat.say("f_data_head", n=len(comments))
    return Blocks((head, _record(chat), _kept_beside(chat), *(_comment(chat, comment) for comment in comments)))


DAY = 86400.0


def _record(chat: Chat) -> str:
    """Every field of the person's record. A mark against a person is left out: who is blocked gets no answer here."""
    person = chat.person
    consent = {Consent.YES: "同意", Consent.NO: "不同意", Consent.ASKED: "问过，还没回答"}.get(
        person.consent, "还没问过"
    )
    return chat.say(
        "f_data_record",
        pid=person.pid,
        role=person.title if person.is_creator else person.role.value,
        first_seen=_time(chat, person.first_seen),
        follows=_yes(person.follows),
        followed_at=_time(chat, person.followed_at),
        typed_at=_time(chat, person.typed_at),
        allowance=person.allowance,
        window_until=_time(chat, person.window_until),
        silent=_yes(person.silent),
        unmentioned=_yes(person.unmentioned),
        consent=consent,
        hint_at=_time(chat, person.hint_at),
        effects=_times(chat, person.effects),
        chat_comments=_times(chat, person.chat_comments),
        told=len(person.told),
        walled_on=_time(chat, person.walled_on * DAY),
        wrong_codes=_times(chat, chat.stores.people.wrong_codes(chat.event.openid)),
    )


def _kept_beside(chat: Chat) -> str:
    """What is kept of this person outside their record: the open chat, waiting letters, answers for repeats, deeds."""
    stores, pid = chat.stores, chat.person.pid
    answers = int(stores.unit.redis.scard(stores.unit.key("answers_of", pid)))
    deeds = len(stores.audit.acted_on(pid))
    pages = len(chat.session.pages)
    lines = [
        chat.say("f_data_session", question="有" if chat.session.question else "无", pages=pages),
        chat.say("f_data_answers", n=answers),
    ]
    if deeds:
        lines.append(chat.say("f_data_deeds", n=deeds))
    shown = stores.wall.seen(pid)
    mine = sum(saying.comment in set(stores.comments.written_by(pid)) for saying in stores.wall.all())
    if shown or mine:
        lines.append(chat.say("f_data_wall", mine=mine, shown=len(shown)))
    lines += kept_of_rounds(chat)
    lines += [chat.say("f_data_letter", text=quoted(letter.text, WHOLE)) for letter in stores.mailbox.of(pid)]
    return "\n".join(lines)


def _comment(chat: Chat, comment: Comment) -> str:
    """One comment with all that is kept about it."""
    name = chat.say("f_number", number=comment.number) if comment.number else chat.say("f_under_article")
    article = chat.stores.articles.get(comment.article)
    where = f"《{quoted(article.title, 40)}》" if article and article.title else "（没有文章标题）"
    lines = [
        f"{name}{where}{_time(chat, comment.created_at)}，来自{comment.source.value}",
        f"「{quoted(comment.content, WHOLE)}」",
    ]
    triage = comment.triage
    if triage:
        risks = "、".join(risk.kind.value for risk in triage.risks) or "无"
        lines.append(f"类型 {triage.type.value}，评分 {triage.quality}，留意 {risks}")
    if comment.elected:
        lines.append("已精选")
    if comment.reply:
        lines.append(f"回复：「{quoted(comment.reply, WHOLE)}」")
    return "\n".join(lines)


def _time(chat: Chat, at: float) -> str:
    """A moment in the account's time zone; 没有 for none."""
    return f"{datetime.fromtimestamp(at, chat.tools.settings.timezone):%Y-%m-%d %H:%M}" if at else "没有"


def _times(chat: Chat, times: tuple[float, ...]) -> str:
    return "、".join(f"{datetime.fromtimestamp(at, chat.tools.settings.timezone):%H:%M:%S}" for at in times) or "没有"


def _yes(value: bool) -> str:
    return "是" if value else "否"
