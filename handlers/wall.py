"""上墙, 下墙, 墙: a creator puts a reader's sentence on the wall, readers read it, its writer takes it off (G1, G2)."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from bot.domain.comment import Comment
from bot.domain.people import Person, Question
from bot.stores.audit import Entry
from bot.stores.mailbox import Letter
from bot.stores.stores import Stores
from bot.stores.wall import Saying
from bot.wechat.text import PAGE_BYTES, quoted, size
from handlers.articles import title_of
from handlers.candidates import is_quotable, numbered_comment
from handlers.chat.answers import Answer, Choice
from handlers.chat.commands import Command, FollowerCommand
from handlers.context import Chat, Reply, Tools
from handlers.queue import find, unknown_number
from handlers.round_texts import name_of
from replies.golden import golden_sentences
from replies.nominees import barred
from replies.risk.contact import mask

SENTENCE, WHICH = "wall_sentence", "wall_which"
"""Kinds of questions: another sentence instead, and which of two sentences a number means."""

WHOLE = 60
"""A comment without a sentence of the right length goes up as a whole if it is no longer than this, in characters."""

ON_A_PAGE = 8
CHOICE_SECONDS = 600.0


@dataclass(frozen=True)
class Shown:
    """A sentence as readers see it: the comment's public number (0: none yet), its words, writer's name, article."""

    number: int
    text: str
    name: str
    article: str
    pid: str
    comment: str
    at: float


def on_the_wall(stores: Stores, tools: Tools) -> list[Shown]:
    """What may be seen now, newest first: nothing deleted or blocked meanwhile, nor what its writer wants unseen."""
    sayings = stores.wall.all()
    if not sayings:
        return []
    comments = stores.comments.many([one.comment for one in sayings])
    pids = sorted({comment.pid for comment in comments if comment and comment.pid})
    people = {pid: person for pid, person in zip(pids, stores.people.many(pids), strict=True) if person}
    stores.credits.many(pids)
    titles = {article.key: title_of(article) for article in stores.articles.all()}
    shown = []
    for saying, comment in zip(sayings, comments, strict=True):
        if comment and _may_be_seen(comment, people.get(comment.pid)):
            shown.append(
                Shown(
                    comment.number,
                    mask(saying.text),
                    name_of(stores, tools, comment),
                    titles.get(comment.article, ""),
                    comment.pid,
                    comment.id,
                    saying.at,
                )
            )
    return shown


def _may_be_seen(comment: Comment, person: Person | None) -> bool:
    return is_quotable(comment, person) and not (person and person.blocked)


def put_up(chat: Chat, command: Command) -> Reply:
    """上墙 8: the best sentence of the comment goes up; up to two others are offered instead."""
    [item, *more] = command.items
    draft = find(chat, item.number)
    comment = chat.stores.comments.get(draft.id) if draft else None
    if draft is None or comment is None:
        return unknown_number(chat, item.number)
    if more:
        return chat.say("g_one_at_a_time", n=item.number)
    if comment.gone or not comment.content:
        return chat.say("gone", n=item.number, reason=chat.say("i_deleted"))
    why = barred(comment, by_hand=True)
    if why:
        return chat.say("g_barred", n=item.number, why=why)
    person = chat.stores.people.get(comment.pid) if comment.pid else None
    if not _may_be_seen(comment, person):
        return chat.say("g_not_quotable", n=item.number)
    article = chat.stores.articles.get(comment.article) if comment.article else None
    sentences = golden_sentences(comment.content, article.title if article else "")
    if not sentences and len(comment.content) <= WHOLE:
        sentences = (comment.content,)
    if not sentences:
        return chat.say("g_no_sentence", n=item.number)
    if comment.pid and chat.stores.wall.get(comment.id) is None:
        comment = numbered_comment(chat.stores, comment)
        chat.stores.mailbox.add(comment.pid, Letter(chat.say("g_up_told", n=comment.number), chat.now, comment.id))
    _put(chat, comment, sentences[0])
    chat.did(f"上墙 {item.number}", f"下墙 {item.number}")
    said = chat.say("g_up", n=item.number, text=quoted(mask(sentences[0]), 80))
    if len(sentences) == 1:
        return said
    chat.ask(SENTENCE, msgspec.json.encode((comment.id, item.number, sentences)).decode(), seconds=CHOICE_SECONDS)
    others = "\n".join(f"{place} 「{quoted(mask(one), 60)}」" for place, one in enumerate(sentences, 1))
    return f"{said}\n{chat.say('g_others', others=others)}"


def other_sentence(chat: Chat, question: Question, answer: Answer) -> Reply:
    """A digit behind 上墙: that sentence instead."""
    comment_id, number, sentences = msgspec.json.decode(question.payload, type=tuple[str, int, tuple[str, ...]])
    comment = chat.stores.comments.get(comment_id)
    if not isinstance(answer, Choice) or not 1 <= answer.n <= len(sentences):
        return None
    if comment is None or comment.gone or chat.stores.wall.get(comment_id) is None:
        return chat.say("g_not_up", n=number)
    _put(chat, comment, sentences[answer.n - 1])
    chat.did(f"上墙 {number}", f"下墙 {number}")
    return chat.say("g_up", n=number, text=quoted(mask(sentences[answer.n - 1]), 80))


def put_winner_up(chat: Chat, comment_id: str) -> bool:
    """A winner chose the wall: their best sentence, or a short comment whole, which the post has shown already."""
    comment = chat.stores.comments.get(comment_id)
    if comment is None or not _may_be_seen(comment, chat.person):
        return False
    sentences = golden_sentences(comment.content) or ((comment.content,) if len(comment.content) <= WHOLE else ())
    if sentences and chat.stores.wall.get(comment_id) is None:
        _put(chat, comment, sentences[0])
    return bool(sentences)


def _put(chat: Chat, comment: Comment, text: str) -> None:
    numbered_comment(chat.stores, comment)
    chat.stores.wall.put(Saying(comment.id, text, chat.now, chat.person.pid))
    chat.stores.audit.add(comment.id, Entry(chat.now, "上墙", chat.person.pid, quoted(text, 80), said=chat.said))


def take_down(chat: Chat, command: Command) -> Reply:
    """下墙 8, said by a creator: of an item or of a number on the wall; asks where it may be either."""
    numbers = list(dict.fromkeys(item.number for item in command.items))
    lines = []
    for number in numbers:
        ids = _up_under(chat, number)
        if not ids:
            lines.append(chat.say("g_not_up", n=number) if find(chat, number) else unknown_number(chat, number))
        elif len(ids) == 1:
            lines.append(_take_down(chat, number, ids[0]))
        elif len(numbers) > 1:
            lines.append(chat.say("g_which_alone", n=number))
        else:
            chat.ask(WHICH, msgspec.json.encode((number, ids)).decode())
            first, second = (_words(chat, comment_id) for comment_id in ids)
            lines.append(chat.say("g_which", n=number, first=first, second=second))
    return "\n".join(lines)


def which_down(chat: Chat, question: Question, answer: Answer) -> Reply:
    """1 or 2 behind 下墙: the item's sentence, or the one of that number on the wall."""
    number, ids = msgspec.json.decode(question.payload, type=tuple[int, list[str]])
    if not isinstance(answer, Choice) or not 1 <= answer.n <= len(ids):
        return None
    comment_id = ids[answer.n - 1]
    if chat.stores.wall.get(comment_id) is None:
        return chat.say("g_not_up", n=number)
    return _take_down(chat, number, comment_id)


