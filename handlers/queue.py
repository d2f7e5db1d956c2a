"""The approval queue as creators read it: 待审, 看, 换, 跳过, 更多."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bot.domain.draft import UNDECIDED, Draft, DraftState
from bot.domain.order import in_order
from bot.domain.people import Step
from bot.stores.audit import Entry
from bot.stores.drafts import NumbersUsedUp
from bot.wechat.text import PAGE_BYTES, size
from handlers.cards import card, full_view, show_card, shown, waiting_for
from handlers.chat.commands import Command
from handlers.context import Chat, Reply
from handlers.others import held_by_other
from handlers.pasting import to_paste_again
from handlers.permissions import NO_COMMENT_API

CARDS_A_PAGE = 5
LISTING_SECONDS = 600.0
SNOOZE_SECONDS = 6 * 3600.0
ROOM = PAGE_BYTES - 150
NUMBERS_NAMED = 8


def list_waiting(chat: Chat, command: Command) -> Reply:
    """待审: as many whole cards as fit, most valuable first."""
    chat.remember(listed=(), viewing=(), pages=())
    return _next_cards(chat)


def more(chat: Chat, command: object) -> Reply:
    """更多: what comes next in the last long answer, list of items or listing of the queue, for ten minutes."""
    session = chat.session
    if session.pages and chat.now <= session.pages_until:
        chat.remember(pages=session.pages[1:])
        return session.pages[0]
    if chat.now <= session.listed_until and chat.person.is_creator:
        if session.viewing:
            return _view(chat, session.viewing)
        if session.listed:
            return _next_cards(chat)
    return chat.say("no_more_here") if chat.person.is_creator else chat.say("no_more")


def _next_cards(chat: Chat) -> Reply:
    drafts = chat.stores.drafts
    queue = in_order(drafts.queue(), chat.now)
    seen = set(chat.session.listed)
    left = [waiting for waiting in queue if waiting.id not in seen]
    if not queue:
        return chat.say("queue_empty", when=next_look(chat))
    if not left:
        return chat.say("queue_all_seen", n=len(queue))
    urgent = sum(1 for waiting in queue if waiting.crisis or waiting.negative)
    head = (
        chat.say("queue_head_urgent", n=len(queue), urgent=urgent) if urgent else chat.say("queue_head", n=len(queue))
    )
    lines, listed = [head], list(chat.session.listed)
    candidates = drafts.many([waiting.id for waiting in left[: CARDS_A_PAGE + 5]])
    chat.stores.claims.many([draft.id for draft in candidates], chat.now)
    cards = 0
    for draft in candidates:
        comment = chat.stores.comments.get(draft.id)
        if comment is None or cards >= CARDS_A_PAGE:
            continue
        # The width of a card is known before its number is given: numbers have at most three digits.
        width = size(card(chat.say, comment, msgspec.structs.replace(draft, number=draft.number or 999))) + 2
        if cards and size("\n\n".join(lines)) + width > ROOM:
            break
        try:
            text = show_card(chat, draft)
        except NumbersUsedUp:
            lines.append(chat.say("numbers_used_up"))
            break
        lines.append(text)
        listed.append(draft.id)
        cards += 1
    if len(left) > cards and cards:
        lines.append(chat.say("queue_more", n=len(left) - cards))
    chat.remember(listed=tuple(listed[-400:]), listed_until=chat.now + LISTING_SECONDS)
    return "\n\n".join(lines)


def next_look(chat: Chat) -> str:
    """When comments are looked for next, in words; what to do instead where they cannot be."""
    article = chat.stores.articles.newest()
    if article is not None and chat.stores.account.fact(NO_COMMENT_API):
        return chat.say("i_next_import", n=article.n)
    times = chat.stores.due_times("pull")
    if not times:
        return chat.say("next_look_none")
    seconds = max(0.0, min(times) - chat.now)
    return chat.say("next_look", when=span(seconds))


def span(seconds: float) -> str:
    """A length of time in the largest unit that says enough."""
    if seconds < 90:
        return f"{max(1, round(seconds))} 秒"
    if seconds < 5400:
        return f"{round(seconds / 60)} 分钟"
    if seconds < 36 * 3600:
        return f"{round(seconds / 3600)} 小时"
    return f"{round(seconds / 86400)} 天"


def exact_span(seconds: int) -> str:
    """A length of time to the second, for a promise: 90 秒, 2 分 30 秒, 1 小时 30 分钟."""
    if seconds < 120:
        return f"{seconds} 秒"
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "小时"), (minutes, "分" if rest else "分钟"), (rest, "秒")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


def find(chat: Chat, number: int) -> Draft | None:
    """The draft with this item number."""
    return chat.stores.drafts.numbered(number)


def unknown_number(chat: Chat, number: int) -> str:
    """There is no such item; these there are."""
    numbers = chat.stores.drafts.open_numbers(NUMBERS_NAMED)
    if numbers:
        return chat.say("no_such_item", n=number, open=" ".join(map(str, numbers)))
    return chat.say("no_such_item_none", n=number)


def and_next(chat: Chat, command: Command) -> str:
    """What to type for the next of several items, where one at a time is answered; empty for a single one."""
    numbers = list(dict.fromkeys(item.number for item in command.items))
    if len(numbers) < 2:
        return ""
    return "\n" + chat.say("one_at_a_time", typing=f"{command.verb.value} {numbers[1]}")


def view(chat: Chat, command: Command) -> Reply:
    """看 3 / 3: the whole comment, the variants, the score; several as far as they fit, 更多 for the rest."""
    return _view(chat, tuple(item.number for item in command.items))


def _view(chat: Chat, numbers: tuple[int, ...]) -> str:
    blocks: list[str] = []
    left = list(dict.fromkeys(numbers))
    while left:
        draft = find(chat, left[0])
        block, texts = _viewed(chat, draft) if draft else (unknown_number(chat, left[0]), [])
        pastes = draft is not None and draft.state is DraftState.TO_PASTE
        if blocks and (pastes or size("\n\n".join([*blocks, block])) > ROOM):
            break
        if draft and texts:
            shown(chat, draft, texts)
        blocks.append(block)
        left.pop(0)
        if pastes:
            # A text to copy stands last and alone.
            blocks[:0] = views_left(chat, left, "paste_more")
            return "\n\n".join(blocks)
    blocks += views_left(chat, left, "view_more")
    return "\n\n".join(blocks)


def views_left(chat: Chat, left: Sequence[int], phrase: str) -> list[str]:
    """更多 goes on with these items: a line that says so, none if there are none."""
    chat.remember(pages=(), listed=(), viewing=tuple(left), listed_until=chat.now + LISTING_SECONDS)
    return [chat.say(phrase, numbers=" ".join(map(str, left[:NUMBERS_NAMED])))] if left else []


def _viewed(chat: Chat, draft: Draft) -> tuple[str, list[str]]:
    """The full view of an item and the reply texts that stand in it."""
    comment = chat.stores.comments.get(draft.id)
    if comment is None:
        return unknown_number(chat, draft.number), []
    if draft.state is DraftState.TO_PASTE:
        return to_paste_again(chat, draft), [draft.approved_text]
    earlier = len(chat.stores.comments.written_by(comment.pid)) - 1 if comment.pid else 0
    article = chat.stores.articles.get(comment.article)
    where = chat.say("on_article", title=article.title or f"文章 {article.n}") if article else ""
    line = (chat.say("came_back", n=earlier + 1) if earlier > 0 else chat.say("first_time")) + where
    held = held_by_other(chat, draft)
    return full_view(chat.say, comment, draft, f"{line}\n{held}" if held else line, chat.person.decides)


def swap(chat: Chat, command: Command) -> Reply:
    """换 3: the next variant; after the last one the first comes again."""
    item = command.items[0]
    draft = find(chat, item.number)
    if draft is None:
        return unknown_number(chat, item.number)
    if item.pin and item.pin != draft.pin:
        return chat.say("stale_pin", card=show_card(chat, draft))
    if draft.state not in UNDECIDED:
        return chat.say("not_waiting", n=item.number, state=draft.state.value)
    if held := held_by_other(chat, draft):
        return held
    names = draft.variant_names
    if not names:
        return chat.say("no_text", n=item.number)
    if len(names) < 2:
        return chat.say("one_variant", n=item.number)
    following = item.variant or names[(names.index(draft.chosen) + 1) % len(names)]
    if following not in names:
        return chat.say("no_variant", n=item.number, variant=following, names="、".join(names))
    around = names.index(following) <= names.index(draft.chosen)
    text = show_variant(chat, draft, following)
    return (text + "\n" + chat.say("all_seen", n=item.number) if around else text) + and_next(chat, command)


def show_variant(chat: Chat, draft: Draft, name: str) -> str:
    """Make a variant the present one and show its card; 撤回 alone shows the former one again."""
    changed = draft.showing(name)
    chat.stores.drafts.put(changed, chat.now)
    step = Step(f"换 {draft.number}", draft=draft.id, version=changed.version, chosen=draft.chosen)
    chat.remember(batch="", step=step)
    return show_card(chat, changed)


def skip(chat: Chat, command: Command) -> Reply:
    """跳过 3: comes back in six hours."""
    lines = []
    batch = chat.new_batch()
    done = []
    for item in dict.fromkeys(command.items):
        draft = find(chat, item.number)
        comment = chat.stores.comments.get(draft.id) if draft else None
        if draft is None or comment is None:
            lines.append(unknown_number(chat, item.number))
            continue
        if draft.state not in UNDECIDED:
            lines.append(chat.say("not_waiting", n=item.number, state=draft.state.value))
            continue
        if held := held_by_other(chat, draft):
            lines.append(held)
            continue
        waits = draft if draft.state is DraftState.PENDING else draft.moved(DraftState.PENDING, chat.now)
        chat.stores.drafts.put(waits.moved(DraftState.SNOOZED, chat.now, batch=batch), chat.now)
        entry = waiting_for(chat.stores, comment)
        chat.stores.drafts.wait(msgspec.structs.replace(entry, snoozed_until=chat.now + SNOOZE_SECONDS))
        chat.stores.audit.add(draft.id, Entry(chat.now, "稍后", chat.person.pid, "", draft.version, chat.said))
        done.append(draft.id)
        lines.append(chat.say("skipped", n=item.number, span=span(SNOOZE_SECONDS)))
    if done:
        chat.decided(batch, done)
        chat.remember(cards=())
    return "\n".join(lines)