def _up_under(chat: Chat, number: int) -> list[str]:
    """Comments with a sentence up that this number may mean: the item's, and the one readers see under it."""
    draft = find(chat, number)
    ids = [draft.id if draft else None, chat.stores.comments.id_of(number)]
    return [one for one in dict.fromkeys(ids) if one and chat.stores.wall.get(one)]


def _words(chat: Chat, comment_id: str) -> str:
    saying = chat.stores.wall.get(comment_id)
    return quoted(mask(saying.text), 30) if saying else ""


def _take_down(chat: Chat, number: int, comment_id: str) -> str:
    """Take it down and say which it was; it can be put up again by its item, if it has one."""
    text = _words(chat, comment_id)
    chat.stores.wall.remove(comment_id)
    chat.stores.audit.add(comment_id, Entry(chat.now, "下墙", chat.person.pid, said=chat.said))
    if (comment := chat.stores.comments.get(comment_id)) and comment.pid:  # who has not heard of it yet need not
        told = chat.say("g_up_told", n=comment.number)
        letters = chat.stores.mailbox.of(comment.pid)
        chat.stores.mailbox.put(comment.pid, tuple(one for one in letters if one.text != told))
    draft = chat.stores.drafts.get(comment_id)
    item = draft.number if draft and draft.number and find(chat, draft.number) else 0
    chat.did(f"下墙 {number}", f"上墙 {item}" if item else "")
    return chat.say("g_down", text=text, n=item) if item else chat.say("g_down_for_good", text=text)


def take_mine_down(chat: Chat, command: FollowerCommand) -> Reply:
    """下墙 12, said by its writer: gone at once."""
    number = command.number or 0
    comment_id = chat.stores.comments.id_of(number)
    comment = chat.stores.comments.get(comment_id) if comment_id else None
    saying = chat.stores.wall.get(comment.id) if comment else None
    if comment is None or saying is None or comment.pid != chat.person.pid:
        return chat.say("g_not_yours", n=number)
    chat.stores.wall.remove(comment.id)
    chat.stores.audit.add(comment.id, Entry(chat.now, "读者自己下墙"))
    return chat.say("g_yours_down", n=number)


def wall(chat: Chat, command: FollowerCommand) -> Reply:
    """墙: the newest sentences, one page, and where the rest is."""
    shown = on_the_wall(chat.stores, chat.tools)
    if not shown:
        return chat.say("g_empty")
    lines = [chat.say("g_head", n=len(shown))]
    link = page_link(chat)
    tail = chat.say("g_all_there", link=link) if link else ""
    for one in shown[:ON_A_PAGE]:
        line = chat.say("g_line", number=one.number, text=quoted(one.text, 60), by=one.name)
        if size("\n".join([*lines, line, tail])) > PAGE_BYTES:
            break
        lines.append(line)
    chat.stores.wall.quoted_in([one.comment for one in shown[: len(lines) - 1]], chat.event.delivery_key())
    return "\n".join([*lines, tail] if tail else lines)


def page_link(chat: Chat) -> str:
    """The address of the wall's page; empty while nobody told us our own."""
    base = chat.tools.settings.public_url.rstrip("/")
    first = chat.tools.settings.accounts[0].name == chat.account.name
    return f"{base}/wall" + ("" if first else f"/{chat.account.name}") if base else ""
